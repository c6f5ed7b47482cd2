"""Parts of a file on the web, kept: no byte is fetched twice. Runs in the child."""

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from adapters.ytdlp.troubles import SiteTroubleError, Trouble, classify
from core.portions import Ends, Portion, merge

_TIMEOUT = 20
_MOST_AT_ONCE = 8 << 20
"""YouTube slows down who asks for more than ten megabytes in one go."""
_FIRST_BYTES = 16 << 10
_LEAST_AT_ONCE = 4 << 10
_CHUNK = 1 << 16
_TRIES = 3
_PAUSE = 0.5
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_BROKEN_OFF = (http.client.HTTPException, TimeoutError, ConnectionError)


class _PlainRedirects(urllib.request.HTTPRedirectHandler):
    max_redirections = 5


def _opener() -> urllib.request.OpenerDirector:
    """Only http and https, and no proxy from the environment."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _PlainRedirects(),
    ):
        opener.add_handler(handler)
    return opener


class RangedFile:
    """A file on the web of which parts are on our disk, each at its own place.

    `size` is all of it; `offset` is kept for who has found out which time the file begins with.
    Bytes are fetched when they are first read. `spend` is told of each
    byte that comes in, and may raise. Nobody else may use the same `place` in the meantime.
    """

    def __init__(self, facts: dict[str, Any], place: Path, *, spend: Callable[[int], None]) -> None:
        self._url = str(facts["url"])
        self._headers = {str(key): str(value) for key, value in facts["headers"].items()}
        self._cookie = str(facts.get("cookie") or "")
        self._opener = _opener()
        self._spend = spend
        self._notes = place.with_suffix(".json")
        self._descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        known = json.loads(self._notes.read_text()) if self._notes.exists() else {}
        self.size = int(known.get("size") or 0)
        self.offset: float | None = known.get("offset")
        self._here: tuple[Ends, ...] = tuple((int(a), int(b)) for a, b in known.get("here", ()))
        if not self.size:
            self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._keep()
        os.close(self._descriptor)

    def read(self, at: int, length: int) -> bytes:
        """So many bytes from `at` on; fewer at the end. Raises `SiteTroubleError`."""
        self.require(at, min(at + length, self.size))
        return os.pread(self._descriptor, max(0, min(length, self.size - at)), at)

    def require(self, first: int, last: int) -> None:
        """See to it that these bytes are here."""
        for start, end in self.missing(first, last):
            # A little more costs nothing, and an index is read in many small steps.
            end = min(max(end, start + _LEAST_AT_ONCE), self.size)
            while start < end:
                start = self._fetch(start, min(end, start + _MOST_AT_ONCE))

    def missing(self, first: int, last: int) -> list[Ends]:
        """Which of these bytes are not here yet."""
        found, at = [], first
        for start, end in self._here:
            if end <= at or start >= last:
                continue
            if start > at:
                found.append((at, start))
            at = max(at, end)
        if at < last:
            found.append((at, last))
        return found

    def copy(self, portion: Portion, target: Path) -> None:
        """Write a portion that is here, as a file of its own."""
        with target.open("wb") as out:
            for (first, last), place in zip(portion.stretches, portion.places, strict=True):
                out.seek(place)
                at = first
                while at < last:
                    piece = os.pread(self._descriptor, min(1 << 20, last - at), at)
                    if not piece:
                        raise SiteTroubleError(Trouble.BROKEN, "kept bytes are gone")
                    out.write(piece)
                    at += len(piece)
            out.truncate(portion.size)

    def _begin(self) -> None:
        """The first bytes, which tell how long the file is and whether parts of it can be had."""
        self._fetch(0, _FIRST_BYTES)
        self._keep()

    def _fetch(self, start: int, end: int) -> int:
        """Fetch from `start` on, up to `end`; how far it came. Raises `SiteTroubleError`."""
        for attempt in range(_TRIES):
            try:
                return self._ask(start, end)
            except urllib.error.HTTPError as error:
                trouble = classify(str(error), status=error.code)
                if trouble is not Trouble.NETWORK or attempt == _TRIES - 1:
                    raise SiteTroubleError(trouble, f"{error}") from error
            except (OSError, *_BROKEN_OFF) as error:
                if isinstance(error, PermissionError) or attempt == _TRIES - 1:
                    raise SiteTroubleError(Trouble.NETWORK, f"{error}") from error
            time.sleep(_PAUSE * 2**attempt)
        raise AssertionError("the last try returns or raises")

    def _ask(self, start: int, end: int) -> int:
        request = urllib.request.Request(self._url, headers=self._headers)  # noqa: S310  below
        if request.type not in ("http", "https"):
            raise SiteTroubleError(Trouble.UNSUPPORTED, "neither http nor https")
        request.add_header("Range", f"bytes={start}-{end - 1}")
        request.add_header("Accept-Encoding", "identity")
        if self._cookie:
            # Not with a redirect: it may lead to another host.
            request.add_unredirected_header("Cookie", self._cookie)
        with self._opener.open(request, timeout=_TIMEOUT) as answer:
            told = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
            if answer.status != http.client.PARTIAL_CONTENT or told is None:
                raise SiteTroubleError(Trouble.NO_RANGES, f"answered {answer.status}")
            begins, size = int(told[1]), int(told[3])
            if begins != start or (self.size and size != self.size):
                raise SiteTroubleError(Trouble.EXPIRED, "another file is there now")
            self.size = size
            return self._take(answer, start, min(end, size))

    def _take(self, answer: Any, start: int, end: int) -> int:
        at = start
        try:
            while at < end:
                piece = answer.read(min(_CHUNK, end - at))
                if not piece:
                    break
                self._spend(len(piece))
                os.pwrite(self._descriptor, piece, at)
                at += len(piece)
        finally:
            self._here = merge([*self._here, (start, at)], gap=0) if at > start else self._here
        if at == start:
            raise ConnectionError("nothing came")
        return at

    def _keep(self) -> None:
        part = self._notes.with_suffix(".part")
        part.write_text(json.dumps({"size": self.size, "here": self._here, "offset": self.offset}))
        part.replace(self._notes)
