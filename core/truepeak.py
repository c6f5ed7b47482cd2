"""True peak: how high the sound between the samples goes, four-fold oversampled."""

import math

import numpy as np
from numpy.typing import NDArray

from core.measuring import Samples

HOP = 32
"""Frames that are judged together."""
REACH = 6
"""Frames on each side that the interpolation looks at."""
_OVERSHOOT = 1.6
"""A hop whose samples stay 4 dB under a level is taken to stay under it between them, too."""

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


def hop_peaks(frames: Samples, *, above: float) -> NDArray[np.float32]:
    """The peak of each hop of `frames`, shape (hops * HOP + 2 * REACH, 2), as amplitudes.

    Hops that may pass `above` get their true peak, the others only their sample peak: the
    costly filter runs where it can matter.
    """
    count = (len(frames) - 2 * REACH) // HOP
    inner = frames[REACH : REACH + count * HOP].reshape(count, HOP * 2)
    peaks: NDArray[np.float32] = np.maximum(
        inner.max(axis=1, initial=0), -inner.min(axis=1, initial=0)
    )
    hot = np.flatnonzero(peaks * _OVERSHOOT > above)
    if len(hot):
        peaks[hot] = np.maximum(peaks[hot], _between(frames, hot))
    return peaks


def _between(frames: Samples, hops: NDArray[np.intp]) -> NDArray[np.float32]:
    """The highest interpolated amplitude in each of the hops."""
    spans = hops[:, None] * HOP + np.arange(HOP + 2 * REACH - 1)
    # (hops, channels, span) -> windows of twelve -> four phases
    windows = np.lib.stride_tricks.sliding_window_view(
        frames[spans].transpose(0, 2, 1), len(_PHASES), axis=2
    )
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
