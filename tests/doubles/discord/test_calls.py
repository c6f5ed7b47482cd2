"""Commands, menus, buttons and forms, with a real client."""

import asyncio

import discord
import pytest
from discord import app_commands, ui

from tests.doubles.discord import Upload
from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio
from tests.doubles.discord.double import discord_double

CALLBACK = "POST /interactions/{interaction_id}/{token}/callback"


def syncing_bot(*, content: bool = True) -> Bot:
    """Registers its commands when it starts."""

    async def start(bot: Bot) -> None:
        await bot.tree.sync()

    return Bot(on_start=start, content=content)


def mixing_bot() -> Bot:
    """Has one command that takes files, answers late and follows up."""
    bot = syncing_bot()

    @bot.tree.command(description="Mix tracks")
    @app_commands.rename(size="crossfade")
    async def mixtape(
        interaction: discord.Interaction,
        track1: discord.Attachment,
        title: str = "Untitled",
        size: app_commands.Range[float, 0, 30] = 6.0,
    ) -> None:
        await interaction.response.defer(thinking=True)
        content = await track1.read()
        await interaction.followup.send(f"{title}: {len(content)} bytes, {size:g} s")
        await interaction.followup.send("for you", ephemeral=True)

    return bot


async def test_a_deferred_command_gets_its_file_and_fills_its_place(studio: Studio) -> None:
    async with running(mixing_bot(), studio.discord):
        track = Upload("Träck one.mp3", b"sound" * 100)
        exchange = await studio.ben.use(studio.channel, "mixtape", track1=track, title="Late")
        message = await exchange.filled()
        assert message.text == "Late: 500 bytes, 6 s"
        hidden = await exchange.followed()
    assert [each.text for each in studio.ben.sees(studio.channel)] == [message.text, hidden.text]
    assert studio.anna.sees(studio.channel) == [message]


async def test_a_hidden_message_cannot_be_fetched_through_the_channel(studio: Studio) -> None:
    async with running(mixing_bot(), studio.discord) as bot:
        exchange = await studio.ben.use(studio.channel, "mixtape", track1=Upload("a.mp3", b"x"))
        hidden = await exchange.followed()
        channel = bot.get_partial_messageable(int(studio.channel.id))
        with pytest.raises(discord.NotFound) as caught:
            await channel.fetch_message(int(hidden.id))
        assert caught.value.code == 10008
        assert [each.id for each in bot.heard] == [int(exchange.message.id)]


async def test_the_client_refuses_what_the_command_does_not_take(studio: Studio) -> None:
    track = Upload("a.mp3", b"x")
    async with running(mixing_bot(), studio.discord):
        for wrong in (
            {"track1": track, "crossfade": 31.0},
            {"track1": track, "titel": "x"},
            {"title": "x"},
            {"track1": "a.mp3"},
            {"track1": Upload("big.wav", bytes(10 * 1024 * 1024 + 1))},
        ):
            with pytest.raises(AssertionError):
                studio.ben.begin(studio.channel, "mixtape", **wrong)
    assert not studio.discord.requests_to(CALLBACK)


async def test_an_answer_after_three_seconds_is_too_late(studio: Studio) -> None:
    bot = mixing_bot()
    async with running(bot, studio.discord):
        with studio.discord.faults.held("POST /interactions/*"):
            exchange = studio.ben.begin(studio.channel, "mixtape", track1=Upload("a", b"x"))
            await studio.discord.until(lambda: studio.discord.requests_to(CALLBACK))
            assert not exchange.failed
            studio.discord.clock.advance(3.5)
            assert (await exchange.answered()).failed
        error = await bot.errors.get()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062


async def test_a_second_answer_is_refused(studio: Studio) -> None:
    bot = syncing_bot()

    @bot.tree.command(description="Answer twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        interaction.response._response_type = None  # the client's own guard
        await interaction.response.send_message("two")

    async with running(bot, studio.discord):
        await studio.anna.use(studio.channel, "twice")
        error = await bot.errors.get()
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (400, 40060)
    assert [each.text for each in studio.anna.sees(studio.channel)] == ["one"]


async def test_a_token_lives_for_fifteen_minutes(studio: Studio) -> None:
    bot = syncing_bot()
    gate = asyncio.Event()

    @bot.tree.command(description="Take long")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await gate.wait()
        await interaction.followup.send("done")

    async with running(bot, studio.discord):
        exchange = await studio.anna.use(studio.channel, "slow")
        studio.discord.clock.advance(15 * 60 + 1)
        gate.set()
        error = await bot.errors.get()
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)
    assert exchange.message.is_loading


async def test_a_personal_app_follows_up_five_times() -> None:
    bot = syncing_bot()

    @bot.tree.command(description="Talk a lot")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def talk(interaction: discord.Interaction) -> None:
        assert interaction.context.private_channel
        assert not interaction.is_guild_integration()
        await interaction.response.send_message("0")
        for number in range(1, 7):
            await interaction.followup.send(str(number))

    async with discord_double() as double:
        anna, ben = double.user("anna", has_app=True), double.user("ben")
        private = double.private(anna, ben)
        async with running(bot, double):
            await anna.use(private, "talk")
            error = await bot.errors.get()
            with pytest.raises(AssertionError, match="not installed"):
                ben.begin(private, "talk")
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40094
    assert [each.text for each in ben.sees(private)] == ["0", "1", "2", "3", "4", "5"]


class Tray(ui.View):
    """Lives through restarts: no timeout, and its ids are its own."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Cancel", custom_id="tray:cancel")
    async def cancel(self, interaction: discord.Interaction, button: ui.Button["Tray"]) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="Cancelled", view=self)


async def test_buttons_work_after_a_restart_and_not_when_disabled(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as first:
        channel = first.get_partial_messageable(int(studio.channel.id))
        await channel.send("Mixing", view=Tray())
    message = studio.anna.sees(studio.channel)[0]

    async def start(bot: Bot) -> None:
        bot.add_view(Tray())

    async with running(Bot(on_start=start), studio.discord):
        exchange = await studio.anna.press(message, "Cancel")
        assert exchange.message is message
    assert message.text == "Cancelled\nCancel"
    assert message.buttons == []
    with pytest.raises(AssertionError, match="disabled"):
        await studio.anna.press(message, "Cancel")
    with pytest.raises(AssertionError, match="no button 'Mix'"):
        await studio.anna.press(message, "Mix")


class TrackForm(ui.Modal, title="Tracks"):
    tracks: ui.Label["TrackForm"] = ui.Label(
        text="Files", component=ui.FileUpload(min_values=1, max_values=3)
    )
    name: ui.Label["TrackForm"] = ui.Label(
        text="Title", component=ui.TextInput(required=False, max_length=20)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        upload, title = self.tracks.component, self.name.component
        assert isinstance(upload, ui.FileUpload)
        assert isinstance(title, ui.TextInput)
        content = [await each.read() for each in upload.values]
        await interaction.response.send_message(f"{title.value}: {content}")


async def test_a_form_takes_files(studio: Studio) -> None:
    bot = syncing_bot()

    @bot.tree.command(description="Many tracks")
    async def tracks(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(TrackForm())

    files = [Upload("a.mp3", b"A"), Upload("b.mp3", b"B")]
    async with running(bot, studio.discord):
        opened = await studio.anna.use(studio.channel, "tracks")
        for wrong in ({"Title": "no file"}, {"Files": [files[0]] * 4}, {"Nothing": "x"}):
            with pytest.raises(AssertionError):
                await studio.anna.submit(opened, wrong)
        sent = await studio.anna.submit(opened, {"Files": files, "Title": "Late"})
    assert sent.message.text == "Late: [b'A', b'B']"


async def test_a_message_menu_gets_the_message_with_its_files(studio: Studio) -> None:
    bot = syncing_bot(content=False)

    @bot.tree.context_menu(name="Add to mixtape")
    async def add(interaction: discord.Interaction, message: discord.Message) -> None:
        content = await message.attachments[0].read()
        await interaction.response.send_message(f"{message.content}: {content!r}", ephemeral=True)

    posted = await studio.ben.post(studio.channel, "listen", files=[Upload("a.mp3", b"song")])
    async with running(bot, studio.discord):
        exchange = await studio.anna.choose(posted, "Add to mixtape")
    assert exchange.message.text == "listen: b'song'"
    assert exchange.message not in studio.ben.sees(studio.channel)


async def test_values_are_offered_while_typing(studio: Studio) -> None:
    bot = syncing_bot()
    moods = ("happy", "hazy", "sad")

    @bot.tree.command(description="Songs that fit")
    async def recommend(interaction: discord.Interaction, mood: str) -> None:
        await interaction.response.send_message(mood)

    @recommend.autocomplete("mood")
    async def offer(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=m, value=m) for m in moods if m.startswith(current)]

    async with running(bot, studio.discord):
        offered = await studio.anna.suggest(studio.channel, "recommend", "mood", "ha")
    assert [choice["value"] for choice in offered] == ["happy", "hazy"]


async def test_answers_are_edited_fetched_and_deleted_by_their_token(studio: Studio) -> None:
    bot = syncing_bot()
    texts: list[str] = []

    @bot.tree.command(description="Change its mind")
    async def waver(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content="first")
        further = await interaction.followup.send("second", wait=True, ephemeral=True)
        await further.edit(content="third")
        texts.append((await interaction.followup.fetch_message(further.id)).content)
        texts.append((await interaction.original_response()).content)
        await further.delete()
        await interaction.delete_original_response()
        await interaction.followup.fetch_message(further.id)

    async with running(bot, studio.discord):
        exchange = await studio.ben.use(studio.channel, "waver")
        error = await bot.errors.get()
    assert texts == ["third", "first"]
    assert isinstance(error, discord.NotFound)
    assert error.code == 10008
    assert exchange.messages == []
    assert studio.ben.sees(studio.channel) == []


async def test_a_button_may_open_a_form_that_changes_its_message(studio: Studio) -> None:
    class Rename(ui.Modal, title="Rename"):
        name: ui.TextInput["Rename"] = ui.TextInput(label="Name", min_length=2)

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.edit_message(content=self.name.value)

    class Menu(ui.View):
        @ui.button(label="Rename")
        async def rename(self, interaction: discord.Interaction, _: ui.Button["Menu"]) -> None:
            await interaction.response.send_modal(Rename())

    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        await channel.send("Untitled", view=Menu())
        message = await studio.ben.awaits(studio.channel, "Untitled")
        opened = await studio.ben.press(message, "Rename")
        with pytest.raises(AssertionError, match="2 characters"):
            await studio.ben.submit(opened, {"Name": "x"})
        with pytest.raises(AssertionError, match="somebody else"):
            await studio.anna.submit(opened, {"Name": "Late"})
        await studio.ben.submit(opened, {"Name": "Late"})
    assert message.content == "Late"
