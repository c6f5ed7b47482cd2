"""What the gateway sends has the shape that Discord documents."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from tests.doubles.discord import Upload
from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio

pytestmark = pytest.mark.skipif(
    "TAPEDECK_SPECS" not in os.environ, reason="TAPEDECK_SPECS names no folder"
)
NAMES = {
    "READY": "GatewayReadyDispatchData",
    "GUILD_CREATE": "GatewayGuildCreateDispatchData",
    "MESSAGE_CREATE": "GatewayMessageCreateDispatchData",
}
CALLS = {
    2: "APIChatInputApplicationCommandInteraction",
    3: "APIMessageComponentInteraction",
    5: "APIModalSubmitInteraction",
}


@lru_cache(maxsize=1)
def read_schema() -> dict[str, Any]:
    path = Path(os.environ["TAPEDECK_SPECS"]) / "discord-gateway.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    for name, definition in schema["definitions"].items():
        if name.endswith("Flags"):
            for single in ("enum", "const"):  # the document lists single flags, and not 0
                definition.pop(single, None)
    return schema


def check(name: str, data: object) -> list[str]:
    schema = read_schema() | {"$ref": f"#/definitions/{name}"}
    validator = Draft7Validator(schema)
    found = [best_match([error]) for error in validator.iter_errors(data)]
    return [f"{name} {error.json_path}: {error.message[:300]}" for error in found]


class Form(ui.Modal, title="Tracks"):
    tracks: ui.Label["Form"] = ui.Label(text="Files", component=ui.FileUpload())
    name: ui.Label["Form"] = ui.Label(text="Title", component=ui.TextInput())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()


class Pad(ui.View):
    @ui.button(label="Form")
    async def form(self, interaction: discord.Interaction, button: ui.Button["Pad"]) -> None:
        await interaction.response.send_modal(Form())


async def test_every_event_has_its_documented_shape(studio: Studio) -> None:
    async def start(bot: Bot) -> None:
        await bot.tree.sync()

    bot = Bot(on_start=start)

    @bot.tree.command(description="Begin")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def begin(interaction: discord.Interaction, track: discord.Attachment) -> None:
        await interaction.response.send_message("Here", view=Pad())

    track = Upload("Träck.mp3", b"x")
    async with running(bot, studio.discord):
        await studio.ben.post(studio.ben.dm, "direct", files=[track])
        posted = await studio.ben.post(studio.channel, studio.anna.mention, files=[track])
        await studio.anna.post(studio.channel, "yes", reply_to=posted)
        for channel in (studio.channel, studio.anna.dm):
            begun = await studio.anna.use(channel, "begin", track=track)
            opened = await studio.anna.press(begun.message, "Form")
            await studio.anna.submit(opened, {"Files": [track], "Title": "Late"})
    wrong = [
        complaint
        for event, data in studio.discord.gateway.sent
        for complaint in check_event(event, data)
    ]
    assert wrong == []
    assert {event for event, _ in studio.discord.gateway.sent} >= {*NAMES, "INTERACTION_CREATE"}


def check_event(event: str, data: dict[str, Any]) -> list[str]:
    if event == "INTERACTION_CREATE":
        return check(CALLS[data["type"]], data)
    return check(NAMES[event], data) if event in NAMES else []
