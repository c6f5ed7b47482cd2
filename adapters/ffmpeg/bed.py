"""The music under a film: a stretch of a track, exactly as long as the film, at one loudness."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.process import MEGABYTE, Limits, run
from core.loudness import CEILING
from core.timeline import rate_family

_HEADROOM = 0.7
"""dB under the ceiling for what the encoder usually adds to peaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """The sound under a film: a WAV at `rate` Hz.

    `seconds` is how much music there was for it; the rest, if any, is silence. `loudness` is
    that of the music in LUFS before it was levelled.
    """

    path: Path
    rate: int
    seconds: float
    loudness: float


async def make_bed(
    ffmpeg: str,
    pool: Pool,
    source: Path,
    demuxer: str,
    *,
    source_rate: int,
    start: float,
    seconds: float,
    fades: tuple[float, float],
    target: float,
    out: Path,
) -> Bed:
    """Cut `seconds` from second `start` of a track, fade its ends, bring it to `target` LUFS.

    Its true peaks stay under the ceiling as far as an encoder lets them. Raises `ProgramError`.
    """
    rate = rate_family(source_rate)
    plan = {
        "ffmpeg": ffmpeg,
        "source": str(source),
        "demuxer": demuxer,
        "rate": rate,
        "start": round(start * rate),
        "frames": round(seconds * rate),
        "fade_in": round(fades[0] * rate),
        "fade_out": round(fades[1] * rate),
        "target": target,
        "ceiling": CEILING - _HEADROOM,
        "out": str(out),
    }
    path = out.with_suffix(".plan")
    path.write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-I", "-m", "adapters.ffmpeg.bedding", str(path)]
    limits = Limits(seconds=120 + seconds, memory=1500 * MEGABYTE)
    async with pool.slot():
        printed = await run(command, limits=limits)
    path.unlink()
    told = json.loads(printed.out)
    return Bed(path=out, rate=rate, seconds=told["frames"] / rate, loudness=told["loudness"])
