"""How DBOS is set up: its database, its way of writing values down, its log."""

import json
import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOSConfig, Serializer

# A new version would strand the jobs that are queued under the old one; changed pipelines use
# DBOS.patch_async instead.
APPLICATION_VERSION = "1"
_THREADS = 24


class Json(Serializer):
    """Values as JSON. DBOS's own way is pickle, which runs whatever the database holds."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_write_error, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        value = json.loads(serialized_data)
        if isinstance(value, dict) and value.keys() == {"__error__"}:
            return RuntimeError(value["__error__"])
        return value

    def name(self) -> str:
        return "json"


def _write_error(value: object) -> object:
    if isinstance(value, BaseException):
        return {"__error__": f"{type(value).__name__}: {value}"}
    raise TypeError(f"{type(value).__name__} is not JSON")


def configure(*, url: str, data: Path, executor: str) -> DBOSConfig:
    """The configuration for one process, whose executor id must be its own."""
    _quieten()
    config = DBOSConfig(
        name="tapedeck",
        application_version=APPLICATION_VERSION,
        executor_id=executor,
        serializer=Json(),
        max_executor_threads=_THREADS,
        # Nothing of ours waits for notifications; this thread's sleep is how long leaving takes.
        notification_listener_polling_interval_sec=0.1,
        enable_otlp=False,
        log_level="ERROR",
    )
    if url:
        config["system_database_url"] = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        return config
    path = data.absolute() / "dbos.db"
    # As text, a ? or % in a folder's name would lead to another file.
    address = sa.URL.create("sqlite", database=str(path))
    config["system_database_url"] = address.render_as_string()
    config["system_database_engine"] = _open_sqlite(address)
    return config


def _open_sqlite(address: sa.URL) -> sa.Engine:
    # DBOS's default journal gives a tenth of the throughput.
    engine = sa.create_engine(address, pool_size=10, max_overflow=20)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if sqlite3.sqlite_version_info < (3, 42):
            # On Python 3.12 and later DBOS takes it for granted; Debian 12 has 3.40.
            connection.create_function("unixepoch", 1, _unixepoch)

    return engine


def _unixepoch(modifier: str) -> float | None:
    """SQLite's function of this name as of 3.42, for the one modifier that DBOS uses."""
    return round(time.time(), 3) if modifier == "subsec" else None


def _quieten() -> None:
    # A handler of any kind keeps DBOS from writing to the terminal by itself.
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = True
