"""The figures of the house, on every database that there is."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.figures import Figures, Load, Steps
from core.jobs import Order, State, Worker
from core.names import JobId, PersonId, Place
from storage.database import Database
from storage.figures import count_figures
from storage.job_rows import jobs
from storage.jobs import LISTED, JobBook
from storage.workers import WorkerTable

ORDER = Order("k", "mixtape", "A mix", PersonId("toy:anna"), Place("toy", "here"), {})


async def test_an_empty_house_counts_nothing(database: Database) -> None:
    assert await count_figures(database) == Figures()


async def test_all_jobs_count_by_kind_and_state(database: Database) -> None:
    book = JobBook(database)
    await book.enter(JobId("job0"), ORDER)
    await book.enter(JobId("job1"), ORDER)
    many = LISTED + 20
    async with database.write() as connection:
        first = (await connection.execute(sa.select(jobs).where(jobs.c.id == "job0"))).one()
        copies = [{**first._mapping, "id": f"job{number}"} for number in range(2, many)]
        await connection.execute(sa.insert(jobs), copies)
    await book.begin(JobId("job0"))
    await book.finish(JobId("job1"), State.FAILED, sentence="", outcome=None)
    await book.enter(JobId("other"), replace(ORDER, kind="clip"))
    figures = await count_figures(database)
    assert figures.jobs == {
        ("mixtape", "queued"): many - 2,
        ("mixtape", "running"): 1,
        ("mixtape", "failed"): 1,
        ("clip", "queued"): 1,
    }
    assert figures.queued == many - 1


async def test_times_of_steps_add_up_by_kind_and_stage(database: Database) -> None:
    book = JobBook(database)
    one, two = JobId("one"), JobId("two")
    await book.enter(one, ORDER)
    await book.enter(two, replace(ORDER, kind="clip"))
    await asyncio.gather(
        *(book.advance(one, stage="mixing", seconds=1.5) for _ in range(3)),
        book.advance(one, stage="checking", seconds=0.25),
        book.advance(two, stage="mixing", seconds=8),
        book.advance(JobId("gone"), stage="mixing", seconds=9),
    )
    steps = (await count_figures(database)).steps
    assert steps == {
        ("mixtape", "mixing"): Steps(3, 4.5),
        ("mixtape", "checking"): Steps(1, 0.25),
        ("clip", "mixing"): Steps(1, 8.0),
    }


async def test_only_live_processes_are_in_the_load(database: Database) -> None:
    workers = WorkerTable(database)
    for name in ("one", "two", "silent"):
        worker = Worker(name, "host", 12, "345")
        await workers.enter(worker)
        assert await workers.beat(worker, Load(slots=2, busy=1, waiting=4))
    async with database.write() as connection:
        await connection.execute(sa.text("UPDATE workers SET seen = 1 WHERE id = 'silent'"))
    assert (await count_figures(database)).load == Load(slots=4, busy=2, waiting=8)


async def test_a_job_that_is_forgotten_leaves_its_times(database: Database) -> None:
    book = JobBook(database)
    await book.enter(JobId("one"), ORDER)
    await book.advance(JobId("one"), stage="mixing", seconds=1)
    await book.forget([JobId("one")])
    figures = await count_figures(database)
    assert figures.jobs == {}
    assert figures.steps[("mixtape", "mixing")].seconds == pytest.approx(1)
