"""Sound and pictures that say where in their source they are, to measure cuts by.

At every whole second there is a beep of two tones that name the second. Every picture carries its
number as black and white cells.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.media import ffmpeg

RATE = 44100
PICTURES = 25
"""Pictures in a second."""
COLUMNS, ROWS = 48, 27
_BITS = 20
_BEEP_SECONDS = 0.08
_MINUTE = 60
_LOW, _LOW_STEP = 400.0, 20.0
_HIGH, _HIGH_STEP = 2000.0, 50.0
_BLOCK_SECONDS = 0.005
_QUIET = 0.3
_SEARCH_SECONDS = 0.02
_LIKE = 0.95
_BAR = 4
_CELL_ROWS = ROWS // 2


@dataclass(frozen=True, slots=True)
class Beep:
    """One beep: where in the file it starts, in seconds, and which second of the source it is."""

    at: float
    second: int


def beeps(seconds: float, *, first: int = 0, rate: int = RATE) -> NDArray[np.float32]:
    """The sound of a source that long, from second `first` on: shape (frames,), peak 0.5."""
    sound = np.zeros(round(seconds * rate), np.float32)
    for second in range(int(np.ceil(seconds))):
        at = second * rate
        beep = _beep(first + second, rate)[: len(sound) - at]
        sound[at : at + len(beep)] = beep
    return sound


def hear(samples: NDArray[np.floating[Any]], rate: int = RATE) -> list[Beep]:
    """The beeps of a sound, shape (frames,); those that are cut at an end are left out."""
    block = round(_BLOCK_SECONDS * rate)
    loud = np.abs(samples[: len(samples) // block * block]).reshape(-1, block).max(axis=1)
    limit = _QUIET * float(loud.max(initial=0.0))
    found: list[Beep] = []
    quiet_until = 0
    for index in np.flatnonzero(loud > max(limit, 1e-4)):
        start = int(index) * block
        if start < quiet_until:
            continue
        quiet_until = start + round(_BEEP_SECONDS * 1.5 * rate)
        second = _name(samples[start : start + round(_BEEP_SECONDS * rate)], rate)
        at = _place(samples, start, _beep(second, rate), rate)
        if at is not None:
            found.append(Beep(at / rate, second))
    return found


def hear_file(path: Path) -> list[Beep]:
    """The beeps of any file with sound."""
    command = [ffmpeg(), "-v", "error", "-nostdin", "-i", f"file:{path}", "-map", "0:a:0"]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "f32le", "pipe:1"]
    decoded = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    return hear(np.frombuffer(decoded, "<f4"))


def draw(seconds: float) -> bytes:
    """The pictures of a source that long: grey, COLUMNS by ROWS bytes each."""
    count = round(seconds * PICTURES)
    numbers = np.arange(count)
    bits = (numbers[:, None] >> np.arange(_BITS)) & 1
    pictures = np.full((count, ROWS, COLUMNS), 96, np.uint8)
    pictures[:, :_CELL_ROWS, : 2 * _BITS] = np.repeat(bits * 219 + 16, 2, axis=1)[:, None, :]
    columns = (numbers[:, None] + np.arange(_BAR)) % COLUMNS
    pictures[numbers[:, None], _CELL_ROWS + 2 :, columns] = 200
    return pictures.tobytes()


def read_pictures(path: Path, *, crop: str = "") -> list[int]:
    """Which picture of its source each picture of a video is; `crop` is ffmpeg's, for borders."""
    steps = [f"crop={crop}"] if crop else []
    steps += [f"scale={COLUMNS}:{ROWS}:flags=area", "format=gray"]
    command = [ffmpeg(), "-v", "error", "-nostdin", "-i", f"file:{path}", "-map", "0:v:0"]
    command += ["-vf", ",".join(steps), "-f", "rawvideo", "pipe:1"]
    decoded = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    pictures = np.frombuffer(decoded, np.uint8).reshape(-1, ROWS, COLUMNS)
    cells = pictures[:, 2 : _CELL_ROWS - 2, : 2 * _BITS].mean(axis=1)
    bits = cells.reshape(-1, _BITS, 2).mean(axis=2) > 128
    return [int(number) for number in bits @ (1 << np.arange(_BITS))]


def count_seconds(path: Path) -> float:
    """How long a file lasts, as ffmpeg has it."""
    command = [ffmpeg(), "-nostdin", "-i", f"file:{path}"]
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60).stderr
    hours, minutes, seconds = re.findall(r"Duration: (\d+):(\d+):([\d.]+)", said)[0]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _beep(second: int, rate: int) -> NDArray[np.float32]:
    times = np.arange(round(_BEEP_SECONDS * rate)) / rate
    low = _LOW + _LOW_STEP * (second % _MINUTE)
    high = _HIGH + _HIGH_STEP * (second // _MINUTE)
    return np.asarray(
        0.25 * (np.sin(2 * np.pi * low * times) + np.sin(2 * np.pi * high * times)), np.float32
    )


def _name(beep: NDArray[np.floating[Any]], rate: int) -> int:
    """Which second a beep names."""
    size = 1 << 16
    strength = np.abs(np.fft.rfft(beep * np.hanning(len(beep)), size))
    hertz = np.arange(len(strength)) * rate / size

    def strongest(first: float, step: float) -> int:
        band = (hertz >= first - step / 2) & (hertz < first + step * (_MINUTE - 0.5))
        return round((float(hertz[band][np.argmax(strength[band])]) - first) / step)

    return strongest(_LOW, _LOW_STEP) + _MINUTE * strongest(_HIGH, _HIGH_STEP)


def _place(
    samples: NDArray[np.floating[Any]], near: int, beep: NDArray[np.float32], rate: int
) -> int | None:
    """The frame at which a whole beep starts; None when a part of it is not there."""
    first = max(0, near - round(_SEARCH_SECONDS * rate))
    around = samples[first : near + len(beep) + round(_SEARCH_SECONDS * rate)]
    if len(around) < len(beep):
        return None
    match = np.correlate(around, beep, "valid")
    best = int(np.argmax(match))
    level = float(np.sqrt(np.mean(around[best : best + len(beep)] ** 2)))
    likeness = float(match[best]) / max(1e-9, len(beep) * level * float(np.std(beep)))
    return first + best if likeness > _LIKE else None
