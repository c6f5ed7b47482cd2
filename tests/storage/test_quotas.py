"""Quotas over the records: given back by what fails, not by what is deleted; never overrun."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import UserError
from core.jobs import Json, Order, Outcome, Product, State
from core.names import JobId, PersonId, Place
from core.quotas import DAY_SECONDS, Quota, Quotas
from storage.database import Database
from storage.estate import Estate
from storage.expiry import Expiry
from storage.files import Files
from storage.jobs import JobBook
from storage.people import PeopleTable
from storage.quotas import QuotaBook
from storage.servers import ServerTable
from tests.toys import SECRET

ANNA, OTTO = PersonId("toy:anna"), PersonId("toy:otto")
SERVER = "toy:server"
NO_LIMIT = Quota()


@dataclass
class Clock:
    now: float = 10_000_000.0

    def __call__(self) -> float:
        return self.now


def measure(request: Mapping[str, Json]) -> int:
    return int(str(request.get("size", 0)))


@dataclass
class Gate:
    """The book of quotas, and the book of jobs behind it."""

    database: Database
    person: Quota = NO_LIMIT
    server: Quota = NO_LIMIT

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.book = JobBook(self.database)
        self.quotas = QuotaBook(
            self.database,
            Quotas(person=self.person, server=self.server),
            measure=measure,
            secret=SECRET,
            clock=self.clock,
        )

    async def order(
        self, name: str, person: PersonId = ANNA, *, server: str = "", size: int = 0
    ) -> JobId:
        job = JobId(name)
        place = Place("toy", "here")
        order = Order(name, "toy", name, person, place, {"size": size}, server=server)
        await self.quotas.admit(job, order)
        await self.book.enter(job, order)
        return job

    async def end(self, job: JobId, state: State, *, minutes: float = 0) -> None:
        product = Product("audio", "/x/mix.mp3", "mix.mp3", 7, minutes * 60)
        outcome = Outcome("", (product,), {}) if state is State.DONE else None
        await self.book.finish(job, state, sentence="", outcome=outcome)

    async def refuses(self, name: str, person: PersonId = ANNA, **more: object) -> str:
        with pytest.raises(UserError) as raised:
            await self.order(name, person, **more)  # type: ignore[arg-type] # as `order` takes them
        return str(raised.value)


async def test_so_many_jobs_at_once_for_each_person(database: Database) -> None:
    gate = Gate(database, person=Quota(jobs=2))
    first = await gate.order("1")
    await gate.order("2")
    assert "2 at once is the most" in await gate.refuses("3")
    await gate.order("4", OTTO)
    await gate.end(first, State.DONE)
    await gate.order("3")


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
async def test_what_fails_or_is_cancelled_gives_all_of_it_back(
    database: Database, state: State
) -> None:
    gate = Gate(database, person=Quota(jobs=1, megabytes=1))
    job = await gate.order("1", size=1_000_000)
    assert "at once" in await gate.refuses("2", size=1)
    await gate.end(job, state)
    await gate.order("2", size=1_000_000)


async def test_what_was_made_counts_for_a_day_even_when_it_is_deleted(database: Database) -> None:
    gate = Gate(database, person=Quota(minutes=60))
    job = await gate.order("1")
    await gate.end(job, State.DONE, minutes=60)
    gate.clock.now += 3600
    assert (await gate.refuses("2")).endswith("It works again in 23 hours.")
    await gate.book.forget([job])
    assert (await gate.refuses("2")).endswith("It works again in 23 hours.")
    gate.clock.now += DAY_SECONDS - 3600
    await gate.order("2")


async def test_a_failed_job_that_is_deleted_counts_no_more(database: Database) -> None:
    gate = Gate(database, person=Quota(jobs=1))
    job = await gate.order("1")
    await gate.end(job, State.FAILED)
    await gate.book.forget([job])
    await gate.order("2")


async def test_the_same_order_again_is_no_second_one(database: Database) -> None:
    gate = Gate(database, person=Quota(jobs=1))
    assert await gate.order("1") == await gate.order("1")


async def test_orders_that_come_at_once_do_not_overrun_it(database: Database) -> None:
    gate = Gate(database, person=Quota(jobs=3))
    orders = [gate.order(str(number)) for number in range(8)]
    ended = await asyncio.gather(*orders, return_exceptions=True)
    assert sum(1 for each in ended if isinstance(each, UserError)) == 5


async def test_a_crash_between_quota_and_job_does_not_count_for_long(database: Database) -> None:
    gate = Gate(database, person=Quota(jobs=1))
    order = Order("x", "toy", "x", ANNA, Place("toy", "here"), {})
    await gate.quotas.admit(JobId("lost"), order)
    assert "at once" in await gate.refuses("2")
    gate.clock.now += 61
    await gate.order("2")


async def test_a_server_has_its_own_quota_and_its_managers_may_tighten_it(
    database: Database,
) -> None:
    gate = Gate(database, server=Quota(jobs=3))
    servers = ServerTable(database)
    await gate.order("1", server=SERVER)
    await gate.order("2", OTTO, server=SERVER)
    await servers.set(SERVER, "jobs", "2")
    assert (await gate.refuses("3", server=SERVER)).startswith("This server has 2 jobs")
    await gate.order("3", server="toy:other")
    await gate.order("4")
    await servers.set(SERVER, "jobs", "100")
    await gate.order("5", server=SERVER)
    assert "3 at once is the most" in await gate.refuses("6", server=SERVER)


async def test_a_server_may_limit_each_of_its_people(database: Database) -> None:
    gate = Gate(database)
    await ServerTable(database).set(SERVER, "person-megabytes", "1")
    await gate.order("1", server=SERVER, size=600_000)
    assert "1 MB in 24 hours" in await gate.refuses("2", server=SERVER, size=600_000)
    await gate.order("2", OTTO, server=SERVER, size=600_000)
    await gate.order("3", size=600_000)


@pytest.mark.parametrize("leaver", [ANNA, OTTO])
async def test_linking_and_leaving_again_is_no_way_around_a_quota(
    database: Database, leaver: PersonId
) -> None:
    gate = Gate(database, person=Quota(minutes=60, jobs=2))
    people = PeopleTable(database, clock=gate.clock)
    await gate.end(await gate.order("made"), State.DONE, minutes=40)
    running = await gate.order("running")
    for number in range(2):
        await people.join(OTTO, await people.offer(await people.account(ANNA)))
        await gate.end(await gate.order(f"linked {number}"), State.FAILED)
        await people.leave(leaver)
    await gate.end(running, State.DONE, minutes=20)
    for person in (ANNA, OTTO):
        assert "60 minutes of music" in await gate.refuses("more", person)
    gate.clock.now += DAY_SECONDS
    await gate.order("tomorrow", leaver)


async def test_what_was_taken_along_counts_once_for_a_server_and_after_linking_again(
    database: Database,
) -> None:
    gate = Gate(database, person=Quota(megabytes=2), server=Quota(megabytes=2))
    people = PeopleTable(database, clock=gate.clock)
    await gate.end(await gate.order("made", size=1_000_000, server=SERVER), State.DONE)
    await people.join(OTTO, await people.offer(await people.account(ANNA)))
    await people.leave(OTTO)
    await gate.end(await gate.order("his", OTTO, size=500_000, server=SERVER), State.DONE)
    await people.join(OTTO, await people.offer(await people.account(ANNA)))
    await gate.order("theirs", size=500_000, server=SERVER)
    assert "2 MB in 24 hours" in await gate.refuses("more", size=1, server=SERVER)


async def test_erasing_is_no_way_around_a_quota(database: Database, tmp_path: Path) -> None:
    gate = Gate(database, person=Quota(minutes=60))
    people = PeopleTable(database, clock=gate.clock)
    estate = Estate(database, Files(tmp_path), secret=SECRET)
    await people.join(OTTO, await people.offer(await people.account(ANNA)))
    made = await gate.order("made")
    await gate.end(made, State.DONE, minutes=60)
    for _ in range(2):
        await estate.erase(await people.account(ANNA))
    assert await estate.records(ANNA) == {} and await estate.records(OTTO) == {}
    for person in (ANNA, OTTO):
        assert "60 minutes of music" in await gate.refuses("more", person)
    await gate.order("another's", PersonId("toy:eve"))
    gate.clock.now += DAY_SECONDS
    await gate.order("tomorrow", OTTO)
    await gate.order("tomorrow too")


async def test_what_stays_of_the_erased_counts_once_and_goes_after_a_day(
    database: Database, tmp_path: Path
) -> None:
    gate = Gate(database, person=Quota(megabytes=2), server=Quota(megabytes=2))
    people = PeopleTable(database, clock=gate.clock)
    estate = Estate(database, Files(tmp_path), secret=SECRET)
    await people.join(OTTO, await people.offer(await people.account(ANNA)))
    await gate.end(await gate.order("made", size=1_000_000, server=SERVER), State.DONE)
    await estate.erase(ANNA)
    await gate.end(await gate.order("his", OTTO, size=500_000, server=SERVER), State.DONE)
    await people.join(OTTO, await people.offer(await people.account(ANNA)))
    await gate.end(await gate.order("theirs", size=500_000, server=SERVER), State.DONE)
    assert "2 MB in 24 hours" in await gate.refuses("more", size=1)
    assert "2 MB in 24 hours" in await gate.refuses(
        "here", PersonId("toy:eve"), size=1, server=SERVER
    )
    gate.clock.now += DAY_SECONDS + 1
    await Expiry(database, clock=gate.clock).expire(before=0)
    async with database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM uses")).scalar() == 0
