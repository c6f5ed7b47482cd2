"""Edits of messages that show how something goes: paced, the newest state wins, the last gets
through.

Nothing is queued. Whoever watches a job offers its newest state again and again, and an offer that
comes too early is dropped: the next one is newer.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.jobs import Job, State
from core.names import JobId

Shown = TypeVar("Shown")
_REMEMBERED = 2000


class ThrottledError(Exception):
    """The platform wants no edits in this chat for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no edits for {seconds:g} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At least `gap` seconds between edits of one message; `most` edits in `window` seconds of
    all messages of one chat."""

    gap: float
    most: int
    window: float


@dataclass(slots=True)
class _Message(Generic[Shown]):
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    shown: Shown | None = None
    edited: float = float("-inf")
    ended: bool = False


@dataclass(slots=True)
class _Chat:
    edits: deque[float] = field(default_factory=deque)
    ending: int = 0
    paused: float = float("-inf")


class Editor(Generic[Shown]):
    """Paces the edits of one platform. `key` names a message, `chat` where it is."""

    def __init__(
        self,
        pace: Callable[[str], Pace],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._messages: OrderedDict[str, _Message[Shown]] = OrderedDict()
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def is_due(self, key: str, chat: str) -> bool:
        """Whether an offer would be taken now, so that its state is worth drawing."""
        message = self._message(key)
        if message.ended or message.busy.locked() or self._chat(chat).ending:
            return False  # what comes to its end goes first
        rested = self._clock() >= message.edited + self._pace(chat).gap
        return rested and self._wait(chat) <= 0

    def edited(self, key: str) -> float:
        """When a message was last edited, by the clock; minus infinity for never."""
        return self._message(key).edited

    async def offer(
        self, key: str, chat: str, state: Shown, edit: Callable[[Shown], Awaitable[None]]
    ) -> None:
        """Show a state, unless it is too early, shown already, or the last one was shown."""
        message = self._message(key)
        if not self.is_due(key, chat) or message.shown == state:
            return
        async with message.busy:
            await self._try(message, chat, state, edit)

    async def finish(
        self, key: str, chat: str, state: Shown, edit: Callable[[Shown], Awaitable[None]]
    ) -> None:
        """Show the last state as soon as the chat's budget lets it; nothing comes after it."""
        message, place = self._message(key), self._chat(chat)
        message.ended = True
        place.ending += 1
        try:
            async with message.busy:
                while message.shown != state:
                    await self._sleep(self._wait(chat))
                    if self._wait(chat) <= 0:  # another message may have taken the turn
                        await self._try(message, chat, state, edit)
        finally:
            place.ending -= 1

    async def retire(self, key: str) -> None:
        """Edit a message no more; an edit that is on its way comes first."""
        message = self._message(key)
        message.ended = True
        async with message.busy:
            message.shown = None

    async def _try(
        self,
        message: _Message[Shown],
        chat: str,
        state: Shown,
        edit: Callable[[Shown], Awaitable[None]],
    ) -> None:
        place = self._chat(chat)
        message.edited = self._clock()
        place.edits.append(message.edited)
        try:
            await edit(state)
        except ThrottledError as error:
            place.paused = self._clock() + error.seconds
        else:
            message.shown = state

    def _wait(self, chat: str) -> float:
        """Seconds until the chat's budget has room; not more than 0 when it has."""
        place, pace, now = self._chat(chat), self._pace(chat), self._clock()
        while place.edits and place.edits[0] <= now - pace.window:
            place.edits.popleft()
        wait = place.paused - now
        if len(place.edits) >= pace.most:
            wait = max(wait, place.edits[-pace.most] + pace.window - now)
        return max(0.0, wait)

    def _message(self, key: str) -> _Message[Shown]:
        return _recall(self._messages, key, _Message[Shown])

    def _chat(self, chat: str) -> _Chat:
        return _recall(self._chats, chat, _Chat)


def in_turn(jobs: Sequence[Job], platform: str, edited: Callable[[JobId], float]) -> list[Job]:
    """The jobs whose progress is shown on `platform`, in the order in which to show it.

    They share their chats' budgets: first what is at work, then what was `edited` longest ago.
    """
    here = [job for job in jobs if (job.asked or job.place).platform == platform]
    return sorted(here, key=lambda job: (job.state is not State.RUNNING, edited(job.id)))


_Kept = TypeVar("_Kept")


def _recall(known: "OrderedDict[str, _Kept]", key: str, new: Callable[[], _Kept]) -> _Kept:
    """What is known, or new; the oldest beyond what is to be remembered is forgotten."""
    found = known.setdefault(key, new())
    known.move_to_end(key)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return found
