"""A job from the inside: its steps, its progress, and how it is stopped."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from dbos import DBOS

from adapters.dbos.terms import Explain
from core.errors import ServiceError, UserError
from core.jobs import (
    Json,
    Outcome,
    Progress,
    Stage,
    estimate_left,
    plan_progress,
    smooth_left,
)
from core.names import JobId


class Stop(Enum):
    """Why a job is stopped from outside."""

    ENDED = "somebody cancelled it"
    LEAVING = "this process goes"
    LATE = "it took too long"


class Tracker:
    """How far one job is, as its pipeline reports it. Percent never falls, not even over starts."""

    def __init__(self, stages: tuple[Stage, ...], before: Progress) -> None:
        self._stages = stages
        self._stage = before.stage or stages[0].name
        self._first = before.percent
        self._percent = before.percent
        self._begun = time.monotonic()
        self._left: float | None = None
        self._told = self._begun
        self._shown: Progress | None = None

    def enter(self, stage: str) -> None:
        self._stage = stage
        self.report(0)

    def report(self, fraction: float) -> None:
        percent = plan_progress(self._stages, self._stage, fraction=fraction)
        self._percent = max(self._percent, percent)

    def show(self) -> Progress | None:
        """The progress to tell now; None when nothing changed."""
        now = time.monotonic()
        gained = 100 * (self._percent - self._first) / max(100 - self._first, 0.001)
        fresh = estimate_left(gained, now - self._begun)
        self._left = smooth_left(self._left, fresh, passed=now - self._told)
        self._told = now
        progress = Progress(self._stage, round(self._percent, 2), _whole(self._left))
        if progress == self._shown:
            return None
        self._shown = progress
        return progress


def _whole(seconds: float | None) -> float | None:
    return None if seconds is None else float(round(seconds))


class JobRun:
    """Fills the port `Run` for one start of one job."""

    def __init__(
        self,
        job: JobId,
        *,
        folder: Path,
        request: Mapping[str, Json],
        tracker: Tracker,
        explain: Explain,
        advance: Callable[[str, float], Awaitable[None]],
    ) -> None:
        self.job = job
        self.folder = folder
        self.request = request
        self._tracker = tracker
        self._explain = explain
        self._advance = advance
        self._tasks: set[asyncio.Task[object]] = set()

    async def step(self, stage: str, work: Callable[[], Awaitable[Json]]) -> Json:
        self._tracker.enter(stage)
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        begun: float | None = None

        async def carry_out() -> dict[str, Json]:
            nonlocal begun
            begun = time.monotonic()
            return await self._carry_out(work)

        done = await DBOS.run_step_async({"name": stage}, carry_out)
        if begun is not None:
            await self._advance(stage, time.monotonic() - begun)
        return _open(done)

    def report(self, fraction: float) -> None:
        self._tracker.report(fraction)

    async def _carry_out(self, work: Callable[[], Awaitable[Json]]) -> dict[str, Json]:
        """Do the work. A failure is a result too: it must read the same after a restart."""
        try:
            result = await work()
        except UserError as error:
            return {"user": str(error)}
        except ServiceError as error:
            return {"service": self._explain(error)}
        except Exception as error:  # noqa: BLE001 - the edge of a step: put in words by dispatch
            return {"bug": self._explain(error)}
        return {"result": result}

    async def close(self) -> None:
        """End what the pipeline left running beside itself."""
        left = [task for task in self._tasks if not task.done() and task != asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)


class StepError(ServiceError):
    """A step failed with a bug; the sentence with the ticket is already made and logged."""


def _open(done: Mapping[str, Json]) -> Json:
    for kind, error in (("user", UserError), ("service", ServiceError), ("bug", StepError)):
        if kind in done:
            raise error(str(done[kind]))
    return done["result"]


@dataclass(slots=True)
class Running:
    """A job that this process works on now."""

    task: "asyncio.Task[Outcome]"
    tracker: Tracker
    stop: Stop | None = None

    def end(self, why: Stop) -> None:
        if self.stop is None:
            self.stop = why
            self.task.cancel()


async def watch(running: Running, *, seconds: float) -> None:
    """Wait until a running job has come to its end, at most so long; stop it when it is late."""
    try:
        done, _ = await asyncio.wait({running.task}, timeout=seconds)
        if not done:
            running.end(Stop.LATE)
            await asyncio.wait({running.task})
    finally:
        running.task.cancel()
