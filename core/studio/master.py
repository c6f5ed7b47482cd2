"""Mastering: the mix is brought to a loudness, its peaks are rounded, then limited."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from core.limiter import Limiter
from core.loudness import amplitude
from core.measuring import Samples
from core.studio.gauge import Gauge

_KNEE = 0.45
"""The share of the ceiling up to which nothing is touched."""
_NEAR = 0.06
_TRIES = 4


class Master:
    """What the mix goes through: a gain in dB, round shoulders, and the one limiter.

    Strokes of drums stand 16 dB over the rest. A limiter alone would duck all that sounds with
    them; rounding their tips first leaves it little to do.
    """

    def __init__(self, rate: int, *, gain: float, ceiling: float) -> None:
        self._factor = np.float32(amplitude(gain))
        self._top = amplitude(ceiling) * 1.12
        self._limiter = Limiter(rate, ceiling=ceiling)

    def push(self, block: Samples) -> Samples:
        """Take frames of the mix, shape (frames, 2), and return those that are decided."""
        return self._limiter.push(self._round(block * self._factor))

    def finish(self) -> Samples:
        return self._limiter.finish()

    @property
    def most_reduction(self) -> float:
        """By how many dB the limiter had to turn the sum down, at most."""
        return self._limiter.most_reduction

    def _round(self, block: Samples) -> Samples:
        knee, room = np.float32(_KNEE * self._top), np.float32((1 - _KNEE) * self._top)
        heights = np.abs(block)
        hot = heights > knee
        over = heights[hot] - knee
        block[hot] = np.sign(block[hot]) * (knee + room * np.tanh(over / room))
        return block


def find_gain(
    blocks: Callable[[], Iterable[Samples]],
    rate: int,
    *,
    loudness: float,
    target: float,
    ceiling: float,
) -> float:
    """The gain in dB that makes the mastered mix `target` LUFS loud.

    `loudness` is that of the mix. Rounding and limiting take some away again, so what comes out
    is measured. `blocks` gives the mix from its start each time that it is called.
    """
    gain = target - loudness
    for _ in range(_TRIES):
        gauge = Gauge(rate)
        for block in master(blocks(), rate, gain=gain, ceiling=ceiling):
            gauge.push(block)
        missing = target - gauge.finish()
        gain += missing
        if abs(missing) < _NEAR:
            break
    return gain


def master(
    blocks: Iterable[Samples], rate: int, *, gain: float, ceiling: float
) -> Iterator[Samples]:
    """The mastered mix, as long as what goes in."""
    desk = Master(rate, gain=gain, ceiling=ceiling)
    for block in blocks:
        yield desk.push(block)
    yield desk.finish()
