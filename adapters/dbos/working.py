"""Working on jobs: each from its start, or its taking over, to its rest."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping

from adapters.dbos.firmly import firmly
from adapters.dbos.running import JobRun, Running, Stop, Tracker, watch
from adapters.dbos.terms import Explain, Limits, OnProgress, Records
from core.jobs import Job, Outcome, Progress, State
from core.names import JobId
from core.ports import Pipeline

_TOO_MANY = "This job brought the worker down several times, so I gave it up. Nothing was made."


class Conductor:
    """Runs the pipelines of this process and writes down how they end."""

    def __init__(
        self,
        records: Records,
        pipelines: Mapping[str, Pipeline],
        *,
        explain: Explain,
        limits: Limits,
        send: Callable[[Job], Awaitable[None]],
    ) -> None:
        self._book = records.book
        self._shelf = records.shelf
        self._pipelines = pipelines
        self._explain = explain
        self._limits = limits
        self._send = send
        self._running: dict[JobId, Running] = {}
        self._conducting: set[asyncio.Task[object]] = set()
        self.leaving = False
        self.listeners: dict[JobId, OnProgress] = {}

    async def conduct(self, job: JobId) -> None:
        """The workflow of a job. Raises `CancelledError` when it is put down for others."""
        if self.leaving:
            raise asyncio.CancelledError
        task = asyncio.current_task()
        if task is not None:
            self._conducting.add(task)
            task.add_done_callback(self._conducting.discard)
        attempt = await firmly(lambda: self._book.begin(job))
        if attempt is not None and attempt > self._limits.attempts:
            await self._fail(job, _TOO_MANY)
        elif attempt is not None and not await self._try(job):
            await firmly(lambda: self._book.rest(job))
            raise asyncio.CancelledError
        # Apart from the workflow's own context, where DBOS would count what follows as steps.
        settling = firmly(lambda: self.settle(job))
        await contextvars.Context().run(asyncio.create_task, settling)

    async def settle(self, job: JobId) -> None:
        """Bring an ended job to rest. May be done twice without harm."""
        ended, order = await self._book.find(job), await self._book.order(job)
        if ended is None or order is None:
            return
        if ended.state is not State.DONE:
            wanted = await self._book.wanted()
            await asyncio.to_thread(self._shelf.clear, job, order.request, wanted=wanted)
        await self._send(ended)
        await self._book.settle(job)

    def end(self, job: JobId) -> None:
        """Stop a job that was ended by somebody, if it runs here."""
        if job in self._running:
            self._running[job].end(Stop.ENDED)

    async def put_down(self) -> None:
        """Stop everything for others to go on with."""
        self.leaving = True
        for running in list(self._running.values()):
            running.end(Stop.LEAVING)
        if self._conducting:
            await asyncio.wait(set(self._conducting), timeout=5)

    async def pulse(self) -> None:
        """Write progress down, and stop what was ended by somebody else."""
        shown = {job: running.tracker.show() for job, running in list(self._running.items())}
        changed = {job: progress for job, progress in shown.items() if progress is not None}
        for job, progress in changed.items():
            self._tell_progress(job, progress)
        for job in await self._book.note(changed, running=list(self._running)):
            self.end(job)

    def _tell_progress(self, job: JobId, progress: Progress) -> None:
        if job in self.listeners:
            self.listeners[job](progress)

    async def _try(self, job: JobId) -> bool:
        """Work on a job and write down how it ended; False when it was put down instead."""
        try:
            running = await self._work(job)
            if running.stop is Stop.LEAVING:
                return False
            if running.stop is Stop.LATE:
                minutes = round(self._limits.job_seconds / 60)
                await self._fail(job, f"This took longer than {minutes} minutes, so I stopped it.")
            elif running.stop is None:
                outcome = _result(running.task)
                await firmly(
                    lambda: self._book.finish(job, State.DONE, sentence="", outcome=outcome)
                )
        except Exception as error:  # noqa: BLE001 - the edge of a job: put in words by dispatch
            await self._fail(job, self._explain(error))
        return True

    async def _work(self, job: JobId) -> Running:
        """Run the pipeline to its end, whatever that is."""
        order = await firmly(lambda: self._book.order(job))
        before = await firmly(lambda: self._book.find(job))
        if order is None or before is None:
            raise LookupError(job)
        pipeline = self._pipelines[order.kind]
        tracker = Tracker(pipeline.stages, before.progress)
        run = JobRun(
            job,
            folder=await asyncio.to_thread(self._shelf.folder, job),
            request=order.request,
            tracker=tracker,
            explain=self._explain,
            advance=lambda stage, seconds: firmly(
                lambda: self._book.advance(job, stage=stage, seconds=seconds)
            ),
        )
        running = Running(asyncio.create_task(pipeline.make(run)), tracker)
        self._running[job] = running
        try:
            await watch(running, seconds=self._limits.job_seconds)
        finally:
            await run.close()
            del self._running[job]
        return running

    async def _fail(self, job: JobId, sentence: str) -> None:
        await firmly(lambda: self._book.finish(job, State.FAILED, sentence=sentence, outcome=None))


def _result(task: "asyncio.Task[Outcome]") -> Outcome:
    if task.cancelled():
        raise RuntimeError("the pipeline cancelled itself")
    return task.result()
