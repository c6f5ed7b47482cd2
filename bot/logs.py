"""Where the log goes: a file in the data folder, and what matters to the terminal."""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import UserError

_LARGEST = 20_000_000
# Some would write whole requests down, with the photos of people in them.
_CHATTY = (
    "alembic", "aiosqlite", "sqlalchemy", "asyncio", "httpx", "httpcore", "httpx2", "httpcore2",
    "anthropic", "elevenlabs", "google_genai",
)  # fmt: skip
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class _Discreet(logging.Formatter):
    """Writes lines without secrets: chat libraries put tokens into addresses and errors."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(_FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line


def write_logs(
    data: Path, *, level: str, shown: str = "critical", secrets: Sequence[str] = ()
) -> None:
    """Log to data/tapedeck.log, and what is at least `shown` to standard error.

    What is in `secrets` is left out of all lines, tracebacks too. Raises `UserError` when the
    data folder cannot be used.
    """
    try:
        file = _open_log(data)
    except (OSError, UnicodeEncodeError) as error:
        reason = "its name is not UTF-8"
        if isinstance(error, OSError):
            reason = os.strerror(error.errno or 0).lower()
        raise UserError(
            f"The data folder {data.absolute()} cannot be used: {reason}. "
            "Make it writable, or set TAPEDECK_DATA to another folder."
        ) from error
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(shown.upper())
    for handler in (file, terminal):
        handler.setFormatter(_Discreet(secrets))
    logging.basicConfig(level=level.upper(), handlers=[file, terminal], force=True)
    # A full disk takes no log either; Python would complain on the terminal, with a traceback.
    logging.raiseExceptions = False
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every step that is put down when a process leaves, which is how it should be.
    logging.getLogger("dbos").setLevel(logging.ERROR)


def _open_log(data: Path) -> logging.Handler:
    str(data.absolute()).encode()
    data.mkdir(parents=True, exist_ok=True)
    path = data / "tapedeck.log"
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(".log.1"))
    # A file's name that is no UTF-8 must not keep a bug out of the log.
    return logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
