"""Accounts: whose an identity is, how others join it, its settings, and whether it is blocked."""

import hashlib
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.names import PersonId
from core.people import CODE_SECONDS, MOST_TRIES, make_code, platform_of, read_code
from storage.accounts import blocks, link_codes, link_tries, person_settings
from storage.database import Database
from storage.glasses import glasses
from storage.identities import find_owner, identities
from storage.moving import move_all, read_settings
from storage.notes import notes
from storage.photos import photos
from storage.quotas import take_along
from storage.tickets import tickets

_WRONG = "That code is wrong or too old. Ask for a new one with /connect in the other chat."
_LOCK = sa.text("SELECT pg_advisory_xact_lock(1413566542)")


class PeopleTable:
    """Fills the port `People`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def account(self, identity: PersonId) -> PersonId:
        query = sa.select(identities.c.person).where(identities.c.identity == identity)
        async with self._database.read() as connection:
            known = (await connection.execute(query)).scalar()
        if known is not None:
            return PersonId(known)
        async with self._database.write() as connection:
            return await self._enter(connection, identity)

    async def identities(self, person: PersonId) -> Sequence[PersonId]:
        async with self._database.read() as connection:
            return await _list(connection, person)

    async def offer(self, person: PersonId) -> str:
        code = make_code()
        change = {"digest": _digest(code), "expires": self._clock() + CODE_SECONDS}
        async with self._database.write() as connection:
            owner = await find_owner(connection, person)
            new = self._database.insert(link_codes).values(person=owner, **change)
            await connection.execute(
                new.on_conflict_do_update(index_elements=["person"], set_=change)
            )
        return code

    async def check(self, identity: PersonId, code: str) -> PersonId:
        async with self._alone() as connection:
            await self._check_tries(connection, identity)
            query = sa.select(link_codes.c.person).where(self._is_good(code))
            host = (await connection.execute(query)).scalar()
            if host is None:
                await self._count_try(connection, identity)
            joined = host != await find_owner(connection, identity)
        return _require(host, joined=joined)

    async def join(self, identity: PersonId, code: str) -> PersonId:
        async with self._alone() as connection:
            await self._check_tries(connection, identity)
            host = await self._take(connection, code)
            joined = host is not None and await self._join(connection, identity, host)
            if host is None:
                await self._count_try(connection, identity)
        return _require(host, joined=joined)

    async def leave(self, identity: PersonId) -> None:
        async with self._alone() as connection:
            account = await find_owner(connection, identity)
            rest = [each for each in await _list(connection, account) if each != identity]
            if not rest:
                return
            stays = account if account != identity else rest[0]
            if stays != account:
                # An account has the name of one of its own, so the rest goes on under another.
                await move_all(connection, account, stays)
            await self._part(connection, identity, stays)

    async def settings(self, person: PersonId) -> Mapping[str, str]:
        async with self._database.read() as connection:
            return await read_settings(connection, person)

    async def set(self, person: PersonId, name: str, value: str | None) -> None:
        async with self._database.write() as connection:
            named = {"person": await find_owner(connection, person), "name": name}
            await self._database.keep(connection, person_settings, named, value=value)

    async def blocked(self, person: PersonId) -> str:
        query = sa.select(blocks.c.reason).where(blocks.c.person == person)
        async with self._database.read() as connection:
            return str((await connection.execute(query)).scalar() or "")

    async def block(self, person: PersonId, reason: str | None) -> None:
        async with self._database.write() as connection:
            owner = await find_owner(connection, person)
            await connection.execute(sa.delete(blocks).where(blocks.c.person == owner))
            if reason is not None:
                row = {"person": owner, "reason": reason, "since": self._clock()}
                await connection.execute(sa.insert(blocks).values(row))

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        """A transaction during which no other accounts are linked or parted."""
        async with self._database.write() as connection:
            if self._database.dialect == "postgresql":
                await connection.execute(_LOCK)
            yield connection

    async def _enter(self, connection: AsyncConnection, identity: PersonId) -> PersonId:
        row = {"identity": identity, "person": identity, "since": self._clock()}
        await connection.execute(
            self._database.insert(identities).values(row).on_conflict_do_nothing()
        )
        return await find_owner(connection, identity)

    async def _check_tries(self, connection: AsyncConnection, identity: PersonId) -> None:
        query = sa.select(link_tries).where(link_tries.c.identity == identity)
        row = (await connection.execute(query)).first()
        if row is None or row.tries < MOST_TRIES:
            return
        left = row.since + CODE_SECONDS - self._clock()
        if left > 0:
            raise UserError(
                "Too many codes were wrong. Wait "
                f"{max(1, math.ceil(left / 60))} minutes, and then ask for a new one."
            )
        await connection.execute(sa.delete(link_tries).where(link_tries.c.identity == identity))

    async def _count_try(self, connection: AsyncConnection, identity: PersonId) -> None:
        first = {"identity": identity, "tries": 1, "since": self._clock()}
        new = self._database.insert(link_tries).values(first)
        await connection.execute(
            new.on_conflict_do_update(
                index_elements=["identity"], set_={"tries": link_tries.c.tries + 1}
            )
        )

    async def _take(self, connection: AsyncConnection, code: str) -> PersonId | None:
        """Use a code up; None when there is no such code."""
        taken = sa.delete(link_codes).where(self._is_good(code)).returning(link_codes.c.person)
        person = (await connection.execute(taken)).scalar()
        return None if person is None else PersonId(person)

    def _is_good(self, code: str) -> sa.ColumnElement[bool]:
        return sa.and_(link_codes.c.digest == _digest(code), link_codes.c.expires > self._clock())

    async def _join(self, connection: AsyncConnection, identity: PersonId, host: PersonId) -> bool:
        await connection.execute(sa.delete(link_tries).where(link_tries.c.identity == identity))
        guest = await self._enter(connection, identity)
        if guest == host:
            return False
        await move_all(connection, guest, host)
        return True

    async def _part(
        self, connection: AsyncConnection, identity: PersonId, account: PersonId
    ) -> None:
        """Let an identity go from an account of another name."""
        await connection.execute(
            sa.update(identities).where(identities.c.identity == identity).values(person=identity)
        )
        await take_along(
            connection, self._database, account=account, identity=identity, now=self._clock()
        )
        # Who signed in as the account may be the one that goes.
        await connection.execute(sa.delete(tickets).where(tickets.c.person == account))
        platform = platform_of(identity)
        if platform not in map(platform_of, await _list(connection, account)):
            theirs = sa.and_(notes.c.person == account, notes.c.platform == platform)
            await connection.execute(sa.update(notes).where(theirs).values(person=identity))
        # Their results go to the one who paired them.
        paired = sa.and_(glasses.c.person == account, glasses.c.identity == identity)
        sent = photos.c.pair.in_(sa.select(glasses.c.id).where(paired))
        await connection.execute(sa.update(photos).where(sent).values(person=identity))
        await connection.execute(sa.update(glasses).where(paired).values(person=identity))
        reason = sa.select(blocks.c.reason).where(blocks.c.person == account)
        if (blocked := (await connection.execute(reason)).scalar()) is not None:
            row = {"person": identity, "reason": blocked, "since": self._clock()}
            await connection.execute(sa.insert(blocks).values(row))


async def _list(connection: AsyncConnection, person: PersonId) -> list[PersonId]:
    """The identities of an account, the first one first."""
    query = sa.select(identities.c.identity).where(identities.c.person == person)
    rows = await connection.execute(query.order_by(identities.c.since, identities.c.identity))
    return [PersonId(row.identity) for row in rows]


def _require(host: str | None, *, joined: bool) -> PersonId:
    """The account of a code. Raises `UserError` when there is none, or nothing to join."""
    if host is None:
        raise UserError(_WRONG)
    if not joined:
        raise UserError("These two chats are linked already.")
    return PersonId(host)


def _digest(code: str) -> str:
    return hashlib.sha256(read_code(code).encode()).hexdigest()
