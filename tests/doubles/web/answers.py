"""What a web server may answer: a file as it should be, and the ways in which that goes wrong."""

import asyncio
import gzip
import re
from collections.abc import Mapping
from pathlib import Path

from tests.doubles.web.server import Answer, Exchange

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_READ_BYTES = 1 << 20
MP3_FRAME = b"\xff\xfb\x90\x64" + bytes(413)
"""A silent frame of MPEG 1 layer III, 128 kbit/s at 44,100 Hz."""


def file(
    path: Path,
    *,
    kind: str = "application/octet-stream",
    ranges: bool = True,
    rate: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A file, or the part of it that was asked for."""

    async def answer(exchange: Exchange) -> None:
        size = (await asyncio.to_thread(path.stat)).st_size
        base = {"Content-Type": kind, "ETag": f'"{size:x}"', **(headers or {})}
        if ranges:
            base["Accept-Ranges"] = "bytes"
        asked = exchange.asked.headers
        same = asked.get("if-range", base["ETag"]) == base["ETag"]
        partly = ranges and same and "range" in asked
        start, end = find_range(exchange, size) if partly else (0, size)
        if partly and start >= size:
            await exchange.head(416, {**base, "Content-Range": f"bytes */{size}"})
            return
        if partly:
            base["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        base["Content-Length"] = str(end - start)
        await exchange.head(206 if partly else 200, base)
        if exchange.asked.method != "HEAD":
            for at in range(start, end, _READ_BYTES):
                piece = await asyncio.to_thread(_read, path, at, min(_READ_BYTES, end - at))
                await exchange.body(piece, rate=rate)

    return answer


def _read(path: Path, at: int, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(count)


def find_range(exchange: Exchange, size: int) -> tuple[int, int]:
    """The part that was asked for, its end exclusive (RFC 9110, 14.1.2)."""
    found = _RANGE.match(exchange.asked.headers.get("range", ""))
    if found is None or found.groups() == ("", ""):
        return 0, size
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def page(status: int = 200, text: str = "", **headers: str) -> Answer:
    """A small page; `headers` with `_` for `-`."""
    body = text.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(exchange: Exchange) -> None:
        base = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        await exchange.head(status, base | named)
        await exchange.body(body)

    return answer


def redirect(to: str, *, status: int = 302) -> Answer:
    """Somewhere else. `{count}` in `to` is how often it was asked."""
    asked = 0

    async def answer(exchange: Exchange) -> None:
        nonlocal asked
        asked += 1
        location = to.replace("{count}", str(asked))
        await exchange.head(status, {"Location": location, "Content-Length": "0"})

    return answer


def endless(*, sized: bool = False) -> Answer:
    """A track without an end; `sized` says that it has ten exabytes."""

    async def answer(exchange: Exchange) -> None:
        length = {"Content-Length": str(10**19)} if sized else {}
        await exchange.head(200, {"Content-Type": "audio/mpeg", **length})
        while True:
            await exchange.body(MP3_FRAME * 400)

    return answer


def bomb(*, megabytes: int = 200) -> Answer:
    """A track that is a thousand times as large as what comes down the line."""
    packed = gzip.compress(MP3_FRAME * 2400 * megabytes, compresslevel=1)

    async def answer(exchange: Exchange) -> None:
        headers = {"Content-Type": "audio/mpeg", "Content-Encoding": "gzip"}
        await exchange.head(200, {**headers, "Content-Length": str(len(packed))})
        await exchange.body(packed)

    return answer


def drip(path: Path, *, pieces: int = 1, seconds: float = 0.05) -> Answer:
    """A file, a few bytes at a time: never idle, never done."""

    async def answer(exchange: Exchange) -> None:
        content = await asyncio.to_thread(path.read_bytes)
        await exchange.head(200, {"Content-Length": str(len(content))})
        for at in range(0, len(content), pieces):
            await exchange.body(content[at : at + pieces])
            await asyncio.sleep(seconds)

    return answer


def stall(path: Path, *, after: int) -> Answer:
    """A file that stops in the middle while the connection stays."""

    async def answer(exchange: Exchange) -> None:
        content = await asyncio.to_thread(path.read_bytes)
        start, end = find_range(exchange, len(content))
        await _part_head(exchange, start, end, len(content))
        await exchange.body(content[start : min(end, start + after)])
        await exchange.gone()

    return answer


def cut(path: Path, *, after: int, times: int | None = None, ranges: bool = True) -> Answer:
    """A file whose connection breaks after so many bytes, `times` times (None: always)."""
    left = [times]
    honest = file(path, ranges=ranges)

    async def answer(exchange: Exchange) -> None:
        if left[0] == 0:
            await honest(exchange)
            return
        if left[0] is not None:
            left[0] -= 1
        content = await asyncio.to_thread(path.read_bytes)
        start, end = find_range(exchange, len(content)) if ranges else (0, len(content))
        await _part_head(exchange, start, end, len(content))
        await exchange.body(content[start : min(end, start + after)])

    return answer


def lie_about_size(path: Path, *, by: int) -> Answer:
    """A file that is said to be so many bytes longer than it is (or shorter, below zero)."""

    async def answer(exchange: Exchange) -> None:
        content = await asyncio.to_thread(path.read_bytes)
        start, end = find_range(exchange, len(content) + by)
        await _part_head(exchange, start, end, len(content) + by)
        await exchange.body(content[start:])

    return answer


def lie_about_ranges(path: Path, *, after: int, tell_truth: bool) -> Answer:
    """Breaks once, and then sends the beginning again where the rest was asked for.

    With `tell_truth` its header says so; without, it claims to send the rest.
    """
    asked = 0

    async def answer(exchange: Exchange) -> None:
        nonlocal asked
        asked += 1
        content = await asyncio.to_thread(path.read_bytes)
        size = len(content)
        start, end = find_range(exchange, size)
        if asked == 1:
            await _part_head(exchange, 0, size, size)
            await exchange.body(content[:after])
        elif "range" not in exchange.asked.headers:
            await _part_head(exchange, 0, size, size)
            await exchange.body(content)
        else:
            told = (0, end - start) if tell_truth else (start, end)
            await _part_head(exchange, *told, size, partial=True)
            await exchange.body(content[: end - start])

    return answer


def raw(data: bytes, *, again: bool = False) -> Answer:
    """Bytes as they are, once or without an end; then nothing."""

    async def answer(exchange: Exchange) -> None:
        await exchange.raw(data)
        while again:
            await exchange.raw(data)
            await asyncio.sleep(0)
        await exchange.gone()

    return answer


def endless_headers() -> Answer:
    """Headers without an end."""

    async def answer(exchange: Exchange) -> None:
        await exchange.raw(b"HTTP/1.1 200 OK\r\n")
        while True:
            await exchange.raw(b"X-More: " + b"0" * 1000 + b"\r\n")

    return answer


async def _part_head(
    exchange: Exchange, start: int, end: int, size: int, *, partial: bool = False
) -> None:
    headers = {"Content-Type": "audio/mpeg", "Content-Length": str(end - start)}
    headers["ETag"] = f'"{size:x}"'
    if partial or start > 0:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    await exchange.head(206 if partial or start > 0 else 200, headers)
