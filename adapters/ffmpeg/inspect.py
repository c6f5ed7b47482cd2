"""Opening what was made to fit, as a player does: streams, length, chapters, first and last."""

import re
from pathlib import Path

from adapters.ffmpeg.check import BadResultError, require_chapters
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import read_headers, read_seconds
from adapters.process import MEGABYTE, Limits, ProgramError, run

_SOUNDS = {".mp3": ("mp3", "mp3"), ".ogg": ("ogg", "opus")}
_SLACK = 0.1
"""Seconds that a sound's length may be off; a video's may be by a frame of it more."""
_END_SECONDS = 1.5


async def inspect(
    ffmpeg: str, pool: Pool, path: Path, *, seconds: float, chapters: int, fps: float | None
) -> None:
    """Look at a file of ours, with a picture when it has `fps`. Raises `BadResultError`."""
    demuxer, codec = _SOUNDS.get(path.suffix, ("mov", "aac"))
    text = "\n".join(await read_headers(ffmpeg, path, demuxer))
    lasts = read_seconds(text)
    if f"Audio: {codec}" not in text or (fps is not None and "Video: h264" not in text):
        raise BadResultError(f"{path.name} lacks a stream")
    if lasts is None:
        raise BadResultError(f"{path.name} does not say how long it is")
    if abs(lasts - seconds) > _SLACK + (1 / fps if fps else 0):
        raise BadResultError(f"{path.name} lasts {lasts} s, not {seconds} s")
    require_chapters(text, chapters, name=path.name)
    for at in (0.0, max(0.0, seconds - _END_SECONDS)):
        await play(ffmpeg, pool, path, demuxer, at=at, picture=fps is not None)


async def play(
    ffmpeg: str,
    pool: Pool,
    path: Path,
    demuxer: str,
    *,
    at: float,
    picture: bool,
    sound: bool = True,
) -> None:
    """Decode a second of a file, from where a player that seeks would begin.

    Raises `BadResultError`.
    """
    maps = [*(["-map", "0:a:0"] if sound else []), *(["-map", "0:V:0"] if picture else [])]
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-threads", "1", "-xerror", "-ss", f"{at:.3f}",
        "-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}",
        *maps, "-t", "1", "-f", "null", "-",
    ]  # fmt: skip
    try:
        async with pool.slot():
            played = await run(command, limits=Limits(seconds=60, memory=1000 * MEGABYTE))
    except ProgramError as error:
        raise BadResultError(f"{path.name} cannot be played at {at:g} s") from error
    text = "\n".join(played.lines)
    if picture and not re.findall(r"frame=\s*[1-9]", text):
        raise BadResultError(f"{path.name} shows nothing at {at:g} s")
