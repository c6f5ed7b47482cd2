"""Looking at what came out, before anyone gets it: every result is opened and measured."""

import re
from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import read_headers
from adapters.process import MEGABYTE, Limits, ProgramError, run

_FRAME_COUNT = re.compile(r"frame=\s*(\d+)")
_TIME = re.compile(r"time=(\d+):(\d\d):(\d\d\.\d+)")
_CHAPTER = re.compile(r"^ *Chapter #", re.MULTILINE)
_COPIED = ("-map_chapters", "-1", "-c", "copy", "-f", "null", "-")
_MP3_SLACK = 0.06
_MP4_SLACK = 0.15
"""Seconds that a length may be off: two MP3 frames; one video frame and one of AAC."""


class BadResultError(Exception):
    """What we made is not what we promised: a bug of ours or of an encoder, never a user's."""


def _limits(seconds: float) -> Limits:
    # Of our own making, so not hostile; the index of a long video alone takes 100 MB.
    return Limits(seconds=120 + seconds / 5, memory=1000 * MEGABYTE)


async def check_sound(
    ffmpeg: str, pool: Pool, path: Path, *, seconds: float, chapters: int
) -> None:
    """Open an MP3 of ours and read it to its end: length and chapters. Its sound was heard
    while it was encoded.

    Raises `BadResultError`.
    """
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-threads", "1", "-xerror", "-f", "mp3",
        "-i", f"file:{path}", "-map", "0:a:0", *_COPIED,
    ]  # fmt: skip
    try:
        async with pool.slot():
            copied = await run(command, limits=_limits(seconds))
    except ProgramError as error:
        raise BadResultError("the MP3 cannot be played") from error
    text = "\n".join(copied.lines)
    told = _TIME.findall(text)
    length = int(told[-1][0]) * 3600 + int(told[-1][1]) * 60 + float(told[-1][2]) if told else 0.0
    if abs(length - seconds) > _MP3_SLACK:
        raise BadResultError(f"the MP3 lasts {length} s, the mix {seconds} s")
    require_chapters(text, chapters, name="the MP3")


async def check_video(
    ffmpeg: str,
    pool: Pool,
    path: Path,
    *,
    frame_rate: int,
    seconds: float,
    chapters: int,
    slack: float = _MP4_SLACK,
) -> None:
    """Open an MP4 of ours: streams, lengths, chapters, and pictures at its start and end.

    `slack` is how many seconds its picture may be longer or shorter than `seconds`.

    Raises `BadResultError`.
    """
    base = [ffmpeg, "-nostdin", "-hide_banner", "-threads", "1"]
    source = ["-f", "mov", "-i", f"file:{path}"]
    whole = [*base, *source, "-map", "0:v:0", "-map", "0:a:0", *_COPIED]
    one = [*source, "-frames:v", "1", "-f", "null", "-"]
    try:
        async with pool.slot():
            copied = await run(whole, limits=_limits(seconds))
            for at in (0.0, max(0.0, seconds - 1)):
                picture = [*base, "-xerror", "-ss", f"{at:.3f}", *one]
                await run(picture, limits=_limits(seconds))
    except ProgramError as error:
        raise BadResultError("the MP4 cannot be played") from error
    text = "\n".join(copied.lines)
    if "Video: h264" not in text or "Audio: aac" not in text:
        raise BadResultError("the MP4 lacks a stream")
    counted = _FRAME_COUNT.findall(text)
    length = int(counted[-1]) / frame_rate if counted else 0.0
    if abs(length - seconds) > slack:
        raise BadResultError(f"the MP4's picture lasts {length} s, the mix {seconds} s")
    # Read apart: of all that is said while copying, only the last thousand lines are kept.
    headers = "\n".join(await read_headers(ffmpeg, path, "mov"))
    require_chapters(headers, chapters, name="the MP4")


def require_chapters(headers: str, chapters: int, *, name: str) -> None:
    """Raises `BadResultError` when ffmpeg does not tell of as many chapters."""
    found = len(_CHAPTER.findall(headers))
    if found != chapters:
        raise BadResultError(f"{name} has {found} chapters, not {chapters}")
