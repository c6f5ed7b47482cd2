"""Photos that glasses sent: each once, and each on its way to one video."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UserError
from core.glasses import Fate, Pair, Photo, divide_bursts
from core.jobs import Json
from core.names import JobId, PersonId
from core.options import Attachment
from storage.database import Database
from storage.glasses import glasses, read_pair
from storage.identities import find_owner

photos = sa.Table(
    "photos",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text),
    sa.Column("pair", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("fate", sa.Text),
    sa.Column("path", sa.Text),
    sa.Column("label", sa.Text),
    sa.Column("size", sa.BigInteger),
    sa.Column("taken", sa.Double),
    sa.Column("received", sa.Double),
    sa.Column("due", sa.Double),
    sa.Column("burst", sa.Text),
    sa.Column("job", sa.Text),
    sa.Column("note", sa.Text),
)
_WAITING = photos.c.fate == Fate.WAITING.value
_COMING = (photos.c.received, photos.c.id)


class PhotoTable:
    """The photos of all glasses. Whose a photo is, is asked with each question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, photo: Photo) -> Photo:
        """Keep a photo, or find the one of the same pair and request. One that was missed comes."""
        is_it = sa.and_(photos.c.pair == photo.pair, photos.c.request_id == photo.request)
        async with self._database.write() as connection:
            row = {**_write(photo), "person": await find_owner(connection, photo.person)}
            new = self._database.insert(photos).values(row)
            await connection.execute(
                new.on_conflict_do_nothing(index_elements=["pair", "request_id"])
            )
            if photo.file is not None:
                lost = sa.and_(is_it, photos.c.fate == Fate.MISSED.value, photos.c.path.is_(None))
                kept = {name: value for name, value in row.items() if name not in ("id", "person")}
                await connection.execute(sa.update(photos).where(lost).values(kept))
                used = sa.update(glasses).where(glasses.c.id == photo.pair)
                await connection.execute(used.values(used=photo.received))
            found = (await connection.execute(sa.select(photos).where(is_it))).one()
        return _read(found)

    async def seen(self, pair: str, request: str) -> Photo | None:
        """The photo of that name from those glasses, if it came before."""
        query = sa.select(photos).where(photos.c.pair == pair, photos.c.request_id == request)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _read(row)

    async def find(self, photo: str, *, person: PersonId) -> Photo:
        """One photo. Raises `UserError` when that person has no such photo."""
        query = sa.select(photos).where(photos.c.id == photo, photos.c.person == person)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise UserError("There is no such photo of yours.")
        return _read(row)

    async def page(
        self, person: PersonId, *, request: str = "", after: int = 0, most: int = 20
    ) -> tuple[Sequence[Photo], int]:
        """A person's photos, newest first, and how many there are; of one `request`, if named."""
        theirs = [photos.c.person == person]
        theirs += [photos.c.request_id == request] if request else []
        newest = sa.select(photos).where(*theirs).order_by(*(each.desc() for each in _COMING))
        async with self._database.read() as connection:
            count = await connection.execute(sa.select(sa.func.count()).where(*theirs))
            rows = await connection.execute(newest.offset(after).limit(most))
            return [_read(row) for row in rows], int(count.scalar_one())

    async def gather(self, *, now: float) -> Sequence[tuple[Pair, Sequence[Photo]]]:
        """The bursts whose videos are to be ordered now. What is in a burst stays so."""
        ready = sa.select(photos.c.id).where(_WAITING, photos.c.due <= now).limit(1)
        async with self._database.read() as connection:
            if (await connection.execute(ready)).first() is None:
                return []
        async with self._database.write() as connection:
            await _seal(connection, now=now)
            query = sa.select(photos).where(
                _WAITING, photos.c.burst.is_not(None), photos.c.due <= now
            )
            rows = (await connection.execute(query.order_by(photos.c.burst, *_COMING))).all()
            named = sa.select(glasses).where(glasses.c.id.in_({row.pair for row in rows}))
            pairs = {row.id: read_pair(row) for row in await connection.execute(named)}
        bursts = [list(burst) for _, burst in groupby(rows, key=lambda row: row.burst)]
        bursts.sort(key=lambda burst: burst[0].received)
        return [(pairs[burst[0].pair], [_read(row) for row in burst]) for burst in bursts]

    async def mark_ordered(self, ids: Sequence[str], job: JobId) -> bool:
        """Their video is ordered; False when that was written down before."""
        return await self._settle(ids, fate=Fate.ORDERED.value, job=job, note="")

    async def postpone(self, ids: Sequence[str], *, until: float, note: str) -> None:
        """Try again later, and say why."""
        await self._settle(ids, due=until, note=note)

    async def mark_missed(self, ids: Sequence[str], *, note: str) -> bool:
        """There will be no video of them; False when that was written down before."""
        return await self._settle(ids, fate=Fate.MISSED.value, note=note)

    async def _settle(self, ids: Sequence[str], **change: Any) -> bool:
        waiting = sa.update(photos).where(_WAITING, photos.c.id.in_(ids)).values(change)
        async with self._database.write() as connection:
            return bool((await connection.execute(waiting)).rowcount)


async def _seal(connection: AsyncConnection, *, now: float) -> None:
    """Give each complete burst its name, which is its first photo's."""
    loose = sa.select(photos).where(_WAITING, photos.c.burst.is_(None))
    query = loose.order_by(photos.c.pair, *_COMING).with_for_update()
    rows = [_read(row) for row in await connection.execute(query)]
    for _, of_pair in groupby(rows, key=lambda photo: photo.pair):
        for burst in divide_bursts(list(of_pair), now=now):
            named = photos.c.id.in_([photo.id for photo in burst])
            change = {"burst": burst[0].id, "due": now}
            await connection.execute(sa.update(photos).where(named).values(change))


async def list_waiting(connection: AsyncConnection) -> Sequence[Json]:
    """The paths of all photos whose videos are not ordered yet."""
    query = sa.select(photos.c.path).where(_WAITING, photos.c.path.is_not(None))
    return [row.path for row in await connection.execute(query)]


def _read(row: Any) -> Photo:
    return Photo(
        id=row.id,
        person=PersonId(row.person),
        pair=row.pair,
        request=row.request_id,
        received=row.received,
        due=row.due,
        fate=Fate(row.fate),
        file=Attachment(Path(row.path), row.label, row.size) if row.path else None,
        taken=row.taken,
        job=JobId(row.job) if row.job else None,
        note=row.note,
    )


def _write(photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.id,
        "pair": photo.pair,
        "request_id": photo.request,
        "fate": photo.fate.value,
        "path": str(photo.file.path) if photo.file else None,
        "label": photo.file.label if photo.file else "",
        "size": photo.file.size if photo.file else 0,
        "taken": photo.taken,
        "received": photo.received,
        "due": photo.due,
        "burst": None,
        "job": None,
        "note": photo.note,
    }
