"""DBOS's database works with every SQLite that a supported Python may come with."""

import time
from pathlib import Path

import sqlalchemy as sa

from adapters.dbos.setup import _open_sqlite, _unixepoch


def test_an_old_sqlite_can_tell_the_time_in_milliseconds(tmp_path: Path) -> None:
    engine = _open_sqlite(sa.make_url(f"sqlite:///{tmp_path}/dbos.db"))
    with engine.begin() as connection:
        # As DBOS writes it on Python 3.12 and later.
        connection.exec_driver_sql("CREATE TABLE t (at INTEGER DEFAULT (unixepoch('subsec')*1000))")
        connection.exec_driver_sql("INSERT INTO t DEFAULT VALUES")
        at = connection.execute(sa.text("SELECT at FROM t")).scalar_one()
    engine.dispose()
    assert abs(at / 1000 - time.time()) < 5


def test_only_what_dbos_uses_is_taken_over() -> None:
    assert _unixepoch("now") is None
