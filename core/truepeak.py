"""True peak: how high the sound between the samples goes, four-fold oversampled."""

import math

import numpy as np
from numpy.typing import NDArray

from core.measuring import Samples

HOP = 32
"""Frames that are judged together."""
REACH = 6
"""Frames on each side that the interpolation looks at."""

# The four phases of the interpolation filter of ITU-R BS.1770-4, annex 2.
_PHASE_0 = (
    0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
    0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
    0.0148925781250, -0.0083007812500,
)  # fmt: skip
_PHASE_1 = (
    -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
    0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
    0.0330810546875, -0.0189208984375,
)  # fmt: skip
_PHASES = np.array([_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1]], np.float32).T


# Each phase of the filter is a straight line between two samples and a filter on the second
# differences of the sound: a line is never higher than its ends, and music is smoother than noise.
_LINE = float(_PHASES.sum(axis=0).max())
_MOST = float(np.abs(_PHASES).sum(axis=0).max()) * (1 + 1e-5)
"""No value of the filter is higher than the highest sample around it times this."""


def _bend_weights() -> float:
    """The sum of the weights of second differences, in the phase that has most of them."""
    most = 0.0
    for taps in _PHASES.T.astype(np.float64):
        total = taps.sum()
        left, part = divmod(float(taps @ np.arange(len(taps))) / total, 1)
        line = np.zeros(len(taps))
        line[int(left)], line[int(left) + 1] = total * (1 - part), total * part
        most = max(most, float(np.abs(np.cumsum(np.cumsum(taps - line))).sum()))
    return most


_BEND = _bend_weights()
_SPAN = HOP + 2 * REACH - 1
"""Frames that the filter sees for one hop."""


def hop_peaks(frames: Samples, *, above: float) -> NDArray[np.float32]:
    """The peak of each hop of `frames`, shape (hops * HOP + 2 * REACH, 2), as amplitudes.

    Hops whose true peak passes `above` get it, the others some value between their sample peak
    and their true peak: the costly filter runs only where two bounds cannot exclude it.
    """
    count = (len(frames) - 2 * REACH) // HOP
    inner = frames[REACH : REACH + count * HOP].reshape(count, HOP * 2)
    peaks: NDArray[np.float32] = np.maximum(
        inner.max(axis=1, initial=0), -inner.min(axis=1, initial=0)
    )
    around = _with_neighbours(frames, peaks)
    hot = np.flatnonzero(around * _MOST > above)
    if len(hot):
        flat = np.ascontiguousarray(frames).reshape(-1)
        rows = np.lib.stride_tricks.sliding_window_view(flat, _SPAN * 2)[:: HOP * 2][hot]
        left = _bound(rows, around[hot]) > above
        if left.any():
            hot = hot[left]
            peaks[hot] = np.maximum(peaks[hot], _between(rows[left]))
    return peaks


def _with_neighbours(frames: Samples, peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sample peak of each hop and of what the filter sees on both sides of it."""
    after = frames[REACH + len(peaks) * HOP :]
    first, last = np.abs(frames[:REACH]).max(initial=0), np.abs(after).max(initial=0)
    edged = np.concatenate([[first], peaks, [last]]).astype(np.float32)
    widest: NDArray[np.float32] = np.maximum(np.maximum(edged[:-2], edged[2:]), peaks)
    return widest


def _bound(rows: NDArray[np.float32], around: NDArray[np.float32]) -> NDArray[np.float32]:
    """What no interpolated amplitude of these spans, one a row, can pass."""
    bends = rows[:, 4:] - 2 * rows[:, 2:-2]
    bends += rows[:, :-4]
    sharpest = np.maximum(bends.max(axis=1), -bends.min(axis=1))
    bound: NDArray[np.float32] = (_LINE * around + _BEND * sharpest) * np.float32(1 + 1e-5)
    return bound


def _between(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest interpolated amplitude in each of the spans."""
    sides = rows.reshape(len(rows), _SPAN, 2).transpose(0, 2, 1)
    # (hops, channels, span) -> windows of twelve -> four phases
    windows = np.lib.stride_tricks.sliding_window_view(sides, len(_PHASES), axis=2)
    peaks: NDArray[np.float32] = np.abs(windows @ _PHASES).max(axis=(1, 2, 3))
    return peaks


class TruePeakMeter:
    """The true peak of a whole stream of blocks, shape (frames, 2)."""

    def __init__(self, *, watch: float = math.inf) -> None:
        self._rest: Samples = np.zeros((REACH, 2), np.float32)
        self._at = 0
        self._watch = watch
        self.peak = 0.0
        """The highest amplitude so far that does not pass `watch`; 1.0 is full scale."""
        self.loud: list[tuple[int, float]] = []
        """The hops that pass `watch`: their first frames and their peaks."""

    def push(self, block: Samples) -> None:
        frames = np.concatenate([self._rest, block])
        count = (len(frames) - 2 * REACH) // HOP
        if count < 1:
            self._rest = frames
            return
        self._measure(frames[: count * HOP + 2 * REACH])
        self._rest = frames[count * HOP :].copy()

    def finish(self) -> float:
        """Take in the last frames and return the peak as an amplitude."""
        padding = np.zeros((HOP + 2 * REACH, 2), np.float32)
        self.push(padding)
        return self.peak

    def _measure(self, frames: Samples) -> None:
        peaks = hop_peaks(frames, above=min(self.peak, self._watch))
        over = np.flatnonzero(peaks > self._watch)
        self.loud += [(self._at + int(hop) * HOP, float(peaks[hop])) for hop in over]
        peaks[over] = 0
        self.peak = max(self.peak, float(peaks.max()))
        self._at += len(peaks) * HOP
