"""The small records of chat platforms."""

import json
import time
from collections.abc import Mapping

import sqlalchemy as sa

from core.jobs import Json
from core.names import PersonId
from storage.database import Database

notes = sa.Table(
    "notes",
    sa.MetaData(),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("facts", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("changed", sa.Double),
)


class NoteTable:
    """Fills the port `Notes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, platform: str, key: str, facts: Mapping[str, Json], *, person: PersonId | None = None
    ) -> None:
        change = {"facts": json.dumps(facts), "person": person, "changed": time.time()}
        note = self._database.insert(notes).values(platform=platform, key=key, **change)
        async with self._database.write() as connection:
            await connection.execute(
                note.on_conflict_do_update(index_elements=["platform", "key"], set_=change)
            )

    async def get(self, platform: str, key: str) -> Mapping[str, Json] | None:
        query = sa.select(notes.c.facts).where(_is(platform, key))
        async with self._database.read() as connection:
            text = (await connection.execute(query)).scalar()
        if text is None:
            return None
        facts: Mapping[str, Json] = json.loads(text)
        return facts

    async def drop(self, platform: str, key: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(sa.delete(notes).where(_is(platform, key)))


def _is(platform: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(notes.c.platform == platform, notes.c.key == key)
