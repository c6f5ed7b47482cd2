"""Who had what made lately, and whether one more job is allowed. Deleting a result gives nothing
back."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs import Json, Order, State
from core.names import JobId, PersonId
from core.quotas import DAY_SECONDS, PERSON, SERVER, Quotas, Use, check_quota, read_quota
from storage.database import Database
from storage.identities import find_owner, list_names, veil
from storage.job_rows import ACTIVE, jobs, uses
from storage.servers import server_rules

_TAKEN_ALONG = "@"
"""In the name of a use, between its job and the identity that took it along to an account of its
own, or the veiled one that was erased. Ids of jobs have no such mark."""
_STARTING_SECONDS = 60.0
"""For so long, a use without a job is one that is just being entered, and not a crash's rest."""


class QuotaBook:
    """Fills the port `Admission`. `measure` tells how many bytes a request takes in.

    `secret` veils the identities of those who had everything about them erased.
    """

    def __init__(
        self,
        database: Database,
        quotas: Quotas,
        *,
        measure: Callable[[Mapping[str, Json]], int],
        secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._quotas = quotas
        self._measure = measure
        self._secret = secret
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

        names = await list_names(connection, person)
        veiled = [veil(name, secret=self._secret) for name in names]
        own = uses.c.person.in_([person, *veiled])
        mine = await read(own)
        check_quota(self._quotas.person, mine, size=size, now=now, whose=PERSON)
        if not server:
            return
        rules = await _read_rules(connection, server)
        here = await read(own, uses.c.server == server)
        each = read_quota(rules, prefix="person-")
        check_quota(each, here, size=size, now=now, whose=PERSON)
        everyone = await read(uses.c.server == server)
        together = self._quotas.server.tighter(read_quota(rules))
        check_quota(together, everyone, size=size, now=now, whose=SERVER)


async def take_along(
    connection: AsyncConnection,
    database: Database,
    *,
    account: PersonId,
    identity: PersonId,
    now: float,
) -> None:
    """Let what an account has used up count for an identity that leaves it, too.

    Else linking and leaving would be a way around every limit. Where both are counted together,
    as after linking them again, it counts once.
    """
    query = sa.select(uses).where(uses.c.person == account, uses.c.created > now - DAY_SECONDS)
    for row in (await connection.execute(query)).all():
        copy = {
            **row._mapping,
            "job": f"{_job_of(row)}{_TAKEN_ALONG}{identity}",
            "person": identity,
        }
        new = database.insert(uses).values(copy)
        again = new.on_conflict_do_update(index_elements=["job"], set_={"person": identity})
        await connection.execute(again)


async def leave_nameless(connection: AsyncConnection, person: PersonId, *, secret: str) -> None:
    """Of an account that is erased, keep what it has used up, for each of its identities, veiled.

    Else erasing would be a way around every limit. Counted together, as for a server, it counts
    once. It goes with all other uses, after a day.
    """
    names = await list_names(connection, person)
    made = sa.select(uses).where(uses.c.person == person, uses.c.seconds.is_not(None))
    for row in (await connection.execute(made)).all():
        job = f"erased-{secrets.token_hex(8)}"
        # What was taken along counts for its server under the account that was left.
        server = "" if _TAKEN_ALONG in row.job else row.server
        for name in names:
            veiled = veil(name, secret=secret)
            copy = {"job": f"{job}{_TAKEN_ALONG}{veiled}", "person": veiled, "server": server}
            await connection.execute(sa.insert(uses).values({**row._mapping, **copy}))


def is_of(job: str) -> sa.ColumnElement[bool]:
    """The uses of one job: its own, and those that were taken along."""
    return sa.or_(uses.c.job == job, uses.c.job.startswith(f"{job}{_TAKEN_ALONG}"))


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
        sa.select(uses)
        .outerjoin(jobs, jobs.c.id == uses.c.job)
        .where(*condition, sa.or_(recent, jobs.c.state.in_(ACTIVE)))
    )
    rows = {_job_of(row): row for row in (await connection.execute(query)).all()}
    named = sa.select(jobs.c.id, jobs.c.state).where(jobs.c.id.in_(list(rows)))
    states = {row.id: row.state for row in await connection.execute(named)}
    return [
        _read_use(row, states.get(job))
        for job, row in rows.items()
        if _counts(row, states.get(job), now)
    ]


def _job_of(row: Any) -> str:
    return str(row.job).partition(_TAKEN_ALONG)[0]


def _counts(row: Any, state: str | None, now: float) -> bool:
    if state is None:
        return row.seconds is not None or row.created > now - _STARTING_SECONDS
    return state not in (State.FAILED.value, State.CANCELLED.value)


def _read_use(row: Any, state: str | None) -> Use:
    active = state in ACTIVE or (state is None and row.seconds is None)
    return Use(created=row.created, seconds=row.seconds, size=row.bytes, active=active)
