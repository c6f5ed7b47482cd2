"""Bringing a file from the web onto the disk, and going on where it broke off."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import aiohttp
from yarl import URL

from adapters.plain.facts import Source, count_head, judge, read_part, read_source
from adapters.plain.guard import Guard
from adapters.plain.visiting import BrokenError, NoSuchPartError, telling, visit
from core.errors import ServiceError, UserError
from core.sniff import HEAD_BYTES

_PACE_BYTES = 64 * 1024
_OVERLAP = 16 * 1024
"""Bytes that are fetched again when a broken transfer goes on, to see that it is the same file."""
_ROOM_EVERY = 32_000_000
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one link may cost. `bytes` of the file and `seconds` for all of it.

    `patience` bounds each wait, in seconds, and how long 64 KiB may take. `spare` bytes are left
    free on the disk. `pauses` are the seconds before each further try when a transfer breaks.
    """

    bytes: int = 2_000 * _MEGABYTE
    seconds: float = 1800.0
    patience: float = 20.0
    spare: int = 500 * _MEGABYTE
    pauses: Sequence[float] = (0.5, 2.0, 5.0, 10.0)

    def require_fits(self, source: Source, count: int) -> None:
        """Raise `UserError` for a file of so many bytes, or that many so far."""
        if count > self.bytes:
            raise UserError(
                f"“{source.label}” has more than {self.bytes / _MEGABYTE:,.0f} MB, which is the "
                "most that I fetch. Cut it, or save it in a smaller format."
            )

    def require_room(self, folder: Path, count: int) -> None:
        """Raise `ServiceError` when so many bytes more would fill the disk."""
        if shutil.disk_usage(folder).free - self.spare < count:
            raise ServiceError(
                "The disk here has no room for that file. The operator has to make some."
            )


class Pieces:
    """Content as it comes. Every 64 KiB have their time: who drips does not hold us for long."""

    def __init__(self, answer: aiohttp.ClientResponse, link: URL, *, patience: float) -> None:
        self._content = answer.content
        self._link = link
        self._patience = patience
        self._since = _PACE_BYTES
        self._deadline = 0.0

    async def next(self) -> bytes:
        """Some more, or nothing at the end. Raises `BrokenError`."""
        if self._since >= _PACE_BYTES:
            self._since = 0
            self._deadline = asyncio.get_running_loop().time() + self._patience
        with telling(self._link):
            async with asyncio.timeout_at(self._deadline):
                piece = await self._content.readany()
        self._since += len(piece)
        return piece

    async def head(self) -> bytes:
        """The first bytes, as many as tell what it is; fewer when there are no more."""
        start = bytearray(await self.next())
        while len(start) < count_head(bytes(start[:16])):
            piece = await self.next()
            if not piece:
                break
            start += piece
        return bytes(start)


async def read_head(
    session: aiohttp.ClientSession, link: URL, *, guard: Guard, bounds: Bounds
) -> tuple[Source, bytes]:
    """What a server says of a file, and its first bytes up to some sound; the rest is not read."""
    async with visit(session, link, guard=guard, headers={}, patience=bounds.patience) as answer:
        source = read_source(answer, link)
        bounds.require_fits(source, source.size or 0)
        pieces = Pieces(answer, link, patience=bounds.patience)
        return source, await pieces.head()


class Bringing:
    """One file on its way to `part`. `bring` is called again when it broke off."""

    def __init__(
        self,
        link: URL,
        part: Path,
        *,
        guard: Guard,
        bounds: Bounds,
        report: Callable[[float], None],
    ) -> None:
        self._link = link
        self._part = part
        self._guard = guard
        self._bounds = bounds
        self._report = report
        self._source: Source | None = None
        self._here = 0
        self._judged = False
        self._room_at = 0

    async def bring(self, session: aiohttp.ClientSession) -> Source:
        """Bring all of it, or the rest. Raises `BrokenError` when that is worth another try."""
        at = max(0, self._here - _OVERLAP)
        try:
            async with visit(
                session,
                self._link,
                guard=self._guard,
                headers=self._ask_from(at),
                patience=self._bounds.patience,
            ) as answer:
                source = read_source(answer, self._link)
                _require_end(source)
                self._bounds.require_fits(source, source.size or 0)
                if answer.status == 206:
                    await self._find_place(answer, source, at)
                else:
                    self._here = 0
                self._source = source
                await self._receive(answer, source)
        except NoSuchPartError:
            # From the beginning, then: it is another file by now, or a server that cannot count.
            self._here = 0
            raise
        if source.size is not None and self._here < source.size:
            raise BrokenError(f"{source.host} sends less than it promised")
        return source

    def _ask_from(self, at: int) -> dict[str, str]:
        if at == 0:
            return {}
        mark = self._source.mark if self._source is not None else ""
        return {"Range": f"bytes={at}-"} | ({"If-Range": mark} if mark else {})

    async def _find_place(self, answer: aiohttp.ClientResponse, source: Source, at: int) -> None:
        """See that the part that comes is the rest of the same file, and drop what is here already.

        Raises `NoSuchPartError` when it is not, whatever the headers say.
        """
        before, part = self._source, read_part(answer)
        wrong = NoSuchPartError(f"{source.host} sends another part than was asked for")
        if at == 0 or before is None or part is None or part[0] != at:
            raise wrong
        if source.mark != before.mark or source.size not in (None, before.size):
            raise wrong
        old = await asyncio.to_thread(_read_from, self._part, at)
        with telling(self._link):
            try:
                async with asyncio.timeout(self._bounds.patience):
                    again = await answer.content.readexactly(len(old))
            except asyncio.IncompleteReadError as error:
                raise wrong from error
        if again != old:
            raise wrong

    async def _receive(self, answer: aiohttp.ClientResponse, source: Source) -> None:
        pieces = Pieces(answer, self._link, patience=self._bounds.patience)
        with _open(self._part, afresh=self._here == 0) as file:
            while piece := await pieces.next():
                self._bounds.require_fits(source, self._here + len(piece))
                await asyncio.to_thread(self._keep, file, piece, source)
                if source.size:
                    self._report(min(1.0, self._here / source.size))

    def _keep(self, file: BinaryIO, piece: bytes, source: Source) -> None:
        if self._here >= self._room_at:
            self._bounds.require_room(self._part.parent, max(0, (source.size or 0) - self._here))
            self._room_at = self._here + _ROOM_EVERY
        file.write(piece)
        self._here += len(piece)
        if not self._judged and self._here >= HEAD_BYTES:
            # Better now than after two gigabytes of something else.
            file.flush()
            judge_file(self._part, source)
            self._judged = True


def _require_end(source: Source) -> None:
    if source.live:
        raise UserError(
            f"{source.host} sends a radio there, which has no end. Record a part of it."
        )


def judge_file(path: Path, source: Source) -> None:
    """Raise `UserError` for a file whose first bytes are not those of sound or of its tags."""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if not start.startswith(b"ID3"):
        judge(start, source)


def _open(path: Path, *, afresh: bool) -> BinaryIO:
    """In no thread: who stops waiting for one gets no file to close."""
    return path.open("wb" if afresh else "ab")


def _read_from(path: Path, at: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read()
