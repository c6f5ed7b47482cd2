"""An unmodified bot polls the double, and people talk to it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken
from telegram.request import HTTPXRequest

from tests import media
from tests.doubles.small_bot import polling_bot
from tests.doubles.telegram import Chat, Message, Person, Telegram


async def test_a_command_is_answered_in_the_chat(
    telegram: Telegram, anna: Person, chat: Chat
) -> None:
    async with polling_bot(telegram):
        asked = await anna.write(chat, "/mixtape crossfade=8")
        answer = await anna.hears(chat, after=asked)
    assert answer.plain == "Tray crossfade=8"
    assert answer.html == "<b>Tray</b> crossfade=8"
    assert answer.labels == ["Mix"]
    assert answer.reply_to == asked.id


async def test_a_deep_link_hands_its_payload_over(telegram: Telegram, anna: Person) -> None:
    async with polling_bot(telegram):
        await anna.start("pair-1234")
        answer = await anna.hears(telegram.private(anna))
        assert answer.plain == "Hello pair-1234"
        again = await anna.follow("https://t.me/tapedeck_bot?start=ab_12")
        assert (await anna.hears(telegram.private(anna), after=again)).plain == "Hello ab_12"
    with pytest.raises(AssertionError, match="does not lead to the bot"):
        await anna.follow("https://t.me/another_bot?start=x")
    with pytest.raises(AssertionError, match="at most 64"):
        await anna.start("not possible")


async def test_a_button_changes_the_message_that_it_is_under(
    telegram: Telegram, anna: Person, chat: Chat
) -> None:
    async with polling_bot(telegram):
        asked = await anna.write(chat, "/mixtape")
        tray = await anna.hears(chat, after=asked)
        press = await anna.press(tray, "Mix")
        assert await anna.answered(press) == "On it"
        await telegram.until(lambda: tray.now.plain == "Mixing …", what="the edit")
    assert tray.now.buttons == []
    with pytest.raises(LookupError, match="only"):
        await anna.press(tray, "Mix")


def _named(name: str) -> Callable[[Message], bool]:
    return lambda message: message.media is not None and message.media.name == name


async def test_an_album_comes_as_separate_updates_with_one_group(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    paths = [
        media.make("mp3", tags={"title": f"Song {number}"}, to=tmp_path / f"{number}.mp3")
        for number in (1, 2)
    ]
    async with polling_bot(telegram):
        sent = await anna.send_album(chat, paths)
        back = [await anna.hears(chat, _named(path.name)) for path in paths]
    assert {each.plain for each in back} == {sent[0].album} == {sent[1].album}
    contents = [each.media.bytes for each in back if each.media]
    assert contents == [path.read_bytes() for path in paths]
    assert back[0].media is not None and back[0].media.details.title == "Song 1"


async def test_updates_stay_until_they_are_confirmed(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    await anna.write(chat, "one")
    await anna.write(chat, "one more")
    first = await bot.get_updates()
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [each.update_id for each in first] == [each.update_id for each in again]
    assert [each.message.text for each in rest if each.message] == ["one more"]
    assert await bot.get_updates(offset=rest[0].update_id + 1) == ()


async def test_a_poll_waits_for_the_next_update(telegram: Telegram, bot: Bot, anna: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.world.updates.waited_for)
    await anna.start()
    assert len(await poll) == 1


async def test_a_poll_ends_when_its_time_is_over(telegram: Telegram, bot: Bot) -> None:
    telegram.clock.speed = 0
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.world.updates.waited_for)
    telegram.clock.skip(30)
    assert await poll == ()


async def test_only_the_kinds_that_were_asked_for_are_kept(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["edited_message"])
    written = await anna.write(chat, "first")
    await anna.edit(written, "second")
    updates = [each for each in await bot.get_updates() if each.edited_message]
    assert [each.edited_message.text for each in updates if each.edited_message] == ["second"]


async def test_of_two_pollers_the_first_is_sent_away(
    telegram: Telegram, bot: Bot, anna: Person
) -> None:
    other = Bot(telegram.token, base_url=telegram.base_url)
    async with other:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.until(lambda: telegram.world.updates.waited_for)
        second = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="only one bot instance is running"):
            await first
        await anna.start()
        assert len(await second) == 1


async def test_nobody_polls_beside_a_webhook(telegram: Telegram, bot: Bot) -> None:
    await bot.set_webhook("https://example.com/hook")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("7000000001:AAE-wrong-but-of-the-right-shape-0001", "Unauthorized"),
        ("nonsense", "Not Found"),
    ],
)
async def test_a_wrong_token_is_refused(telegram: Telegram, token: str, words: str) -> None:
    async with HTTPXRequest() as request:  # a bot that never began does not close its own
        bot = Bot(token, base_url=telegram.base_url, request=request)
        with pytest.raises(InvalidToken, match=words):
            await bot.get_me()
