"""The one limiter on the sum: true peaks stay under a ceiling, with look-ahead, in blocks."""

import numpy as np
from numpy.typing import NDArray

from core.measuring import Samples
from core.truepeak import HOP, REACH, hop_peaks

_LOOK_AHEAD_SECONDS = 0.005
_RELEASE_DB_PER_SECOND = 40.0


class Limiter:
    """Turns the sum down, smoothly and no more than needed, where it would pass the ceiling.

    The reduction is a curve in dB with one point every `HOP` frames. It rises to a peak
    within the look-ahead (a moving mean of a moving maximum, so it is never late) and falls
    again along a straight line. What leaves is what entered, delayed until it is decided.
    """

    def __init__(self, rate: int, *, ceiling: float) -> None:
        self._ceiling = 10 ** (ceiling / 20)
        self._ahead = max(2, round(_LOOK_AHEAD_SECONDS * rate / HOP))
        self._fall = _RELEASE_DB_PER_SECOND * HOP / rate
        self._audio: Samples = np.zeros((REACH, 2), np.float32)
        self._held = np.zeros(0)
        """Reduction with release, in dB, of the hops that are measured but not yet out."""
        self._last = 0.0
        self._recent: NDArray[np.float64] | None = None
        """The moving maximum over the hops that went out last; None before the first."""
        self._before = 0.0
        """The reduction at the end of the hop that went out last."""
        self.most_reduction = 0.0

    def push(self, block: Samples) -> Samples:
        """Take frames, shape (frames, 2), and return those that are decided."""
        self._audio = np.concatenate([self._audio, block])
        measured = len(self._held)
        fresh = (len(self._audio) - 2 * REACH) // HOP - measured
        if fresh > 0:
            start = measured * HOP
            self._measure(self._audio[start : start + fresh * HOP + 2 * REACH])
        return self._release(len(self._held) - self._ahead - 1)

    def finish(self) -> Samples:
        """Return what is still inside."""
        inside = len(self._audio) - REACH
        padded = self.push(np.zeros(((self._ahead + 3) * HOP + 2 * REACH, 2), np.float32))
        return padded[:inside]

    def _measure(self, frames: Samples) -> None:
        peaks = hop_peaks(frames, above=self._ceiling)
        need = np.zeros(len(peaks))
        over = peaks > self._ceiling
        need[over] = 20 * np.log10(peaks[over] / self._ceiling)
        if over.any():
            self.most_reduction = max(self.most_reduction, float(need.max()))
        # A straight fall after each peak, without a loop: the running maximum of need + slope.
        slope = np.arange(1, len(need) + 1) * self._fall
        held = np.maximum(np.maximum.accumulate(need + slope), self._last) - slope
        held = np.maximum(held, 0)
        self._last = float(held[-1])
        self._held = np.concatenate([self._held, held])

    def _release(self, hops: int) -> Samples:
        if hops < 1:
            return np.zeros((0, 2), np.float32)
        out = self._audio[REACH : REACH + hops * HOP]
        window = self._held[: hops + self._ahead + 1]
        if window.any() or self._before > 0 or (self._recent is not None and self._recent.any()):
            out = out * self._gain(window)
        else:
            self._recent = np.zeros(self._ahead)
            out = out.copy()
        self._audio = self._audio[hops * HOP :].copy()
        self._held = self._held[hops:]
        return out

    def _gain(self, held: NDArray[np.float64]) -> NDArray[np.float32]:
        """One factor per frame. Each point, at a hop's end, serves that hop and the next."""
        ahead = self._ahead
        highest = np.lib.stride_tricks.sliding_window_view(held, ahead + 2).max(axis=1)
        if self._recent is None:
            # A mix that begins at full level has no past in which to turn it down.
            self._recent = np.full(ahead, highest[0])
            self._before = float(highest[0])
        run = np.concatenate([self._recent, highest])
        smooth = np.convolve(run, np.full(ahead + 1, 1 / (ahead + 1)), "valid")
        self._recent = run[len(run) - ahead :]
        points = np.concatenate([[self._before], smooth])
        self._before = float(smooth[-1])
        steps = np.arange(1, HOP + 1) / HOP
        curve = points[:-1, None] + (points[1:] - points[:-1])[:, None] * steps
        gain: NDArray[np.float32] = (10 ** (-curve.reshape(-1, 1) / 20)).astype(np.float32)
        return gain
