"""Databases for tests: SQLite always, PostgreSQL where one can be started."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database, open_database


def _find_programs() -> Path | None:
    """Where PostgreSQL's own programs are: Debian keeps them off PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_other() -> dict[str, str]:
    """PostgreSQL refuses to run as root."""
    return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a private cluster for the length of the tests."""
    programs = _find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="tapedeck-pg-"))
    other = _as_other()
    if other:
        shutil.chown(folder, other["user"], other["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(*command: str) -> None:
        subprocess.run(  # type: ignore[call-overload] # user and group, as a mapping
            command, check=True, cwd=folder, capture_output=True, timeout=120, **other
        )

    cluster = str(folder / "cluster")
    control = (str(programs / "pg_ctl"), "-D", cluster, "-w", "-l", str(folder / "log"))
    try:
        call(str(programs / "initdb"), "-D", cluster, "-U", "tapedeck", "-A", "trust", "-N")
        call(*control, "-o", f"-p {port} -k {folder} -F -h 127.0.0.1", "start")
    except (subprocess.SubprocessError, PermissionError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        yield f"postgresql://tapedeck@127.0.0.1:{port}/postgres"
    finally:
        call(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database of each kind."""
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    opened = await open_database(url, data=tmp_path / "data")
    if url:
        await empty_tables(opened)
    yield opened
    await opened.close()


async def empty_tables(database: Database) -> None:
    """Throw all rows away, but keep what tells which migrations were done."""
    async with database.write() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        for name in names:
            if name != "alembic_version":
                await connection.execute(sa.text(f'TRUNCATE "{name}" CASCADE'))
