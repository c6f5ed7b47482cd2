"""Errands: a gateway asks, a worker does it once, and kills of either lose nothing."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.dbos import Limits, Role
from core.errors import ServiceError
from core.jobs import Job
from core.names import PersonId
from tests.adapters.dbos.victim import Victim, ask, serve
from tests.toys import Bench, open_bench, order, read_lines, until


async def finished(bench: Bench, key: str = "1", person: str = "toy:anna") -> Job:
    """A job that is done and told."""
    job = await bench.engine.start(order(key, person=person, seconds=0.01))

    async def told() -> bool:
        return any(line.startswith(job.id) for line in bench.told)

    await until(told, what="the job is told")
    return await bench.engine.find(job.id, person=None)


def chores(bench: Bench) -> list[str]:
    return read_lines(bench.folder / "chores.log")


async def test_it_is_done_once_however_often_it_is_asked(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        job = await finished(bench)
        asked = [bench.engine.errands.run("chore", job, {"n": 1}) for _ in range(4)]
        first, *others = await asyncio.gather(*asked)
        other = await bench.engine.errands.run("chore", job, {"n": 2})
        again = await bench.engine.errands.run("chore", job, {"n": 1})
    assert isinstance(first, Mapping) and isinstance(other, Mapping)
    assert all(each == first for each in [*others, again])
    assert first["path"] != other["path"]
    assert Path(str(first["path"])).is_relative_to(bench.files.folder(job.id) / "chore")
    assert chores(bench) == ["begun 1", "done 1", "begun 2", "done 2"]


async def test_a_failure_is_told_in_words_and_remembered(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        job = await finished(bench)
        for _ in range(2):
            with pytest.raises(ServiceError, match="The other side is not there"):
                await bench.engine.errands.run("chore", job, {"n": 1, "act": "service error"})
        with pytest.raises(ServiceError, match="ticket T-test"):
            await bench.engine.errands.run("chore", job, {"n": 2, "act": "bug"})
    assert chores(bench) == ["begun 1", "begun 2"]


async def test_what_takes_too_long_is_stopped(tmp_path: Path) -> None:
    limits = Limits(slots=2, poll_seconds=0.05, job_seconds=3)
    async with open_bench(tmp_path, limits=limits) as bench:
        job = await finished(bench)
        with pytest.raises(ServiceError, match="took too long"):
            await bench.engine.errands.run("chore", job, {"n": 1, "seconds": 60})
    assert chores(bench) == ["begun 1"]


async def test_a_job_that_is_deleted_takes_its_errand_along(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        job = await finished(bench)
        asking = asyncio.create_task(
            bench.engine.errands.run("chore", job, {"n": 1, "seconds": 60})
        )
        await until(lambda: asyncio.sleep(0, chores(bench) == ["begun 1"]), what="it has begun")
        await bench.engine.remove(job.id, person=PersonId("toy:anna"))
        with pytest.raises(ServiceError, match="deleted"):
            await asking
        await until(
            lambda: asyncio.sleep(0, not list(bench.files.jobs.iterdir())), what="no file is left"
        )


async def test_who_has_many_jobs_waiting_gets_their_first_result_at_once(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=Limits(slots=1, poll_seconds=0.05)) as bench:
        job = await finished(bench)
        waiting = [
            await bench.engine.start(order(str(number), seconds=5)) for number in range(2, 5)
        ]
        begun = time.monotonic()
        await bench.engine.errands.run("chore", job, {"n": 1})
        assert time.monotonic() - begun < 10, "three jobs take 45 s"
        for each in waiting:
            await bench.engine.cancel(each.id, person=None)


async def test_kills_of_either_side_lose_nothing(tmp_path: Path) -> None:
    """A gateway that dies while it waits finds the work done; a worker's goes on elsewhere."""
    chance = random.Random(20261120)
    worker, gateway = Victim(serve, tmp_path, Role.WORKER, 1000), Victim(ask, tmp_path)
    try:
        async with open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench:
            for kill in range(9):
                await bench.engine.start(order(f"{kill}", seconds=0.01))
                await asyncio.gather(worker.live(), gateway.live())
                await asyncio.sleep(chance.uniform(0.2, 1.6))  # the random moment
                doomed = [[worker], [gateway], [worker, gateway]][kill % 3]
                await asyncio.gather(*(victim.die() for victim in doomed))
            await asyncio.gather(worker.live(), gateway.live())
            await until(
                lambda: asyncio.sleep(0, len(list(tmp_path.glob("*.told"))) == 9),
                what="all are told", seconds=90,
            )  # fmt: skip
            assert await worker.stop() == 0
            assert await gateway.stop() == 0
            done = Counter(line for line in chores(bench) if line.startswith("done"))
            begun = [line for line in chores(bench) if line.startswith("begun")]
    finally:
        await asyncio.gather(worker.die(), gateway.die())
    assert set(done) == {f"done Job {kill}" for kill in range(9)}
    assert len(begun) > 9, "some kills did hit an errand"
    told = Counter(line.split()[0] for line in read_lines(tmp_path / "told.log"))
    assert len(told) == 9 and max(told.values()) == 1


async def test_a_worker_that_leaves_puts_it_down_for_the_next(tmp_path: Path) -> None:
    worker, gateway = Victim(serve, tmp_path, Role.WORKER, 1000), Victim(ask, tmp_path)
    try:
        async with open_bench(tmp_path, Role.GATEWAY, platforms=[]) as bench:
            await asyncio.gather(worker.live(), gateway.live())
            await bench.engine.start(order("1", seconds=0.01))
            begun = tmp_path / "chores.log"
            await until(lambda: asyncio.sleep(0, begun.exists()), what="it has begun")
            assert await worker.stop() == 0
            await worker.live()
            await until(
                lambda: asyncio.sleep(0, bool(list(tmp_path.glob("*.told")))), what="it is told"
            )
            assert chores(bench) == ["begun Job 1", "begun Job 1", "done Job 1"]
    finally:
        await asyncio.gather(worker.die(), gateway.die())
