"""Which chat identity belongs to which account, which has the name of one of its identities."""

import hashlib
import hmac

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.names import PersonId

identities = sa.Table(
    "identities",
    sa.MetaData(),
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("person", sa.Text),
    sa.Column("since", sa.Double),
)


async def find_owner(connection: AsyncConnection, person: PersonId) -> PersonId:
    """Whose a new row about `person` is now: their account may just have joined another one.

    Holds the answer until the end of the transaction. Who never chatted is their own.
    """
    query = sa.select(identities.c.person).where(identities.c.identity == person)
    found = (await connection.execute(query.with_for_update(read=True))).scalar()
    return PersonId(found) if found is not None else person


async def list_names(connection: AsyncConnection, person: PersonId) -> list[str]:
    """All identities of an account, and its own name."""
    query = sa.select(identities.c.identity).where(identities.c.person == person)
    found = [row.identity for row in await connection.execute(query)]
    return list(dict.fromkeys([*found, person]))


def veil(identity: str, *, secret: str) -> str:
    """A name for an identity that was erased, which leads from it there and not back."""
    return hmac.new(secret.encode(), f"erased {identity}".encode(), hashlib.sha256).hexdigest()
