"""Encoding a stretch of sound again, smaller: cut to the sample, peaks and length checked."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from adapters.ffmpeg.check import BadResultError
from adapters.ffmpeg.encoding import FAST_AAC
from adapters.ffmpeg.graphs import listening, read_loudness
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.signing import sign_mp3
from adapters.ffmpeg.streams import hear
from adapters.process import MEGABYTE, Limits, run
from core.delivery import Codec, Coding
from core.fitting import Part
from core.loudness import CEILING, decibels
from core.measuring import Samples
from core.timeline import rate_family
from core.truepeak import TruePeakMeter

_log = logging.getLogger(__name__)

_OPUS_RATE = 48000
_SLACK = 0.06
_STEPS = (0.8, 2.0, 0.0)
"""dB by which each try that overshot lowers the ceiling at least; nothing follows the last.

Not only the highest peaks overshoot, so small steps may miss those that do, and large ones cost
loudness.
"""
_FAST_AAC = 112
"""kb/s from which the fast coder sounds as good as the slow one and keeps peaks lower."""
_HEADROOM = ((64, 2.0), (96, 1.0), (1 << 16, 0.7))
"""dB that encoders of up to so many kb/s usually add to a true peak."""
_DEMUXERS: Mapping[Codec, str] = MappingProxyType(
    {Codec.MP3: "mp3", Codec.AAC: "aac", Codec.OPUS: "ogg"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of ours that is encoded again: `rate` is its samples a second."""

    path: Path
    demuxer: str
    rate: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """The new sound: seconds, LUFS and dBTP as it decodes. AAC is a bare ADTS stream."""

    path: Path
    rate: int
    seconds: float
    loudness: float
    true_peak: float


async def recode(
    ffmpeg: str, pool: Pool, source: Source, part: Part, coding: Coding, *, out: Path
) -> Recoded:
    """Encode one part of a source as `coding` says, and hear what came out.

    Peaks are lowered until they stay under the ceiling as a player decodes them, as far as a
    few tries can. Raises `BadResultError` when it has another length, `ProgramError` when a
    child fails.
    """
    ceiling = CEILING - next(dB for most, dB in _HEADROOM if coding.rate <= most)
    for step in _STEPS:
        made = await _try(ffmpeg, pool, source, part, coding, ceiling=ceiling, out=out)
        over = made.true_peak - CEILING
        if over <= 0:
            break
        _log.info("%s at %d kb/s peaks at %.2f dBTP", coding.codec, coding.rate, made.true_peak)
        ceiling -= max(over + 0.1, step)
    return made


async def _try(
    ffmpeg: str,
    pool: Pool,
    source: Source,
    part: Part,
    coding: Coding,
    *,
    ceiling: float,
    out: Path,
) -> Recoded:
    rate = _OPUS_RATE if coding.codec is Codec.OPUS else rate_family(source.rate)
    last = part.end >= source.seconds - _SLACK
    plan = {
        "ffmpeg": ffmpeg,
        "source": str(source.path),
        "demuxer": source.demuxer,
        "rate": rate,
        "start": round(part.start * rate),
        # To whatever the end is, so that not a sample is lost by rounding.
        "end": None if last else round(part.end * rate),
        "ceiling": ceiling,
        "arguments": _arguments(coding),
        "out": str(out),
    }
    path = out.with_suffix(".plan")
    path.write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-I", "-m", "adapters.ffmpeg.recoder", str(path)]
    async with pool.slot():
        await run(command, limits=Limits(seconds=120 + source.seconds))
    path.unlink()
    if coding.codec is Codec.MP3:
        sign_mp3(out)
    made = await _hear(ffmpeg, pool, out, _DEMUXERS[coding.codec], rate=rate, seconds=part.seconds)
    # A bare AAC stream has the encoder's lead and the rest of its last frame.
    most = part.seconds + (0.1 if coding.codec is Codec.AAC else 0.0)
    if not part.seconds - _SLACK <= made.seconds <= most + _SLACK:
        raise BadResultError(f"{out.name} lasts {made.seconds} s, not {part.seconds} s")
    return made


def _arguments(coding: Coding) -> list[str]:
    rate = ["-b:a", f"{coding.rate}k"]
    match coding.codec:
        case Codec.MP3:
            return ["-c:a", "libmp3lame", *rate, "-id3v2_version", "0", "-f", "mp3"]
        case Codec.OPUS:
            return ["-c:a", "libopus", *rate, "-vbr", "constrained", "-f", "ogg"]
        case Codec.AAC:
            fast = FAST_AAC if coding.rate >= _FAST_AAC else ()
            return ["-c:a", "aac", *rate, *fast, "-f", "adts"]


async def _hear(
    ffmpeg: str, pool: Pool, path: Path, demuxer: str, *, rate: int, seconds: float
) -> Recoded:
    meter = TruePeakMeter()
    frames = 0

    def take(block: Samples) -> None:
        nonlocal frames
        frames += len(block)
        meter.push(block)

    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-xerror", "-filter_threads", "1",
        *listening(path, demuxer, rate).output("pipe:1", f="f32le").get_args(),
    ]  # fmt: skip
    limits = Limits(seconds=120 + seconds / 5, memory=1000 * MEGABYTE)
    async with pool.slot():
        lines = await hear(command, limits=limits, on_block=take)
    return Recoded(
        path=path,
        rate=rate,
        seconds=frames / rate,
        loudness=read_loudness(lines),
        true_peak=round(decibels(meter.finish()), 2),
    )
