"""Looking at what came out, before anyone gets it: every result is opened and measured."""

import re
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.graphs import listening, read_loudness
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import read_headers
from adapters.ffmpeg.streams import hear
from adapters.process import MEGABYTE, Limits, ProgramError, run
from core.loudness import decibels
from core.measuring import Samples
from core.truepeak import TruePeakMeter

_FRAME_COUNT = re.compile(r"frame=\s*(\d+)")
_MP3_SLACK = 0.06
_MP4_SLACK = 0.15
"""Seconds that a length may be off: two MP3 frames; one video frame and one of AAC."""


class BadResultError(Exception):
    """What we made is not what we promised: a bug of ours or of an encoder, never a user's."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A whole file, heard: its length, loudness in LUFS and true peak in dBTP."""

    seconds: float
    loudness: float
    true_peak: float


def _limits(seconds: float) -> Limits:
    # Of our own making, so not hostile; the index of a long video alone takes 100 MB.
    return Limits(seconds=120 + seconds / 5, memory=1000 * MEGABYTE)


async def measure(
    ffmpeg: str, pool: Pool, path: Path, *, demuxer: str, rate: int, seconds: float
) -> Measured:
    """Decode a whole file of ours and measure it. Raises `ProgramError` when it cannot be."""
    meter = TruePeakMeter()
    frames = 0

    def take(block: Samples) -> None:
        nonlocal frames
        frames += len(block)
        meter.push(block)

    graph = listening(path, demuxer, rate)
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-xerror", "-filter_threads", "1",
        *graph.output("pipe:1", f="f32le").get_args(),
    ]  # fmt: skip
    async with pool.slot():
        lines = await hear(command, limits=_limits(seconds), on_block=take)
    return Measured(
        seconds=frames / rate,
        loudness=read_loudness(lines),
        true_peak=round(decibels(meter.finish()), 2),
    )


def check_sound(measured: Measured, *, seconds: float) -> None:
    """Raise `BadResultError` unless the MP3 is as long as the timeline and makes a sound."""
    if abs(measured.seconds - seconds) > _MP3_SLACK:
        raise BadResultError(f"the MP3 lasts {measured.seconds} s, the mix {seconds} s")
    if measured.true_peak < -70:
        raise BadResultError("the MP3 is silent")


async def check_video(
    ffmpeg: str, pool: Pool, path: Path, *, frame_rate: int, seconds: float, chapters: int
) -> None:
    """Open an MP4 of ours: streams, lengths, chapters, and pictures at its start and end.

    Raises `BadResultError`.
    """
    source = ["-f", "mov", "-i", f"file:{path}"]
    base = [ffmpeg, "-nostdin", "-hide_banner", "-threads", "1"]
    try:
        async with pool.slot():
            copied = await run(
                [*base, *source, "-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-f", "null", "-"],
                limits=_limits(seconds),
            )
            for at in (0.0, max(0.0, seconds - 1)):
                await run(
                    [
                        *base,
                        "-xerror",
                        "-ss",
                        f"{at:.3f}",
                        *source,
                        "-frames:v",
                        "1",
                        "-f",
                        "null",
                        "-",
                    ],
                    limits=_limits(seconds),
                )
    except ProgramError as error:
        raise BadResultError("the MP4 cannot be played") from error
    text = "\n".join(copied.lines)
    if "Video: h264" not in text or "Audio: aac" not in text:
        raise BadResultError("the MP4 lacks a stream")
    counted = _FRAME_COUNT.findall(text)
    length = int(counted[-1]) / frame_rate if counted else 0.0
    if abs(length - seconds) > _MP4_SLACK:
        raise BadResultError(f"the MP4's picture lasts {length} s, the mix {seconds} s")
    # Read apart: of all that is said while copying, only the last thousand lines are kept.
    found = "\n".join(await read_headers(ffmpeg, path, "mov")).count("Chapter #")
    if found != chapters:
        raise BadResultError(f"the MP4 has {found} chapters, not {chapters}")
