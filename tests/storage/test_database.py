"""Opening a database: its migrations, two at a time, and how it is set."""

import ast
import asyncio
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from core.jobs import Mail
from core.names import JobId, PersonId, Place
from storage.database import MIGRATIONS, Database, newest_migration, open_database
from storage.jobs import JobBook
from storage.outbox import OutboxTable


def read_migrations() -> list[tuple[str, str | None, str]]:
    """Each migration's revision, the one before it, and its file's name."""
    found = []
    for file in sorted(MIGRATIONS.glob("[0-9]*.py")):
        names = {
            statement.targets[0].id: ast.literal_eval(statement.value)
            for statement in ast.parse(file.read_text()).body
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }
        found.append((names["revision"], names["down_revision"], file.stem))
    return found


def test_migrations_are_one_row_and_named_by_their_revision() -> None:
    before = None
    for revision, down, stem in read_migrations():
        assert down == before
        assert stem.startswith(f"{revision}_")
        before = revision
    assert before == newest_migration()


async def test_sqlite_is_safe_and_shared(tmp_path: Path) -> None:
    database = await open_database("", data=tmp_path)
    async with database.read() as connection:
        settings = {
            name: (await connection.execute(sa.text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30000,
    }


async def test_opening_again_is_quick_and_changes_nothing(tmp_path: Path) -> None:
    await (await open_database("", data=tmp_path)).close()
    begun = time.monotonic()
    await (await open_database("", data=tmp_path)).close()
    assert time.monotonic() - begun < 1  # 0.02 s on a quiet machine


async def test_a_write_waits_for_another_instead_of_failing(tmp_path: Path) -> None:
    database = await open_database("", data=tmp_path)

    async def count(key: str) -> None:
        for number in range(20):
            async with database.write() as connection:
                found = await connection.execute(sa.text("SELECT count(*) FROM memory"))
                used = found.scalar()
                await connection.execute(
                    sa.text("INSERT INTO memory VALUES (:key, '{}', :used)"),
                    {"key": f"{key}{number}", "used": used},
                )

    await asyncio.gather(*(count(key) for key in "abcd"))
    async with database.read() as connection:
        rows = await connection.execute(sa.text("SELECT count(DISTINCT used) FROM memory"))
        distinct = rows.scalar()
    await database.close()
    assert distinct == 80, "no write came between another's read and write"


OPEN = """
import asyncio, pathlib, sys
from storage.database import open_database
async def main():
    database = await open_database("", data=pathlib.Path(sys.argv[1]))
    await database.close()
asyncio.run(main())
"""


async def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", OPEN, str(tmp_path / "data"))
        for _ in range(4)
    ]
    assert [await process.wait() for process in started] == [0, 0, 0, 0]


def _step_back(connection: sa.Connection) -> None:
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    with EnvironmentContext(
        Config(), script, fn=lambda revision, _context: script._downgrade_revs("0003", revision)
    ) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()


async def test_a_database_of_the_first_release_keeps_its_jobs_and_what_is_to_be_told(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as connection:
        await connection.run_sync(_step_back)
        await connection.exec_driver_sql(
            "INSERT INTO jobs (id, key, kind, title, person, platform, conversation, request, "
            "state, created) VALUES ('old', 'k', 'mixtape', 'Late Night', 'web:a', 'web', 'here', "
            "'{}', 'done', 5.0)"
        )
        await connection.exec_driver_sql(
            "INSERT INTO outbox (job, state, changed) VALUES ('old', 'intended', 6.0)"
        )
    url = "" if database.dialect == "sqlite" else database.engine.url.render_as_string()
    upgraded = await open_database(url, data=tmp_path / "data")
    book, outbox = JobBook(upgraded), OutboxTable(upgraded)
    job = await book.find(JobId("old"))
    assert job is not None
    assert (job.private, job.server, job.asked, job.limit) == (False, "", None, None)
    assert (await book.page(PersonId("web:a"), search="late", after=0, most=9))[1] == 1
    assert await outbox.address("old") == (JobId("old"), Place("web", "here"))
    assert await outbox.claim("old") is Mail.INTENDED
    await upgraded.close()
