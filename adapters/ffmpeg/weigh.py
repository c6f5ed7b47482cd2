"""Weighing a file of ours: how many bytes its sound and its picture take, and what they are."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.process import MEGABYTE, Limits, run

_SOUND_BYTES = re.compile(r"audio:\s*(\d+)[kK]i?B")
_RATE = re.compile(r"Stream #0:\d+.*?: Audio: .*?, (\d+) Hz, ")
_TIME_BASE = re.compile(r"^#tb 0: (\d+)/(\d+)$", re.MULTILINE)
_DIMENSIONS = re.compile(r"^#dimensions 0: (\d+)x(\d+)$", re.MULTILINE)
_LISTING = 60 * MEGABYTE
"""Packets of seven hours at 25 frames a second."""
_REST_SHARE = 0.25
_REST_RATE = 20_000
"""A group of frames is a still when its second half needs no more of its bytes than that share,
or no more bits a second: frames in which nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The picture: lines, frames a second, bytes of all frames.

    `repeated` is how many frames make the group that repeats where it is a still, and `group`
    their bytes; both are 0 for a moving picture.
    """

    height: int
    fps: float
    size: int
    repeated: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Bytes of the sound, its samples a second, and the picture if there is one."""

    sound: int
    rate: int
    frames: Frames | None = None


async def weigh(
    ffmpeg: str, pool: Pool, path: Path, *, demuxer: str, picture: bool, seconds: float
) -> Weight:
    """Read through a file without decoding it. Raises `ProgramError` when it cannot be read."""
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-threads", "1",
        "-protocol_whitelist", "file,pipe", "-f", demuxer, "-i", f"file:{path}",
        "-map", "0:a:0", "-c", "copy", "-f", "null", "-",
    ]  # fmt: skip
    if picture:
        command += ["-map", "0:V:0", "-c", "copy", "-f", "framecrc", "pipe:1"]
    limits = Limits(seconds=120 + seconds / 5, memory=1000 * MEGABYTE)
    async with pool.slot():
        printed = await run(command, limits=limits, out_bytes=_LISTING)
    said = "\n".join(printed.lines)
    # One ffmpeg counts all outputs together, another each: the sound is in one of them.
    sound, rate = max(map(int, _SOUND_BYTES.findall(said)), default=0), _RATE.search(said)
    frames = None
    if picture:
        frames = await asyncio.to_thread(_read_frames, printed.out.decode("ascii", "replace"))
    return Weight(
        sound=sound * 1024,
        rate=int(rate[1]) if rate else 44100,
        frames=frames,
    )


def _read_frames(listing: str) -> Frames:
    """The picture, from what framecrc lists: stream, times, duration, size, checksum."""
    base, lines = _TIME_BASE.search(listing), _DIMENSIONS.search(listing)
    packets = [line.split(",", 6)[3:6] for line in listing.splitlines() if line and line[0] != "#"]
    sizes = [int(packet[1]) for packet in packets]
    ticks = [int(packet[0]) for packet in packets]
    assert base is not None and lines is not None and packets  # noqa: S101  it copied some
    fps = int(base[2]) / int(base[1]) * len(ticks) / max(1, sum(ticks))
    repeated = _find_period([(packet[1], packet[2]) for packet in packets])
    group = sum(sizes[:repeated])
    rest = sizes[repeated // 2 : repeated]
    rests = sum(rest) <= max(group * _REST_SHARE, _REST_RATE / 8 / fps * len(rest))
    still = repeated > 0 and rests
    return Frames(
        height=int(lines[2]),
        fps=fps,
        size=sum(sizes),
        repeated=repeated if still else 0,
        group=group if still else 0,
    )


def _find_period(packets: Sequence[tuple[str, str]]) -> int:
    """After how many packets all of them come again, the last time perhaps cut; 0 for never."""
    for period in range(1, len(packets)):
        if packets[period] == packets[0]:
            again = all(packets[at] == packets[at % period] for at in range(len(packets)))
            return period if again else 0
    return 0
