"""Taking files in: copied into the job's folder, hashed, and named by us, never by them."""

import asyncio
import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import UserError
from core.sniff import (
    HEAD_BYTES,
    Format,
    declared_size,
    ends_in_a_page,
    sniff,
    tag_length,
)

_CHUNK = 1 << 20
_MOST_TAGS = 10
_SLACK = 4096
"""Bytes that a header may promise too much: some programs count padding that is not there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is ours now: its copy, the SHA-256 of its content, what it really is."""

    path: Path
    digest: str
    format: Format | None


async def take_track(source: Path, target: Path) -> Taken:
    """Copy a sound file to `target`. Raises `UserError` with the end of a sentence about it."""
    return await asyncio.to_thread(_take, source, target, sound=True)


async def take_picture(source: Path, target: Path) -> Taken:
    """Copy a picture, or what is said to be one, to `target`. Raises `UserError` likewise."""
    return await asyncio.to_thread(_take, source, target, sound=False)


def _take(source: Path, target: Path, *, sound: bool) -> Taken:
    with _open(source) as file:
        found = _sniff(file) if sound else None
        file.seek(0)
        digest = hashlib.sha256()
        part = target.with_suffix(".part")
        with part.open("wb") as copy:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
        part.replace(target)
    return Taken(target, digest.hexdigest(), found)


def _open(source: Path) -> BinaryIO:
    """Open a regular file, and nothing that could block or never end, such as a device."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise UserError(_reason(error)) from error
    file = os.fdopen(descriptor, "rb")
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    raise UserError("is a folder, not a file." if stat.S_ISDIR(mode) else "is not a regular file.")


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "is not there. Look at how it is spelled."
        case errno.EACCES | errno.EPERM:
            return "may not be read by me. Look at its permissions."
        case errno.ENAMETOOLONG:
            return "has a name that is too long. Rename it."
        case _:
            return f"cannot be read: {os.strerror(error.errno or 0).lower()}."


def _sniff(file: BinaryIO) -> Format:
    at = 0
    # Some programs put a new ID3 tag in front of the old one.
    for _ in range(_MOST_TAGS):
        file.seek(at)
        head = file.read(HEAD_BYTES)
        length = tag_length(head)
        if not length:
            break
        at += length
    if at and not head:
        raise UserError("has tags but no sound: it is cut off or damaged. Send it again.")
    found = sniff(head)
    _require_whole(file, head, found)
    return found


def _require_whole(file: BinaryIO, head: bytes, found: Format) -> None:
    """Raise `UserError` for a file that ends before it should, as a broken download does."""
    size = os.fstat(file.fileno()).st_size
    declared = declared_size(head)
    whole = declared is None or size + _SLACK >= declared
    if found.demuxer == "ogg":
        file.seek(max(0, size - HEAD_BYTES * 2))
        whole = ends_in_a_page(file.read())
    if not whole:
        raise UserError("is cut off: its end is missing. Send it again.")
