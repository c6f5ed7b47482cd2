"""A process of the job core that tests kill: `python -m tests.adapters.dbos.victim FOLDER ROLE N`.

Most are forked from a process that has imported all of this: importing takes longer than dying.
"""

import asyncio
import multiprocessing
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from adapters.dbos import Limits, Role
from adapters.dbos.errands import Errands
from core.jobs import Job, Progress
from tests.toys import Doorstep, open_bench, order, read_lines


class Victim:
    """A real process of ours, that runs `live` with a folder and more until it is killed."""

    def __init__(self, live: Callable[..., None], *given: object) -> None:
        self._live = live
        self._given = given
        self._process: ForkServerProcess | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def live(self) -> None:
        """Start, unless it runs, and wait until it is ready."""
        if self.alive:
            return
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload(["pytest", __name__])
        ready = forks.Event()
        self._process = forks.Process(target=self._live, args=(ready, *self._given))
        await asyncio.to_thread(self._process.start)
        assert await asyncio.to_thread(ready.wait, 60)

    async def die(self) -> None:
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.join)

    async def stop(self) -> int | None:
        """Ask it to go, and return its exit status."""
        assert self._process is not None
        self._process.terminate()
        await asyncio.to_thread(self._process.join, 30)
        return self._process.exitcode


def serve(ready: Event | None, folder: Path, role: Role, attempts: int) -> None:
    """Be a gateway or a worker until told to go."""
    asyncio.run(_serve(ready, folder, role, attempts=attempts))


async def _serve(ready: Event | None, folder: Path, role: Role, *, attempts: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    platforms = [Doorstep(folder)] if role is Role.GATEWAY else []
    limits = Limits(slots=2, poll_seconds=0.1, beat_seconds=0.5, attempts=attempts)
    async with open_bench(folder, role, limits=limits, platforms=platforms):
        if ready is not None:
            ready.set()
        await stopping.wait()


@dataclass
class Asking:
    """A platform that has a chore done before it tells, as chats have results made smaller."""

    doorstep: Doorstep
    errands: asyncio.Future[Errands]
    name: str = "toy"

    async def deliver(self, job: Job, *, delivery: str) -> str:
        made = await (await self.errands).run("chore", job, {"n": job.title, "seconds": 0.4})
        assert isinstance(made, dict)
        assert Path(made["path"]).read_text() == f"made {job.title}"
        return await self.doorstep.deliver(job, delivery=delivery)


def ask(ready: Event, folder: Path) -> None:
    """Be a gateway that asks for a chore before it tells, until told to go."""
    asyncio.run(_ask(ready, folder))


async def _ask(ready: Event, folder: Path) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    platform = Asking(Doorstep(folder), loop.create_future())
    limits = Limits(slots=2, poll_seconds=0.1, beat_seconds=0.5)
    async with open_bench(folder, Role.GATEWAY, limits=limits, platforms=[platform]) as bench:
        platform.errands.set_result(bench.engine.errands)
        ready.set()
        await stopping.wait()


def run_one(ready: Event, folder: Path) -> None:
    """Be a terminal that runs one job itself; ready when its second stage is at work."""
    asyncio.run(_run_one(ready, folder))


async def _run_one(ready: Event, folder: Path) -> None:
    def tell(progress: Progress) -> None:
        # A stage has its name a moment before its work begins; the work itself reports again.
        begun = any(line.endswith(" second") for line in read_lines(folder / "begun.log"))
        if begun and progress.stage == "second":
            ready.set()

    async with open_bench(folder, Role.TERMINAL, platforms=[Doorstep(folder)]) as bench:
        await bench.engine.run_here(order("1", seconds=2), tell)


if __name__ == "__main__":
    serve(None, Path(sys.argv[1]), Role(sys.argv[2]), attempts=int(sys.argv[3]))
