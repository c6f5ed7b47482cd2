"""The music under a film, made by a child: cut to length, faded, and as loud as it should be.

`python -m adapters.ffmpeg.bedding PLAN` reads a plan (JSON, see `bed.py`), writes a WAV of
float32 and prints what it found as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from adapters.ffmpeg.graphs import SILENT, decoding, read_loudness
from adapters.process import MEGABYTE, Limits, confinement
from core.limiter import Limiter
from core.loudness import amplitude, decibels
from core.measuring import Samples

_CHILD = Limits(seconds=0, memory=400 * MEGABYTE)
_TRIES = 4
_NEAR = 0.05
"""LU within which the loudness is right."""
_MOST_LIMITING = 12.0
_MOST_GAIN = 30.0
"""dB beyond which loudness gives way: noise is not made into music."""


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sound = _decode(plan)
    bed = _fade(_fit(sound, plan["frames"]), plan)
    loudness = _measure(plan, bed)
    if loudness > SILENT:
        bed = _level(plan, bed, loudness)
    _write(plan, bed)
    sys.stdout.write(json.dumps({"frames": len(sound), "loudness": loudness}))
    return 0


def _decode(plan: Mapping[str, Any]) -> Samples:
    """All that is wanted of the source: float32, shape (frames, 2)."""
    span = {"start_sample": plan["start"], "end_sample": plan["start"] + plan["frames"]}
    graph = decoding(Path(plan["source"]), plan["demuxer"], plan["rate"]).filter("atrim", **span)
    command = [
        plan["ffmpeg"], "-nostdin", "-v", "error", "-filter_threads", "1",
        *graph.output("pipe:1", f="f32le").get_args(),
    ]  # fmt: skip
    decoded = subprocess.run(
        command, stdout=subprocess.PIPE, check=True, preexec_fn=confinement(_CHILD)
    )
    sound = np.frombuffer(decoded.stdout, np.float32)
    return np.nan_to_num(sound[: len(sound) // 2 * 2].reshape(-1, 2), posinf=0, neginf=0)


def _fit(sound: Samples, frames: int) -> Samples:
    """Exactly so many frames: what is missing is silence."""
    whole = np.zeros((frames, 2), np.float32)
    whole[: min(frames, len(sound))] = sound[:frames]
    return whole


def _fade(sound: Samples, plan: Mapping[str, Any]) -> Samples:
    """Faded in and out over so many frames, along quarters of a cosine squared."""
    for count, ends in ((plan["fade_in"], False), (plan["fade_out"], True)):
        if count:
            rise = np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
            if ends:
                sound[-count:] *= rise[::-1, None]
            else:
                sound[:count] *= rise[:, None]
    return sound


def _level(plan: Mapping[str, Any], sound: Samples, loudness: float) -> Samples:
    """As loud as the target, after its peaks were limited.

    The limiter takes some loudness away, so what comes out is measured, and the gain mended.
    """
    most = plan["ceiling"] + _MOST_LIMITING - decibels(float(np.abs(sound).max()))
    gain, made = min(plan["target"] - loudness, most, _MOST_GAIN), sound
    for _ in range(_TRIES):
        limiter = Limiter(plan["rate"], ceiling=plan["ceiling"])
        louder = sound * np.float32(amplitude(gain))
        made = np.concatenate([limiter.push(louder), limiter.finish()])
        missing = plan["target"] - _measure(plan, made)
        if abs(missing) < _NEAR or gain >= min(most, _MOST_GAIN):
            break
        gain = min(gain + missing, most, _MOST_GAIN)
    return made


def _measure(plan: Mapping[str, Any], sound: Samples) -> float:
    """Integrated loudness in LUFS, as ffmpeg's ebur128 judges it."""
    command = [
        plan["ffmpeg"], "-hide_banner", "-nostats", *_raw(plan["rate"]),
        "-af", "ebur128=framelog=verbose", "-f", "null", "-",
    ]  # fmt: skip
    heard = subprocess.run(
        command, input=sound.tobytes(), stderr=subprocess.PIPE, check=True,
        preexec_fn=confinement(_CHILD),
    )  # fmt: skip
    return read_loudness(heard.stderr.decode("utf-8", "replace").splitlines())


def _write(plan: Mapping[str, Any], sound: Samples) -> None:
    command = [
        plan["ffmpeg"], "-v", "error", "-y", *_raw(plan["rate"]),
        "-c:a", "pcm_f32le", "-f", "wav", f"file:{plan['out']}",
    ]  # fmt: skip
    subprocess.run(command, input=sound.tobytes(), check=True, preexec_fn=confinement(_CHILD))


def _raw(rate: int) -> list[str]:
    return ["-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "pipe:0"]


if __name__ == "__main__":
    sys.exit(main())
