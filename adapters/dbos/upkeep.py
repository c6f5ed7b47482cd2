"""Taking over from the dead, and throwing away what is old."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from dbos import DBOS
from dbos import _dbos as dbos_internals

from adapters.dbos.processes import is_alive
from core.jobs import Worker
from core.names import JobId
from core.ports import Presence, Retention, Shelf

_log = logging.getLogger(__name__)


class Reaper:
    """Finds processes that died and puts their jobs back in a queue."""

    def __init__(self, presence: Presence, *, me: Worker, queue: str, stale_seconds: float) -> None:
        self._presence = presence
        self._me = me
        self._queue = queue
        self._stale_seconds = stale_seconds
        self._beats: dict[str, tuple[float, float]] = {}

    async def reap(self) -> None:
        for worker in await self._presence.present():
            if worker.id != self._me.id and self._is_dead(worker):
                await self._take_over(worker)
                await self._presence.leave(worker.id)
                self._beats.pop(worker.id, None)

    def _is_dead(self, worker: Worker) -> bool:
        if worker.host == self._me.host:
            return not is_alive(worker)
        # Clocks of machines differ, so what counts is how long the same beat was seen here.
        now = time.monotonic()
        beat, since = self._beats.get(worker.id, (None, now))
        if beat != worker.seen:
            since = now
        self._beats[worker.id] = (worker.seen, since)
        return now - since > self._stale_seconds

    async def owned(self, executor: str) -> Sequence[str]:
        """The workflows that a process has begun and not ended."""
        found = await DBOS.list_workflows_async(
            status="PENDING", executor_id=executor, load_input=False, load_output=False
        )
        return [workflow.workflow_id for workflow in found]

    async def _take_over(self, worker: Worker) -> None:
        # The public resume_workflows does not look whether somebody else has resumed already, so
        # two reapers would have one job run twice. This one compares the owner in the update.
        system: Any = dbos_internals._get_dbos_instance()._sys_db
        for workflow in await self.owned(worker.id):
            taken = await asyncio.to_thread(
                system.reenqueue_for_recovery, workflow, [worker.id], self._queue
            )
            if taken:
                _log.warning("took over %s from %s, which is gone", workflow, worker.id)


async def tidy(
    book: Retention,
    shelf: Shelf,
    *,
    before: float,
    forget: Callable[[Sequence[JobId]], Awaitable[None]],
) -> None:
    """Remove jobs that ended before that time, with their files, and what crashes left."""
    while jobs := await book.expired(before=before):
        for job in jobs:
            await asyncio.to_thread(shelf.discard, job)
        await forget(jobs)
        await book.forget(jobs)
    known, wanted = await book.known(), await book.wanted()
    removed = await asyncio.to_thread(shelf.sweep, known, wanted=wanted, before=before)
    if removed:
        _log.info("removed %d leftovers", removed)
