"""What people are yet to be told: intended, sending, and how that ended."""

import time

import sqlalchemy as sa

from core.jobs import Mail
from core.names import JobId
from storage.database import Database
from storage.jobs import outbox


class OutboxTable:
    """Fills the port `Outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, job: JobId) -> Mail:
        query = sa.select(outbox.c.state).where(outbox.c.job == job)
        async with self._database.write() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return Mail.SENT
            if row.state == Mail.INTENDED:
                await connection.execute(_move(job, Mail.SENDING))
        return Mail(row.state)

    async def close(self, job: JobId, mail: Mail, *, message: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(_move(job, mail).values(message=message))


def _move(job: JobId, mail: Mail) -> sa.Update:
    change = {"state": mail.value, "changed": time.time()}
    return sa.update(outbox).where(outbox.c.job == job).values(change)
