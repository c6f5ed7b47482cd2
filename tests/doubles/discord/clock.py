"""The double's own time, the ids made from it, and waiting for things to happen."""

import asyncio
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

Found = TypeVar("Found")
_DISCORD_EPOCH_MS = 1_420_070_400_000


class Changes:
    """Wakes those who wait whenever anything in the double has changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, look: Callable[[], Found], what: str, *, seconds: float = 10) -> Found:
        """The first true value of `look`. Fails the test after `seconds` of real time."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := look()):
                    await self._next.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}") from None


class Clock:
    """Decides deadlines: it stands still until a test advances it, or runs when asked to.

    Rate limits do not use it: the client sleeps for them in real time.
    """

    def __init__(self, changes: Changes, *, runs: bool) -> None:
        self._changes = changes
        self._runs = runs
        self._now = time.time()
        self._began = time.monotonic()
        self._count = itertools.count(1)

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now + (time.monotonic() - self._began if self._runs else 0)

    def advance(self, seconds: float) -> None:
        self._now += seconds
        self._changes.tell()

    def new_id(self) -> str:
        """A snowflake: its upper bits are the time, and each is greater than the last."""
        milliseconds = int(self.now() * 1000) - _DISCORD_EPOCH_MS
        return str(milliseconds << 22 | next(self._count) % (1 << 22))


def stamp(seconds: float) -> str:
    """An ISO 8601 time, as in Discord's payloads."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
