"""The content network: signed addresses that expire, ranges, and the ways in which it fails."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.world import Attachment

LIFE_SECONDS = 24 * 3600
_KEY = b"the double's own"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 64 * 1024


@dataclass(slots=True)
class Trouble:
    """What goes wrong with downloads for now; `times` counts down, and none means always."""

    status: int = 0
    location: str = ""
    cut_after: int | None = None
    hold_after: int | None = None
    times: int | None = 1


class Cdn:
    """Serves attachments. `base` is set once the server has its port."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self.base = ""
        self.downloads: list[tuple[str, int]] = []
        self._clock = clock
        self._changes = changes
        self._files: dict[str, Attachment] = {}
        self._trouble: Trouble | None = None
        self._held = False

    def keep(self, attachment: Attachment) -> None:
        self._files[self._path(attachment)] = attachment

    def sign(self, attachment: Attachment) -> str:
        """An address that is good for a day of the double's time."""
        issued = int(self._clock.now())
        expires = issued + LIFE_SECONDS
        path = self._path(attachment)
        mark = self._mark(path, f"{expires:x}", f"{issued:x}")
        return f"{self.base}/cdn{quote(path)}?ex={expires:x}&is={issued:x}&hm={mark}&"

    def fail(self, status: int = 503, *, times: int = 1) -> None:
        """Answer the next downloads with an error."""
        self._trouble = Trouble(status=status, times=times)

    def send_on(self, location: str) -> None:
        """Send the next download to another address."""
        self._trouble = Trouble(status=302, location=location)

    def cut(self, after: int, *, times: int = 1) -> None:
        """Drop the connection of the next downloads after so many bytes."""
        self._trouble = Trouble(cut_after=after, times=times)

    @contextmanager
    def stalled(self, after: int = 0) -> Iterator[None]:
        """Downloads stop after so many bytes, and go on when the block ends."""
        self._trouble = Trouble(hold_after=after, times=None)
        self._held = True
        try:
            yield
        finally:
            self._trouble = None
            self._held = False
            self._changes.tell()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        trouble = self._next_trouble()
        if trouble.status:
            answer = self._answer(path, trouble.status, "upstream error")
            if trouble.location:
                answer.headers["Location"] = trouble.location
            return answer
        attachment = self._files.get(path)
        if attachment is None or not self._is_good(path, request):
            return self._answer(path, 404, "This content is no longer available.")
        whole = len(attachment.data)
        span = _read_range(request.headers.get("Range"), whole)
        if span is None:
            return self._answer(path, 416, "Requested Range Not Satisfiable")
        first, end = span
        partial = "Range" in request.headers
        response = web.StreamResponse(status=206 if partial else 200)
        response.content_type = attachment.content_type
        response.content_length = end - first
        response.headers["Accept-Ranges"] = "bytes"
        if partial:
            response.headers["Content-Range"] = f"bytes {first}-{end - 1}/{whole}"
        self.downloads.append((path, response.status))
        await response.prepare(request)
        await self._send(request, response, attachment.data[first:end], trouble)
        return response

    async def _send(
        self, request: web.Request, response: web.StreamResponse, data: bytes, trouble: Trouble
    ) -> None:
        pause = trouble.cut_after if trouble.cut_after is not None else trouble.hold_after
        head = len(data) if pause is None else min(pause, len(data))
        await _write(response, data[:head])
        if trouble.cut_after is not None and head < len(data):
            if request.transport is not None:
                request.transport.close()
            return
        if trouble.hold_after is not None:
            await self._changes.until(lambda: not self._held, "downloads to go on", seconds=60)
        await _write(response, data[head:])
        await response.write_eof()

    def _answer(self, path: str, status: int, text: str) -> web.Response:
        self.downloads.append((path, status))
        return web.Response(status=status, text=text)

    def _next_trouble(self) -> Trouble:
        trouble = self._trouble
        if trouble is None:
            return Trouble()
        if trouble.times is not None:
            trouble.times -= 1
            if trouble.times <= 0:
                self._trouble = None
        return trouble

    def _path(self, attachment: Attachment) -> str:
        folder = "ephemeral-attachments" if attachment.ephemeral else "attachments"
        return f"/{folder}/{attachment.channel_id}/{attachment.id}/{attachment.filename}"

    def _is_good(self, path: str, request: web.Request) -> bool:
        expires, issued, mark = (request.query.get(key, "") for key in ("ex", "is", "hm"))
        if not hmac.compare_digest(mark, self._mark(path, expires, issued)):
            return False
        return self._clock.now() < int(expires, 16)

    def _mark(self, path: str, expires: str, issued: str) -> str:
        return hmac.new(_KEY, f"{path}?{expires}&{issued}".encode(), hashlib.sha256).hexdigest()


async def _write(response: web.StreamResponse, data: bytes) -> None:
    for start in range(0, len(data), _PIECE):
        await response.write(data[start : start + _PIECE])


def _read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; `None` when it cannot be had."""
    if header is None:
        return 0, size
    match = _RANGE.fullmatch(header)
    if match is None or match.group(0) == "bytes=-":
        return None
    low, high = match.groups()
    if not low:
        return max(0, size - int(high)), size
    first, end = int(low), min(size, int(high) + 1) if high else size
    return (first, end) if first < end else None
