"""Errands: small works that a gateway has a worker do for a job that is done, remembered."""

import asyncio
import contextvars
import hashlib
import json
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from adapters.dbos.firmly import firmly
from adapters.dbos.terms import ERRANDS, Explain, Limits, Records
from core.errors import ServiceError
from core.jobs import Job, Json
from core.names import JobId
from core.ports import Errand

_log = logging.getLogger(__name__)

_ATTEMPTS = 10
"""How often an errand may die with its worker, or be put down, before it is given up."""
_LOOK_SECONDS = 2.0
_AT_WORK = frozenset({"ENQUEUED", "PENDING", "DELAYED"})


class Errands:
    """Runs errands in a worker, and waits for them in a gateway.

    What was asked before, by the same request, is not done again. The files that an errand
    makes are in its job's folder, and go with the job.
    """

    def __init__(
        self, records: Records, errands: Sequence[Errand], *, explain: Explain, limits: Limits
    ) -> None:
        self._book = records.book
        self._shelf = records.shelf
        self._errands = {errand.name: errand for errand in errands}
        self._explain = explain
        self._limits = limits
        self._running: set[asyncio.Task[object]] = set()
        self._leaving = False
        self._workflow: Callable[..., Coroutine[Any, Any, Json]] | None = None

    def register(self) -> None:
        """Make them known to DBOS, before it is launched."""

        @DBOS.workflow(name="errand", max_recovery_attempts=_ATTEMPTS)
        async def errand(name: str, job_id: str, request: Mapping[str, Json]) -> Json:
            return await self._conduct(name, JobId(job_id), request)

        self._workflow = errand

    async def run(self, name: str, job: Job, request: Mapping[str, Json]) -> Json:
        """Have a worker do it, or find what it did. Raises `ServiceError` when it failed."""
        asking = self._ask(_name(name, job.id, request), name, job, request)
        # Apart from the workflow that hands the job over, where DBOS would count what follows
        # as its steps and expect the same ones after a crash.
        task = contextvars.Context().run(asyncio.create_task, asking)
        try:
            return await task
        finally:
            task.cancel()

    async def _ask(self, id_: str, name: str, job: Job, request: Mapping[str, Json]) -> Json:
        workflow = self._workflow
        if workflow is None:
            raise RuntimeError("errands are run once the engine is open")

        async def enqueue() -> None:
            with SetWorkflowID(id_), SetEnqueueOptions(queue_partition_key=job.person):
                await DBOS.enqueue_workflow_async(ERRANDS, workflow, name, job.id, request)

        await firmly(enqueue)
        # DBOS itself would wait for ever for a workflow that was deleted with its job.
        while status := await firmly(lambda: DBOS.get_workflow_status_async(id_)):
            if status.status not in _AT_WORK:
                return _open(name, status.status, status.output)
            await asyncio.sleep(self._limits.poll_seconds)
        raise ServiceError("The job was deleted while its files were being made.")

    async def _conduct(self, name: str, job: JobId, request: Mapping[str, Json]) -> Json:
        """The workflow. Raises `CancelledError` when it is put down for another worker."""
        if self._leaving:
            raise asyncio.CancelledError
        task = asyncio.create_task(self._carry_out(name, job, request))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await self._watch(task, job)
        finally:
            task.cancel()

    async def _carry_out(self, name: str, job: JobId, request: Mapping[str, Json]) -> Json:
        """Do the work. A failure is a result, too: it would come again."""
        try:
            folder = await asyncio.to_thread(self._shelf.folder, job)
            place = folder / name / _digest(request)
            return {"result": await self._errands[name].carry_out(place, request)}
        except Exception as error:  # noqa: BLE001 - the edge of an errand: put in words by dispatch
            return {"trouble": self._explain(error)}

    async def _watch(self, task: "asyncio.Task[Json]", job: JobId) -> Json:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.job_seconds
        while True:
            done, _ = await asyncio.wait({task}, timeout=_LOOK_SECONDS)
            if done:
                return task.result()
            if loop.time() > ends:
                return {"trouble": "It took too long to make the files smaller."}
            if await firmly(lambda: self._book.find(job)) is None:
                task.cancel()
                await asyncio.wait({task})
                await asyncio.to_thread(self._shelf.discard, job)
                return {"trouble": "The job was deleted."}

    async def put_down(self) -> None:
        """Stop everything for others to go on with."""
        self._leaving = True
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=5)


def _open(name: str, status: str, output: Any) -> Json:
    if status != "SUCCESS" or not isinstance(output, Mapping):
        _log.error("an errand (%s) ended as %s", name, status)
        raise ServiceError("Making the files smaller failed several times, so I gave it up.")
    if "trouble" in output:
        raise ServiceError(str(output["trouble"]))
    result: Json = output["result"]
    return result


def _name(errand: str, job: JobId, request: Mapping[str, Json]) -> str:
    # It begins with the job's id, so that it is forgotten with the job.
    return f"{job}-{errand}-{_digest(request)}"


def _digest(request: Mapping[str, Json]) -> str:
    text = json.dumps(request, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
