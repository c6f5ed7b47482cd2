"""Who had what made lately, and whether one more job is allowed. Deleting a result gives nothing
back."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs import Json, Order, State
from core.names import JobId, PersonId
from core.quotas import DAY_SECONDS, PERSON, SERVER, Quotas, Use, check_quota, read_quota
from storage.database import Database
from storage.identities import find_owner
from storage.job_rows import ACTIVE, jobs, uses
from storage.servers import server_rules

_STARTING_SECONDS = 60.0
"""For so long, a use without a job is one that is just being entered, and not a crash's rest."""


class QuotaBook:
    """Fills the port `Admission`. `measure` tells how many bytes a request takes in."""

    def __init__(
        self,
        database: Database,
        quotas: Quotas,
        *,
        measure: Callable[[Mapping[str, Json]], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._quotas = quotas
        self._measure = measure
        self._clock = clock

    async def admit(self, job: JobId, order: Order) -> None:
        size = await asyncio.to_thread(self._measure, order.request)
        async with self._database.write() as connection:
            if await _is_known(connection, job):
                return
            person = await find_owner(connection, order.person)
            await self._lock(connection, person, order.server)
            await self._check(connection, person, order.server, size=size)
            await connection.execute(
                self._database.insert(uses)
                .values(
                    job=job,
                    person=person,
                    server=order.server,
                    created=self._clock(),
                    bytes=size,
                    seconds=None,
                )
                .on_conflict_do_nothing()
            )

    async def _lock(self, connection: AsyncConnection, person: PersonId, server: str) -> None:
        """Two orders of one person, or of one server, are counted one after the other."""
        if self._database.dialect == "postgresql":
            for name in (f"person {person}", f"server {server}"):
                number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    async def _check(
        self, connection: AsyncConnection, person: PersonId, server: str, *, size: int
    ) -> None:
        now = self._clock()

        async def read(*condition: sa.ColumnElement[bool]) -> list[Use]:
            return await _read_uses(connection, now, *condition)

        mine = await read(uses.c.person == person)
        check_quota(self._quotas.person, mine, size=size, now=now, whose=PERSON)
        if not server:
            return
        rules = await _read_rules(connection, server)
        here = await read(uses.c.person == person, uses.c.server == server)
        each = read_quota(rules, prefix="person-")
        check_quota(each, here, size=size, now=now, whose=PERSON)
        everyone = await read(uses.c.server == server)
        together = self._quotas.server.tighter(read_quota(rules))
        check_quota(together, everyone, size=size, now=now, whose=SERVER)


async def _is_known(connection: AsyncConnection, job: JobId) -> bool:
    known = sa.union_all(
        sa.select(uses.c.job).where(uses.c.job == job), sa.select(jobs.c.id).where(jobs.c.id == job)
    )
    return (await connection.execute(known)).first() is not None


async def _read_rules(connection: AsyncConnection, server: str) -> dict[str, str]:
    query = sa.select(server_rules).where(server_rules.c.server == server)
    return {row.name: row.value for row in await connection.execute(query)}


async def _read_uses(
    connection: AsyncConnection, now: float, *condition: sa.ColumnElement[bool]
) -> list[Use]:
    """What counts: jobs at work, and of the past day those that were done, deleted or not."""
    recent = uses.c.created > now - DAY_SECONDS
    query = (
        sa.select(uses, jobs.c.state)
        .outerjoin(jobs, jobs.c.id == uses.c.job)
        .where(*condition, sa.or_(recent, jobs.c.state.in_(ACTIVE)))
    )
    rows = (await connection.execute(query)).all()
    return [_read_use(row) for row in rows if _counts(row, now)]


def _counts(row: Any, now: float) -> bool:
    if row.state is None:
        return row.seconds is not None or row.created > now - _STARTING_SECONDS
    return row.state not in (State.FAILED.value, State.CANCELLED.value)


def _read_use(row: Any) -> Use:
    active = row.state in ACTIVE or (row.state is None and row.seconds is None)
    return Use(created=row.created, seconds=row.seconds, size=row.bytes, active=active)
