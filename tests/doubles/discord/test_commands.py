"""Registering commands: what is kept, and what Discord refuses."""

from typing import Any

import discord
import pytest
from discord import app_commands
from discord.http import Route

from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio
from tests.doubles.discord.rules.commands import is_name


def command(name: str = "mix", **more: object) -> dict[str, object]:
    return {"name": name, "description": "Mix tracks"} | more


def option(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "description": "An option", "type": 3} | more


CHOICES = [{"name": str(number), "value": str(number)} for number in range(26)]
REFUSED: list[list[dict[str, Any]]] = [
    [command("Mix")],
    [command("mix tape")],
    [command("m" * 33)],
    [command(description="")],
    [command(description="d" * 101)],
    [command("mix"), command("mix")],
    [command(f"mix{number}") for number in range(101)],
    [{"name": f"Menu {number}", "type": 3} for number in range(16)],
    [{"name": "Menu", "type": 3, "description": "takes none"}],
    [command(contexts=[3])],
    [command(integration_types=[])],
    [command(options=[option(f"o{number}") for number in range(26)])],
    [command(options=[option("a"), option("b", required=True)])],
    [command(options=[option("a"), option("a")])],
    [command(options=[option("A")])],
    [command(options=[option("a", description="")])],
    [command(options=[option("a", choices=CHOICES)])],
    [command(options=[option("a", choices=CHOICES[:2], autocomplete=True)])],
    [command(options=[option("a", type=11, choices=CHOICES[:2])])],
    [command(options=[option("a", type=4, min_value=3, max_value=2)])],
    [
        command(options=[option(f"o{n}", description="d" * 100, choices=[
            {"name": f"{c}" + "n" * 60, "value": f"{c}" + "v" * 60} for c in range(20)
        ]) for n in range(4)])
    ],
]  # fmt: skip


@pytest.mark.parametrize("commands", REFUSED)
async def test_refuses_what_discord_refuses(studio: Studio, commands: list[dict[str, Any]]) -> None:
    async with running(Bot(), studio.discord) as bot:
        path = "/applications/{application_id}/commands"
        route = Route("PUT", path, application_id=int(studio.discord.bot.id))
        with pytest.raises(discord.HTTPException) as caught:
            await bot.http.request(route, json=commands)
    studio.discord.forgive()
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert studio.discord.commands.all == []
    assert studio.discord.commands.syncs == 0


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("mixtape", True), ("mix-tape_2", True), ("mélange", True), ("混音", True),
        ("मिक्स", True), ("Mix", False), ("mix tape", False), ("", False), ("mix!", False),
    ],
)  # fmt: skip
def test_names_are_words_of_any_language(name: str, fits: bool) -> None:
    assert is_name(name) is fits


async def test_a_command_keeps_its_id_and_a_sync_without_change_writes_nothing(
    studio: Studio,
) -> None:
    async with running(Bot(), studio.discord) as bot:
        summaries = ["Mix tracks", "Mix tracks", "Mix many tracks"]
        synced = []
        for summary in summaries:
            bot.tree.clear_commands(guild=None)

            @bot.tree.command(name="mixtape", description=summary)
            @app_commands.describe(title="Its title")
            async def mixtape(interaction: discord.Interaction, title: str = "") -> None: ...

            synced += await bot.tree.sync()
        assert len({each.id for each in synced}) == 1
        assert [each.description for each in await bot.tree.fetch_commands()] == summaries[2:]
    assert (studio.discord.commands.syncs, studio.discord.commands.writes) == (3, 2)


async def test_a_command_is_found_only_where_it_belongs(studio: Studio) -> None:
    double = studio.discord

    async def start(bot: Bot) -> None:
        await bot.tree.sync()

    bot = Bot(on_start=start)

    @bot.tree.command(description="For those who manage the server")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def settings(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("ok", ephemeral=True)

    @bot.tree.command(description="For people")
    @app_commands.allowed_installs(guilds=False, users=True)
    async def mine(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("ok")

    carl = double.user("carl", has_app=True)
    elsewhere = double.channel(double.guild("Elsewhere", carl, has_app=False, bot_permissions=None))
    async with running(bot, double):
        assert (await studio.anna.use(studio.channel, "settings")).message.text == "ok"
        with pytest.raises(AssertionError, match="not for ben"):
            studio.ben.begin(studio.channel, "settings")
        with pytest.raises(AssertionError, match="not for context 1"):
            studio.anna.begin(studio.anna.dm, "settings")
        with pytest.raises(AssertionError, match="not installed"):
            studio.anna.begin(studio.channel, "mine")
        assert (await carl.use(elsewhere, "mine")).message.text == "ok"
