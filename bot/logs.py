"""Where the log goes: a file in the data folder, and what matters to the terminal."""

import logging
import sys
from pathlib import Path

_LARGEST = 20_000_000
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def write_logs(data: Path, *, level: str, shown: str = "critical") -> None:
    """Log to data/tapedeck.log, and what is at least `shown` to standard error."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "tapedeck.log"
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(".log.1"))
    file = logging.FileHandler(path, encoding="utf-8")
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(shown.upper())
    logging.basicConfig(level=level.upper(), handlers=[file, terminal], format=_FORMAT, force=True)
    for chatty in ("alembic", "aiosqlite", "sqlalchemy", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
