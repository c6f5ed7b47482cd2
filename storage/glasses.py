"""Paired glasses. Of their tokens only hashes are kept."""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from core.errors import UserError
from core.glasses import MOST_PAIRS, Pair, make_token
from core.names import PersonId, Place
from storage.database import Database
from storage.identities import find_owner

glasses = sa.Table(
    "glasses",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text),
    sa.Column("identity", sa.Text),
    sa.Column("digest", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("platform", sa.Text),
    sa.Column("conversation", sa.Text),
    sa.Column("home", sa.Text),
    sa.Column("server", sa.Text),
    sa.Column("burst", sa.Double),
    sa.Column("created", sa.Double),
    sa.Column("used", sa.Double),
    sa.Column("revoked", sa.Double),
)
_PAIRED = glasses.c.revoked.is_(None)
_GONE = "These glasses are not paired any more. /glasses shows those that are."


class GlassesTable:
    """Fills the port `Pairs`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def pair(self, pair: Pair) -> str:
        token = make_token()
        async with self._database.write() as connection:
            owner = await find_owner(connection, pair.person)
            theirs = sa.and_(_PAIRED, glasses.c.person == owner)
            count = await connection.execute(sa.select(sa.func.count()).where(theirs))
            if count.scalar_one() >= MOST_PAIRS:
                raise UserError(
                    f"You have paired {MOST_PAIRS} glasses, and more are not taken: unpair one "
                    "with /glasses first."
                )
            row = {
                **_write(pair),
                "id": pair.id,
                "person": owner,
                "digest": _digest(token),
                "created": self._clock(),
            }
            await connection.execute(sa.insert(glasses).values(row))
        return token

    async def listed(self, person: PersonId) -> Sequence[Pair]:
        theirs = sa.and_(_PAIRED, glasses.c.person == person)
        query = sa.select(glasses).where(theirs).order_by(glasses.c.created, glasses.c.id)
        async with self._database.read() as connection:
            return [read_pair(row) for row in await connection.execute(query)]

    async def find(self, token: str) -> Pair | None:
        query = sa.select(glasses).where(_PAIRED, glasses.c.digest == _digest(token))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else read_pair(row)

    async def change(self, pair: Pair) -> None:
        await self._update(pair.id, pair.person, **_write(pair))

    async def drop(self, pair: str, *, person: PersonId) -> None:
        await self._update(pair, person, revoked=self._clock())

    async def _update(self, pair: str, person: PersonId, **change: Any) -> None:
        theirs = sa.and_(_PAIRED, glasses.c.id == pair, glasses.c.person == person)
        async with self._database.write() as connection:
            changed = await connection.execute(sa.update(glasses).where(theirs).values(change))
        if not changed.rowcount:
            raise UserError(_GONE)


def read_pair(row: Any) -> Pair:
    return Pair(
        id=row.id,
        person=PersonId(row.person),
        identity=PersonId(row.identity),
        name=row.name,
        place=Place(row.platform, row.conversation),
        home=Place(row.platform, row.home),
        server=row.server,
        burst=row.burst,
        created=row.created,
        used=row.used,
    )


def _write(pair: Pair) -> dict[str, Any]:
    """What of a pair may be changed. Its home is on the platform of its place."""
    return {
        "identity": pair.identity,
        "name": pair.name,
        "platform": pair.place.platform,
        "conversation": pair.place.conversation,
        "home": pair.home.conversation,
        "server": pair.server,
        "burst": pair.burst,
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
