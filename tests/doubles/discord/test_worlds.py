"""Who may do what where, and what each person sees."""

import asyncio

import discord
import pytest
from discord import app_commands, ui

from tests.doubles.discord import Permission, RefusalError, Upload
from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio
from tests.doubles.discord.permissions import ALL, NOTHING, ORDINARY


def test_channels_take_and_give_in_discords_order(studio: Studio) -> None:
    double, channel, ben = studio.discord, studio.channel, studio.ben
    role = double.role(studio.guild, "DJ", NOTHING, ben)
    assert channel.permissions(ben.user) == ORDINARY
    double.overwrite(channel, studio.guild.everyone, deny=Permission.ATTACH_FILES)
    assert channel.permissions(ben.user) == ORDINARY & ~Permission.ATTACH_FILES
    double.overwrite(channel, role, allow=Permission.ATTACH_FILES, deny=Permission.EMBED_LINKS)
    assert channel.permissions(ben.user) == ORDINARY & ~Permission.EMBED_LINKS
    double.overwrite(channel, ben, deny=Permission.SEND_MESSAGES, allow=Permission.EMBED_LINKS)
    assert not channel.may(ben.user, Permission.ATTACH_FILES)
    double.overwrite(channel, ben, deny=Permission.VIEW_CHANNEL)
    assert channel.permissions(ben.user) == NOTHING
    assert channel.permissions(studio.anna.user) == ALL
    assert channel.permissions(double.user("stranger").user) == NOTHING


def test_an_administrator_may_everything(studio: Studio) -> None:
    studio.discord.role(studio.guild, "Admin", Permission.ADMINISTRATOR, studio.ben)
    studio.discord.overwrite(studio.channel, studio.ben, deny=Permission.VIEW_CHANNEL)
    assert studio.channel.permissions(studio.ben.user) == ALL


async def test_the_client_computes_the_same_permissions(studio: Studio) -> None:
    studio.discord.role(studio.guild, "DJ", Permission.MANAGE_MESSAGES, studio.ben)
    async with running(Bot(), studio.discord) as bot:
        studio.discord.overwrite(studio.channel, studio.discord.bot, deny=Permission.ATTACH_FILES)
        await studio.ben.post(studio.channel, "a word")
        (message,) = await bot.hears(1)
        assert message.guild is not None
        assert isinstance(message.channel, discord.TextChannel)
        assert isinstance(message.author, discord.Member)
        mine = message.channel.permissions_for(message.guild.me)
        his = message.channel.permissions_for(message.author)
    known = int(studio.channel.permissions(studio.discord.bot))
    assert mine.value == known
    assert not mine.attach_files
    assert his.value == int(studio.channel.permissions(studio.ben.user))
    assert his.manage_messages


async def test_people_are_held_to_the_rules_too(studio: Studio) -> None:
    studio.discord.overwrite(studio.channel, studio.ben, deny=Permission.ATTACH_FILES)
    with pytest.raises(RefusalError) as caught:
        await studio.ben.post(studio.channel, files=[Upload("a.mp3", b"x")])
    assert caught.value.code == 50013
    with pytest.raises(RefusalError) as caught:
        await studio.discord.user("stranger").post(studio.channel, "hello")
    assert caught.value.code == 50001


class Desk(ui.LayoutView):
    """Every kind of component that a tray might use."""

    def __init__(self, picture: discord.File) -> None:
        super().__init__(timeout=None)
        row: ui.ActionRow[Desk] = ui.ActionRow()
        row.add_item(Order())
        people: ui.ActionRow[Desk] = ui.ActionRow()
        people.add_item(Guests())
        box: ui.Container[Desk] = ui.Container(
            ui.Section("Tracks", accessory=ui.Thumbnail(picture)),
            ui.Separator(),
            ui.MediaGallery(discord.MediaGalleryItem(picture)),
            row,
            people,
        )
        self.add_item(box)


class Order(ui.Select[Desk]):
    def __init__(self) -> None:
        options = [discord.SelectOption(label=label) for label in ("Given", "Shuffle")]
        super().__init__(placeholder="Order", custom_id="order", options=options)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(self.values[0], ephemeral=True)


class Guests(ui.UserSelect[Desk]):
    def __init__(self) -> None:
        super().__init__(placeholder="Guests", custom_id="guests", max_values=2)

    async def callback(self, interaction: discord.Interaction) -> None:
        names = [user.name for user in self.values]
        await interaction.response.send_message(f"{names}", ephemeral=True)


async def test_a_layout_with_selects_and_pictures(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        picture = discord.File(__file__, "cover.png")
        await channel.send(view=Desk(picture), file=picture)
        (message,) = studio.ben.sees(studio.channel)
        assert message.shown == message.attachments
        chosen = await studio.ben.select(message, "Order", ["Shuffle"])
        assert chosen.message.text == "Shuffle"
        chosen = await studio.ben.select(message, "guests", [studio.anna, studio.ben])
        assert chosen.message.text == "['anna', 'ben']"
        for which, values in (("Order", ["Random"]), ("Order", []), ("Colour", ["Red"])):
            with pytest.raises(AssertionError):
                await studio.ben.select(message, which, values)
        hidden = chosen.message
        assert hidden not in studio.anna.sees(studio.channel)
        with pytest.raises(RefusalError):
            await studio.anna.press(hidden, "anything")


async def test_a_personal_app_whispers_where_apps_from_outside_are_not_welcome(
    studio: Studio,
) -> None:
    async def start(bot: Bot) -> None:
        await bot.tree.sync()

    bot = Bot(on_start=start)

    @bot.tree.command(description="Say it")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def say(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("it")

    double = studio.discord
    carl = double.user("carl", has_app=True)
    guild = double.guild("Elsewhere", carl, studio.ben, has_app=False, bot_permissions=None)
    channel = double.channel(guild)
    async with running(bot, double):
        aloud = await carl.use(channel, "say")
        assert studio.ben.sees(channel) == [aloud.message]
        double.overwrite(channel, guild.everyone, deny=Permission.USE_EXTERNAL_APPS)
        whispered = await carl.use(channel, "say")
        assert whispered.message not in studio.ben.sees(channel)
        assert whispered.message in carl.sees(channel)
        with pytest.raises(discord.Forbidden) as caught:
            await bot.get_partial_messageable(int(channel.id)).send("uninvited")
        assert caught.value.code == 50001


async def test_a_persons_menu_and_subcommands(studio: Studio) -> None:
    async def start(bot: Bot) -> None:
        await bot.tree.sync()

    bot = Bot(on_start=start)
    playlist = app_commands.Group(name="playlist", description="Lists of tracks")

    @playlist.command(description="Share it")
    async def share(interaction: discord.Interaction, friend: discord.Member) -> None:
        await interaction.response.send_message(f"shared with {friend.name}")

    bot.tree.add_command(playlist)

    @bot.tree.context_menu(name="Mood")
    async def mood(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(f"{user.name} is fine")

    async with running(bot, studio.discord):
        shared = await studio.anna.use(studio.channel, "playlist share", friend=studio.ben)
        assert shared.message.text == "shared with ben"
        asked = await studio.anna.choose_person(studio.channel, studio.ben, "Mood")
        assert asked.message.text == "ben is fine"
        with pytest.raises(AssertionError, match="subcommand"):
            studio.anna.begin(studio.channel, "playlist")


async def test_people_reply_edit_and_delete_and_the_bot_hears_of_it(studio: Studio) -> None:
    edited: asyncio.Queue[str] = asyncio.Queue()
    deleted: asyncio.Queue[int] = asyncio.Queue()

    class Listener(Bot):
        async def on_message_edit(self, before: discord.Message, after: discord.Message) -> None:
            edited.put_nowait(f"{before.content} {after.content}")

        async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
            deleted.put_nowait(event.message_id)

    async with running(Listener(), studio.discord) as bot:
        first = await studio.ben.post(studio.channel, "one")
        reply = await studio.anna.post(studio.channel, "two", reply_to=first)
        heard = await bot.hears(2)
        assert heard[1].reference is not None
        assert heard[1].reference.message_id == int(first.id)
        await studio.ben.edit(first, "three")
        assert await edited.get() == "one three"
        with pytest.raises(AssertionError):
            await studio.ben.delete(reply)
        await studio.anna.delete(first)
        assert await deleted.get() == int(first.id)
    assert studio.ben.sees(studio.channel) == [reply]
