"""The building blocks of sound: phases, sines, tables of harmonics, noise, and curves in time."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Samples of one channel, or of several in rows."""
Phase = NDArray[np.uint32]
"""Places in a turn: all of 32 bits are one turn, so that it wraps by itself."""

_TABLE_BITS = 14
_TURN = 2.0**32
_NOISE_FRAMES = 1 << 16
_HIGHEST = 0.42
"""The share of the sample rate above which no harmonic goes."""


def hertz(pitch: float) -> float:
    """Equal temperament, A4 (69) at 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


def highest(rate: int) -> float:
    """The highest frequency that is made, in hertz."""
    return _HIGHEST * rate


def turns(frames: int, frequency: float, rate: int, *, start: float = 0.0) -> Phase:
    """The phase of a steady tone; `start` is a share of a turn."""
    step = np.uint32(round(frequency / rate * _TURN) % 2**32)
    offset = np.uint32(int(start * _TURN) % 2**32)
    return np.arange(frames, dtype=np.uint32) * step + offset


def bend(phase: Phase, cycles: Sound) -> Phase:
    """The phase, so many turns ahead at each sample: vibrato, or an attack that slides."""
    shift = (cycles.astype(np.float64) * _TURN).astype(np.int64)
    bent: Phase = phase + shift.astype(np.uint32)
    return bent


def sine(phase: Phase) -> Sound:
    angles = phase.view(np.int32).astype(np.float32)
    angles *= np.float32(np.pi / 2**31)
    wave: Sound = np.sin(angles)
    return wave


def tone(frames: int, frequency: float, rate: int) -> Sound:
    """A sine of full level."""
    return sine(turns(frames, frequency, rate))


@lru_cache(maxsize=256)
def table(amplitudes: tuple[float, ...]) -> Sound:
    """One turn of a tone with these harmonics, the first first; its root mean square is 1."""
    size = 1 << _TABLE_BITS
    spectrum = np.zeros(size // 2 + 1, np.complex64)
    numbers = np.arange(1, len(amplitudes) + 1)
    # Phases that run apart keep the peaks low; with all alike, a tone would be one sharp pulse.
    spectrum[1 : len(amplitudes) + 1] = np.array(amplitudes) * np.exp(
        1j * np.pi * numbers * numbers / (len(amplitudes) + 1)
    )
    wave = np.fft.irfft(spectrum, size)
    turn: Sound = (wave / np.sqrt((wave**2).mean())).astype(np.float32)
    return turn


def read_table(wave: Sound, phase: Phase) -> Sound:
    places = (phase >> np.uint32(32 - _TABLE_BITS)).astype(np.intp)
    read: Sound = wave.take(places)
    return read


def fade_away(frames: int, rate: int, seconds: float) -> Sound:
    """Falls to 1/e every so many seconds."""
    curve: Sound = np.exp(np.arange(frames, dtype=np.float32) * np.float32(-1 / (rate * seconds)))
    return curve


def swell(frames: int, rate: int, seconds: float) -> Sound:
    """Up from nothing within so many seconds, without a corner."""
    curve = np.ones(frames, np.float32)
    up = min(frames, max(1, round(seconds * rate)))
    curve[:up] = np.sin(np.linspace(0, np.pi / 2, up, endpoint=False, dtype=np.float32)) ** 2
    return curve


@lru_cache(maxsize=64)
def release(frames: int) -> Sound:
    """Down to nothing, without a corner: what a note's end is multiplied with."""
    angles = np.linspace(0, np.pi / 2, frames, dtype=np.float32)
    curve: Sound = np.cos(angles) ** 2
    return curve


@lru_cache(maxsize=64)
def _noise(seed: int, low: float, high: float, rate: int) -> Sound:
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(_NOISE_FRAMES))
    frequencies = np.fft.rfftfreq(_NOISE_FRAMES, 1 / rate) + 1.0
    spectrum /= np.sqrt(1 + (low / frequencies) ** 4) * np.sqrt(1 + (frequencies / high) ** 4)
    wave = np.fft.irfft(spectrum, _NOISE_FRAMES)
    made: Sound = (wave / np.sqrt((wave**2).mean())).astype(np.float32)
    return made


def noise(frames: int, rate: int, seed: int, *, low: float, high: float) -> Sound:
    """Noise between two frequencies in hertz, with gentle slopes; its root mean square is 1."""
    loop = _noise(seed, low, high, rate)
    return np.resize(loop, frames) if frames > len(loop) else loop[:frames].copy()


def harmonics(
    frequency: float,
    rate: int,
    *,
    slope: float,
    cutoff: float,
    formants: Sequence[tuple[float, float, float]] = (),
    odd: float = 1.0,
    most: int = 48,
) -> tuple[float, ...]:
    """Levels of the harmonics of a tone.

    They fall with `slope` as the power of their number, and faster over `cutoff` (hertz).
    `formants` are (hertz, width in hertz, gain): places where the body of an instrument
    resonates. Even harmonics are taken `odd` times less, as in a closed pipe.
    """
    count = max(1, min(most, int(highest(rate) / frequency)))
    numbers = np.arange(1, count + 1)
    places = numbers * frequency
    levels = numbers**-slope / np.sqrt(1 + (places / cutoff) ** 6)
    body = np.ones(count)
    for centre, width, gain in formants:
        body += gain * np.exp(-(((places - centre) / width) ** 2))
    levels = levels * body
    levels[1::2] /= odd
    return tuple(np.round(levels / levels.max(), 4).tolist())
