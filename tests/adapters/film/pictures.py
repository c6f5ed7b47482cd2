"""Photos for tests of films: real ones, and drawn ones of which everything is known."""

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from tests.media import session_folder

SAMPLES = Path(os.path.dirname(skimage.data.__file__))  # noqa: PTH120  as the package says it
COFFEE, CAT, ROCKET, FACE = (
    SAMPLES / name for name in ("coffee.png", "chelsea.png", "rocket.jpg", "astronaut.png")
)
"""The first three are wide, the last one is square."""


@lru_cache(maxsize=8)
def noise_photo(width: int = 1600, height: int = 1200, *, seed: int = 3) -> Path:
    """Soft noise: any shift of it can be measured to a hundredth of a pixel."""
    chance = np.random.default_rng(seed)
    plane = cv2.GaussianBlur(chance.normal(0, 1, (height, width)), (0, 0), 3.0)
    plane = (plane - plane.min()) / (plane.max() - plane.min())
    path = session_folder() / f"noise-{width}-{height}-{seed}.png"
    cv2.imwrite(str(path), np.rint(40 + 170 * plane).astype(np.uint8))
    return path


def plain_photo(level: int, *, width: int = 640, height: int = 480) -> Path:
    """One grey everywhere, from 0 to 255."""
    path = session_folder() / f"plain-{level}-{width}-{height}.png"
    cv2.imwrite(str(path), np.full((height, width, 3), level, np.uint8))
    return path


def spot_photo(x: float, y: float, *, width: int = 800, height: int = 600) -> Path:
    """A bright, coloured, textured spot on quiet ground, at a place in parts of the size."""
    path = session_folder() / f"spot-{x}-{y}-{width}-{height}.png"
    chance = np.random.default_rng(1)
    ground = np.full((height, width, 3), (96, 104, 92), np.uint8)
    ground += chance.integers(0, 6, ground.shape, dtype=np.uint8)
    middle = (round(x * width), round(y * height))
    cv2.circle(ground, middle, 46, (60, 110, 230), -1)
    cv2.circle(ground, middle, 24, (240, 240, 250), 6)
    cv2.imwrite(str(path), ground)
    return path
