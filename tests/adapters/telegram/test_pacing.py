"""The pace of messages, with a clock that only runs when one waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import RetryAfter

from adapters.telegram.pacing import EDIT, ChatPacer


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def send(clock: Clock) -> Callable[..., Awaitable[Any]]:
    pacer = ChatPacer(clock=clock, sleep=clock.sleep)

    async def sent() -> bool:
        return True

    async def send(
        chat: int, *, deed: Any = sent, edit: bool = False, endpoint: str = "sendMessage"
    ) -> Any:
        kind = EDIT if edit else None
        return await pacer.process_request(deed, (), {}, endpoint, {"chat_id": chat}, kind)

    return send


Send = Callable[..., Awaitable[Any]]


async def test_a_private_chat_gets_one_a_second_after_a_burst(send: Send, clock: Clock) -> None:
    for _ in range(10):
        await send(1)
    assert 6.9 <= clock.now - 100 <= 7.1


async def test_a_group_gets_no_more_than_twenty_a_minute(send: Send, clock: Clock) -> None:
    times = []
    for _ in range(60):
        await send(-5)
        times.append(clock.now)
    for at in range(len(times) - 20):
        assert times[at + 20] - times[at] >= 60


async def test_all_chats_together_get_no_more_than_thirty_a_second(
    send: Send, clock: Clock
) -> None:
    times = []
    for chat in range(1, 100):
        await send(chat)
        times.append(clock.now)
    for at in range(len(times) - 30):
        assert times[at + 30] - times[at] >= 1


async def test_a_flooded_chat_waits_alone_and_its_message_comes(clock: Clock) -> None:
    floods, over, waits = [RetryAfter(300)], asyncio.Event(), list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await over.wait()
        clock.now += seconds

    async def flooded() -> bool:
        if floods:
            raise floods.pop()
        return True

    async def sent() -> bool:
        return True

    pacer = ChatPacer(clock=clock, sleep=sleep)

    async def send(chat: int, deed: Any) -> Any:
        return await pacer.process_request(deed, (), {}, "sendMessage", {"chat_id": chat}, None)

    flooding = asyncio.create_task(send(1, flooded))
    await asyncio.sleep(0)
    assert waits == [300.5]
    assert await send(2, sent)
    assert not flooding.done()
    over.set()
    assert await flooding


async def test_an_edit_never_waits_and_a_flood_drops_it(send: Send, clock: Clock) -> None:
    async def flooded() -> bool:
        raise RetryAfter(600)

    with pytest.raises(RetryAfter):
        await send(1, deed=flooded, edit=True, endpoint="editMessageText")
    began = clock.now
    with pytest.raises(RetryAfter):
        await send(1, edit=True, endpoint="editMessageText")
    assert clock.now == began
    await send(2, edit=True, endpoint="editMessageText")
    assert clock.now == began


async def test_edits_leave_room_for_an_answer(send: Send, clock: Clock) -> None:
    for _ in range(2):
        await send(1, edit=True, endpoint="editMessageText")
    with pytest.raises(RetryAfter):
        await send(1, edit=True, endpoint="editMessageText")
    await send(1)
    assert clock.now == 100


async def test_what_nobody_sees_is_not_counted(send: Send, clock: Clock) -> None:
    for _ in range(50):
        await send(1, endpoint="answerCallbackQuery")
    assert clock.now == 100


async def test_what_is_not_counted_waits_when_it_is_told_to(send: Send, clock: Clock) -> None:
    floods = [RetryAfter(20)]

    async def flooded() -> bool:
        if floods:
            raise floods.pop()
        return True

    assert await send(1, deed=flooded, endpoint="deleteMessage")
    assert clock.now == 120.5
    floods.append(RetryAfter(20))
    with pytest.raises(RetryAfter):
        await send(1, deed=flooded, endpoint="answerCallbackQuery")
