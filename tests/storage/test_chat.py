"""The chat's history and uploads on a real SQLite file."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.chat import Upload
from core.errors import UserError
from core.names import PersonId
from storage.chat import SqlChatLog, SqlUploadBook, metadata

ANNA, BEN = PersonId("web:anna"), PersonId("web:ben")
MIGRATION = Path(__file__).parents[2] / "storage/migrations/versions/0002_chat.py"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'chat.db'}")
    async with engine.begin() as db:
        await db.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


async def test_keeps_a_persons_messages_in_order_and_to_that_person(engine: AsyncEngine) -> None:
    log = SqlChatLog(engine)
    for number in range(5):
        await log.add(ANNA, f"k{number}", {"text": f"hello {number}", "n": [number]})
    await log.add(BEN, "k0", {"text": "mine"})
    page = await log.page(ANNA, most=3)
    assert [message.body["text"] for message in page] == ["hello 2", "hello 3", "hello 4"]
    older = await log.page(ANNA, before=page[0].id, most=3)
    assert [message.body["n"] for message in older] == [[0], [1]]
    assert [message.body["text"] for message in await log.page(BEN)] == ["mine"]


async def test_the_same_key_twice_is_one_message(engine: AsyncEngine) -> None:
    log = SqlChatLog(engine)
    first = await log.add(ANNA, "k", {"text": "one"})
    again = await log.add(ANNA, "k", {"text": "two"})
    assert again == first
    assert len(await log.page(ANNA)) == 1


async def test_a_page_that_was_away_gets_what_changed_since(engine: AsyncEngine) -> None:
    log = SqlChatLog(engine)
    first = await log.add(ANNA, "a", {"text": "old"})
    second = await log.add(ANNA, "b", {"text": "still"})
    changed = await log.change(ANNA, "a", {"text": "new"})
    assert changed.id == first.id
    assert changed.revision > second.revision
    assert [message.body["text"] for message in await log.since(ANNA, second.revision)] == ["new"]
    assert [message.key for message in await log.page(ANNA)] == ["a", "b"]


async def test_nobody_changes_anothers_message(engine: AsyncEngine) -> None:
    log = SqlChatLog(engine)
    await log.add(ANNA, "a", {"text": "old"})
    with pytest.raises(UserError):
        await log.change(BEN, "a", {"text": "new"})
    assert await log.find(BEN, "a") is None
    assert (found := await log.find(ANNA, "a")) is not None
    assert found.body == {"text": "old"}


async def test_adds_at_once_get_revisions_of_their_own(tmp_path: Path) -> None:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path / 'chat.db'}",
        connect_args={"isolation_level": "IMMEDIATE", "timeout": 20},
    )
    async with engine.begin() as db:
        await db.run_sync(metadata.create_all)
    log = SqlChatLog(engine)
    added = await asyncio.gather(*(log.add(ANNA, f"k{n % 10}", {"n": n}) for n in range(20)))
    assert len({message.id for message in added}) == 10
    assert len({message.revision for message in await log.page(ANNA)}) == 10
    await engine.dispose()


async def test_uploads_are_found_by_their_owner_only(engine: AsyncEngine) -> None:
    book = SqlUploadBook(engine)
    upload = Upload("u1", ANNA, "a song.mp3", 5_000_000_000, 12.5)
    await book.add(upload)
    assert await book.find("u1", person=ANNA) == upload
    with pytest.raises(UserError, match="attach it again"):
        await book.find("u1", person=BEN)


async def test_uploads_are_marked_and_removed(engine: AsyncEngine) -> None:
    book = SqlUploadBook(engine)
    for number in range(3):
        await book.add(Upload(f"u{number}", ANNA, "x", 1, float(number)))
    await book.mark_sent(["u0", "u2"], now=99.0)
    await book.mark_sent([], now=100.0)
    await book.remove("u1")
    assert [(upload.id, upload.sent) for upload in await book.listed()] == [
        ("u0", 99.0),
        ("u2", 99.0),
    ]


def test_the_migration_makes_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("chat_0002", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'chat.db'}")
    with engine.begin() as db:
        context = MigrationContext.configure(db)
        with Operations.context(context):
            migration.upgrade()
            assert compare_metadata(context, metadata) == []
            migration.downgrade()
        assert sa.inspect(db).get_table_names() == []
    engine.dispose()
