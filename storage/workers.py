"""Which processes are at work, by their heartbeats."""

import time
from collections.abc import Sequence

import sqlalchemy as sa

from core.jobs import Worker
from storage.database import Database

_workers = sa.Table(
    "workers",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text),
    sa.Column("pid", sa.Integer),
    sa.Column("born", sa.Text),
    sa.Column("seen", sa.Double),
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
            await connection.execute(sa.insert(_workers).values(row))

    async def beat(self, worker: Worker) -> bool:
        async with self._database.write() as connection:
            seen = await connection.execute(
                sa.update(_workers).where(_workers.c.id == worker.id).values(seen=time.time())
            )
        return bool(seen.rowcount)

    async def present(self) -> Sequence[Worker]:
        async with self._database.read() as connection:
            rows = (await connection.execute(sa.select(_workers))).all()
        return [Worker(row.id, row.host, row.pid, row.born, row.seen) for row in rows]

    async def leave(self, worker: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(_workers).where(_workers.c.id == worker))
