"""Encoding sound that comes through a pipe, as an MP3 that knows its length, and hearing it."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.graphs import PCM_OUT, hearing, read_loudness
from adapters.ffmpeg.render import MP3_ARGUMENTS
from adapters.ffmpeg.signing import sign_mp3
from adapters.ffmpeg.streams import hear
from adapters.process import MEGABYTE, Limits, child
from core.loudness import decibels
from core.truepeak import TruePeakMeter


@dataclass(frozen=True, slots=True)
class Encoded:
    """An MP3 as a player hears it: LUFS, and its true peak in dBTP."""

    loudness: float
    true_peak: float


async def encode_mp3(ffmpeg: str, path: Path, *, rate: int, source: int, seconds: float) -> Encoded:
    """Encode stereo float32 from the descriptor `source` to its end. Raises `ProgramError`.

    The packets go into the file and, in the same moment, to a decoder: what was made is measured
    while it is made. `seconds` is how long the sound lasts; it bounds how long this may take.
    """
    limits = Limits(seconds=120 + 2 * seconds, memory=400 * MEGABYTE)
    meter = TruePeakMeter()
    reading, writing = os.pipe()
    with (
        path.open("wb") as file,
        os.fdopen(reading, "rb") as packets,
        os.fdopen(writing, "wb") as sink,
    ):
        # By its number, because the tee muxer gives a meaning to many characters of a name.
        outputs = (
            f"[f=mp3:flush_packets=0:id3v2_version=0]file:/dev/fd/{file.fileno()}|"
            "[f=mp3:flush_packets=0:id3v2_version=0:write_xing=0]pipe:1"
        )
        command = [
            ffmpeg, "-y", "-nostdin", "-v", "error",
            "-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "pipe:0",
            "-map", "0:a", "-c:a", "libmp3lame", *MP3_ARGUMENTS, "-f", "tee", outputs,
        ]  # fmt: skip
        async with child(
            command, limits=limits, stdin=source, stdout=sink.fileno(), pass_fds=(file.fileno(),)
        ):
            sink.close()
            listener = [
                ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-xerror", "-filter_threads", "1",
                *hearing("mp3", loudness=True).output(**PCM_OUT).get_args(),
            ]  # fmt: skip
            lines = await hear(listener, limits=limits, on_block=meter.push, stdin=packets.fileno())
    await asyncio.to_thread(sign_mp3, path)
    return Encoded(read_loudness(lines), round(decibels(meter.finish()), 2))
