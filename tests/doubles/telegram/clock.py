"""The double's own time: it runs with the real one, or faster, or stands still but for skips."""

import asyncio
import time


class Clock:
    """Seconds since the double began, and the date that Telegram writes on things.

    With `speed` 20 its seconds pass twenty times as fast; with 0 it stands until `skip`.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._reached = 0.0
        self._since = time.monotonic()
        self._born = int(time.time())
        self._turned = asyncio.Event()

    @property
    def now(self) -> float:
        """Seconds of the double since it began."""
        return self._reached + (time.monotonic() - self._since) * self._speed

    @property
    def date(self) -> int:
        """Unix time in seconds."""
        return self._born + int(self.now)

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._settle(self.now)
        self._speed = speed

    def skip(self, seconds: float) -> None:
        """Let that much time have passed: whoever waits for it goes on."""
        self._settle(self.now + seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait in the double's time."""
        await self.wait(asyncio.Event(), seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Whether the event came within so many of the double's seconds."""
        end = self.now + seconds
        while not event.is_set() and self.now < end:
            turned = self._turned
            patience = (end - self.now) / self._speed if self._speed else None
            await _first(event, turned, patience)
        return event.is_set()

    def _settle(self, reached: float) -> None:
        self._reached, self._since = reached, time.monotonic()
        self._turned.set()
        self._turned = asyncio.Event()


async def _first(one: asyncio.Event, other: asyncio.Event, seconds: float | None) -> None:
    tasks = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
