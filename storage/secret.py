"""The secret that links are signed with, when the operator sets none: made once, kept in a file."""

import os
import secrets
from pathlib import Path


def read_secret(data: Path) -> str:
    """Read the secret in the data folder, making it first if it is not there."""
    path = data / "secret"
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".secret.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # A link fails where a rename would replace: of two processes, the first one's stays.
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
