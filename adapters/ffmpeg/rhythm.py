"""The beat of a sound file: decoded as every hostile file is, and heard by the core."""

import asyncio
from pathlib import Path

from adapters.ffmpeg.graphs import PCM_OUT, decoding
from adapters.ffmpeg.streams import hear
from adapters.ffmpeg.words import explain_failure
from adapters.process import MEGABYTE, Limits, ProgramError
from core.beats import BeatEar, Rhythm
from core.errors import UserError

_RATE = 22_050


async def find_rhythm(ffmpeg: str, path: Path, *, demuxer: str, seconds: float) -> Rhythm:
    """The beat of at most `seconds` of a file; raises `UserError` when it cannot be decoded."""
    limits = Limits(
        seconds=60 + seconds / 10,
        cpu_seconds=int(60 + seconds / 10),
        memory=400 * MEGABYTE,
        written=0,
    )
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-filter_threads", "1",
        *decoding(path, demuxer, _RATE).output(**PCM_OUT, t=seconds).get_args(),
    ]  # fmt: skip
    ear = BeatEar(_RATE)
    try:
        await hear(command, limits=limits, on_block=ear.push)
    except ProgramError as error:
        raise UserError(explain_failure(error)) from error
    return await asyncio.to_thread(ear.finish)
