"""Joining two accounts into one: what becomes of everything that has an owner."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.names import PersonId
from core.trays import Tray
from storage.accounts import blocks, link_codes, person_settings
from storage.chat import uploads
from storage.glasses import glasses
from storage.identities import identities
from storage.job_rows import jobs, uses
from storage.notes import notes
from storage.photos import photos
from storage.tickets import tickets
from storage.trays import drop_tray, read_tray, tray_keys, write_tray

_OWNED = (jobs, uses, uploads, notes, glasses, photos, tickets, identities)


async def move_all(connection: AsyncConnection, source: PersonId, target: PersonId) -> None:
    """Give everything of one account to another. Where both say something, the older one wins."""
    ages = [await _age(connection, person) for person in (source, target)]
    older, younger = (source, target) if ages[0] < ages[1] else (target, source)
    await _join_settings(connection, older, younger, target=target)
    await _join_trays(connection, older, younger, target=target)
    await _move_block(connection, source, target)
    await connection.execute(sa.delete(link_codes).where(link_codes.c.person == source))
    for table in _OWNED:
        await connection.execute(
            sa.update(table).where(table.c.person == source).values(person=target)
        )


async def _age(connection: AsyncConnection, person: PersonId) -> float:
    query = sa.select(sa.func.min(identities.c.since)).where(identities.c.person == person)
    return float((await connection.execute(query)).scalar() or 0.0)


async def _join_settings(
    connection: AsyncConnection, older: PersonId, younger: PersonId, *, target: PersonId
) -> None:
    both = {
        **await read_settings(connection, younger),
        **await read_settings(connection, older),
    }
    people = person_settings.c.person.in_((older, younger))
    await connection.execute(sa.delete(person_settings).where(people))
    rows = [{"person": target, "name": name, "value": value} for name, value in both.items()]
    if rows:
        await connection.execute(sa.insert(person_settings), rows)


async def read_settings(connection: AsyncConnection, person: PersonId) -> dict[str, str]:
    query = sa.select(person_settings).where(person_settings.c.person == person)
    return {row.name: row.value for row in await connection.execute(query)}


async def _join_trays(
    connection: AsyncConnection, older: PersonId, younger: PersonId, *, target: PersonId
) -> None:
    first, second = await read_tray(connection, older), await read_tray(connection, younger)
    for person in (older, younger):
        await drop_tray(connection, person)
    joined = Tray(
        person=target,
        items=first.items + second.items,
        cover=first.cover or second.cover,
        options={**second.options, **first.options},
    )
    if joined.items or joined.cover or joined.options:
        await write_tray(connection, joined)
    source = younger if target == older else older
    known = sa.select(tray_keys.c.key).where(tray_keys.c.person == target)
    new = sa.and_(tray_keys.c.person == source, tray_keys.c.key.not_in(known.scalar_subquery()))
    await connection.execute(sa.update(tray_keys).where(new).values(person=target))
    await connection.execute(sa.delete(tray_keys).where(tray_keys.c.person == source))


async def _move_block(connection: AsyncConnection, source: PersonId, target: PersonId) -> None:
    kept = sa.select(blocks.c.person).where(blocks.c.person == target)
    if (await connection.execute(kept)).first() is None:
        moving = sa.update(blocks).where(blocks.c.person == source)
        await connection.execute(moving.values(person=target))
    await connection.execute(sa.delete(blocks).where(blocks.c.person == source))
