"""Splicing a reel's pictures: the timeline's shots in one size and rate, with its fades."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.ffmpeg.check import BadResultError
from adapters.ffmpeg.pool import Pool
from adapters.process import Limits, child
from core.reel import Canvas
from core.timeline import Timeline

X264_ARGUMENTS = ("-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p")
_LEAD = 1.0
"""Seconds before a cut at which decoding begins at the latest."""
_CAPTION_SECONDS = 6.0
_SLOWEST = 40
"""Seconds that a second of the reel may take on a machine in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What is seen during one segment: a file from `at` (seconds) on, a still, or black (None).

    `caption` is a picture with alpha of the canvas' size.
    """

    path: Path | None
    demuxer: str = ""
    at: float = 0.0
    still: bool = False
    caption: Path | None = None


async def splice(
    ffmpeg: str,
    pool: Pool,
    timeline: Timeline,
    shots: Sequence[Shot],
    *,
    canvas: Canvas,
    folder: Path,
    on_fraction: Callable[[float], None],
) -> Path:
    """Encode the pictures of a timeline whose positions are on the canvas' grid; an MP4.

    May be run again over what an earlier try left. Raises `ProgramError` when a child fails,
    `BadResultError` when frames are missing.
    """
    out = folder / "pictures.mp4"
    frames = timeline.frames // canvas.grid
    plan = {
        **asdict(canvas),
        "ffmpeg": ffmpeg,
        "out": str(out),
        "lead": _LEAD,
        "x264": X264_ARGUMENTS,
        "threads": min(4, pool.slots),
        "shots": _list_shots(timeline, shots, canvas),
    }
    path = folder / "shots.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-I", "-m", "adapters.ffmpeg.splicer", str(path)]
    limits = Limits(seconds=600 + timeline.seconds * _SLOWEST)
    done = 0
    async with (
        pool.slot(),
        child(command, limits=limits, stdout=asyncio.subprocess.PIPE) as splicer,
    ):
        assert splicer.process.stdout is not None  # noqa: S101  asked for as a pipe
        async for line in splicer.process.stdout:
            done = json.loads(line)["frames"]
            on_fraction(done / frames)
    if done != frames:
        raise BadResultError(f"{done} of {frames} frames were spliced")
    return out


def _list_shots(
    timeline: Timeline, shots: Sequence[Shot], canvas: Canvas
) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = []
    for index, (segment, shot) in enumerate(zip(timeline.segments, shots, strict=True)):
        frames, fade = segment.length // canvas.grid, segment.fade // canvas.grid
        last = index == len(shots) - 1
        fade_out = 0 if last else timeline.segments[index + 1].fade // canvas.grid
        caption = None
        if shot.caption is not None:
            until = min(frames - fade_out, fade + round(_CAPTION_SECONDS * canvas.rate))
            caption = {"path": str(shot.caption), "first": fade, "last": until}
        listed.append(
            {
                "path": None if shot.path is None else str(shot.path),
                "demuxer": shot.demuxer,
                "at": shot.at,
                "still": shot.still,
                "frames": frames,
                "fade": fade,
                "caption": caption,
            }
        )
    return listed
