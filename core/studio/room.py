"""A room: noise that dies away and darkens, different in each ear, as a convolution in blocks."""

import numpy as np
from numpy.typing import NDArray

from core.voices.waves import Sound

_SIZE = 1 << 18
_SEED = 5
_PREDELAY = 0.014
_BANDS = ((0.0, 250.0, 0.9), (250.0, 1200.0, 1.0), (1200.0, 3600.0, 0.72), (3600.0, 9000.0, 0.4))
"""From and to hertz, and how long each band rings, as a share of the whole."""
_LEVELS = (0.55, 1.0, 0.85, 0.45)


class Room:
    """Reverberation of a stream. `amount` (0 to 127) is how long it rings: 0.8 to 2.8 s."""

    def __init__(self, rate: int, *, amount: int) -> None:
        answer = _answer(rate, 0.8 + 2.0 * amount / 127)
        self.block = _SIZE - answer.shape[1]
        """The most frames that can be taken at once."""
        self._spectrum = np.fft.rfft(answer, _SIZE, axis=1)
        self._tail: Sound = np.zeros((2, answer.shape[1]), np.float32)

    def push(self, send: Sound) -> Sound:
        """What the room answers to the next frames, shape (2, frames), while they sound."""
        frames, ringing = send.shape[1], self._tail.shape[1]
        spectrum = np.fft.rfft(send, _SIZE, axis=1) * self._spectrum
        wet: Sound = np.fft.irfft(spectrum, _SIZE, axis=1)[:, : frames + ringing].astype(np.float32)
        wet[:, :ringing] += self._tail
        self._tail = wet[:, frames:].copy()
        return wet[:, :frames]


def _answer(rate: int, seconds: float) -> Sound:
    """What the room makes of one click; its energy is 1 on each side."""
    frames = round(1.05 * seconds * rate)
    times = np.arange(frames, dtype=np.float32) / np.float32(rate)
    chance = np.random.default_rng(_SEED)
    answer = np.zeros((2, frames), np.float32)
    frequencies = np.fft.rfftfreq(frames, 1 / rate)
    for side in (0, 1):
        spectrum = np.fft.rfft(chance.standard_normal(frames).astype(np.float32))
        for (low, high, share), level in zip(_BANDS, _LEVELS, strict=True):
            band = np.fft.irfft(spectrum * _pass(frequencies, low, high), frames)
            # 60 dB down after `seconds`.
            answer[side] += level * band * np.exp(-6.9 * times / np.float32(share * seconds))
    answer *= np.clip(times / 0.03, 0, 1)
    late = round(_PREDELAY * rate)
    answer = np.pad(answer, ((0, 0), (late, 0)))[:, :frames]
    answer[:, -round(0.05 * rate) :] *= np.linspace(1, 0, round(0.05 * rate), dtype=np.float32)
    whole: Sound = answer / np.sqrt((answer**2).sum(axis=1, keepdims=True))
    return whole


def _pass(frequencies: NDArray[np.floating], low: float, high: float) -> NDArray[np.floating]:
    """A band with soft edges; neighbouring bands add up to one."""

    def over(edge: float) -> NDArray[np.floating]:
        return (
            1 / (1 + (edge / np.maximum(frequencies, 1e-6)) ** 4)
            if edge
            else np.ones_like(frequencies)
        )

    return over(low) - over(high)
