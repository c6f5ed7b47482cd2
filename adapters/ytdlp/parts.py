"""Brings a part of a sound or video: only the bytes that hold it, as a file of its own.

Runs in the child. ffmpeg sees local files only.
"""

import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.ytdlp.ranges import RangedFile
from adapters.ytdlp.troubles import SiteTroubleError, Trouble
from core.errors import UserError
from core.links import Span
from core.portions import Portion, find_portion
from core.sniff import HEAD_BYTES, sniff

_LEAD = 0.1
"""Seconds before the part that are taken along, for decoders to warm up."""
_FFMPEG_SECONDS = 600
_START = re.compile(r"Duration: .*?, start: (-?\d+\.\d+)")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)")
_DEMUXERS = frozenset({"mov", "matroska"})
_FETCHING = 0.95
_HEAD_BYTES = 32 << 10


def bring_parts(request: dict[str, Any], report: Callable[[float], None]) -> dict[str, Any]:
    """Fetch the parts `spans` of the chosen formats, each as a file. Raises `SiteTroubleError`.

    The answer says of each which part the file holds: `start` and `end` in the source's time, to
    a millisecond, and that the file's own time begins at `start`.
    """
    purse = _Purse(request["bytes"])
    spans = [Span(max(0.0, start - _LEAD), end + _LEAD) for start, end in request["spans"]]
    made = []
    with ExitStack() as stack:
        # The picture first: it can begin only where a picture needs no earlier one.
        formats = sorted(request["formats"], key=lambda each: not each["picture"])
        sources = [
            stack.enter_context(RangedFile(each, Path(each["place"]), spend=purse.spend))
            for each in formats
        ]
        for index, span in enumerate(spans):
            folder = Path(request["folder"]) / f"part-{index}"
            folder.mkdir(exist_ok=True)
            tell = _telling(report, index, len(spans))
            made.append(_bring_part(request["ffmpeg"], sources, span, folder, tell))
    report(1.0)
    return {"parts": made, "spent": purse.spent}


def _bring_part(
    ffmpeg: str,
    sources: Sequence[RangedFile],
    span: Span,
    folder: Path,
    report: Callable[[float], None],
) -> dict[str, Any]:
    pieces: list[_Piece] = []
    for index, source in enumerate(sources):
        demuxer = _sniff(source)
        portion = find_portion(source.read, source.size, span, demuxer=demuxer)
        if portion is None:
            raise SiteTroubleError(Trouble.NO_RANGES, "the index says nothing")
        _fetch(source, portion, _telling(report, index, len(sources)))
        place = folder / f"piece-{index}"
        source.copy(portion, place)
        if source.offset is None:
            source.offset = _read_offset(ffmpeg, source, demuxer, folder / "head")
        # What lies before the picture's start would be too far from it.
        seek = span.start if pieces else portion.seek
        pieces.append(_Piece(place, demuxer, source.offset, seek, span.end))
        span = Span(min(span.start, max(0.0, portion.start)), span.end)
    return _join(ffmpeg, pieces, folder / "part.mkv")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file that was put together. Its times are the source's plus `offset` seconds; it is read
    from the source's time `seek` on, None for its own beginning, to `end`."""

    path: Path
    demuxer: str
    offset: float
    seek: float | None
    end: float | None

    def arguments(self) -> list[str]:
        """How ffmpeg opens it, on the source's own time."""
        cut = []
        if self.seek is not None and self.end is not None:
            cut = ["-seek_timestamp", "1", "-ss", f"{self.seek + self.offset:.6f}"]
            cut += ["-t", f"{self.end - self.seek:.6f}"]
        return [
            *cut, "-itsoffset", f"{-self.offset:.6f}", "-protocol_whitelist", "file",
            "-f", self.demuxer, "-i", f"file:{self.path}",
        ]  # fmt: skip


class _Purse:
    """Counts what comes in, and ends it when that is too much."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.spent = 0

    def spend(self, count: int) -> None:
        self.spent += count
        if self.spent > self._most:
            raise SiteTroubleError(Trouble.TOO_LARGE, f"more than {self._most} bytes")


def _sniff(source: RangedFile) -> str:
    try:
        demuxer = sniff(source.read(0, min(HEAD_BYTES // 4, source.size))).demuxer
    except UserError as error:
        raise SiteTroubleError(Trouble.BROKEN, f"what came {error}") from error
    if demuxer not in _DEMUXERS:
        raise SiteTroubleError(Trouble.NO_RANGES, f"a part of {demuxer} cannot be had")
    return demuxer


def _fetch(source: RangedFile, portion: Portion, report: Callable[[float], None]) -> None:
    total = sum(last - first for first, last in portion.stretches) or 1
    done = 0
    for first, last in portion.stretches:
        source.require(first, last)
        done += last - first
        report(done / total)


def _telling(report: Callable[[float], None], index: int, count: int) -> Callable[[float], None]:
    return lambda fraction: report(_FETCHING * (index + fraction) / count)


def _read_offset(ffmpeg: str, source: RangedFile, demuxer: str, scrap: Path) -> float:
    """What the times of the whole file begin with: players count from there."""
    scrap.write_bytes(source.read(0, _HEAD_BYTES))
    words = _run(ffmpeg, ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{scrap}"])
    scrap.unlink()
    start = _START.search(words)
    return float(start[1]) if start is not None else 0.0


def _join(ffmpeg: str, pieces: list[_Piece], out: Path) -> dict[str, Any]:
    """Put the pieces into one file, first with the source's times, and then from zero on."""
    raw = out.with_name("raw.mkv")
    arguments, maps = [], []
    for index, piece in enumerate(pieces):
        arguments += piece.arguments()
        maps += ["-map", f"{index}:v:0?", "-map", f"{index}:a:0?"]
    _run(ffmpeg, ["-copyts", *arguments, *maps, *_COPYING, f"file:{raw}"])
    start, _ = _read_times(ffmpeg, raw)
    _run(ffmpeg, ["-f", "matroska", "-i", f"file:{raw}", "-map", "0", *_COPYING, f"file:{out}"])
    for scrap in (raw, *(piece.path for piece in pieces)):
        scrap.unlink()
    _, seconds = _read_times(ffmpeg, out)
    if seconds <= 0:
        raise SiteTroubleError(Trouble.BROKEN, "the part is empty")
    return {"path": str(out), "start": start, "end": start + seconds}


_COPYING = (
    "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1",
    "-avoid_negative_ts", "disabled", "-f", "matroska",
)  # fmt: skip


def _run(ffmpeg: str, arguments: list[str]) -> str:
    """ffmpeg on files of ours; its limits are this child's. Raises `SiteTroubleError`."""
    try:
        done = subprocess.run(
            [ffmpeg, "-nostdin", "-hide_banner", "-y", "-threads", "1", *arguments],
            capture_output=True,
            timeout=_FFMPEG_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SiteTroubleError(Trouble.BROKEN, "joining took too long") from error
    words = done.stderr.decode("utf-8", "replace")
    if done.returncode and arguments[-1].startswith("file:") and arguments[-2] != "-i":
        raise SiteTroubleError(Trouble.BROKEN, words[-500:])
    return words


def _read_times(ffmpeg: str, path: Path) -> tuple[float, float]:
    """Where a file's time starts, and how long it lasts, in seconds."""
    words = _run(ffmpeg, ["-f", "matroska", "-i", f"file:{path}"])
    start, length = _START.search(words), _DURATION.search(words)
    if start is None:
        raise SiteTroubleError(Trouble.BROKEN, "the part has no times")
    if length is None:
        return float(start[1]), 0.0
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    return float(start[1]), seconds
