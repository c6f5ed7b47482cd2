"""One-time entries to web pages, kept as hashes."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from core.errors import UserError
from core.jobs import Json
from core.names import PersonId
from core.tickets import Ticket
from storage.database import Database
from storage.identities import find_owner

tickets = sa.Table(
    "tickets",
    sa.MetaData(),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("facts", sa.Text),
    sa.Column("expires", sa.Double),
    sa.Column("spent", sa.Double),
)
_BYTES = 32
_OLD = "This link is no longer good. Ask for a new one in the chat."
_SPENT = "This link was used already, and it works once. Ask for a new one in the chat."


class TicketTable:
    """Fills the port `Tickets`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def offer(
        self, purpose: str, person: PersonId, facts: Mapping[str, Json], *, seconds: float
    ) -> str:
        token = secrets.token_urlsafe(_BYTES)
        async with self._database.write() as connection:
            await connection.execute(
                sa.insert(tickets).values(
                    digest=_digest(token),
                    purpose=purpose,
                    person=await find_owner(connection, person),
                    facts=json.dumps(facts),
                    expires=self._clock() + seconds,
                )
            )
        return token

    async def look(self, token: str, *, purpose: str) -> Ticket:
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(tickets).where(self._good(token)))).first()
        if row is None or row.purpose != purpose:
            raise UserError(_OLD)
        return Ticket(
            purpose=row.purpose,
            person=PersonId(row.person),
            facts=json.loads(row.facts),
            expires=row.expires,
            spent=row.spent is not None,
        )

    async def spend(self, token: str, *, purpose: str) -> Ticket:
        ticket = await self.look(token, purpose=purpose)
        use = sa.update(tickets).where(self._good(token), tickets.c.spent.is_(None))
        async with self._database.write() as connection:
            used = await connection.execute(use.values(spent=self._clock()))
        if not used.rowcount:
            raise UserError(_SPENT)
        return ticket

    async def drop(self, token: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(tickets).where(tickets.c.digest == _digest(token)))

    def _good(self, token: str) -> sa.ColumnElement[bool]:
        return sa.and_(tickets.c.digest == _digest(token), tickets.c.expires > self._clock())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
