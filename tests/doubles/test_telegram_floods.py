"""Telegram's patience with a bot that says too much, by the double's own clock."""

from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from tests.doubles.telegram import Chat, Person, Telegram


@pytest.fixture(autouse=True)
def _standing_clock(telegram: Telegram) -> None:
    telegram.clock.speed = 0


def _seconds(error: RetryAfter) -> int:
    assert isinstance(error.retry_after, timedelta)
    return int(error.retry_after.total_seconds())


async def _until_refused(bot: Bot, chat: Chat, most: int = 50) -> tuple[int, int]:
    """How many messages went through, and how many seconds to wait then."""
    for sent in range(most):
        try:
            await bot.send_message(chat.id, f"message {sent}")
        except RetryAfter as error:
            return sent, _seconds(error)
    return most, 0


async def test_a_chat_takes_a_short_burst_and_then_a_message_a_second(
    telegram: Telegram, bot: Bot, chat: Chat
) -> None:
    sent, wait = await _until_refused(bot, chat)
    assert (sent, wait) == (4, 3)
    refused = telegram.calls("sendMessage")[-1]
    assert refused.description == "Too Many Requests: retry after 3"
    telegram.clock.skip(wait)
    for _ in range(10):
        await bot.send_message(chat.id, "slowly")
        telegram.clock.skip(1)


async def test_edits_count_too(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "0 %")
    with pytest.raises(RetryAfter):
        for percent in range(1, 6):
            await message.edit_text(f"{percent} %")
    assert chat.messages[message.id].plain == "3 %"


async def test_whoever_does_not_wait_waits_longer(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    _, first = await _until_refused(bot, chat)
    waits = [(await _until_refused(bot, chat))[1] for _ in range(4)]
    assert [first, *waits] == [3, 6, 12, 24, 48]
    telegram.clock.skip(waits[-1])
    assert (await _until_refused(bot, chat))[0] == 4


async def test_an_offence_is_forgiven_after_a_calm_minute(
    telegram: Telegram, bot: Bot, chat: Chat
) -> None:
    waits = []
    for calm in (10, 10, 70):
        waits.append((await _until_refused(bot, chat))[1])
        telegram.clock.skip(waits[-1] + calm)
    waits.append((await _until_refused(bot, chat))[1])
    assert waits == [3, 6, 12, 3]


async def test_a_group_takes_20_a_minute(telegram: Telegram, bot: Bot, anna: Person) -> None:
    group = telegram.group("Band", anna)
    for number in range(20):
        await bot.send_message(group.id, f"message {number}")
        telegram.clock.skip(1.5)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(group.id, "one too many")
    assert _seconds(caught.value) == 30


async def test_all_chats_together_take_30_a_second(telegram: Telegram, bot: Bot) -> None:
    people = [telegram.user(f"Person {number}") for number in range(31)]
    for person in people:
        await person.start()
    for person in people[:30]:
        await bot.send_message(person.id, "hello")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "hello")


async def test_one_chats_penalty_is_not_anothers(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    await _until_refused(bot, chat)
    ben = telegram.user("Ben")
    await ben.start()
    await bot.send_message(ben.id, "hello")
    assert ben.sees(telegram.private(ben))[-1].plain == "hello"
