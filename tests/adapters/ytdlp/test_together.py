"""Wishes about one thing are carried out in batches, and none gets another's answer."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.ytdlp.together import Key, Together


class Kitchen:
    """Doubles numbers, a batch at a time, when it is told to go on."""

    def __init__(self) -> None:
        self.batches: list[tuple[Key, list[int]]] = []
        self.go_on = asyncio.Event()
        self.stopped = 0

    async def cook(self, key: Key, wishes: Sequence[int]) -> list[int]:
        self.batches.append((key, list(wishes)))
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if 13 in wishes:
            raise ValueError("burnt")
        return [2 * wish for wish in wishes]


@pytest.fixture
async def kitchen() -> Kitchen:
    return Kitchen()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_ask_at_once_are_one_batch_and_the_next_ones_another(
    kitchen: Kitchen,
) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    first = [asyncio.create_task(together.ask(("a",), number)) for number in (1, 2, 3)]
    await settle()
    later = [asyncio.create_task(together.ask(("a",), number)) for number in (4, 5)]
    await settle()
    assert kitchen.batches == [(("a",), [1, 2, 3])]
    kitchen.go_on.set()
    assert await asyncio.gather(*first, *later) == [2, 4, 6, 8, 10]
    assert kitchen.batches[1:] == [(("a",), [4, 5])]


async def test_another_thing_does_not_wait(kitchen: Kitchen) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    tasks = [asyncio.create_task(together.ask((name,), 1)) for name in "ab"]
    await settle()
    assert sorted(kitchen.batches) == [(("a",), [1]), (("b",), [1])]
    kitchen.go_on.set()
    await asyncio.gather(*tasks)


async def test_a_failure_is_everybodys_and_the_next_batch_goes_on(kitchen: Kitchen) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    tasks = [asyncio.create_task(together.ask(("a",), number)) for number in (12, 13)]
    await settle()
    next_one = asyncio.create_task(together.ask(("a",), 14))
    kitchen.go_on.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(end) for end in ends] == ["burnt", "burnt"]
    assert await next_one == 28


async def test_a_wish_that_is_taken_back_stops_nobody_elses(kitchen: Kitchen) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    tasks = [asyncio.create_task(together.ask(("a",), number)) for number in (1, 2)]
    await settle()
    tasks[0].cancel()
    await settle()
    assert kitchen.stopped == 0
    kitchen.go_on.set()
    assert await tasks[1] == 4


async def test_work_that_nobody_wants_any_more_ends(kitchen: Kitchen) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    tasks = [asyncio.create_task(together.ask(("a",), number)) for number in (1, 2)]
    await settle()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await settle()
    assert kitchen.stopped == 1
    kitchen.go_on.set()
    assert await together.ask(("a",), 3) == 6


async def test_a_wish_that_is_taken_back_before_its_turn_is_not_carried_out(
    kitchen: Kitchen,
) -> None:
    together: Together[int, int] = Together(kitchen.cook)
    first = asyncio.create_task(together.ask(("a",), 1))
    await settle()
    second = asyncio.create_task(together.ask(("a",), 2))
    await settle()
    second.cancel()
    await settle()
    kitchen.go_on.set()
    assert await first == 2
    await settle()
    assert kitchen.batches == [(("a",), [1])]
