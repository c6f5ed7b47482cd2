"""The book of jobs: what was ordered, how far it is, and how it ended."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.jobs import (
    Job,
    Json,
    Mail,
    Order,
    Outcome,
    Product,
    Progress,
    State,
    count_ahead,
)
from core.names import JobId, PersonId, Place
from storage.database import Database

_tables = sa.MetaData()
jobs = sa.Table(
    "jobs",
    _tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("platform", sa.Text),
    sa.Column("conversation", sa.Text),
    sa.Column("request", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("percent", sa.Double),
    sa.Column("seconds_left", sa.Double),
    sa.Column("created", sa.Double),
    sa.Column("started", sa.Double),
    sa.Column("finished", sa.Double),
    sa.Column("attempts", sa.Integer),
    sa.Column("sentence", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("settled", sa.Boolean),
)
outbox = sa.Table(
    "outbox",
    _tables,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("state", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("changed", sa.Double),
)
step_times = sa.Table(
    "step_times",
    _tables,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger),
    sa.Column("seconds", sa.Double),
)
ACTIVE = (State.QUEUED.value, State.RUNNING.value)
LISTED = 200


class JobBook:
    """Fills the port `Book`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, job: JobId, order: Order) -> Job:
        row = {
            "id": job,
            "key": order.key,
            "kind": order.kind,
            "title": order.title,
            "person": order.person,
            "platform": order.place.platform,
            "conversation": order.place.conversation,
            "request": json.dumps(order.request),
            "state": State.QUEUED.value,
            "created": time.time(),
        }
        async with self._database.write() as connection:
            await connection.execute(self._insert(jobs).values(row).on_conflict_do_nothing())
        found = await self.find(job)
        if found is None:
            raise RuntimeError(f"job {job} was not written")
        return found

    async def find(self, job: JobId) -> Job | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(jobs).where(jobs.c.id == job))).first()
            if row is None:
                return None
            found = _read_job(row)
            if found.state is State.QUEUED:
                active = (await connection.execute(_SELECT_ACTIVE)).all()
                found = replace(found, ahead=count_ahead(found, list(map(_read_job, active))))
        return found

    async def order(self, job: JobId) -> Order | None:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(jobs).where(jobs.c.id == job))).first()
        if row is None:
            return None
        return Order(
            key=row.key,
            kind=row.kind,
            title=row.title,
            person=PersonId(row.person),
            place=Place(row.platform, row.conversation),
            request=json.loads(row.request),
        )

    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]:
        query = sa.select(jobs).order_by(jobs.c.created.desc(), jobs.c.id).limit(LISTED)
        if person is not None:
            query = query.where(jobs.c.person == person)
        if active:
            query = query.where(jobs.c.state.in_(ACTIVE))
        async with self._database.read() as connection:
            found = [_read_job(row) for row in (await connection.execute(query)).all()]
            if not any(job.state is State.QUEUED for job in found):
                return found
            everyone = [_read_job(row) for row in (await connection.execute(_SELECT_ACTIVE)).all()]
        return [replace(job, ahead=count_ahead(job, everyone)) for job in found]

    async def finish(
        self, job: JobId, state: State, *, sentence: str, outcome: Outcome | None
    ) -> bool:
        change: dict[str, Any] = {
            "state": state.value,
            "sentence": sentence,
            "outcome": json.dumps(asdict(outcome)) if outcome else None,
            "finished": time.time(),
            "seconds_left": None,
        }
        if state is State.DONE:
            change["percent"] = 100.0
        async with self._database.write() as connection:
            ended = await connection.execute(
                sa.update(jobs).where(jobs.c.id == job, jobs.c.state.in_(ACTIVE)).values(change)
            )
            if ended.rowcount:
                intent = {"job": job, "state": Mail.INTENDED.value, "changed": time.time()}
                await connection.execute(
                    self._insert(outbox).values(intent).on_conflict_do_nothing()
                )
        return bool(ended.rowcount)

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
                sa.select(jobs.c.id).where(jobs.c.id.in_(running), jobs.c.state.not_in(ACTIVE))
            )
            return frozenset(JobId(row.id) for row in rows)

    async def settle(self, job: JobId) -> None:
        await self._change(job, settled=True)

    async def settled(self, job: JobId) -> bool:
        query = sa.select(jobs.c.settled).where(jobs.c.id == job)
        async with self._database.read() as connection:
            return bool((await connection.execute(query)).scalar())

    async def waiting(self, *, before: float) -> Sequence[Job]:
        query = sa.select(jobs).where(jobs.c.state == State.QUEUED.value, jobs.c.created < before)
        async with self._database.read() as connection:
            return [_read_job(row) for row in (await connection.execute(query)).all()]

    async def known(self) -> frozenset[JobId]:
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(jobs.c.id))
            return frozenset(JobId(row.id) for row in rows)

    async def wanted(self) -> Sequence[Mapping[str, Json]]:
        query = sa.select(jobs.c.request).where(jobs.c.state.in_(ACTIVE))
        async with self._database.read() as connection:
            return [json.loads(row.request) for row in await connection.execute(query)]

    async def expired(self, *, before: float) -> Sequence[JobId]:
        query = sa.select(jobs.c.id).where(jobs.c.settled, jobs.c.finished < before).limit(500)
        async with self._database.read() as connection:
            return [JobId(row.id) for row in (await connection.execute(query)).all()]

    async def forget(self, jobs_: Collection[JobId]) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(outbox).where(outbox.c.job.in_(jobs_)))
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
            self._insert(step_times)
            .values(row)
            .on_conflict_do_update(index_elements=["kind", "stage"], set_=more)
        )

    def _insert(self, table: sa.Table) -> Any:
        """An insert that may meet a row: the dialects say it the same way, each for itself."""
        dialect = postgresql if self._database.dialect == "postgresql" else sqlite
        return dialect.insert(table)


_SELECT_ACTIVE = sa.select(jobs).where(jobs.c.state.in_(ACTIVE))


def _note_progress(job: JobId, now: Progress) -> sa.Update:
    return (
        sa.update(jobs)
        .where(jobs.c.id == job, jobs.c.state == State.RUNNING.value, jobs.c.percent <= now.percent)
        .values(stage=now.stage, percent=now.percent, seconds_left=now.seconds_left)
    )


def _read_job(row: Any) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        title=row.title,
        person=PersonId(row.person),
        place=Place(row.platform, row.conversation),
        state=State(row.state),
        progress=Progress(row.stage, row.percent, row.seconds_left),
        created=row.created,
        started=row.started,
        finished=row.finished,
        sentence=row.sentence,
        outcome=_read_outcome(row.outcome),
    )


def _read_outcome(text: str | None) -> Outcome | None:
    if text is None:
        return None
    facts: dict[str, Json] = json.loads(text)
    return Outcome(
        text=str(facts["text"]),
        products=tuple(Product(**product) for product in _rows(facts["products"])),
        details=facts["details"] if isinstance(facts["details"], dict) else {},
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in value]
