"""Measuring a decoded track while it streams by: its length, its peak, where its sound is."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.loudness import amplitude, decibels

Samples = NDArray[np.float32]

HOPS_A_SECOND = 100
_SILENCE_BELOW_PEAK = 60.0
"""What is this many dB under the track's own peak is silence: quiet music is never cut."""
_SILENT_FILE = -70.0
"""A file that peaks below this, in dBFS, has nothing to hear."""
_AT_THE_JOINT = 0.02
"""Seconds at a track's end that must sound for it to count as gapless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a meter found: lengths in frames, `peak` in dBFS, `last` 0 for silence.

    `starts` and `ends` say that sound reaches that end of the file.
    """

    frames: int
    first: int
    last: int
    peak: float
    starts: bool
    ends: bool
    power: float
    """The mean square, both channels added, of all frames."""


class Meter:
    """Collects the peak of every 10 ms, from which everything else follows."""

    def __init__(self, rate: int) -> None:
        self._hop = rate // HOPS_A_SECOND
        self._rate = rate
        self._peaks: list[NDArray[np.float32]] = []
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._energy = 0.0
        self.frames = 0
        self.broken = False

    def push(self, block: Samples) -> None:
        """Take the next frames, shape (frames, 2)."""
        self.frames += len(block)
        self._energy += float(np.vdot(block, block))
        if len(self._rest):
            block = np.concatenate([self._rest, block])
        whole = len(block) // self._hop
        self._add(block[: whole * self._hop].reshape(whole, self._hop * 2))
        self._rest = block[whole * self._hop :].copy()

    def _add(self, hops: Samples) -> None:
        if not len(hops):
            return
        peaks = np.maximum(hops.max(axis=1), -hops.min(axis=1))
        if not np.isfinite(peaks).all():
            self.broken = True
            peaks = np.nan_to_num(peaks, posinf=0, neginf=0)
        self._peaks.append(peaks)

    def finish(self) -> Found:
        """What was found in all that was pushed."""
        if len(self._rest):
            self._add(self._rest.reshape(1, -1))
            self._rest = self._rest[:0]
        peaks = np.concatenate(self._peaks) if self._peaks else np.zeros(1, np.float32)
        peak = decibels(float(peaks.max()))
        floor = amplitude(peak - _SILENCE_BELOW_PEAK)
        sounding = np.flatnonzero(peaks > floor)
        if peak < _SILENT_FILE or not len(sounding):
            return Found(
                frames=self.frames, first=0, last=0, peak=peak, starts=False, ends=False, power=0.0
            )
        first, last = int(sounding[0]), int(sounding[-1]) + 1
        edge = math.ceil(_AT_THE_JOINT * HOPS_A_SECOND)
        return Found(
            frames=self.frames,
            first=first * self._hop,
            last=min(last * self._hop, self.frames),
            peak=peak,
            starts=first < edge,
            ends=last > len(peaks) - edge,
            # rounded, because the sum depends a little on how the blocks were cut
            power=round(self._energy / self.frames, 7),
        )
