"""The database: one engine for SQLite or PostgreSQL, opened with its migrations done."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import ServiceError

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


class Database:
    """An open database. Reads and writes are whole transactions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(reads=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only looks: it waits for nobody."""
        async with self._reading.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that holds SQLite's write lock from its start, so it never fails late."""
        async with self.engine.begin() as connection:
            yield connection

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def insert(self, table: sa.Table) -> Any:
        """An insert that may meet a row: the dialects say it the same way, each for itself."""
        dialect = postgresql if self.dialect == "postgresql" else sqlite
        return dialect.insert(table)

    async def keep(
        self,
        connection: AsyncConnection,
        table: sa.Table,
        named: Mapping[str, str],
        *,
        value: str | None,
    ) -> None:
        """Put `value` where it has those names, its table's primary key; None removes it."""
        if value is None:
            is_it = sa.and_(*(table.c[column] == name for column, name in named.items()))
            await connection.execute(sa.delete(table).where(is_it))
            return
        new = self.insert(table).values(**named, value=value)
        await connection.execute(
            new.on_conflict_do_update(index_elements=list(named), set_={"value": value})
        )

    async def close(self) -> None:
        await self.engine.dispose()


async def open_database(url: str, *, data: Path) -> Database:
    """Open the database at `url`, or SQLite in the data folder, and bring it up to date."""
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    engine = create_async_engine(database_url(url, data=data), **_options(url))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
    database = Database(engine)
    try:
        await _migrate(database, data)
    except BaseException as error:
        await database.close()
        if isinstance(error, OSError) and url:
            # asyncpg's own word for a server that is not there
            raise ServiceError(
                "The database does not answer. Look at TAPEDECK_DATABASE_URL and whether it runs."
            ) from error
        raise
    return database


def database_url(url: str, *, data: Path) -> str | sa.URL:
    """The address with its asynchronous driver."""
    if not url:
        # As text, a ? or % in a folder's name would lead to another file.
        return sa.URL.create("sqlite+aiosqlite", database=str(data.absolute() / "tapedeck.db"))
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _options(url: str) -> dict[str, Any]:
    return {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": bool(url)}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late for a read that a write follows: we say it ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def newest_migration() -> str:
    """The newest migration's revision: what its file's name begins with."""
    return max(file.stem.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*.py"))


async def _migrate(database: Database, data: Path) -> None:
    if await _current(database) == newest_migration():
        return
    lock = data / "migrations.lock"
    with await asyncio.to_thread(_Lock, lock) if database.dialect == "sqlite" else _unlocked():
        async with database.write() as connection:
            if database.dialect == "postgresql":
                await connection.execute(sa.text("SELECT pg_advisory_xact_lock(1413566541)"))
            await connection.run_sync(_upgrade)


async def _current(database: Database) -> str | None:
    async with database.read() as connection:
        if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table(_VERSIONS)):
            return None
        found = await connection.execute(sa.text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 - a constant
        row = found.first()
        return str(row[0]) if row else None


_VERSIONS = "alembic_version"


def _upgrade(connection: sa.Connection) -> None:
    # Imported only when there is something to do: Alembic costs a quarter of a second.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    with EnvironmentContext(
        Config(), script, fn=lambda revision, _context: script._upgrade_revs("head", revision)
    ) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()


class _Lock:
    """A lock on a file between processes, until it is left."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_raised: object) -> None:
        os.close(self._file)


@contextmanager
def _unlocked() -> Iterator[None]:
    yield
