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
        start = 0
        while start < len(block):
            index, inside = divmod(self._at, self._stretch)
            part = block[start : start + self._stretch - inside]
            highest = max(float(part.max()), -float(part.min()))
            self._peaks[index] = max(self._peaks[index], highest)
            start += len(part)
            self._at += len(part)

    def points(self) -> list[float]:
        return [round(float(peak), 3) for peak in self._peaks]
