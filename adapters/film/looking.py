"""Looks for what matters in a photo: what stands out, what is sharp, what may be skin."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.film.terms import Point, Size, Study

Plane = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_SIDE = 192
_SALIENCY_SIDE = 64
_POINTS = 4
_APART = 0.24
"""Two points are at least so far from each other, in parts of the long side."""
_WORTH = 0.45
"""What has less than this part of the strongest point's weight draws no eye."""


def study(path: Path) -> Study:
    """Study a photo of our own making (any format that OpenCV reads)."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path.name} is no picture")
    whole = np.asarray(picture, np.uint8)
    height, width = whole.shape[:2]
    scale = _SIDE / max(width, height)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.float32) / 255
    return Study(
        size=Size(width, height),
        points=find_points(weigh(small)),
        luma=round(float(grey.mean()), 4),
    )


def weigh(picture: Pixels) -> Plane:
    """How much each pixel of a small BGR picture matters, 0 to 1."""
    parts = (
        (1.0, _stands_out(picture)),
        (0.7, _is_rare(picture)),
        (0.5, _is_sharp(picture)),
        (0.9, _is_skin(picture)),
    )
    total = np.add.reduce([weight * _blur(part, 0.035) for weight, part in parts])
    # What is cut off by the edge is seldom what the photo was taken for.
    height, width = total.shape
    y, x = np.mgrid[0:height, 0:width]
    off = ((x / (width - 1) - 0.5) / 0.46) ** 2 + ((y / (height - 1) - 0.5) / 0.46) ** 2
    near = _blur(np.asarray(total, np.float32), 0.03)
    return _even(np.asarray(near * np.exp(-0.5 * off - 0.5 * off**4), np.float32))


def _stands_out(picture: Pixels) -> Plane:
    """The spectral residual: what the mean of an image's spectrum does not foresee (Hou and
    Zhang 2007)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    tiny = cv2.resize(grey, (_SALIENCY_SIDE, _SALIENCY_SIDE), interpolation=cv2.INTER_AREA)
    spectrum = np.fft.fft2(np.asarray(tiny, np.float64))
    log = np.log(np.abs(spectrum) + 1e-6)
    residual = log - cv2.blur(log, (3, 3), borderType=cv2.BORDER_REPLICATE)
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    found = cv2.GaussianBlur(np.abs(back) ** 2, (0, 0), 2.2)
    height, width = picture.shape[:2]
    return _even(np.asarray(cv2.resize(found, (width, height)), np.float32))


def _is_rare(picture: Pixels) -> Plane:
    """How far a colour is from the picture's mean (Achanta and others 2009)."""
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(picture, (0, 0), 2), cv2.COLOR_BGR2LAB), float)
    apart = np.linalg.norm(lab - lab.reshape(-1, 3).mean(axis=0), axis=2)
    return _even(np.asarray(apart, np.float32))


def _is_sharp(picture: Pixels) -> Plane:
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.float32)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F, ksize=3))
    return _even(_blur(np.minimum(edges, 60.0).astype(np.float32), 0.02))


def _is_skin(picture: Pixels) -> Plane:
    """Chai and Ngan's range of skin in YCrCb (1999), for all but the darkest and brightest."""
    y, cr, cb = cv2.split(cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb))
    inside = (cr >= 138) & (cr <= 170) & (cb >= 82) & (cb <= 125) & (y > 50) & (y < 240)
    found = _blur(inside.astype(np.float32), 0.03)
    # A picture that is all of that colour is wood or sand, and no face.
    share = float(inside.mean())
    return np.asarray(found * max(0.0, 1 - share / 0.35), np.float32)


def _blur(plane: Plane, part: float) -> Plane:
    """Blurred by a part of the long side."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), part * max(plane.shape)), np.float32)


def _even(plane: Plane) -> Plane:
    low, high = float(plane.min()), float(plane.max())
    if high - low < 1e-9:
        return np.zeros_like(plane)
    return np.asarray((plane - low) / (high - low), np.float32)


def find_points(weights: Plane) -> tuple[Point, ...]:
    """The few strongest places, apart from each other; the middle where nothing stands out."""
    left = weights.copy()
    height, width = left.shape
    y, x = np.mgrid[0:height, 0:width]
    points: list[Point] = []
    strongest = float(left.max())
    while strongest > 0 and len(points) < _POINTS:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        weight = float(left[row, column])
        if weight < _WORTH * strongest:
            break
        across, down = float(column + 0.5) / width, float(row + 0.5) / height
        points.append(Point(round(across, 4), round(down, 4), round(weight / strongest, 3)))
        away = np.hypot(x - column, y - row) / max(width, height)
        left[away < _APART] = 0
    return tuple(points) or (Point(0.5, 0.5),)
