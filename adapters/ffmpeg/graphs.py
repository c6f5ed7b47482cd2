"""The filter graphs, written with ffmpeg-python and run by our own children."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

_INTEGRATED = re.compile(r"\bI:\s+(-?\d+(?:\.\d+)?) LUFS")
PCM_OUT = {"filename": "pipe:1", "f": "f32le", "flush_packets": 0}
"""Where decoded sound goes: in whole buffers, because a write for every packet costs much."""
SILENT = -70.0
"""What ebur128 says, in LUFS, where nothing passed its gate."""


def decoding(path: Path, demuxer: str, rate: int) -> Any:
    """What every track goes through: its first sound stream as stereo float32 at `rate` Hz.

    The demuxer is forced and the protocols are bound to this file: a playlist in disguise
    opens nothing.
    """
    source = ffmpeg.input(f"file:{path}", f=demuxer, protocol_whitelist="file", threads=1)
    resampled = source["a:0"].filter("aresample", rate)
    return resampled.filter("aformat", sample_fmts="flt", channel_layouts="stereo")


def listening(path: Path, demuxer: str, rate: int) -> Any:
    """The same, with loudness measured on the way; `read_loudness` finds it in what is said."""
    return decoding(path, demuxer, rate).filter("ebur128", framelog="verbose")


def hearing(demuxer: str, *, loudness: bool) -> Any:
    """Sound of our own making from standard input, as stereo float32 at the rate it has."""
    # It comes while it is made: a demuxer that reads far ahead would only be late.
    source = ffmpeg.input(
        "pipe:0", f=demuxer, protocol_whitelist="pipe", threads=1, probesize=65536
    )
    sound = source["a:0"].filter("aformat", sample_fmts="flt", channel_layouts="stereo")
    return sound.filter("ebur128", framelog="verbose") if loudness else sound


def read_loudness(lines: Sequence[str]) -> float:
    """Integrated loudness in LUFS out of ffmpeg's last lines, `SILENT` where there is none."""
    found = _INTEGRATED.findall("\n".join(lines))
    return float(found[-1]) if found else SILENT
