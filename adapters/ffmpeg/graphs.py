"""The filter graphs, written with ffmpeg-python and run by our own children."""

from pathlib import Path
from typing import Any

import ffmpeg


def decoding(path: Path, demuxer: str, rate: int) -> Any:
    """What every track goes through: its first sound stream as stereo float32 at `rate` Hz.

    The demuxer is forced and the protocols are bound to this file: a playlist in disguise
    opens nothing.
    """
    source = ffmpeg.input(f"file:{path}", f=demuxer, protocol_whitelist="file", threads=1)
    resampled = source["a:0"].filter("aresample", rate)
    return resampled.filter("aformat", sample_fmts="flt", channel_layouts="stereo")
