"""The records of the house, on every database that there is."""

import asyncio
from dataclasses import replace

from core.figures import Load
from core.jobs import Mail, Order, Outcome, Product, Progress, State, Worker
from core.names import JobId, PersonId, Place
from storage.database import Database
from storage.jobs import JobBook
from storage.memory import MemoryTable
from storage.outbox import OutboxTable
from storage.workers import WorkerTable

ANNA, OTTO = PersonId("toy:anna"), PersonId("toy:otto")
ONE, TWO, THREE = JobId("one"), JobId("two"), JobId("three")
ORDER = Order("k", "toy", "A mix — ünï", ANNA, Place("toy", "here"), {"tracks": ["/a", 1, None]})
OUTCOME = Outcome(
    "Here it is.",
    (Product("audio", "/x/mix.mp3", "mix.mp3", 7, 1.5), Product("cue", "/x/mix.cue", "mix.cue", 1)),
    {"rejected": [{"source": "b", "reason": "empty"}]},
)


async def test_an_order_comes_out_as_it_went_in(database: Database) -> None:
    book = JobBook(database)
    job = await book.enter(ONE, ORDER)
    assert (job.state, job.title, job.person, job.place) == (
        State.QUEUED,
        ORDER.title,
        ANNA,
        Place("toy", "here"),
    )
    assert await book.order(ONE) == ORDER
    assert await book.find(TWO) is None
    assert await book.order(TWO) is None


async def test_entering_twice_is_one_job(database: Database) -> None:
    book = JobBook(database)
    first, second = await asyncio.gather(book.enter(ONE, ORDER), book.enter(ONE, ORDER))
    assert first == second
    assert len(await book.listed(person=None, active=False)) == 1


async def test_jobs_are_listed_newest_first_for_each_person(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    await book.enter(TWO, replace(ORDER, person=OTTO))
    await book.enter(THREE, ORDER)
    await book.finish(ONE, State.CANCELLED, sentence="", outcome=None)
    everyone = await book.listed(person=None, active=False)
    assert [job.id for job in everyone] == [THREE, TWO, ONE]
    assert [job.id for job in await book.listed(person=ANNA, active=False)] == [THREE, ONE]
    assert [job.id for job in await book.listed(person=ANNA, active=True)] == [THREE]


async def test_place_in_the_queue_counts_fairly(database: Database) -> None:
    book = JobBook(database)
    for number in range(5):
        await book.enter(JobId(f"heavy{number}"), ORDER)
    await book.enter(TWO, replace(ORDER, person=OTTO))
    light, last = await book.find(TWO), await book.find(JobId("heavy4"))
    assert light is not None
    assert last is not None
    assert (light.ahead, last.ahead) == (1, 4)


async def test_a_result_comes_out_as_it_went_in(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    await book.begin(ONE)
    assert await book.finish(ONE, State.DONE, sentence="", outcome=OUTCOME)
    job = await book.find(ONE)
    assert job is not None
    assert job.outcome == OUTCOME
    assert (job.state, job.progress.percent) == (State.DONE, 100)
    assert job.finished is not None


async def test_a_job_ends_once(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    ends = await asyncio.gather(
        book.finish(ONE, State.CANCELLED, sentence="a", outcome=None),
        book.finish(ONE, State.FAILED, sentence="b", outcome=None),
    )
    assert sorted(ends) == [False, True]
    assert await book.begin(ONE) is None


async def test_attempts_count_from_the_last_finished_step(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    assert [await book.begin(ONE) for _ in range(3)] == [1, 2, 3]
    await book.rest(ONE)
    assert await book.begin(ONE) == 3
    await book.advance(ONE, stage="mix", seconds=1.0)
    assert await book.begin(ONE) == 2


async def test_progress_never_falls_in_the_book(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    await book.begin(ONE)
    for percent in (10.0, 40.0, 20.0):
        await book.note({ONE: Progress("mix", percent, 3.0)}, running=[ONE])
    job = await book.find(ONE)
    assert job is not None
    assert job.progress == Progress("mix", 40.0, 3.0)


async def test_a_worker_learns_what_was_ended_by_others(database: Database) -> None:
    book = JobBook(database)
    for job in (ONE, TWO):
        await book.enter(job, ORDER)
        await book.begin(job)
    await book.finish(TWO, State.CANCELLED, sentence="", outcome=None)
    assert await book.note({TWO: Progress("mix", 50.0)}, running=[ONE, TWO]) == {TWO}
    cancelled = await book.find(TWO)
    assert cancelled is not None
    assert cancelled.progress.percent == 0


async def test_what_has_come_to_rest_expires(database: Database) -> None:
    book = JobBook(database)
    for job in (ONE, TWO):
        await book.enter(job, ORDER)
        await book.finish(job, State.DONE, sentence="", outcome=OUTCOME)
    await book.settle(ONE)
    assert await book.settled(ONE)
    assert not await book.settled(TWO)
    assert await book.expired(before=0) == []
    assert await book.expired(before=1e12) == [ONE]
    await book.forget([ONE])
    assert await book.known() == {TWO}


async def test_requests_of_active_jobs_are_wanted(database: Database) -> None:
    book = JobBook(database)
    await book.enter(ONE, ORDER)
    await book.enter(TWO, replace(ORDER, request={"x": 1}))
    await book.finish(TWO, State.FAILED, sentence="", outcome=None)
    assert await book.wanted() == [ORDER.request]
    assert [job.id for job in await book.waiting(before=1e12)] == [ONE]


async def test_mail_is_claimed_and_closed(database: Database) -> None:
    book, outbox = JobBook(database), OutboxTable(database)
    assert await outbox.claim(ONE) is Mail.SENT
    await book.enter(ONE, ORDER)
    await book.finish(ONE, State.DONE, sentence="", outcome=OUTCOME)
    assert await outbox.claim(ONE) is Mail.INTENDED
    assert await outbox.claim(ONE) is Mail.SENDING
    await outbox.close(ONE, Mail.SENT, message="42")
    assert await outbox.claim(ONE) is Mail.SENT


async def test_facts_are_remembered_and_the_least_used_forgotten(database: Database) -> None:
    memory = MemoryTable(database, most=10)
    assert await memory.recall("a") is None
    await memory.remember("a", {"seconds": 1.5})
    await memory.remember("a", {"seconds": 2.5})
    assert await memory.recall("a") == {"seconds": 2.5}
    for number in range(12):
        await memory.remember(f"b{number}", {})
    assert await memory.recall("a") is None
    assert await memory.recall("b11") == {}


async def test_a_heartbeat_tells_who_was_declared_dead(database: Database) -> None:
    workers = WorkerTable(database)
    worker = Worker("w1", "host", 12, "345")
    await workers.enter(worker)
    assert await workers.beat(worker, Load())
    (seen,) = await workers.present()
    assert replace(seen, seen=0) == worker
    await workers.leave("w1")
    assert not await workers.beat(worker, Load())
    assert await workers.present() == []
