"""What a bot has not yet fetched, and the one poller that may wait for more."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.refusals import ApiError, conflict

LONGEST_SECONDS = 50
_MOST = 100
_NOT_BY_ITSELF = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    kind: str
    payload: Json

    def to_json(self) -> Json:
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """The queue of one bot. Ids rise by one; what is fetched stays until it is confirmed."""

    def __init__(self, clock: Clock, *, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._next = 700_001
        self._pending: list[Update] = []
        self._allowed: set[str] | None = None
        self._poller: asyncio.Future[ApiError] | None = None
        self._more = asyncio.Event()

    @property
    def pending(self) -> Sequence[Update]:
        return tuple(self._pending)

    @property
    def waited_for(self) -> bool:
        """Whether a poller waits right now."""
        return self._poller is not None

    def allow(self, kinds: Sequence[str]) -> None:
        """From now on only these; none named means all that come by themselves."""
        self._allowed = set(kinds) or None

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed or ())

    def put(self, kind: str, payload: Json) -> None:
        wanted = kind in self._allowed if self._allowed else kind not in _NOT_BY_ITSELF
        if not wanted:
            return
        self._pending.append(Update(self._next, kind, payload))
        self._next += 1
        self.wake()

    def drop_all(self) -> None:
        self._pending.clear()

    def confirm(self, update_id: int) -> None:
        """Forget everything before this id."""
        self._pending = [each for each in self._pending if each.id >= update_id]

    def wake(self) -> None:
        self._more.set()
        self._more = asyncio.Event()

    async def more(self, seconds: float) -> None:
        """Wait until something comes, or so long."""
        await self._clock.wait(self._more, seconds)

    def end_poll(self, words: str) -> None:
        """Send the waiting poller away with a 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(conflict(words))
        self.wake()

    async def poll(self, *, offset: int, limit: int, seconds: int) -> list[Json]:
        """getUpdates: at once when there are some, else when one comes or the time is over."""
        if offset < 0:
            self._pending = self._pending[offset:]
        else:
            self.confirm(offset)
        if not self._pending and seconds > 0:
            await self._wait(min(seconds, LONGEST_SECONDS))
        limit = max(1, min(limit, _MOST))
        return [each.to_json() for each in self._pending[:limit]]

    async def _wait(self, seconds: float) -> None:
        self.end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        sent_away = self._poller = asyncio.get_running_loop().create_future()
        self._changed()
        end = self._clock.now + seconds
        try:
            while not self._pending and not sent_away.done() and self._clock.now < end:
                await self.more(end - self._clock.now)
            if sent_away.done():
                raise sent_away.result()
        finally:
            if self._poller is sent_away:
                self._poller = None
