"""A guitar's loudspeaker, for what is overdriven."""

import numpy as np

from core.voices.waves import Sound

_HISS = 3800.0
_RUMBLE_SECONDS = 0.02


class Cabinet:
    """It takes the hiss off, and what lies below the lowest string: saturation makes both."""

    def __init__(self, rate: int) -> None:
        taps = 2 * round(rate / 640) + 1
        times = np.arange(taps) - taps // 2
        low = np.sinc(2 * _HISS / rate * times) * 2 * _HISS / rate
        self._taps = (low * np.hanning(taps)).astype(np.float32)
        self._before: Sound = np.zeros((2, taps - 1), np.float32)
        self._mean = round(_RUMBLE_SECONDS * rate)
        self._past: Sound = np.zeros((2, self._mean), np.float32)

    def push(self, block: Sound) -> Sound:
        """The next frames, shape (2, frames), a millisecond and a half late."""
        whole = np.concatenate([self._before, block], axis=1)
        self._before = whole[:, whole.shape[1] - self._before.shape[1] :]
        return self._settle(np.stack([np.convolve(side, self._taps, "valid") for side in whole]))

    def _settle(self, block: Sound) -> Sound:
        """Less the mean of the last moments: nothing is left to lean to one side."""
        whole = np.concatenate([self._past, block], axis=1)
        self._past = whole[:, whole.shape[1] - self._mean :]
        sums = np.cumsum(whole, axis=1, dtype=np.float64)
        means = (sums[:, self._mean :] - sums[:, : -self._mean]) / self._mean
        settled: Sound = block - means.astype(np.float32)
        return settled
