"""What Telegram tells us: nothing lost by a crash, and together what belongs together."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import telegram

from adapters.telegram.places import PLATFORM
from core.jobs import Json
from core.ports import Notes

_log = logging.getLogger(__name__)
_REMEMBERED = 5000
_LONGEST_WAIT = 5.0
_FRESH_SECONDS = 86400.0
_KEY = "journal"


class Journal:
    """What has come and is not dealt with yet, written down before Telegram forgets it."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._open: dict[str, Json] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._next = 0
        self._writing = asyncio.Lock()

    async def open(self, bot: telegram.Bot) -> tuple[list[telegram.Update], int | None]:
        """What a crash left undone, oldest first, and the update with which to go on.

        None is for wherever Telegram is: after a quiet week it numbers anew.
        """
        note = await self._notes.get(PLATFORM, _KEY) or {}
        kept = note.get("updates")
        updates = [
            telegram.Update.de_json(dict(each), bot)
            for each in (kept.values() if isinstance(kept, Mapping) else ())
            if isinstance(each, Mapping)
        ]
        fresh = time.time() - float(str(note.get("at") or 0)) < _FRESH_SECONDS
        self._next = int(str(note.get("next") or 0)) if fresh else 0
        return sorted(updates, key=lambda update: update.update_id), self._next or None

    async def begin(self, updates: Sequence[telegram.Update]) -> list[telegram.Update]:
        """Write them down, and return those that did not come before."""
        new = [update for update in updates if update.update_id not in self._seen]
        for update in new:
            self._seen[update.update_id] = None
            self._open[str(update.update_id)] = update.to_dict()
            self._next = update.update_id + 1
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if new:
            await self._write()
        return new

    async def end(self, update: telegram.Update) -> None:
        self._open.pop(str(update.update_id), None)
        await self._write()

    async def _write(self) -> None:
        async with self._writing:
            facts: dict[str, Json] = {"updates": dict(self._open), "next": self._next}
            facts["at"] = time.time()
            await self._notes.put(PLATFORM, _KEY, facts)


class Lanes:
    """Lets work of one kind be done in the order in which it came."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, lane: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(lane, asyncio.Lock())
        self._waiting[lane] = self._waiting.get(lane, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[lane] -= 1
            if not self._waiting[lane]:
                del self._waiting[lane], self._locks[lane]


@dataclass(slots=True)
class _Batch:
    messages: list[telegram.Message]
    came: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Gatherer:
    """Files that are sent together, albums too, come as single messages: here they are one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._batches: dict[str, _Batch] = {}

    async def add(
        self,
        key: str,
        message: telegram.Message,
        deal: Callable[[Sequence[telegram.Message]], Awaitable[None]],
    ) -> None:
        """Return once the message was dealt with, together with its neighbours."""
        batch = self._batches.get(key)
        if batch is not None:
            batch.messages.append(message)
            batch.came.set()
            await batch.done.wait()
            return
        batch = self._batches[key] = _Batch([message])
        try:
            await self._until_quiet(batch)
            del self._batches[key]
            await deal(sorted(batch.messages, key=lambda each: each.message_id))
        finally:
            if self._batches.get(key) is batch:
                del self._batches[key]
            batch.done.set()

    async def _until_quiet(self, batch: _Batch) -> None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while await _comes(batch.came, self._seconds):
                    batch.came.clear()
        except TimeoutError:
            _log.info("%d files were taken as they came without end", len(batch.messages))


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
