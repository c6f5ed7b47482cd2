"""Files that people send in a chat: streamed to disk, each within its person's limits.

Those who are blocked bring nothing in.
"""

import asyncio
import hashlib
import secrets
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from core.chat import Upload
from core.errors import UserError
from core.names import PersonId
from core.options import Attachment
from core.tracks import label_of
from storage.chat import SqlUploadBook
from storage.database import Database
from storage.people import PeopleTable

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much may come in, in bytes: one file, all of one person's that are here; and what is
    left free on the disk."""

    file_bytes: int
    person_bytes: int
    spare_bytes: int = 500 * _MEGABYTE


class FileInbox:
    """Fills the port `Inbox`. A file has the name of its upload, and only once it is whole."""

    def __init__(self, database: Database, folder: Path, room: Room) -> None:
        self._book = SqlUploadBook(database.engine)
        self._people = PeopleTable(database)
        self._folder = folder
        self._room = room
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._arriving: Counter[PersonId] = Counter()

    async def receive(
        self,
        person: PersonId,
        label: str,
        chunks: AsyncIterable[bytes],
        *,
        key: str,
        size: int | None = None,
    ) -> Attachment:
        reason = await self._people.blocked(person)
        if reason:
            raise UserError(f"The operator has blocked you here. The reason: {reason}")
        name = hashlib.sha256(f"{person}\0{key}".encode()).hexdigest()[:32]
        # One at a time for each file: who comes second finds what the first one brought.
        async with self._door(name):
            found = await self._find(name)
            if found is not None:
                return found
            return await self._take(person, name, label_of(label)[:300], chunks, size=size)

    def _door(self, name: str) -> asyncio.Lock:
        return self._doors.setdefault(name, asyncio.Lock())

    async def _find(self, name: str) -> Attachment | None:
        path = self._folder / name
        if not await asyncio.to_thread(path.is_file):
            return None
        for upload in await self._book.named([name]):
            return Attachment(path, upload.label, upload.size)
        return None

    async def _take(
        self,
        person: PersonId,
        name: str,
        label: str,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None,
    ) -> Attachment:
        """Bring a file in whole, or leave nothing."""
        here = await self._count_here(person)
        self._check(size or 0, total=here + self._arriving[person] + (size or 0))
        await self._check_disk(size or 0)
        part = self._folder / f".{name}.{secrets.token_hex(4)}.part"
        try:
            with _Arrival(self._arriving, person, size or 0) as arrival:
                file = await asyncio.to_thread(part.open, "xb", buffering=0)
                try:
                    async for chunk in chunks:
                        arrival.grow(len(chunk))
                        self._check(arrival.length, total=here + self._arriving[person])
                        await asyncio.to_thread(_write_all, file, chunk)
                finally:
                    await asyncio.to_thread(file.close)
                _check_length(arrival.length, size)
            return await self._keep(person, name, label, part, length=arrival.length)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _keep(
        self, person: PersonId, name: str, label: str, part: Path, *, length: int
    ) -> Attachment:
        """Give a file its name. What came in beside it counts now, so people are one at a time."""
        async with self._door(person):
            self._check(length, total=await self._count_here(person) + length)
            path = self._folder / name
            await asyncio.to_thread(part.replace, path)
            now = time.time()
            await self._book.enter(Upload(name, person, label, length, now, sent=now))
        return Attachment(path, label, length)

    async def _count_here(self, person: PersonId) -> int:
        """Bytes of this person's that lie here; records of what is gone are cleared away."""
        total = 0
        for upload in await self._book.of(person):
            if await asyncio.to_thread((self._folder / upload.id).is_file):
                total += upload.size
            else:
                await self._book.remove(upload.id)
        return total

    def _check(self, length: int, *, total: int) -> None:
        if length > self._room.file_bytes:
            raise UserError(
                f"That file is too large: up to {_say(self._room.file_bytes)} are taken."
            )
        if total > self._room.person_bytes:
            raise UserError(
                f"Your files take more than {_say(self._room.person_bytes)} here. Remove some "
                "with /tray or /library, or wait until older ones are cleared."
            )

    async def _check_disk(self, length: int) -> None:
        free = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
        if free - length - self._arriving.total() < self._room.spare_bytes:
            raise UserError("The disk is full here: the operator has to make room first.")


class _Arrival:
    """How much of a file has come, counted among what is on its way to the same person."""

    def __init__(self, arriving: Counter[PersonId], person: PersonId, announced: int) -> None:
        self._arriving = arriving
        self._person = person
        self._counted = announced
        self.length = 0

    def __enter__(self) -> "_Arrival":
        self._arriving[self._person] += self._counted
        return self

    def __exit__(self, *_raised: object) -> None:
        self._arriving[self._person] -= self._counted
        if not self._arriving[self._person]:
            del self._arriving[self._person]

    def grow(self, more: int) -> None:
        self.length += more
        beyond = max(0, self.length - self._counted)
        self._counted += beyond
        self._arriving[self._person] += beyond


def _check_length(length: int, size: int | None) -> None:
    if not length:
        raise UserError("That file is empty. Send it again.")
    if size is not None and length != size:
        raise UserError("That file did not come whole. Send it again.")


def _write_all(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _say(size: int) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.3g} MB"
