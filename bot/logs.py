"""Where the log goes: a file in the data folder, and what matters to the terminal."""

import logging
import sys
from pathlib import Path

from core.errors import UserError

_LARGEST = 20_000_000
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def write_logs(data: Path, *, level: str, shown: str = "critical") -> None:
    """Log to data/tapedeck.log, and what is at least `shown` to standard error.

    It is the first that anyone writes to the data folder. Raises `UserError` when that fails.
    """
    try:
        file = _open(data)
    except OSError as error:
        raise UserError(
            f"The data folder {data.absolute()} cannot be written to: {error.strerror}. "
            "Make it writable, or set TAPEDECK_DATA to another one."
        ) from error
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(shown.upper())
    logging.basicConfig(level=level.upper(), handlers=[file, terminal], format=_FORMAT, force=True)
    for chatty in ("alembic", "aiosqlite", "sqlalchemy", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _open(data: Path) -> logging.FileHandler:
    data.mkdir(parents=True, exist_ok=True)
    path = data / "tapedeck.log"
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(".log.1"))
    return logging.FileHandler(path, encoding="utf-8")
