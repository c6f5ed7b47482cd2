"""What people are yet to be told: intended, sending, and how that ended."""

import time

import sqlalchemy as sa

from core.jobs import Mail
from core.names import JobId, Place
from storage.database import Database
from storage.job_rows import deliveries, write_intent


class OutboxTable:
    """Fills the port `Outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, delivery: str, job: JobId, place: Place) -> None:
        intent = write_intent(delivery, job, place)
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(deliveries).values(intent).on_conflict_do_nothing()
            )

    async def address(self, delivery: str) -> tuple[JobId, Place] | None:
        query = sa.select(deliveries).where(deliveries.c.delivery == delivery)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else (JobId(row.job), Place(row.platform, row.conversation))

    async def claim(self, delivery: str) -> Mail:
        query = sa.select(deliveries.c.state).where(deliveries.c.delivery == delivery)
        async with self._database.write() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                return Mail.SENT
            if row.state == Mail.INTENDED:
                await connection.execute(_move(delivery, Mail.SENDING))
        return Mail(row.state)

    async def close(self, delivery: str, mail: Mail, *, message: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(_move(delivery, mail).values(message=message))


def _move(delivery: str, mail: Mail) -> sa.Update:
    change = {"state": mail.value, "changed": time.time()}
    return sa.update(deliveries).where(deliveries.c.delivery == delivery).values(change)
