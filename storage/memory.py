"""Facts about content, so that no file is analysed twice. The least used are forgotten."""

import json
import time
from collections.abc import Mapping

import sqlalchemy as sa

from core.jobs import Json
from storage.database import Database

_memory = sa.Table(
    "memory",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("facts", sa.Text),
    sa.Column("used", sa.Double),
)


class MemoryTable:
    """Fills the port `Memory`, with at most `most` entries and some to spare."""

    def __init__(self, database: Database, *, most: int = 20_000) -> None:
        self._database = database
        self._most = most
        self._written = 0

    async def recall(self, key: str) -> Mapping[str, Json] | None:
        async with self._database.read() as connection:
            query = sa.select(_memory).where(_memory.c.key == key)
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if row.used < time.time() - 3600:
            await self._touch(key)
        facts: Mapping[str, Json] = json.loads(row.facts)
        return facts

    async def remember(self, key: str, facts: Mapping[str, Json]) -> None:
        row = {"key": key, "facts": json.dumps(facts), "used": time.time()}
        new = self._database.insert(_memory).values(row)
        upsert = new.on_conflict_do_update(
            index_elements=["key"], set_={"facts": row["facts"], "used": row["used"]}
        )
        async with self._database.write() as connection:
            await connection.execute(upsert)
            self._written += 1
            if self._written % max(1, self._most // 100) == 0:
                await connection.execute(self._forget())

    async def _touch(self, key: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(_memory).where(_memory.c.key == key).values(used=time.time())
            )

    def _forget(self) -> sa.Delete:
        newest = (
            sa.select(_memory.c.key)
            .order_by(_memory.c.used.desc(), _memory.c.key)
            .limit(self._most)
        )
        return sa.delete(_memory).where(_memory.c.key.not_in(newest))
