"""Rendering a timeline: one stream through the mixer, and mending where AAC overshoots."""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.ffmpeg.encoding import FAST_AAC
from adapters.ffmpeg.mending import Mender
from adapters.ffmpeg.mixer import SHORT_SOURCE
from adapters.ffmpeg.pool import Pool
from adapters.process import Child, Limits, ProgramError, child
from core.errors import UserError, list_failures
from core.timeline import Timeline

MP3_ARGUMENTS = ("-q:a", "0")
AAC_ARGUMENTS = ("-c:a", "aac", "-b:a", "192k", *FAST_AAC)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The encoded mix, as it was decoded again: loudness in LUFS, true peaks in dBTP.

    `aac` is a bare ADTS stream, None when no video is wanted; then `aac_peak` is -120.
    """

    mp3: Path
    aac: Path | None
    loudness: float
    mp3_peak: float
    aac_peak: float
    waveform: list[float]


async def render(
    ffmpeg: str,
    pool: Pool,
    timeline: Timeline,
    folder: Path,
    *,
    ceiling: float,
    video: bool,
    on_fraction: Callable[[float], None],
) -> Rendered:
    """Mix and encode a timeline into `folder`, with true peaks of the sum under `ceiling` dBTP.

    May be run again over what an earlier try left. Raises `UserError` when a track turns out
    shorter than it was measured, `ProgramError` when a child fails otherwise.
    """
    plan = {
        "ffmpeg": ffmpeg,
        "timeline": timeline.as_json(),
        "ceiling": ceiling,
        "folder": str(folder),
        "mp3": MP3_ARGUMENTS,
        "aac": AAC_ARGUMENTS if video else None,
    }
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-I", "-m", "adapters.ffmpeg.mixer", str(path)]
    limits = Limits(seconds=600 + timeline.seconds)
    mender = Mender(
        ffmpeg,
        pool,
        folder,
        arguments=AAC_ARGUMENTS,
        rate=timeline.rate,
        frames=timeline.frames,
        ceiling=ceiling,
    )
    try:
        async with (
            asyncio.TaskGroup() as tasks,
            child(
                command,
                limits=limits,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            ) as mixer,
        ):
            told = await _follow(mixer, tasks, mender, timeline, on_fraction)
    except ExceptionGroup as failures:
        raise _in_our_words(failures) from failures
    aac = folder / "mix.aac" if video else None
    if aac is not None:
        await mender.put_in(aac)
    return Rendered(
        mp3=folder / "mix.mp3",
        aac=aac,
        loudness=told["loudness"],
        mp3_peak=told["true_peak"],
        aac_peak=max(told.get("aac_peak", -120.0), mender.peak),
        waveform=told["waveform"],
    )


def _in_our_words(failures: ExceptionGroup[Exception]) -> Exception:
    """What is told of failures of which one led to the others: the mixer knows best."""
    every = list_failures(failures)
    for error in every:
        if isinstance(error, ProgramError) and error.status == SHORT_SOURCE and error.lines:
            return UserError(
                f"“{error.lines[-1]}” ended earlier than it should while it was mixed. "
                "Send it again."
            )
    return every[0]


async def _follow(
    mixer: Child,
    tasks: asyncio.TaskGroup,
    mender: Mender,
    timeline: Timeline,
    on_fraction: Callable[[float], None],
) -> dict[str, Any]:
    """Listen to the mixer until it ends; its last message. What overshoots is mended at once."""
    stdin, stdout = mixer.process.stdin, mixer.process.stdout
    assert stdin is not None  # noqa: S101  both were asked for as pipes
    assert stdout is not None  # noqa: S101

    async def mend(piece: int, peak: float) -> None:
        await mender.mend(piece, peak)
        if not stdin.is_closing():
            stdin.write(b"\n")

    message: dict[str, Any] = {}
    async for line in stdout:
        message = json.loads(line)
        if "piece" in message:
            tasks.create_task(mend(message["piece"], message["peak"]))
        else:
            on_fraction(message["frames"] / timeline.frames)
    return message
