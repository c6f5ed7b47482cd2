"""The local chat's history and its uploads, in SQL."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.chat import Message, Upload
from core.errors import UserError
from core.jobs import Json
from core.names import PersonId
from storage.identities import find_owner

metadata = MetaData()

people = Table(
    "chat_people",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("revision", BigInteger, nullable=False),
)
messages = Table(
    "chat_messages",
    metadata,
    # SQLite counts ids by itself only in a column that is plainly INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("key", String(200), nullable=False),
    Column("body", JSON, nullable=False),
    Column("created", Float, nullable=False),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("person", "key", name="chat_messages_person_key"),
    Index("chat_messages_person_id", "person", "id"),
    Index("chat_messages_person_revision", "person", "revision"),
)
uploads = Table(
    "chat_uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("label", String(300), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created", Float, nullable=False),
    Column("sent", Float),
    Index("chat_uploads_created", "created"),
)


class SqlChatLog:
    """Fills `core.ports.ChatLog`. Reads say so by the option `reads`: they need no write lock."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reads=True)
        self._clock = clock

    async def add(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        async with self._engine.begin() as db:
            # The person's row is locked first, so that two adds of one key cannot both find none.
            revision = await _next_revision(db, person)
            known = await _find(db, person, key)
            if known is not None:
                return known
            row = {"person": person, "key": key, "body": dict(body)}
            return await self._append(db, row, revision=revision)

    async def _append(
        self, db: AsyncConnection, row: Mapping[str, object], *, revision: int
    ) -> Message:
        new = insert(messages).values(**row, created=self._clock(), revision=revision)
        return _message((await db.execute(new.returning(messages))).one())

    async def change(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        async with self._engine.begin() as db:
            revision = await _next_revision(db, person)
            changed = await db.execute(
                update(messages)
                .where(messages.c.person == person, messages.c.key == key)
                .values(body=dict(body), revision=revision)
                .returning(messages)
            )
            row = changed.one_or_none()
            if row is None:
                raise UserError("That message is no longer here.")
            return _message(row)

    async def repost(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        async with self._engine.begin() as db:
            revision = await _next_revision(db, person)
            await db.execute(
                delete_from(messages).where(messages.c.person == person, messages.c.key == key)
            )
            row = {"person": person, "key": key, "body": dict(body)}
            return await self._append(db, row, revision=revision)

    async def find(self, person: PersonId, key: str) -> Message | None:
        async with self._reading.connect() as db:
            return await _find(db, person, key)

    async def page(
        self, person: PersonId, *, before: int | None = None, most: int = 30
    ) -> Sequence[Message]:
        query = select(messages).where(messages.c.person == person)
        if before is not None:
            query = query.where(messages.c.id < before)
        async with self._reading.connect() as db:
            rows = await db.execute(query.order_by(messages.c.id.desc()).limit(most))
            return tuple(_message(row) for row in reversed(rows.all()))

    async def since(self, person: PersonId, revision: int, *, most: int = 200) -> Sequence[Message]:
        query = (
            select(messages)
            .where(messages.c.person == person, messages.c.revision > revision)
            .order_by(messages.c.revision)
            .limit(most)
        )
        async with self._reading.connect() as db:
            return tuple(_message(row) for row in await db.execute(query))


class SqlUploadBook:
    """Fills `core.ports.UploadBook`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reads=True)

    async def add(self, upload: Upload) -> None:
        async with self._engine.begin() as db:
            await db.execute(
                insert(uploads).values(
                    id=upload.id,
                    person=upload.person,
                    label=upload.label,
                    size=upload.size,
                    created=upload.created,
                    sent=upload.sent,
                )
            )

    async def find(self, upload: str, *, person: PersonId) -> Upload:
        query = select(uploads).where(uploads.c.id == upload, uploads.c.person == person)
        async with self._reading.connect() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None:
            raise UserError("That file is no longer here: attach it again.")
        return _upload(row)

    async def listed(self) -> Sequence[Upload]:
        async with self._reading.connect() as db:
            rows = await db.execute(select(uploads).order_by(uploads.c.created))
            return tuple(_upload(row) for row in rows)

    async def enter(self, upload: Upload) -> None:
        """Add an upload under a name that may be there: then it is replaced."""
        async with self._engine.begin() as db:
            await db.execute(delete_from(uploads).where(uploads.c.id == upload.id))
            owner = await find_owner(db, upload.person)
            await db.execute(insert(uploads).values({**asdict(upload), "person": owner}))

    async def of(self, person: PersonId) -> Sequence[Upload]:
        """One person's uploads."""
        return await self._select(uploads.c.person == person)

    async def named(self, names: Sequence[str]) -> Sequence[Upload]:
        """Those of these names that there are, whosever."""
        return await self._select(uploads.c.id.in_(list(names)))

    async def _select(self, condition: ColumnElement[bool]) -> Sequence[Upload]:
        async with self._reading.connect() as db:
            return tuple(_upload(row) for row in await db.execute(select(uploads).where(condition)))

    async def mark_sent(self, uploads_sent: Sequence[str], *, now: float) -> None:
        if not uploads_sent:
            return
        async with self._engine.begin() as db:
            await db.execute(
                update(uploads).where(uploads.c.id.in_(list(uploads_sent))).values(sent=now)
            )

    async def remove(self, upload: str) -> None:
        async with self._engine.begin() as db:
            await db.execute(delete_from(uploads).where(uploads.c.id == upload))


async def _next_revision(db: AsyncConnection, person: PersonId) -> int:
    """Count one more change of this person, and hold the person's row until the commit."""
    count = (
        update(people)
        .where(people.c.person == person)
        .values(revision=people.c.revision + 1)
        .returning(people.c.revision)
    )
    revision = (await db.execute(count)).scalar_one_or_none()
    if revision is not None:
        return int(revision)
    try:
        async with db.begin_nested():
            await db.execute(insert(people).values(person=person, revision=1))
    except IntegrityError:  # another process was first
        return int((await db.execute(count)).scalar_one())
    return 1


async def _find(db: AsyncConnection, person: PersonId, key: str) -> Message | None:
    query = select(messages).where(messages.c.person == person, messages.c.key == key)
    row = (await db.execute(query)).one_or_none()
    return None if row is None else _message(row)


# Rows are typed by their columns' order only; the names are checked by the tests.
def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        person=PersonId(row.person),
        key=row.key,
        body=row.body,
        created=row.created,
        revision=row.revision,
    )


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        person=PersonId(row.person),
        label=row.label,
        size=row.size,
        created=row.created,
        sent=row.sent,
    )
