"""The outline of a sound, for players to draw: its peaks, gathered while it streams by."""

import numpy as np

from core.measuring import Samples

_POINTS = 600


class Waveform:
    """The peak of each of a few hundred stretches of so many frames, from 0 to 1."""

    def __init__(self, frames: int) -> None:
        self._stretch = max(1, -(-frames // _POINTS))
        self._peaks = np.zeros(-(-frames // self._stretch))
        self._at = 0

    def push(self, block: Samples) -> None:
        """Take the next frames, shape (frames, 2)."""
        if not len(block):
            return
        # Flat, because numpy takes the maximum of many pairs ten times as slowly.
        heights = np.abs(block).reshape(-1)
        first = self._at // self._stretch
        edges = np.arange(first + 1, (self._at + len(block) - 1) // self._stretch + 1)
        starts = np.concatenate([[0], edges * self._stretch - self._at]).astype(np.intp)
        found = np.maximum.reduceat(heights, starts * 2)
        span = slice(first, first + len(found))
        self._peaks[span] = np.maximum(self._peaks[span], found)
        self._at += len(block)

    def points(self) -> list[float]:
        return [round(float(peak), 3) for peak in self._peaks]
