"""What many want of one thing at the same time is done in one go."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

Key = tuple[str, ...]
Wish = TypeVar("Wish")
Made = TypeVar("Made")


class Together(Generic[Wish, Made]):
    """Collects wishes by what they are about, and has them carried out a batch at a time.

    While a batch is at work the next one gathers. A batch whose wishes were all taken back is
    cancelled; one that fails fails for all of its wishes.
    """

    def __init__(
        self, carry_out: Callable[[Key, Sequence[Wish]], Coroutine[Any, Any, Sequence[Made]]]
    ) -> None:
        self._carry_out = carry_out
        self._waiting: dict[Key, list[tuple[Wish, asyncio.Future[Made]]]] = defaultdict(list)
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._working: dict[Key, asyncio.Task[Sequence[Made]]] = {}

    async def ask(self, key: Key, wish: Wish) -> Made:
        """What became of a wish."""
        future: asyncio.Future[Made] = asyncio.get_running_loop().create_future()
        entry = wish, future
        self._waiting[key].append(entry)
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._serve(key))
        try:
            return await future
        finally:
            # Taken back before its turn: nobody waits for it any more.
            if entry in self._waiting[key]:
                self._waiting[key].remove(entry)

    async def _serve(self, key: Key) -> None:
        try:
            # Those who are about to ask in this moment come along.
            await asyncio.sleep(0)
            while batch := self._waiting.pop(key, []):
                await self._serve_batch(key, batch)
        finally:
            del self._running[key]
            if self._waiting.get(key):
                self._running[key] = asyncio.create_task(self._serve(key))

    async def _serve_batch(
        self, key: Key, batch: Sequence[tuple[Wish, asyncio.Future[Made]]]
    ) -> None:
        wanted = [(wish, future) for wish, future in batch if not future.done()]
        if not wanted:
            return
        carrying_out = self._carry_out(key, [wish for wish, _ in wanted])
        self._working[key] = asyncio.create_task(carrying_out)
        working = self._working[key]
        for _, future in wanted:
            future.add_done_callback(lambda _: _stop_unwanted(working, wanted))
        await asyncio.wait([working])
        del self._working[key]
        for index, (_, future) in enumerate(wanted):
            if future.done():
                continue
            if working.cancelled():
                future.cancel()
            elif (error := working.exception()) is not None:
                future.set_exception(error)
            else:
                future.set_result(working.result()[index])


def _stop_unwanted(
    working: "asyncio.Future[Sequence[Made]]",
    wanted: Sequence[tuple[Wish, asyncio.Future[Made]]],
) -> None:
    if all(future.cancelled() for _, future in wanted):
        working.cancel()
