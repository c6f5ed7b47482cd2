"""Finished jobs: looked through, handed over once more, deleted for good."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from dbos import DBOS

from adapters.dbos.terms import Records, name_again
from core.errors import UserError
from core.jobs import Job, State
from core.names import JobId, Place

_ENDING_SECONDS = 5.0
_AT_WORK = ["PENDING", "ENQUEUED", "DELAYED"]


class Finished:
    """What becomes of jobs after their end. `send` has a delivery told."""

    def __init__(self, records: Records, *, send: Callable[[str, Place], Awaitable[None]]) -> None:
        self._book = records.book
        self._outbox = records.outbox
        self._shelf = records.shelf
        self._send = send

    async def resend(self, job: Job, place: Place, *, key: str) -> None:
        """Hand a job over once more. Raises `UserError` when its files are gone."""
        if job.state is not State.DONE or job.outcome is None:
            raise UserError(f"“{job.name}” has no result to send.")
        paths = [Path(product.path) for product in job.outcome.products]
        if not await asyncio.to_thread(lambda: all(path.is_file() for path in paths)):
            raise UserError(f"The files of “{job.name}” are no longer kept. Make it again.")
        delivery = name_again(job.id, key)
        await self._outbox.intend(delivery, job.id, place)
        await self._send(delivery, place)

    async def remove(self, job: Job) -> None:
        """Delete an ended job with its files. Raises `UserError` when it still runs."""
        if not job.state.ended:
            raise UserError(f"“{job.name}” is still being made: cancel it first.")
        order = await self._book.order(job.id)
        if order is None:
            return
        await _await_rest(job.id)
        others = await self._book.requests(order.person, besides=job.id)
        wanted = [*await self._book.wanted(), *others]
        await asyncio.to_thread(self._shelf.clear, job.id, order.request, wanted=wanted)
        await forget_workflows([job.id])
        await self._book.forget([job.id])


async def forget_workflows(jobs: Sequence[JobId]) -> None:
    """Have DBOS forget all that it holds about jobs, whose workflows begin with the job's id."""
    for start in range(0, len(jobs), 100):
        found = await DBOS.list_workflows_async(
            workflow_id_prefix=list(jobs[start : start + 100]), load_input=False, load_output=False
        )
        if found:
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in found])


async def _await_rest(job: JobId) -> None:
    """Give what is at work on a job, such as its telling, a moment to end."""
    deadline = time.monotonic() + _ENDING_SECONDS
    while time.monotonic() < deadline:
        found = await DBOS.list_workflows_async(
            workflow_id_prefix=[job], status=_AT_WORK, load_input=False, load_output=False
        )
        if not found:
            return
        # Other processes bring it to its end, so there is no event to wait for.
        await asyncio.sleep(0.1)
