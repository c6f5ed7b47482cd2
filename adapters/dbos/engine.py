"""One engine for three uses: a gateway orders, a worker works, a terminal runs one job itself."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowHandleAsync
from sqlalchemy.exc import SQLAlchemyError

from adapters.dbos.errands import Errands
from adapters.dbos.finished import Finished, forget_workflows
from adapters.dbos.processes import introduce
from adapters.dbos.setup import configure
from adapters.dbos.telling import Postman
from adapters.dbos.terms import (
    ERRANDS,
    JOBS,
    TAKEN_OVER,
    Explain,
    Limits,
    OnProgress,
    Records,
    Role,
    Weigh,
    name_delivery,
    name_job,
    name_telling,
)
from adapters.dbos.upkeep import Reaper, tidy
from adapters.dbos.working import Conductor
from core.errors import ServiceError, UserError
from core.figures import Load
from core.jobs import Job, Order, State
from core.names import JobId, PersonId, Place
from core.ports import Errand, Pipeline, Platform

_log = logging.getLogger(__name__)


class Engine:
    """Fills the port `Jobs`. DBOS allows one open engine per process."""

    def __init__(
        self,
        records: Records,
        pipelines: Sequence[Pipeline],
        *,
        errands: Sequence[Errand] = (),
        data: Path,
        url: str,
        explain: Explain,
        limits: Limits,
        weigh: Weigh,
    ) -> None:
        self._records = records
        self._book = records.book
        self._kinds = frozenset(pipeline.kind for pipeline in pipelines)
        self._platforms: dict[str, Platform] = {}
        self._data = data
        self._url = url
        self._explain = explain
        self._limits = limits
        self._weigh = weigh
        self._loops: list[asyncio.Task[None]] = []
        self._role = Role.TERMINAL
        self._conductor = Conductor(
            records,
            {pipeline.kind: pipeline for pipeline in pipelines},
            explain=explain,
            limits=limits,
            send=self._send,
        )
        self._finished = Finished(records, send=self._post)
        self.errands = Errands(records, errands, explain=explain, limits=limits)
        self._last_beat = 0.0
        self.lost = asyncio.Event()
        """Set when others declared this process dead: it has put its jobs down and must go."""

    async def open(self, role: Role, platforms: Sequence[Platform]) -> None:
        """Join in. Jobs run in the loop that this is called in."""
        self._role = role
        self._platforms.update({platform.name: platform for platform in platforms})
        self._me = introduce(role.value)
        await self._records.presence.enter(self._me)
        self._last_beat = time.monotonic()
        config = configure(url=self._url, data=self._data, executor=self._me.id)
        self._sqlite = config.get("system_database_engine")
        DBOS(config=config)
        self._register()
        DBOS.listen_queues(self._queues())
        DBOS.launch()
        await self._declare_queues()
        self._reaper = Reaper(
            self._records.presence,
            me=self._me,
            queue=TAKEN_OVER,
            stale_seconds=self._limits.stale_seconds,
        )
        self._start_loops()

    async def close(self) -> None:
        """Put down what runs, for others to go on with, and leave."""
        await self._put_down()
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._role is Role.TERMINAL and not await self._reaper.owned(self._me.id):
            await self._records.presence.leave(self._me.id)
        # DBOS has made its threads the loop's own, so they end last and are replaced.
        loop_now = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as apart:
            await loop_now.run_in_executor(apart, self._destroy)
        loop_now.set_default_executor(ThreadPoolExecutor(4))

    def _destroy(self) -> None:
        DBOS.destroy(destroy_registry=True)
        if self._sqlite is not None:
            self._sqlite.dispose()

    def _register(self) -> None:
        postman = Postman(
            self._book,
            self._records.outbox,
            self._platforms,
            explain=self._explain,
        )

        @DBOS.workflow(name="job", max_recovery_attempts=None)
        async def job(job_id: str) -> None:
            await self._conductor.conduct(JobId(job_id))

        @DBOS.workflow(name="tell", max_recovery_attempts=None)
        async def tell(delivery: str) -> str:
            return await postman.tell(delivery)

        self._job, self._tell = job, tell
        self.errands.register()

    def _queues(self) -> list[str]:
        deliveries = [name_delivery(name) for name in self._platforms]
        match self._role:
            case Role.GATEWAY:
                return deliveries
            case Role.WORKER:
                return [JOBS, ERRANDS, TAKEN_OVER, *deliveries]
            case Role.TERMINAL:
                return []

    async def _declare_queues(self) -> None:
        for name in self._queues():
            working = name in (JOBS, ERRANDS, TAKEN_OVER)
            await DBOS.register_queue_async(
                name,
                worker_concurrency=self._limits.slots if working else 10,
                # The partitions are people: one with many jobs leaves room for one with few.
                partition_concurrency=self._limits.slots if name in (JOBS, ERRANDS) else None,
                polling_interval_sec=self._limits.poll_seconds * self._slowness(name),
                on_conflict="always_update",
            )

    def _slowness(self, queue: str) -> int:
        """How much less often than the jobs a queue is looked at: each look costs."""
        # A worker tells only for a terminal that died, whose person has gone as well.
        rare = queue not in (JOBS, ERRANDS) and self._role is Role.WORKER
        return 4 if rare else 2 if queue == ERRANDS else 1

    def _start_loops(self) -> None:
        def start(work: Callable[[], Awaitable[object]], seconds: float) -> None:
            self._loops.append(asyncio.create_task(_steadily(work, seconds)))

        start(self._pulse, max(0.25, self._limits.poll_seconds))
        start(self._beat, self._limits.beat_seconds)
        if self._role is Role.WORKER:
            start(self._reaper.reap, min(1.0, self._limits.stale_seconds / 4))
            start(self._adopt, 5.0)
        if self._role is not Role.GATEWAY:
            start(self._tidy, 600.0)

    async def start(self, order: Order) -> Job:
        self._check(order)
        await self._records.admission.admit(name_job(order), order)
        job = await self._book.enter(name_job(order), order)
        if not job.state.ended:
            await self._enqueue(job)
        return job

    async def cancel(self, job: JobId, *, person: PersonId | None) -> Job:
        found = await self.find(job, person=person)
        words = "You cancelled this." if person is not None else "This was cancelled."
        if not await self._book.finish(job, State.CANCELLED, sentence=words, outcome=None):
            raise UserError(f"“{found.title}” has already ended, so it cannot be cancelled.")
        self._conductor.end(job)
        ended = await self.find(job, person=None)
        if ended.started is None:
            # Nobody ever began it, and nobody can any more: it is ours to tidy up.
            await DBOS.cancel_workflow_async(job)
            await self._conductor.settle(job)
        else:
            await self._await_settled(job, seconds=3)
        return ended

    async def find(self, job: JobId, *, person: PersonId | None) -> Job:
        found = await self._book.find(job)
        if found is None or (person is not None and found.person != person):
            raise _no_job(job)
        return found

    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]:
        return await self._book.listed(person=person, active=active)

    async def order(self, job: JobId, *, person: PersonId) -> Order:
        await self.find(job, person=person)
        order = await self._book.order(job)
        if order is None:
            raise _no_job(job)
        return order

    async def page(
        self, person: PersonId, *, search: str = "", after: int = 0, most: int = 10
    ) -> tuple[Sequence[Job], int]:
        return await self._book.page(person, search=search, after=after, most=most)

    async def resend(self, job: JobId, place: Place, *, person: PersonId, key: str) -> None:
        if place.platform not in self._platforms:
            raise UserError("That chat is not connected at the moment. Try again later.")
        found = await self.find(job, person=person)
        await self._finished.resend(found, place, key=f"{person}\0{key}")

    async def remove(self, job: JobId, *, person: PersonId) -> None:
        await self._finished.remove(await self.find(job, person=person))

    async def last_beat(self, pid: int) -> float | None:
        """When another process of this machine wrote its heartbeat, by its clock; 0 for none.

        None when our own beat is late, too: then the database is to blame, or a suspended night.
        """
        if time.monotonic() - self._last_beat > 3 * self._limits.beat_seconds:
            return None
        try:
            present = await self._records.presence.present()
        except (SQLAlchemyError, OSError):
            return None
        here = [worker for worker in present if worker.host == self._me.host]
        return max((worker.seen for worker in here if worker.pid == pid), default=0.0)

    async def run_here(self, order: Order, on_progress: OnProgress) -> Job:
        """Run one job in this process and hand it over here; stopping the wait cancels it.

        When this process is killed, a worker goes on with the job and hands it over. Raises
        `ServiceError` when it was made and could not be handed over.
        """
        self._check(order)
        job = await self._book.enter(name_job(order), order)
        self._conductor.listeners[job.id] = on_progress
        try:
            with SetWorkflowID(job.id):
                made = await DBOS.start_workflow_async(self._job, job.id)
            await made.get_result(polling_interval_sec=0.1)
            told: WorkflowHandleAsync[str] = await DBOS.retrieve_workflow_async(
                name_telling(job.id)
            )
            trouble = await told.get_result(polling_interval_sec=0.1)
        except asyncio.CancelledError:
            if self.lost.is_set():
                raise ServiceError("Another process took this job over.") from None
            await self._cancel_quietly(job.id)
            raise
        finally:
            del self._conductor.listeners[job.id]
        if trouble:
            raise ServiceError(trouble)
        return await self.find(job.id, person=None)

    async def _cancel_quietly(self, job: JobId) -> None:
        try:
            await self.cancel(job, person=None)
        except UserError:
            _log.info("job %s had ended before it could be cancelled", job)

    def _check(self, order: Order) -> None:
        if not order.person.strip():
            # DBOS accepts a job without a partition and never runs it.
            raise ValueError("an order needs a person")
        if order.kind not in self._kinds:
            raise ValueError(f"there is no pipeline for {order.kind!r}")

    async def _enqueue(self, job: Job) -> None:
        with SetWorkflowID(job.id), SetEnqueueOptions(queue_partition_key=job.person):
            await DBOS.enqueue_workflow_async(JOBS, self._job, job.id)

    async def _send(self, job: Job) -> None:
        """Have an ended job told: here, when somebody waits for it here, else by its gateway."""
        if job.id in self._conductor.listeners:
            with SetWorkflowID(name_telling(job.id)):
                await DBOS.start_workflow_async(self._tell, job.id)
        else:
            await self._post(job.id, job.place)

    async def _post(self, delivery: str, place: Place) -> None:
        with SetWorkflowID(name_telling(delivery)):
            await DBOS.enqueue_workflow_async(name_delivery(place.platform), self._tell, delivery)

    async def _await_settled(self, job: JobId, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        # Another process brings it to rest, so there is no event to wait for.
        while time.monotonic() < deadline and not await self._book.settled(job):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _pulse(self) -> None:
        late = time.monotonic() - self._last_beat
        if self._url and late > self._limits.stale_seconds * 0.6:
            # Others may take our jobs over any moment, and two must never run one.
            await self._lose()
        await self._conductor.pulse()

    async def _beat(self) -> None:
        # A gateway has a pool, too, but nobody ever works in it.
        load = Load() if self._role is Role.GATEWAY else self._weigh()
        if not await self._records.presence.beat(self._me, load):
            await self._lose()
        self._last_beat = time.monotonic()

    async def _lose(self) -> None:
        if not self.lost.is_set():
            _log.error("this process lost its place among the workers and puts its jobs down")
            self.lost.set()
            await self._put_down()

    async def _put_down(self) -> None:
        await asyncio.gather(self._conductor.put_down(), self.errands.put_down())

    async def _adopt(self) -> None:
        """Enqueue jobs that were entered by a process that died before it could."""
        waiting = await self._book.waiting(before=time.time() - 5)
        known = await _existing([job.id for job in waiting])
        for job in waiting:
            if job.id not in known:
                await self._enqueue(job)

    async def _tidy(self) -> None:
        before = time.time() - self._limits.retention_seconds
        await self._records.expiry.expire(before=before)
        await tidy(self._book, self._records.shelf, before=before, forget=forget_workflows)


def _no_job(job: JobId) -> UserError:
    return UserError(f"There is no job “{job[:40]}” of yours.")


async def _existing(ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), 200):
        part = await DBOS.list_workflows_async(
            workflow_ids=list(ids[start : start + 200]), load_input=False, load_output=False
        )
        found.update(workflow.workflow_id for workflow in part)
    return found


async def _steadily(work: Callable[[], Awaitable[object]], seconds: float) -> None:
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - what is done each second outlives a bad second
            _log.exception("%s failed and is tried again", getattr(work, "__name__", work))
        await asyncio.sleep(seconds)
