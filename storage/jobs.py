"""The book of jobs: what was ordered, how far it is, and how it ended."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs import LOOK, Job, Json, Order, Outcome, Progress, State, count_ahead, search_words
from core.names import JobId, PersonId, Place
from storage.database import Database
from storage.identities import find_owner
from storage.job_rows import (
    ACTIVE,
    deliveries,
    jobs,
    read_job,
    read_order,
    step_times,
    uses,
    write_intent,
    write_order,
    write_outcome,
)
from storage.letters import letters
from storage.photos import list_waiting
from storage.quotas import is_of
from storage.trays import list_files

LISTED = 200


class JobBook:
    """Fills the port `Book`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, job: JobId, order: Order) -> Job:
        async with self._database.write() as connection:
            person = await find_owner(connection, order.person)
            row = write_order(job, order, person=person, now=time.time())
            await connection.execute(
                self._database.insert(jobs).values(row).on_conflict_do_nothing()
            )
        found = await self.find(job)
        if found is None:
            raise RuntimeError(f"job {job} was not written")
        return found

    async def find(self, job: JobId) -> Job | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(jobs).where(jobs.c.id == job))).first()
            if row is None:
                return None
            found = read_job(row)
            if found.state is State.QUEUED:
                active = (await connection.execute(_SELECT_ACTIVE)).all()
                found = replace(found, ahead=count_ahead(found, list(map(read_job, active))))
        return found

    async def order(self, job: JobId) -> Order | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(jobs).where(jobs.c.id == job))).first()
        return None if row is None else read_order(row)

    async def page(
        self, person: PersonId, *, search: str, after: int, most: int
    ) -> tuple[Sequence[Job], int]:
        matching = [
            jobs.c.person == person,
            jobs.c.state == State.DONE.value,
            jobs.c.kind != LOOK,
        ]
        matching += [
            jobs.c.words.contains(word, autoescape=True) for word in search.casefold().split()
        ]
        newest = sa.select(jobs).where(*matching).order_by(jobs.c.finished.desc(), jobs.c.id)
        async with self._database.read() as connection:
            count = await connection.execute(sa.select(sa.func.count()).where(*matching))
            rows = await connection.execute(newest.offset(after).limit(most))
            return [read_job(row) for row in rows.all()], int(count.scalar_one())

    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]:
        query = sa.select(jobs).order_by(jobs.c.created.desc(), jobs.c.id).limit(LISTED)
        if person is not None:
            query = query.where(jobs.c.person == person)
        if active:
            query = query.where(jobs.c.state.in_(ACTIVE))
        async with self._database.read() as connection:
            found = [read_job(row) for row in (await connection.execute(query)).all()]
            if not any(job.state is State.QUEUED for job in found):
                return found
            everyone = [read_job(row) for row in (await connection.execute(_SELECT_ACTIVE)).all()]
        return [replace(job, ahead=count_ahead(job, everyone)) for job in found]

    async def finish(
        self, job: JobId, state: State, *, sentence: str, outcome: Outcome | None
    ) -> bool:
        change: dict[str, Any] = {
            "state": state.value,
            "sentence": sentence,
            "outcome": write_outcome(outcome) if outcome else None,
            "finished": time.time(),
            "seconds_left": None,
        }
        if state is State.DONE:
            change["percent"] = 100.0
        is_active = sa.and_(jobs.c.id == job, jobs.c.state.in_(ACTIVE))
        async with self._database.write() as connection:
            ending = sa.update(jobs).where(is_active).values(change).returning(jobs)
            row = (await connection.execute(ending)).first()
            if row is None:
                return False
            # The telling of how a job ended has the job's own name.
            intent = write_intent(job, job, Place(row.platform, row.conversation))
            await connection.execute(
                self._database.insert(deliveries).values(intent).on_conflict_do_nothing()
            )
            if outcome is not None:
                await _note_outcome(connection, row, outcome)
        return True

    async def begin(self, job: JobId) -> int | None:
        async with self._database.write() as connection:
            begun = await connection.execute(
                sa.update(jobs)
                .where(jobs.c.id == job, jobs.c.state.in_(ACTIVE))
                .values(
                    state=State.RUNNING.value,
                    attempts=jobs.c.attempts + 1,
                    started=sa.func.coalesce(jobs.c.started, time.time()),
                    seconds_left=None,
                )
                .returning(jobs.c.attempts)
            )
            row = begun.first()
        return int(row[0]) if row else None

    async def advance(self, job: JobId, *, stage: str, seconds: float) -> None:
        count_anew = sa.update(jobs).where(jobs.c.id == job).values(attempts=1)
        async with self._database.write() as connection:
            kind = (await connection.execute(count_anew.returning(jobs.c.kind))).scalar()
            if kind is not None:
                await connection.execute(self._add_time(kind, stage, seconds))

    async def rest(self, job: JobId) -> None:
        await self._change(job, attempts=jobs.c.attempts - 1)

    async def note(
        self, progress: Mapping[JobId, Progress], *, running: Collection[JobId]
    ) -> frozenset[JobId]:
        if progress:
            async with self._database.write() as connection:
                for job, now in progress.items():
                    await connection.execute(_note_progress(job, now))
        if not running:
            return frozenset()
        async with self._database.read() as connection:
            rows = await connection.execute(
                sa.select(jobs.c.id).where(jobs.c.id.in_(running), jobs.c.state.in_(ACTIVE))
            )
            # A job that was erased has no row any more, and ends as well.
            return frozenset(running) - {JobId(row.id) for row in rows}

    async def settle(self, job: JobId) -> None:
        await self._change(job, settled=True)

    async def settled(self, job: JobId) -> bool:
        query = sa.select(jobs.c.settled).where(jobs.c.id == job)
        async with self._database.read() as connection:
            return bool((await connection.execute(query)).scalar())

    async def waiting(self, *, before: float) -> Sequence[Job]:
        query = sa.select(jobs).where(jobs.c.state == State.QUEUED.value, jobs.c.created < before)
        async with self._database.read() as connection:
            return [read_job(row) for row in (await connection.execute(query)).all()]

    async def known(self) -> frozenset[JobId]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(jobs.c.id))
            return frozenset(JobId(row.id) for row in rows)

    async def wanted(self) -> Sequence[Mapping[str, Json]]:
        query = sa.select(jobs.c.request).where(jobs.c.state.in_(ACTIVE))
        async with self._database.read() as connection:
            requests = await _read_requests(connection, query)
            kept = {"trays": await list_files(connection), "photos": await list_waiting(connection)}
        return [*requests, *({name: paths} for name, paths in kept.items() if paths)]

    async def requests(self, person: PersonId, *, besides: JobId) -> Sequence[Mapping[str, Json]]:
        query = sa.select(jobs.c.request).where(jobs.c.person == person, jobs.c.id != besides)
        async with self._database.read() as connection:
            return await _read_requests(connection, query)

    async def expired(self, *, before: float) -> Sequence[JobId]:
        query = sa.select(jobs.c.id).where(jobs.c.settled, jobs.c.finished < before).limit(500)
        async with self._database.read() as connection:
            return [JobId(row.id) for row in (await connection.execute(query)).all()]

    async def forget(self, jobs_: Collection[JobId]) -> None:
        told = sa.select(deliveries.c.delivery).where(deliveries.c.job.in_(jobs_))
        async with self._database.write() as connection:
            named = sa.or_(letters.c.delivery.in_(told), letters.c.delivery.in_(jobs_))
            await connection.execute(sa.delete(letters).where(named))
            await connection.execute(sa.delete(deliveries).where(deliveries.c.job.in_(jobs_)))
            unmade = sa.and_(uses.c.job.in_(jobs_), uses.c.seconds.is_(None))
            await connection.execute(sa.delete(uses).where(unmade))
            await connection.execute(sa.delete(jobs).where(jobs.c.id.in_(jobs_)))

    async def _change(self, job: JobId, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.update(jobs).where(jobs.c.id == job).values(values))

    def _add_time(self, kind: str, stage: str, seconds: float) -> Any:
        row = {"kind": kind, "stage": stage, "number": 1, "seconds": seconds}
        more = {
            "number": step_times.c.number + 1,
            "seconds": step_times.c.seconds + seconds,
        }
        return (
            self._database.insert(step_times)
            .values(row)
            .on_conflict_do_update(index_elements=["kind", "stage"], set_=more)
        )


_SELECT_ACTIVE = sa.select(jobs).where(jobs.c.state.in_(ACTIVE))


def _note_progress(job: JobId, now: Progress) -> sa.Update:
    return (
        sa.update(jobs)
        .where(jobs.c.id == job, jobs.c.state == State.RUNNING.value, jobs.c.percent <= now.percent)
        .values(stage=now.stage, percent=now.percent, seconds_left=now.seconds_left)
    )


async def _note_outcome(connection: AsyncConnection, row: Any, outcome: Outcome) -> None:
    """What is looked for later: the words of a result, and how long it is."""
    words = search_words(row.title, outcome)
    await connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(words=words))
    seconds = max((product.seconds or 0.0 for product in outcome.products), default=0.0)
    await connection.execute(sa.update(uses).where(is_of(row.id)).values(seconds=seconds))


async def _read_requests(
    connection: AsyncConnection, query: sa.Select[Any]
) -> list[Mapping[str, Json]]:
    return [json.loads(row.request) for row in await connection.execute(query)]
