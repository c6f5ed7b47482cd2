"""Bad days: servers that fail, connections that drop, answers that come late."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from tests import media
from tests.doubles.small_bot import polling_bot
from tests.doubles.telegram import Chat, Person, Telegram


async def test_a_storm_of_5xx_passes(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    telegram.faults.refuse(502, method="send*", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(chat.id, "hello")
    await bot.send_message(chat.id, "hello")
    assert [each.code for each in telegram.calls("sendMessage")] == [502, 502, 200]
    assert [each.plain for each in chat.messages.values()].count("hello") == 1


async def test_a_lost_answer_leaves_the_message_there(
    telegram: Telegram, bot: Bot, chat: Chat
) -> None:
    telegram.faults.lose_answer(method="sendAudio")
    song = media.make("mp3").read_bytes()
    with pytest.raises(NetworkError):
        await bot.send_audio(chat.id, song)
    shown = list(chat.messages.values())[-1]
    assert shown.media is not None and shown.media.bytes == song
    assert telegram.calls("sendAudio")[0].code == 0


async def test_a_dropped_upload_leaves_nothing(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    telegram.faults.hang_up(method="sendDocument")
    before = len(chat.messages)
    with pytest.raises(NetworkError):
        await bot.send_document(chat.id, bytes(3_000_000))
    assert len(chat.messages) == before


async def test_a_slow_answer_comes_after_the_message(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    telegram.clock.speed = 0
    telegram.faults.delay(60, method="sendMessage", times=2)
    with pytest.raises(TimedOut):
        await bot.send_message(chat.id, "first", read_timeout=0.05)
    sending = asyncio.create_task(bot.send_message(chat.id, "second"))
    await anna.hears(chat, lambda each: each.plain == "second")
    assert not sending.done()
    telegram.clock.skip(60)
    assert (await sending).text == "second"
    assert [each.plain for each in anna.sees(chat)][-2:] == ["first", "second"]


async def test_a_flood_can_be_ordered(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    telegram.faults.flood(17, method="editMessageText")
    message = await bot.send_message(chat.id, "hello")
    with pytest.raises(RetryAfter, match="0:00:17"):
        await message.edit_text("hello again")


async def test_a_download_can_fail(telegram: Telegram, bot: Bot, anna: Person, chat: Chat) -> None:
    sent = await anna.send_document(chat, media.make("mp3"))
    assert sent.media is not None
    file = await bot.get_file(sent.media.file.id)
    telegram.faults.refuse(504, method="download")
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == sent.media.bytes


async def test_a_polling_bot_lives_through_a_restart_of_telegram(
    telegram: Telegram, anna: Person, chat: Chat
) -> None:
    telegram.faults.hang_up(method="getUpdates")
    async with polling_bot(telegram):
        asked = await anna.write(chat, "/start")
        assert (await anna.hears(chat, after=asked)).plain == "Hello"
    assert telegram.calls("getUpdates")[0].code == 0


async def test_what_never_comes_is_told_with_the_last_requests(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    with pytest.raises(AssertionError, match=r"in vain for a mix; .*'getMe 200'"):
        await anna.hears(chat, what="a mix", seconds=0.01)
