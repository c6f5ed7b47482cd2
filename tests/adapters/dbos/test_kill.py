"""Kill -9 at any moment, start again: nothing is lost, repeated, told twice or left behind."""

import asyncio
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import psutil

from adapters.dbos import Limits, Role
from adapters.minder import Minder
from core.jobs import Job, State
from tests.adapters.dbos.victim import Victim, run_one, serve
from tests.toys import Bench, open_bench, order, read_lines, until

KILLS = 22
MARK = 0.15731  # seconds that the children sleep: also what they are recognised by
STAGES = ("first", "second", "third")


@asynccontextmanager
async def victims(folder: Path, *, attempts: int = 1000) -> AsyncIterator[tuple[Victim, Victim]]:
    """A worker and a gateway, not yet alive."""
    worker, gateway = (
        Victim(serve, folder, role, attempts) for role in (Role.WORKER, Role.GATEWAY)
    )
    try:
        yield worker, gateway
    finally:
        await asyncio.gather(worker.die(), gateway.die())


def sleepers() -> list[int]:
    """The children of the toy pipeline that run anywhere on this machine."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        facts = process.info
        if facts["cmdline"] == ["sleep", str(MARK)] and facts["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found


def remembered(folder: Path) -> set[str]:
    """The steps that DBOS holds as finished."""
    with closing(sqlite3.connect(folder / "data" / "dbos.db", timeout=30)) as database:
        rows = database.execute("SELECT workflow_uuid, function_name FROM operation_outputs")
        return {f"{job} {step}" for job, step in rows}


async def all_told(bench: Bench, count: int) -> bool:
    jobs = await bench.engine.listed(person=None, active=False)
    told = list(bench.folder.glob("*.told"))
    return len(told) == count and all(job.state.ended for job in jobs)


async def test_kill_at_any_moment_loses_nothing_and_tells_once(tmp_path: Path) -> None:
    chance = random.Random(20261120)
    accepted: list[Job] = []
    repeated: list[str] = []
    async with (
        open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench,
        victims(tmp_path) as (worker, gateway),
    ):
        for kill in range(KILLS):
            for _ in range(2):
                person = chance.choice(["toy:anna", "toy:otto", "toy:zoe"])
                key = str(len(accepted))
                accepted.append(await bench.engine.start(order(key, person=person, seconds=MARK)))
            finished, begun = remembered(tmp_path), len(read_lines(tmp_path / "begun.log"))
            await asyncio.gather(worker.live(), gateway.live())
            await asyncio.sleep(chance.uniform(0, 0.9))  # the random moment
            doomed = [[worker], [worker], [gateway], [worker, gateway]][kill % 4]
            await asyncio.gather(*(victim.die() for victim in doomed))
            repeated += [
                line for line in read_lines(tmp_path / "begun.log")[begun:] if line in finished
            ]
            if worker in doomed:
                await until(lambda: asyncio.sleep(0, not sleepers()), what="no orphans", seconds=10)
        await asyncio.gather(worker.live(), gateway.live())
        await until(lambda: all_told(bench, len(accepted)), what="all are told", seconds=90)
        assert await worker.stop() == 0
        assert await gateway.stop() == 0
        jobs = await bench.engine.listed(person=None, active=False)
    assert {job.id for job in jobs} == {job.id for job in accepted}
    assert {job.state for job in jobs} == {State.DONE}
    assert repeated == [], "a finished step ran again"
    starts, ends = read_lines(tmp_path / "begun.log"), read_lines(tmp_path / "diary.log")
    assert len(starts) > len(ends) >= 3 * len(jobs), "some kills did hit a step"
    assert sleepers() == []
    for job in jobs:
        files = {file.name for file in (tmp_path / "data" / "jobs" / job.id).iterdir()}
        assert files == {f"{stage}.txt" for stage in STAGES}
    told = Counter(line.split()[0] for line in read_lines(tmp_path / "told.log"))
    assert max(told.values()) == 1
    assert set((tmp_path / "data" / "jobs").iterdir()) == {
        tmp_path / "data" / "jobs" / job.id for job in jobs
    }


async def test_a_job_that_kills_its_worker_is_given_up(tmp_path: Path) -> None:
    async with (
        open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench,
        victims(tmp_path, attempts=3) as (worker, gateway),
    ):
        deadly = await bench.engine.start(order("deadly", act="kill"))
        await gateway.live()
        starts = 0
        async with asyncio.timeout(90):
            while not list(tmp_path.glob("*.told")):
                if not worker.alive:
                    starts += 1
                    await worker.live()
                await asyncio.sleep(0.05)
        job = await bench.engine.find(deadly.id, person=None)
        folders = list(bench.files.jobs.iterdir())
    assert starts == 4, "three workers die of it, the fourth gives it up"
    assert job.state is State.FAILED
    assert "several times" in job.sentence
    assert folders == []
    assert Counter(read_lines(tmp_path / "begun.log"))[f"{job.id} first"] == 1


async def test_a_worker_that_hangs_is_replaced_and_its_job_goes_on(tmp_path: Path) -> None:
    limits = Limits(slots=2, poll_seconds=0.1, beat_seconds=0.5)
    async with open_bench(tmp_path, Role.GATEWAY, limits=limits) as bench:
        command = [sys.executable, "-m", "tests.adapters.dbos.victim", str(tmp_path), "worker", "9"]
        minder = Minder(command, listen=bench.engine.last_beat, hung_seconds=4)
        async with asyncio.TaskGroup() as tasks:
            minding = tasks.create_task(minder.mind())
            job = await bench.engine.start(order("1", seconds=2))
            begun = bench.folder / "begun.log"
            await until(lambda: asyncio.sleep(0, len(read_lines(begun)) == 2), what="second step")
            (worker,) = [each for each in psutil.Process().children() if each.cmdline() == command]
            worker.suspend()
            await until(lambda: all_told(bench, 1), what="the job is told", seconds=90)
            minding.cancel()
        assert not worker.is_running()
        steps = Counter(read_lines(begun))
    assert bench.told == [f"{job.id} done"]
    assert steps == {f"{job.id} first": 1, f"{job.id} second": 2, f"{job.id} third": 1}


async def test_two_processes_may_start_together_on_a_new_folder(tmp_path: Path) -> None:
    async with victims(tmp_path) as (worker, gateway):
        await asyncio.gather(worker.live(), gateway.live())
        async with open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench:
            await bench.engine.start(order("1"))
            await until(lambda: all_told(bench, 1), what="the job is told")
            assert len(bench.diary) == 3


async def test_a_killed_terminal_leaves_its_job_to_a_worker(tmp_path: Path) -> None:
    terminal = Victim(run_one, tmp_path)
    await terminal.live()
    await terminal.die()
    async with victims(tmp_path) as (worker, gateway):
        await asyncio.gather(worker.live(), gateway.live())
        async with open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench:
            await until(lambda: all_told(bench, 1), what="the job is told")
            (job,) = await bench.engine.listed(person=None, active=False)
            begun = Counter(read_lines(tmp_path / "begun.log"))
    assert job.state is State.DONE
    assert begun[f"{job.id} first"] == 1
    assert begun[f"{job.id} second"] == 2
