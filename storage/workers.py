"""Which processes are at work, by their heartbeats, and what their pools do."""

import time
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from core.figures import Load
from core.jobs import Worker
from storage.database import Database

workers = sa.Table(
    "workers",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text),
    sa.Column("pid", sa.Integer),
    sa.Column("born", sa.Text),
    sa.Column("seen", sa.Double),
    sa.Column("slots", sa.Integer),
    sa.Column("busy", sa.Integer),
    sa.Column("waiting", sa.Integer),
)


class WorkerTable:
    """Fills the port `Presence`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, worker: Worker) -> None:
        row = {
            "id": worker.id,
            "host": worker.host,
            "pid": worker.pid,
            "born": worker.born,
            "seen": time.time(),
        }
        async with self._database.write() as connection:
            await connection.execute(sa.insert(workers).values(row))

    async def beat(self, worker: Worker, load: Load) -> bool:
        now = {"seen": time.time(), **asdict(load)}
        async with self._database.write() as connection:
            seen = await connection.execute(
                sa.update(workers).where(workers.c.id == worker.id).values(now)
            )
        return bool(seen.rowcount)

    async def present(self) -> Sequence[Worker]:
        async with self._database.read() as connection:
            rows = (await connection.execute(sa.select(workers))).all()
        return [Worker(row.id, row.host, row.pid, row.born, row.seen) for row in rows]

    async def leave(self, worker: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(workers).where(workers.c.id == worker))
