"""Everything that is kept about one person: to be shown to them, and to be erased.

What stays of who is blocked is the block, and for a day, without a name, what was used up of a
quota: else erasing would lift both.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs import Json, State
from core.names import JobId, PersonId
from core.screens import File
from storage import chat
from storage.accounts import blocks, link_codes, link_tries, person_settings
from storage.database import Database
from storage.files import Files
from storage.glasses import glasses
from storage.identities import identities, list_names
from storage.job_rows import deliveries, jobs, read_job, uses
from storage.letters import letters
from storage.notes import notes
from storage.photos import photos
from storage.quotas import leave_nameless
from storage.tickets import tickets
from storage.trays import tray_items, tray_keys, trays

_OF_PERSONS = (
    identities,
    person_settings,
    blocks,
    link_codes,
    tickets,
    trays,
    tray_items,
    tray_keys,
    notes,
    glasses,
    photos,
    chat.uploads,
    chat.messages,
    chat.people,
    uses,
    jobs,
)
_WRITTEN_AS_JSON = frozenset({"request", "outcome", "facts", "options", "cover"})
_SECRET = frozenset({"digest"})


class Estate:
    """Fills the port `Holdings`. Running jobs must be ended before all is erased.

    `secret` is the one that the `QuotaBook` has.
    """

    def __init__(self, database: Database, files: Files, *, secret: str) -> None:
        self._database = database
        self._files = files
        self._secret = secret

    async def records(self, person: PersonId) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        found: dict[str, Sequence[Mapping[str, Json]]] = {}
        async with self._database.read() as connection:
            for table, theirs in await _conditions(connection, person):
                rows = (await connection.execute(sa.select(table).where(theirs))).all()
                if rows:
                    found[table.name] = [_show(row) for row in rows]
        return found

    async def files(self, person: PersonId) -> Sequence[File]:
        done = sa.and_(jobs.c.person == person, jobs.c.state == State.DONE.value)
        theirs = chat.uploads.c.person == person
        async with self._database.read() as connection:
            made = (await connection.execute(sa.select(jobs).where(done))).all()
            sent = (await connection.execute(sa.select(chat.uploads).where(theirs))).all()
        listed = [file for row in made for file in _name_results(row)]
        listed += [
            File(str(self._files.uploads / row.id), f"uploads/{row.id[:8]}-{_plain(row.label)}")
            for row in sent
        ]
        return await asyncio.to_thread(_only_there, listed)

    async def erase(self, person: PersonId) -> None:
        theirs = chat.uploads.c.person == person
        async with self._database.read() as connection:
            sent = (await connection.execute(sa.select(chat.uploads.c.id).where(theirs))).all()
            query = sa.select(jobs.c.id).where(jobs.c.person == person)
            made = (await connection.execute(query)).all()
        await asyncio.to_thread(
            self._remove_files, [row.id for row in sent], [JobId(row.id) for row in made]
        )
        async with self._database.write() as connection:
            await leave_nameless(connection, person, secret=self._secret)
            kept = await _list_blocks(connection, person)
            for table, condition in reversed(await _conditions(connection, person)):
                await connection.execute(sa.delete(table).where(condition))
            if kept:
                await connection.execute(sa.insert(blocks), kept)

    def _remove_files(self, uploads: Sequence[str], made: Sequence[JobId]) -> None:
        for name in uploads:
            self._files.remove(self._files.uploads / name)
        for job in made:
            self._files.discard(job)


async def _list_blocks(connection: AsyncConnection, person: PersonId) -> list[dict[str, Any]]:
    """The block of an account for each of its identities, which are accounts of their own then."""
    query = sa.select(blocks).where(blocks.c.person == person)
    block = (await connection.execute(query)).first()
    if block is None:
        return []
    names = await list_names(connection, person)
    return [{"person": name, "reason": block.reason, "since": block.since} for name in names]


async def _conditions(
    connection: AsyncConnection, person: PersonId
) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Which rows of which tables are a person's, in the order in which rows lean on others."""
    names = await list_names(connection, person)
    made = sa.select(jobs.c.id).where(jobs.c.person == person)
    told = sa.select(deliveries.c.delivery).where(deliveries.c.job.in_(made))
    # The local chat's own records are by identity.
    owned = [(table, table.c.person.in_(names)) for table in _OF_PERSONS]
    return [
        (link_tries, link_tries.c.identity.in_(names)),
        *owned,
        (deliveries, deliveries.c.job.in_(made)),
        (letters, sa.or_(letters.c.delivery.in_(told), letters.c.delivery.in_(made))),
    ]


def _show(row: Any) -> dict[str, Json]:
    return {
        name: json.loads(value) if name in _WRITTEN_AS_JSON and value else value
        for name, value in row._mapping.items()
        if name not in _SECRET
    }


def _name_results(row: Any) -> list[File]:
    job = read_job(row)
    folder = f"results/{_plain(job.name)}-{job.id}"
    products = job.outcome.products if job.outcome else ()
    return [File(each.path, f"{folder}/{_plain(each.label)}") for each in products]


def _plain(label: str) -> str:
    """A label as one part of a path."""
    return label.replace("/", "_").replace("\\", "_").strip(". ") or "untitled"


def _only_there(files: Sequence[File]) -> list[File]:
    return [file for file in files if Path(file.path).is_file()]
