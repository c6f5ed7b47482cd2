"""A photo that has come: is it one, how large would it be, and what of it is kept."""

import asyncio
import mmap
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adapters.web.refusal import RefusalError
from core.cleaning import Piece, clean_photo
from core.errors import UserError
from core.picture_sizes import Raw, measure_picture
from core.pictures import name_picture

MOST_PIXELS = 40_000_000
"""More are never decoded here: a file of 750 kB can hold 256 million."""
_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "GIF": "image/gif",
}
_HEAD = 512
_CHUNK = 256 * 1024
_NONE = "That is no photo that can be used here: send a JPEG, PNG, WebP, HEIC or GIF."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """A photo without what tells where it was taken: pieces of the file that came, and new ones."""

    path: Path
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(
            len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in self.pieces
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            for at in range(piece[0], piece[1], _CHUNK):
                size = min(_CHUNK, piece[1] - at)
                yield await asyncio.to_thread(_read, self.path, at, size)


async def check_photo(path: Path) -> Checked:
    """Look at a file that came. Raises `RefusalError` for what is no photo, or is too large."""
    return Checked(path, await asyncio.to_thread(_look_into, path, _inspect))


async def content_type(path: Path) -> str:
    """The type of a photo that was taken in."""
    return await asyncio.to_thread(_look_into, path, lambda data: _TYPES[_name(data)])


def _look_into(path: Path, look: Callable[[Raw], T]) -> T:
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise RefusalError(400, "That photo is empty: send it again.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return look(data)


def _inspect(data: Raw) -> tuple[Piece, ...]:
    kind = _name(data)
    try:
        width, height = measure_picture(data, kind)
        if width * height > MOST_PIXELS:
            raise RefusalError(
                413,
                f"That photo has {width:,} × {height:,} pixels; up to "
                f"{MOST_PIXELS // 1_000_000} million are taken: send a smaller one.",
            )
        return clean_photo(data, kind)
    except UserError as error:
        raise RefusalError(400, str(error)) from error


def _name(data: Raw) -> str:
    kind = name_picture(data[:_HEAD])
    if kind not in _TYPES:
        raise RefusalError(415, _NONE)
    return kind


def _read(path: Path, at: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(size)
