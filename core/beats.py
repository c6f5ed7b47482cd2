"""Finding the beat of a recording: where a foot would tap, for cuts that fall on it.

Onsets are the growth of a few dozen bands' logarithmic energy from one hop to the next; the tempo
is the lag at which they repeat, weighted towards what people tap; and the beats are the path of
best onsets at that distance, found by dynamic programming (Ellis, "Beat tracking by dynamic
programming", Journal of New Music Research 2007).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.measuring import Samples

_HOP_SECONDS = 0.0116
_BANDS = 32
_SLOWEST, _FASTEST = 55.0, 200.0
_USUAL = 112.0
"""The tempo that people tap most readily, in beats a minute."""
_OCTAVES = 0.9
"""How far from it a tempo may be, as the deviation of a bell curve."""
_TIGHTNESS = 100.0
"""How much an uneven step costs against a strong onset."""
_CLEAR = 0.12
"""How much of the onsets must repeat at the tempo's lag for a beat to be there at all."""
_LIVELY = 0.02
"""How much the growth of the bands must vary: below, it is a tone's own flicker."""
_LEAST_SECONDS = 4.0

_Curve = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A tempo in beats a minute, and the beats in seconds; None and empty where none is clear."""

    tempo: float | None
    beats: tuple[float, ...]


class BeatEar:
    """Hears a recording block by block; `finish` says what its beat is."""

    def __init__(self, rate: int) -> None:
        self._hop = round(rate * _HOP_SECONDS)
        self._rate = rate
        self._size = 1 << (2 * self._hop).bit_length()
        self._window = np.hanning(self._size).astype(np.float32)
        self._edges = _space_bands(rate, self._size)
        self._rest = np.zeros(self._size // 2, np.float32)
        self._levels: list[_Curve] = []

    def push(self, block: Samples) -> None:
        """Take the next frames, shape (frames, 2)."""
        sound = np.concatenate([self._rest, block.mean(axis=1, dtype=np.float32)])
        count = max(0, (len(sound) - self._size) // self._hop + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(sound, self._size)
            self._hear(frames[: count * self._hop : self._hop])
        self._rest = sound[count * self._hop :]

    def _hear(self, frames: npt.NDArray[np.float32]) -> None:
        power = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2
        bands = np.add.reduceat(power[:, : self._edges[-1]], self._edges[:-1], axis=1)
        self._levels.append(np.log10(bands + 1e-4).astype(np.float32))

    def finish(self) -> Rhythm:
        """The beat of all that was heard."""
        step = self._hop / self._rate
        if sum(map(len, self._levels)) * step < _LEAST_SECONDS:
            return Rhythm(None, ())
        growth = _measure_growth(np.concatenate(self._levels))
        if growth.std() < _LIVELY:
            return Rhythm(None, ())
        onsets = _find_onsets(growth)
        lag, clearness = _find_lag(onsets, step)
        beats = _follow(onsets, lag) if clearness >= _CLEAR else []
        if len(beats) < 4:
            return Rhythm(None, ())
        # A window hears what begins a hop before that has come to its middle.
        times = tuple(round((beat + 1) * step, 3) for beat in beats)
        return Rhythm(round(60 / (lag * step), 2), times)


def _space_bands(rate: int, size: int) -> npt.NDArray[np.intp]:
    """The first bin of each band, and the end of the last: even steps of pitch from 60 Hz up."""
    pitches = np.geomspace(60, min(10_000, rate / 2.2), _BANDS + 1)
    bins = np.round(pitches * size / rate).astype(np.intp)
    # Low bands are narrower than a bin: each takes at least one.
    return np.maximum(bins, np.arange(bins[0], bins[0] + len(bins)))


def _measure_growth(levels: _Curve) -> _Curve:
    """How much louder the bands become in each hop, in powers of ten."""
    growth = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0).mean(axis=1)
    return np.asarray(growth, np.float32)


def _find_onsets(growth: _Curve) -> _Curve:
    """What begins in each hop: mean 0 over a second or so, deviation 1."""
    width = round(1.0 / _HOP_SECONDS) | 1
    smooth = np.convolve(growth, np.ones(width) / width, mode="same")
    lifted = growth - smooth
    return np.asarray(lifted / max(float(lifted.std()), 1e-9), np.float32)


def _find_lag(onsets: _Curve, step: float) -> tuple[float, float]:
    """The beat's length in hops, and how much of the onsets repeats at it, 0 to 1."""
    # Rounded, because a beat that lies between two hops would seem to repeat less than two beats.
    rounded = np.convolve(onsets, np.hanning(7)[1:-1], mode="same")
    size = 1 << (2 * len(onsets)).bit_length()
    spectrum = np.fft.rfft(rounded, size)
    alike = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(onsets)]
    alike = alike / max(float(alike[0]), 1e-9)
    first, last = round(60 / _FASTEST / step), round(60 / _SLOWEST / step)
    lags = np.arange(first, min(last, len(alike) // 4 - 1) + 1)
    if not len(lags):
        return float(first), 0.0
    taps = 60 / (lags * step)
    weights = np.exp(-0.5 * (np.log2(taps / _USUAL) / _OCTAVES) ** 2)
    # What repeats after a beat repeats after two, too: half a beat does not.
    strength = alike[lags] + 0.5 * alike[2 * lags] + 0.25 * alike[4 * lags]
    best = int(np.argmax(strength * weights))
    return _refine(alike, int(lags[best])), float(alike[lags[best]])


def _refine(alike: npt.NDArray[Any], lag: int) -> float:
    """The lag between two hops, from the peak of a parabola at four beats' distance."""
    around = alike[4 * lag - 4 : 4 * lag + 5]
    if len(around) < 9:
        return float(lag)
    top = 4 * lag - 4 + int(np.argmax(around))
    left, middle, right = alike[top - 1 : top + 2]
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(top + shift) / 4


def _follow(onsets: _Curve, lag: float) -> list[int]:
    """The hops of the beats: strong onsets, one lag apart."""
    steps = np.arange(-round(2 * lag), -round(lag / 2) + 1)
    cost = -_TIGHTNESS * np.log(-steps / lag) ** 2
    score = np.zeros(len(onsets) + len(steps) + round(2 * lag))
    lead = len(score) - len(onsets)
    back = np.full(len(onsets), -1)
    for hop, onset in enumerate(onsets):
        reached = cost + score[hop + lead + steps]
        best = int(np.argmax(reached))
        score[hop + lead] = onset + max(float(reached[best]), 0.0)
        if reached[best] > 0:
            back[hop] = hop + steps[best]
    # The last beat is among the last ones that a beat could be.
    tail = score[lead:][-round(lag) :]
    beat = len(onsets) - len(tail) + int(np.argmax(tail))
    beats = []
    while beat >= 0:
        beats.append(beat)
        beat = int(back[beat])
    return beats[::-1]
