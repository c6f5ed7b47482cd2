"""A performance, from the outside: the child is started, listened to, and killed when unwanted."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from adapters.process import MEGABYTE, Limits, ProgramError, child
from core.errors import ServiceError

_log = logging.getLogger(__name__)

_CRASHES = (-4, -6, -7, -8, -11)
"""Signals by which a library dies, and not by somebody's will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What is to be played, and how loud. Paths are in the job's folder.

    `mix` is where the unmastered sound is kept; `play` is false when it is there already, and
    `loudness` its LUFS then. `target` is in LUFS, `ceiling` in dBTP. Without `soundfont` our own
    instruments play. `wav` is empty for none.
    """

    score: str
    midi: str
    mix: str
    seconds: float
    target: float
    ceiling: float
    soundfont: str = ""
    wav: str = ""
    play: bool = True
    loudness: float = 0.0


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of it: the mix's LUFS, who played (empty for us), and the waveform's points."""

    loudness: float
    soundfont: str
    waveform: list[float]


async def perform(
    performance: Performance, *, out: int, on_fraction: Callable[[float], None]
) -> Performed:
    """Play, master, and write stereo float32 at 44,100 Hz to the descriptor `out`.

    When libfluidsynth takes its process down with it, our own instruments play instead. Raises
    `ProgramError` when those fail, too.
    """
    try:
        return await _run(performance, out, on_fraction)
    except ProgramError as error:
        if not performance.soundfont or error.status not in _CRASHES:
            raise
        _log.warning("libfluidsynth crashed; our own instruments play", exc_info=error)
    return await _run(replace(performance, soundfont=""), out, on_fraction)


async def _run(
    performance: Performance, out: int, on_fraction: Callable[[float], None]
) -> Performed:
    path = Path(performance.mix).with_suffix(".plan.json")
    await asyncio.to_thread(path.write_text, json.dumps(asdict(performance)), encoding="utf-8")
    facts: dict[str, Any] = {}

    def hear(line: str) -> None:
        message = _read(line)
        if "fraction" in message:
            on_fraction(message["fraction"])
        elif "trouble" in message:
            _log.warning("no SoundFont plays: %s", message["trouble"])
        facts.update(message)

    # Playing takes a twentieth of the time that the music lasts; ten times that is trouble.
    limits = Limits(
        seconds=60 + performance.seconds,
        cpu_seconds=int(60 + performance.seconds),
        memory=1500 * MEGABYTE,
        written=round((performance.seconds + 10) * 8 * 44_100),
    )
    command = [sys.executable, "-I", "-m", "adapters.synth.child", str(path)]
    async with child(command, limits=limits, stdout=out, on_line=hear):
        pass
    if "waveform" not in facts:
        raise ServiceError("The sound could not be written: its encoder ended early.")
    return Performed(
        loudness=float(facts.get("loudness", performance.loudness)),
        soundfont=str(facts.get("soundfont", performance.soundfont)),
        waveform=list(facts["waveform"]),
    )


def _read(line: str) -> dict[str, Any]:
    """One message; what a library writes there itself is not ours."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
