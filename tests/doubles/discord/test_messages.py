"""Messages: what is kept, and what is refused."""

from io import BytesIO
from typing import Any

import discord
import pytest
from discord import ui
from discord.http import Route

from tests.doubles.discord import Upload
from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio
from tests.doubles.discord.double import discord_double
from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.world import MIB

V2 = 1 << 15


def button(custom_id: str = "x", **more: object) -> dict[str, object]:
    return {"type": 2, "style": 1, "label": "X", "custom_id": custom_id} | more


def row(*components: dict[str, object]) -> dict[str, object]:
    return {"type": 1, "components": list(components)}


def text(content: str) -> dict[str, object]:
    return {"type": 10, "content": content}


async def send_raw(bot: Bot, studio: Studio, payload: dict[str, Any]) -> discord.HTTPException:
    """What the client raises for a body that its own classes would not build."""
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=int(studio.channel.id))
    with pytest.raises(discord.HTTPException) as caught:
        await bot.http.request(route, json=payload)
    studio.discord.forgive()
    return caught.value


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({}, 50006),
    ({"content": ""}, 50006),
    ({"content": "x" * 2001}, 50035),
    ({"embeds": [{"title": "x" * 257}]}, 50035),
    ({"embeds": [{"description": "x" * 4097}]}, 50035),
    ({"embeds": [{"description": "x" * 3001}] * 2}, 50035),
    ({"embeds": [{"title": "t", "fields": [{"name": "n", "value": "v"}] * 26}]}, 50035),
    ({"embeds": [{"title": "t", "fields": [{"name": "", "value": "v"}]}]}, 50035),
    ({"embeds": [{"title": "t"}] * 11}, 50035),
    ({"embeds": [{"title": "t", "image": {"url": "attachment://gone.png"}}]}, 50035),
    ({"content": "x", "components": [row(button(str(n))) for n in range(6)]}, 50035),
    ({"content": "x", "components": [row(*(button(str(n)) for n in range(6)))]}, 50035),
    ({"content": "x", "components": [row(button("a"), button("a"))]}, 50035),
    ({"content": "x", "components": [row(button("a" * 101))]}, 50035),
    ({"content": "x", "components": [row(button("a", style=5))]}, 50035),
    ({"content": "x", "components": [row(button("a", label=None))]}, 50035),
    ({"content": "x", "components": [text("without the flag")]}, 50035),
    ({"flags": V2, "content": "x", "components": [text("beside content")]}, 50035),
    ({"flags": V2, "components": [text("x" * 2001), text("x" * 2000)]}, 50035),
    ({"flags": V2, "components": [text("x")] * 41}, 50035),
    ({"flags": V2, "components": [{"type": 17, "components": [text("x")] * 40}]}, 50035),
    ({"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://a.mp3"}}]}, 50035),
    ({"content": "x", "nonce": "n" * 26}, 50035),
    ({"content": "x", "attachments": [{"id": "7", "filename": "a.mp3"}]}, 50035),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
    ({"content": "x", "message_reference": {"message_id": "1"}}, 10008),
]


async def test_refuses_what_discord_refuses(studio: Studio) -> None:
    studio.discord.limiter.speed = 1000
    async with running(Bot(), studio.discord) as bot:
        codes = [(await send_raw(bot, studio, payload)).code for payload, _ in REFUSED]
    assert codes == [code for _, code in REFUSED]
    assert studio.anna.sees(studio.channel) == []


async def test_takes_all_that_fits(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        files = [discord.File(BytesIO(bytes([n])), f"{n}.mp3") for n in range(10)]
        embed = discord.Embed(title="t" * 256, description="d" * 4096)
        embed.set_thumbnail(url="attachment://3.mp3")
        sent = await channel.send("x" * 2000, files=files, embed=embed)
        view = ui.LayoutView()
        view.add_item(ui.Container(*[ui.TextDisplay("x" * 100) for _ in range(39)]))
        await channel.send(view=view)
        fetched = await channel.fetch_message(sent.id)
        assert [await each.read() for each in fetched.attachments] == [
            bytes([n]) for n in range(10)
        ]
        assert fetched.embeds[0].thumbnail.url == fetched.attachments[3].url


async def test_a_file_is_kept_as_it_is_under_the_name_that_discord_gives(studio: Studio) -> None:
    content = bytes(range(256)) * 400
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        sent = await channel.send(file=discord.File(BytesIO(content), "Öde an die Nacht.mp3"))
        assert sent.attachments[0].filename == "de_an_die_Nacht.mp3"
        assert sent.attachments[0].title == "Öde an die Nacht"
    kept = studio.anna.sees(studio.channel)[0].attachments[0]
    assert kept.data == content
    assert kept.content_type == "audio/mpeg"


@pytest.mark.parametrize(("tier", "mebibytes"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_a_guilds_tier_decides_the_size_of_a_file(tier: int, mebibytes: int) -> None:
    async with discord_double(speed=1000) as double:
        guild = double.guild("Studio", tier=tier)
        channel = double.channel(guild)
        async with running(Bot(), double) as bot:
            partial = bot.get_partial_messageable(int(channel.id))
            for size, fits in ((mebibytes * MIB, True), (mebibytes * MIB + 1, False)):
                file = discord.File(BytesIO(bytes(size)), "a.mp3")
                if fits:
                    await partial.send(file=file)
                    continue
                with pytest.raises(discord.HTTPException) as caught:
                    await partial.send(file=file)
                assert (caught.value.status, caught.value.code) == (413, 40005)
        assert [each.attachments[0].size for each in channel.messages.values()] == [mebibytes * MIB]


async def test_less_may_hold_than_was_promised(studio: Studio) -> None:
    studio.discord.storage.refuses_over = 1000
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        with pytest.raises(discord.HTTPException) as caught:
            await channel.send(file=discord.File(BytesIO(bytes(1001)), "a.mp3"))
        assert caught.value.code == 40005
        await channel.send(file=discord.File(BytesIO(bytes(1000)), "a.mp3"))


async def test_a_nonce_is_one_message_for_some_minutes(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        first = await channel.send("done", nonce="job-1")
        again = await channel.send("done", nonce="job-1")
        other = await channel.send("done", nonce="job-2")
        studio.discord.clock.advance(600)
        late = await channel.send("done", nonce="job-1")
    assert first.id == again.id
    assert len({first.id, other.id, late.id}) == 3
    assert len(studio.anna.sees(studio.channel)) == 3


async def test_edits_keep_drop_and_add_files(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        files = [discord.File(BytesIO(b"a"), "a.mp3"), discord.File(BytesIO(b"b"), "b.mp3")]
        sent = await channel.send("two", files=files)
        await sent.edit(content="still two")
        await sent.edit(attachments=[sent.attachments[1], discord.File(BytesIO(b"c"), "c.mp3")])
    kept = studio.anna.sees(studio.channel)[0]
    assert [each.filename for each in kept.attachments] == ["b.mp3", "c.mp3"]
    assert kept.versions == ["two", "still two", "still two"]


async def test_only_ones_own_messages_can_be_edited(studio: Studio) -> None:
    posted = await studio.ben.post(studio.channel, "mine")
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        message = channel.get_partial_message(int(posted.id))
        with pytest.raises(discord.Forbidden) as caught:
            await message.edit(content="yours")
        assert caught.value.code == 50005
        with pytest.raises(discord.Forbidden) as caught:
            await message.delete()
        assert caught.value.code == 50013
        with pytest.raises(discord.NotFound) as missing:
            await channel.get_partial_message(1).edit(content="whose")
        assert missing.value.code == 10008


async def test_history_is_the_newest_first_and_pages(studio: Studio) -> None:
    posted = [await studio.ben.post(studio.channel, str(n)) for n in range(120)]
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        everything = [each.content async for each in channel.history(limit=None)]
        after = discord.Object(int(posted[116].id))
        last = [each.content async for each in channel.history(after=after)]
    assert everything == [str(n) for n in reversed(range(120))]
    assert last == ["117", "118", "119"]


async def test_pings_are_those_that_are_allowed(studio: Studio) -> None:
    said = f"{studio.anna.mention} {studio.ben.mention} @everyone"
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        await channel.send(said)
        just_ben = discord.AllowedMentions(
            everyone=False, users=[discord.Object(int(studio.ben.id))]
        )
        await channel.send(said, allowed_mentions=just_ben)
        await channel.send(said, allowed_mentions=discord.AllowedMentions.none())
    pinged = [[user.name for user in each.mentions] for each in studio.anna.sees(studio.channel)]
    assert pinged == [["anna", "ben"], ["ben"], []]
    assert not any(each.mention_everyone for each in studio.anna.sees(studio.channel))


async def test_a_layout_shows_only_the_files_that_it_names(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        files = [discord.File(BytesIO(b"a"), "a b.mp3"), discord.File(BytesIO(b"b"), "b.mp3")]
        view = ui.LayoutView()
        view.add_item(ui.File(files[0]))
        sent = await channel.send(view=view, files=files)
        component = sent.components[0]
        assert isinstance(component, discord.FileComponent)
        assert component.media.url.startswith("http://127.0.0.1")
    message = studio.anna.sees(studio.channel)[0]
    assert [each.filename for each in message.shown] == ["a_b.mp3"]


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
        (Permission.EMBED_LINKS, 50013),
    ],
)
async def test_what_is_not_allowed_is_refused(
    studio: Studio, missing: Permission, code: int
) -> None:
    studio.discord.overwrite(studio.channel, studio.guild.everyone, deny=missing)
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        with pytest.raises(discord.Forbidden) as caught:
            await channel.send(
                "x", file=discord.File(BytesIO(b"a"), "a.mp3"), embed=discord.Embed(title="t")
            )
        assert caught.value.code == code
        studio.discord.overwrite(studio.channel, studio.discord.bot, allow=missing)
        await channel.send("x")


async def test_a_refused_dm_and_an_unknown_place(studio: Studio) -> None:
    stranger = studio.discord.user("stranger")
    studio.ben.user.refuses_dms = True
    async with running(Bot(), studio.discord) as bot:
        await (await bot.fetch_user(int(studio.anna.id))).send("hello")
        for person, code in ((studio.ben, 50007), (stranger, 50278)):
            with pytest.raises(discord.Forbidden) as caught:
                await (await bot.fetch_user(int(person.id))).send("hello")
            assert caught.value.code == code
        with pytest.raises(discord.NotFound) as missing:
            await bot.get_partial_messageable(1).send("hello")
        assert missing.value.code == 10003
    assert [each.text for each in studio.anna.dms] == ["hello"]
    assert studio.ben.dms == []


async def test_without_message_content_files_are_hidden_but_not_in_dms(studio: Studio) -> None:
    bot = Bot(content=False)
    song = [Upload("a.mp3", b"song")]
    async with running(bot, studio.discord):
        await studio.ben.post(studio.channel, "hidden", files=song)
        await studio.ben.post(studio.channel, f"<@{studio.discord.bot.id}> named", files=song)
        await studio.ben.post(studio.ben.dm, "direct", files=song)
        heard = await bot.hears(3)
    assert [(each.content[-6:], len(each.attachments)) for each in heard] == [
        ("", 0), (" named", 1), ("direct", 1),
    ]  # fmt: skip
