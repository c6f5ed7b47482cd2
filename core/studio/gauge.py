"""Loudness while the sound goes by: BS.1770-4, weighted by spectra of 100 ms."""

import numpy as np
from numpy.typing import NDArray

from core.measuring import Samples

_HOPS_A_SECOND = 10
_BLOCK_HOPS = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


class Gauge:
    """Integrated loudness in LUFS of blocks of frames, shape (frames, 2).

    The weighting is applied to spectra and not by a filter, which is within 0.1 LU of it and
    many times as fast here; results are measured again when they are encoded.
    """

    def __init__(self, rate: int) -> None:
        self._hop = rate // _HOPS_A_SECOND
        self._weights = _weigh(self._hop, rate)
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._powers: list[NDArray[np.float64]] = []
        self.peak = 0.0
        """The highest sample so far."""

    def push(self, block: Samples) -> None:
        self.peak = max(self.peak, float(np.abs(block).max(initial=0)))
        frames = np.concatenate([self._rest, block])
        hops = len(frames) // self._hop
        whole = frames[: hops * self._hop].reshape(hops, self._hop, 2)
        spectra = np.fft.rfft(whole, axis=1)
        power = (spectra.real**2 + spectra.imag**2).sum(axis=2) @ self._weights
        self._powers.append(power)
        self._rest = frames[hops * self._hop :].copy()

    def finish(self) -> float:
        """The integrated loudness of all that was pushed; -70 for silence."""
        powers = np.concatenate([*self._powers, np.zeros(0)])
        if len(powers) < _BLOCK_HOPS:
            powers = np.pad(powers, (0, _BLOCK_HOPS - len(powers)))
        blocks = np.convolve(powers, np.full(_BLOCK_HOPS, 1 / _BLOCK_HOPS), "valid")
        loud = blocks[blocks > _power(_ABSOLUTE_GATE)]
        if not len(loud):
            return _ABSOLUTE_GATE
        gated = loud[loud > loud.mean() * 10 ** (_RELATIVE_GATE / 10)]
        return float(-0.691 + 10 * np.log10(gated.mean()))


def _power(loudness: float) -> float:
    return float(10 ** ((loudness + 0.691) / 10))


def _weigh(frames: int, rate: int) -> NDArray[np.float64]:
    """Weights that make of a power spectrum the K-weighted mean square (BS.1770-4, annex 1)."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(frames))
    # The two filters of the recommendation, set out for any sample rate.
    tangent = np.tan(np.pi * 1681.974450955533 / rate)
    quality, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    shelf = (
        (high + middle * tangent / quality + tangent**2)
        + 2 * (tangent**2 - high) * turn
        + (high - middle * tangent / quality + tangent**2) * turn**2
    ) / _poles(tangent, quality, turn)
    tangent = np.tan(np.pi * 38.13547087602444 / rate)
    quality = 0.5003270373238773
    pole = 1 + tangent / quality + tangent**2
    cut = (1 - 2 * turn + turn**2) / (_poles(tangent, quality, turn) / pole)
    weights = np.abs(shelf * cut) ** 2
    weights[1:] *= 2
    if frames % 2 == 0:
        weights[-1] /= 2
    scaled: NDArray[np.float64] = weights / frames**2
    return scaled


def _poles(tangent: float, quality: float, turn: NDArray[np.complex128]) -> NDArray[np.complex128]:
    poles: NDArray[np.complex128] = (
        (1 + tangent / quality + tangent**2)
        + 2 * (tangent**2 - 1) * turn
        + (1 - tangent / quality + tangent**2) * turn**2
    )
    return poles
