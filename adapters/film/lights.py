"""Light on the lens and grain on the film: what lies over every frame, whatever it shows."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.film.textures import BLACK
from core.film.terms import Leak, Size

Pixels = NDArray[np.uint8]

_COARSE = 8
"""Leaks are soft: they are drawn this much smaller."""
_ROOM = 64
"""Pixels by which the grain is larger than a frame, so that each frame has another part of it."""
_DARKEST = 0.35


def draw_vignette(size: Size, strength: float) -> Pixels:
    """Factors from 0 to 255 for luma: 255 in the middle, less by `strength` in the corners."""
    y, x = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    across = (x - size.width / 2) / (size.width / 2)
    down = (y - size.height / 2) / (size.height / 2)
    away = np.sqrt(across**2 + down**2) / math.sqrt(2)
    part = np.clip((away - _DARKEST) / (1 - _DARKEST), 0, 1)
    mask = 255 * (1 - strength * part * part * (3 - 2 * part))
    # A soft slope in few steps would show as rings.
    rough = mask + np.random.default_rng(5).uniform(-0.5, 0.5, mask.shape)
    return np.asarray(np.clip(np.rint(rough), 0, 255), np.uint8)


class Grain:
    """Noise that differs from frame to frame; it also carries the black level of limited range."""

    def __init__(self, size: Size, deviation: float, seed: int) -> None:
        chance = np.random.default_rng(seed)
        shape = (size.height + _ROOM, size.width + _ROOM)
        rough = chance.standard_normal(shape, np.float32)
        noise = np.asarray(cv2.GaussianBlur(rough, (0, 0), 0.7), np.float32)
        scaled = noise * (deviation / max(1e-9, float(noise.std())))
        self._tile = np.asarray(np.clip(np.rint(BLACK + scaled), 0, 255), np.uint8)
        self._offsets = chance.integers(0, _ROOM, (997, 2))
        self._size = size

    def at(self, frame: int) -> Pixels:
        """What is added to the luma of a frame, the black level included."""
        down, across = self._offsets[frame % len(self._offsets)]
        return self._tile[down : down + self._size.height, across : across + self._size.width]


class LeakLight:
    """One leak of light, as what is added to luma and red chroma and taken from blue chroma."""

    def __init__(self, leak: Leak, size: Size) -> None:
        self._leak = leak
        self._size = size
        high, wide = size.height // _COARSE, size.width // _COARSE
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        self._x, self._y = (x + 0.5) / wide, (y + 0.5) / high
        self._shape = size.width / size.height

    def draw(self, frame: int) -> tuple[Pixels, Pixels, Pixels]:
        """What is added to luma, taken from blue and added to red."""
        leak = self._leak
        part = (frame - leak.start) / max(1, leak.end - leak.start)
        swell = leak.strength * math.sin(math.pi * min(max(part, 0.0), 1.0)) ** 2
        x = leak.x + (leak.to_x - leak.x) * part
        y = leak.y + (leak.to_y - leak.y) * part
        light = swell * self._glow(x, y)
        wide, high = self._size.width, self._size.height
        luma = _enlarge(light * (62 + 40 * leak.warmth), (wide, high))
        red = _enlarge(light * (58 - 14 * leak.warmth), (wide // 2, high // 2))
        blue = _enlarge(light * (42 + 26 * leak.warmth), (wide // 2, high // 2))
        return luma, blue, red

    def _glow(self, x: float, y: float) -> NDArray[np.float32]:
        """A wide glow with a brighter streak in it."""
        across, down = (self._x - x) * self._shape, self._y - y
        wide = np.exp(-(across**2 / 0.42 + down**2 / 0.30))
        streak = np.exp(-(across**2 / 0.05 + (down - 0.25 * across) ** 2 / 0.55))
        return np.asarray(0.72 * wide + 0.28 * streak, np.float32)


def _enlarge(plane: NDArray[np.float32], size: tuple[int, int]) -> Pixels:
    small = np.asarray(np.clip(np.rint(plane), 0, 255), np.uint8)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)
