"""Taking files in: copied into the job's folder, hashed, and named by us, never by them."""

import asyncio
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import UserError
from core.pictures import name_picture
from core.sniff import (
    HEAD_BYTES,
    Format,
    declared_size,
    ends_in_a_page,
    is_encrypted,
    read_box,
    sniff,
    tag_length,
)

_CHUNK = 1 << 20
_MOST_TAGS = 10
_FOLDER = "is a folder, not a file. Name the tracks in it."
_DEVICE = "is a device or a pipe, not a file with sound in it."
_MOST_BOXES = 1000
_LARGEST_INDEX = 20_000_000
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


async def look(source: Path) -> Format | None:
    """What a sound file is, None for a picture. Raises `UserError` likewise for anything else."""
    return await asyncio.to_thread(_look, source)


def _look(source: Path) -> Format | None:
    with _open(source) as file, _reading():
        if name_picture(file.read(HEAD_BYTES)):
            return None
        return _sniff(file)


def _take(source: Path, target: Path, *, sound: bool) -> Taken:
    with _open(source) as file:
        _require_room(file, target.parent)
        with _reading():
            found = _sniff(file) if sound else None
            file.seek(0)
        digest = hashlib.sha256()
        part = target.with_suffix(".part")
        try:
            with part.open("wb") as copy:
                for chunk in _chunks(file):
                    digest.update(chunk)
                    copy.write(chunk)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return Taken(target, digest.hexdigest(), found)


def _require_room(file: BinaryIO, folder: Path) -> None:
    """Raise `UserError` for a file that would fill the disk, such as a sparse one of 1 TB."""
    size = os.fstat(file.fileno()).st_size
    if size > shutil.disk_usage(folder).free:
        raise UserError(
            f"is too large: it has {size / 1e9:,.1f} GB, and the disk has less than that free."
        )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes that the file has now: one that grows meanwhile has no end."""
    left = os.fstat(file.fileno()).st_size
    while left > 0:
        with _reading():
            chunk = file.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
        yield chunk


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what goes wrong with the source into words; what goes wrong with our copy stays."""
    try:
        yield
    except OSError as error:
        raise UserError(_reason(error)) from error


def _open(source: Path) -> BinaryIO:
    """Open a regular file, and nothing that could block or never end, such as a device."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise UserError(_reason(error)) from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise UserError(_FOLDER if stat.S_ISDIR(mode) else _DEVICE)


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "is not there. Look at how it is spelled."
        case errno.EACCES | errno.EPERM:
            return "may not be read by me. Look at its permissions."
        case errno.ELOOP:
            return "is a link that leads to itself. Name the file that it stands for."
        case errno.ENXIO:
            return _DEVICE
        case errno.ENAMETOOLONG:
            return "has a name that is too long. Rename it."
        case _:
            return f"cannot be read: {os.strerror(error.errno or 0).lower()}. Look at its disk."


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
    if found.demuxer == "mov":
        _require_open(file)
    return found


def _require_open(file: BinaryIO) -> None:
    """Raise `UserError` for an MP4 whose sound is encrypted: ffmpeg only says it is damaged."""
    at, size = 0, os.fstat(file.fileno()).st_size
    for _ in range(_MOST_BOXES):
        file.seek(at)
        kind, length = read_box(file.read(16))
        if kind == b"moov":
            if is_encrypted(file.read(min(length, _LARGEST_INDEX))):
                raise UserError(
                    "is encrypted, so I cannot open it. Send a copy without protection."
                )
            return
        at += length
        if at >= size:
            return


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
