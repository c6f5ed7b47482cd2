"""Encoding sound that comes through a pipe, as an MP3 that knows its length."""

import asyncio
from pathlib import Path

from adapters.ffmpeg.render import MP3_ARGUMENTS
from adapters.process import MEGABYTE, Limits, child
from core.lame import HEADER_BYTES, sign_header


async def encode_mp3(ffmpeg: str, path: Path, *, rate: int, source: int, seconds: float) -> None:
    """Encode stereo float32 from the descriptor `source` to its end. Raises `ProgramError`.

    `seconds` is how long the sound lasts; it bounds how long this may take.
    """
    command = [
        ffmpeg, "-y", "-nostdin", "-v", "error",
        "-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "pipe:0",
        "-c:a", "libmp3lame", *MP3_ARGUMENTS, "-id3v2_version", "0", "-f", "mp3", f"file:{path}",
    ]  # fmt: skip
    limits = Limits(seconds=120 + 2 * seconds, memory=400 * MEGABYTE)
    async with child(command, limits=limits, stdin=source):
        pass
    await asyncio.to_thread(_sign, path)


def _sign(path: Path) -> None:
    with path.open("r+b") as file:
        signed = sign_header(file.read(HEADER_BYTES))
        file.seek(0)
        file.write(signed)
