"""One pass over a whole track: length, loudness, peak, silence, and whether it is sound."""

import asyncio
import math
from collections.abc import Callable
from pathlib import Path

from adapters.ffmpeg.graphs import PCM_OUT, listening, read_loudness
from adapters.ffmpeg.probe import Probe
from adapters.ffmpeg.streams import hear
from adapters.ffmpeg.words import explain_failure
from adapters.process import MEGABYTE, Limits, ProgramError
from core.errors import UserError
from core.measuring import Found, Meter, Samples
from core.timeline import rate_family
from core.tracks import Sound

_SILENT = -69.9
"""ebur128 says -70 LUFS where nothing passed its gate."""
_CUT_OFF_SECONDS = 2.0
_CUT_OFF_SHARE = 0.02
MEMORY = 400 * MEGABYTE


def _limits(most_seconds: float) -> Limits:
    # Decoding runs a hundred times faster than playing; twenty times is a machine in trouble.
    return Limits(
        seconds=60 + most_seconds / 20,
        cpu_seconds=int(60 + most_seconds / 20),
        memory=MEMORY,
        written=0,
    )


async def analyse(
    ffmpeg: str,
    path: Path,
    probe: Probe,
    *,
    demuxer: str,
    most_seconds: float,
    on_seconds: Callable[[float], None],
) -> Sound:
    """Decode all of a track and measure it; `on_seconds` hears how far the pass is.

    Raises `UserError` with the end of a sentence about the file when it is too long, cut off,
    silent, or not decodable.
    """
    rate = rate_family(probe.rate)
    if probe.seconds is not None and probe.seconds > most_seconds:
        raise UserError(_too_long(most_seconds))
    graph = listening(path, demuxer, rate)
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-filter_threads", "1",
        *graph.output(**PCM_OUT, t=most_seconds + 1).get_args(),
    ]  # fmt: skip
    meter = Meter(rate)
    loop = asyncio.get_running_loop()

    def take(block: Samples) -> None:
        meter.push(block)
        loop.call_soon_threadsafe(on_seconds, meter.frames / rate)

    try:
        lines = await hear(command, limits=_limits(most_seconds), on_block=take)
    except ProgramError as error:
        raise UserError(explain_failure(error)) from error
    found = meter.finish()
    if meter.broken:
        # One sample that is no number would spoil all that is worked out from it.
        raise UserError("is damaged: parts of it are no sound. Send it again as another format.")
    _check(found, rate, probe, most_seconds)
    loudness = read_loudness(lines)
    if loudness <= _SILENT and found.power > 0:
        # Shorter than a gating block of 0.4 s there is no integrated loudness: the formula of
        # BS.1770-4 without its weighting and gates must do.
        loudness = max(round(-0.691 + 10 * math.log10(found.power), 1), _SILENT)
    return Sound(
        rate=rate,
        frames=found.frames,
        first=found.first,
        last=found.last,
        loudness=loudness,
        peak=round(found.peak, 2),
        starts_sounding=found.starts,
        ends_sounding=found.ends,
    )


def _too_long(most_seconds: float) -> str:
    return f"is longer than {most_seconds / 60:g} minutes, the most for one track."


def _check(found: Found, rate: int, probe: Probe, most_seconds: float) -> None:
    seconds = found.frames / rate
    if seconds > most_seconds:
        raise UserError(_too_long(most_seconds))
    if not found.frames:
        raise UserError("is damaged: there is no sound in it that can be played.")
    if not found.last:
        raise UserError("is silent: there is nothing to hear in it.")
    if probe.seconds is not None:
        missing = probe.seconds - seconds
        if missing > _CUT_OFF_SECONDS and missing > probe.seconds * _CUT_OFF_SHARE:
            raise UserError(
                f"is cut off or damaged: only {seconds:.0f} of its {probe.seconds:.0f} seconds "
                "can be played. Send it again."
            )
