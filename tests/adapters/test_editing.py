"""Edits are paced, and the last state is always shown."""

import asyncio
from dataclasses import dataclass, field

import pytest

from adapters.editing import Editor, Pace, ThrottledError


@dataclass
class Wall:
    """Where edits go, and a clock that a test sets. Sleeping moves the clock on."""

    now: float = 0.0
    seen: list[tuple[float, str]] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)

    async def edit(self, state: str) -> None:
        if self.throttled:
            raise ThrottledError(self.throttled.pop())
        self.seen.append((self.now, state))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def wall() -> Wall:
    return Wall()


def editor_of(wall: Wall, *, most: int = 4) -> Editor[str]:
    pace = Pace(gap=2, most=most, window=5)
    return Editor(lambda _: pace, clock=lambda: wall.now, sleep=wall.sleep)


async def test_an_edit_that_comes_too_early_is_dropped_for_a_newer_one(wall: Wall) -> None:
    editor = editor_of(wall)
    for second in range(6):
        wall.now = second
        await editor.offer("a", "chat", f"state {second}", wall.edit)
    assert wall.seen == [(0, "state 0"), (2, "state 2"), (4, "state 4")]


async def test_what_is_shown_already_is_not_sent_again(wall: Wall) -> None:
    editor = editor_of(wall)
    for second in (0, 10, 20):
        wall.now = second
        await editor.offer("a", "chat", "the same", wall.edit)
    assert wall.seen == [(0, "the same")]


async def test_the_messages_of_a_chat_share_its_budget(wall: Wall) -> None:
    editor = editor_of(wall, most=3)
    for each in "abcdef":
        await editor.offer(each, "chat", each, wall.edit)
        await editor.offer(f"{each}2", "another", each, wall.edit)
    assert [state for _, state in wall.seen] == ["a", "a", "b", "b", "c", "c"]
    wall.now = 5
    assert editor.is_due("f", "chat")


async def test_a_refused_edit_pauses_the_chat_and_is_not_sent_late(wall: Wall) -> None:
    editor = editor_of(wall)
    wall.throttled = [30]
    await editor.offer("a", "chat", "stale", wall.edit)
    wall.now = 29
    await editor.offer("a", "chat", "early", wall.edit)
    wall.now = 30
    await editor.offer("a", "chat", "fresh", wall.edit)
    assert wall.seen == [(30, "fresh")]


async def test_the_last_state_waits_for_its_turn_and_nothing_follows_it(wall: Wall) -> None:
    editor = editor_of(wall, most=1)
    await editor.offer("a", "chat", "half", wall.edit)
    wall.throttled = [60]
    await editor.finish("a", "chat", "ready", wall.edit)
    assert wall.seen == [(0, "half"), (65, "ready")]
    wall.now = 1000
    await editor.offer("a", "chat", "late", wall.edit)
    assert len(wall.seen) == 2


async def test_the_last_state_comes_after_an_edit_that_is_on_its_way(wall: Wall) -> None:
    editor, gate, done = editor_of(wall), asyncio.Event(), list[str]()

    async def slow(state: str) -> None:
        await gate.wait()
        done.append(state)

    async def quick(state: str) -> None:
        done.append(state)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(editor.offer("a", "chat", "half", slow))
        tasks.create_task(editor.finish("a", "chat", "ready", quick))
        tasks.create_task(editor.offer("a", "chat", "more", quick))
        gate.set()
    assert done == ["half", "ready"]


async def test_what_ends_goes_before_what_goes_on(wall: Wall) -> None:
    async def sleep(seconds: float) -> None:
        wall.now += seconds
        await editor.offer("b", "chat", "b goes on", wall.edit)

    pace = Pace(gap=2, most=1, window=5)
    editor = Editor[str](lambda _: pace, clock=lambda: wall.now, sleep=sleep)
    await editor.offer("a", "chat", "half", wall.edit)
    await editor.finish("a", "chat", "ready", wall.edit)
    assert [state for _, state in wall.seen] == ["half", "ready"]


async def test_a_retired_message_is_left_alone_without_waiting(wall: Wall) -> None:
    editor = editor_of(wall, most=1)
    await editor.offer("a", "chat", "half", wall.edit)
    await editor.retire("a")
    assert wall.now == 0
    wall.now = 100
    await editor.offer("a", "chat", "late", wall.edit)
    assert wall.seen == [(0, "half")]
