"""What people gather for their next mixtape."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.jobs import Json
from core.link_texts import is_link
from core.mixtape import MOST_TRACKS
from core.names import PersonId
from core.options import Attachment, attach_link
from core.pictures import name_picture
from core.trays import Item, Tray
from storage.chat import uploads
from storage.database import Database
from storage.identities import find_owner

_tables = sa.MetaData()
trays = sa.Table(
    "trays",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("cover", sa.Text),
    sa.Column("options", sa.Text),
    sa.Column("changed", sa.Double),
)
tray_items = sa.Table(
    "tray_items",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer),
    sa.Column("path", sa.Text),
    sa.Column("label", sa.Text),
    sa.Column("size", sa.BigInteger),
)
tray_keys = sa.Table(
    "tray_keys",
    _tables,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("added", sa.Double),
)
_HEAD_BYTES = 4096


class TrayTable:
    """Fills the port `Trays`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, person: PersonId) -> Tray:
        async with self._database.read() as connection:
            return await read_tray(connection, person)

    async def add(self, person: PersonId, files: Sequence[Attachment], *, key: str) -> Tray:
        covers, tracks = await asyncio.to_thread(_sort, files)
        async with self._database.write() as connection:
            owner = await find_owner(connection, person)
            tray = await self._lock(connection, owner)
            if not await self._is_new(connection, owner, key):
                return tray
            items = tuple(Item(secrets.token_hex(4), file) for file in tracks)
            fuller = replace(
                tray, items=tray.items + items, cover=covers[-1] if covers else tray.cover
            )
            if len(fuller.items) > MOST_TRACKS:
                raise UserError(
                    f"A tray holds up to {MOST_TRACKS} tracks, and this would make "
                    f"{len(fuller.items)}. Mix what is there first, or remove some."
                )
            await write_tray(connection, fuller)
        return fuller

    async def change(self, person: PersonId, change: Callable[[Tray], Tray]) -> Tray:
        async with self._database.write() as connection:
            owner = await find_owner(connection, person)
            changed = replace(change(await self._lock(connection, owner)), person=owner)
            await write_tray(connection, changed)
        return changed

    async def clear(self, person: PersonId) -> None:
        await self.change(person, lambda tray: Tray(person=tray.person))

    async def _lock(self, connection: AsyncConnection, person: PersonId) -> Tray:
        """Read a tray that nobody else changes until the end of the transaction."""
        empty = {"person": person, "options": "{}", "changed": time.time()}
        await connection.execute(
            self._database.insert(trays).values(empty).on_conflict_do_nothing()
        )
        await connection.execute(
            sa.select(trays.c.person).where(trays.c.person == person).with_for_update()
        )
        return await read_tray(connection, person)

    async def _is_new(self, connection: AsyncConnection, person: PersonId, key: str) -> bool:
        row = {"person": person, "key": key, "added": time.time()}
        added = await connection.execute(
            self._database.insert(tray_keys).values(row).on_conflict_do_nothing()
        )
        return bool(added.rowcount)


async def read_tray(connection: AsyncConnection, person: PersonId) -> Tray:
    row = (await connection.execute(sa.select(trays).where(trays.c.person == person))).first()
    if row is None:
        return Tray(person=person)
    query = sa.select(tray_items).where(tray_items.c.person == person)
    items = (await connection.execute(query.order_by(tray_items.c.position))).all()
    return Tray(
        person=person,
        items=tuple(Item(item.id, _file(item.path, item.label, item.size)) for item in items),
        cover=_file(**json.loads(row.cover)) if row.cover else None,
        options=json.loads(row.options),
    )


async def write_tray(connection: AsyncConnection, tray: Tray) -> None:
    """Put a tray in the place of what is there. Its files count as used just now."""
    now = time.time()
    facts = {
        "cover": json.dumps(_facts(tray.cover)) if tray.cover else None,
        "options": json.dumps(dict(tray.options)),
        "changed": now,
    }
    # In place: whoever waits for a row that is deleted would find none.
    is_theirs = trays.c.person == tray.person
    changed = await connection.execute(sa.update(trays).where(is_theirs).values(facts))
    if not changed.rowcount:
        await connection.execute(sa.insert(trays).values(person=tray.person, **facts))
    await connection.execute(sa.delete(tray_items).where(tray_items.c.person == tray.person))
    rows: list[dict[str, Any]] = [
        {"person": tray.person, "id": item.id, "position": position, **_facts(item.file)}
        for position, item in enumerate(tray.items)
    ]
    if rows:
        await connection.execute(sa.insert(tray_items), rows)
    names = [item.file.path.name for item in tray.items if not item.file.url]
    names += [tray.cover.path.name] if tray.cover else []
    await connection.execute(sa.update(uploads).where(uploads.c.id.in_(names)).values(sent=now))


async def drop_tray(connection: AsyncConnection, person: PersonId) -> None:
    for table in (tray_items, trays):
        await connection.execute(sa.delete(table).where(table.c.person == person))


async def list_files(connection: AsyncConnection) -> Sequence[Json]:
    """The paths of all that lies on trays."""
    paths = [row.path for row in await connection.execute(sa.select(tray_items.c.path))]
    covers = await connection.execute(sa.select(trays.c.cover).where(trays.c.cover.is_not(None)))
    return [*paths, *(json.loads(row.cover)["path"] for row in covers)]


def _facts(file: Attachment) -> dict[str, Any]:
    """A row's facts: a link stands where the path of a file does."""
    return {"path": file.url or str(file.path), "label": file.label, "size": file.size}


def _file(path: str, label: str, size: int) -> Attachment:
    if is_link(path):
        return attach_link(path)
    return Attachment(Path(path), label, size)


def _sort(files: Sequence[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    """The pictures, and the rest."""
    covers: list[Attachment] = []
    tracks: list[Attachment] = []
    for file in files:
        if file.url:
            tracks.append(file)
            continue
        with file.path.open("rb") as opened:
            is_picture = bool(name_picture(opened.read(_HEAD_BYTES)))
        (covers if is_picture else tracks).append(file)
    return covers, tracks
