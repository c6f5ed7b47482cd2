"""The pool: how many children may work at once, and who waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.figures import Load


class Pool:
    """Slots for children that use a core, first come, first served."""

    def __init__(self, slots: int) -> None:
        self._free = asyncio.Semaphore(slots)
        self.slots = slots
        self.busy = 0
        self.waiting = 0

    def load(self) -> Load:
        """What it does now."""
        return Load(self.slots, self.busy, self.waiting)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one slot for the length of the block."""
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1
            self._free.release()
