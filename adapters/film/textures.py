"""Photos as the renderer wants them: graded once, in YCbCr of BT.709, chroma at half the size."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.film.terms import Grade, Size

Pixels = NDArray[np.uint8]

BLACK = 16
"""What limited range adds to luma. Textures go without it until the very end, so that darkening
is one multiplication."""
LIGHT = 219
NEUTRAL = 128
_STRETCH = 0.6
"""How far dull photos are brought to full range."""
_TAIL = 0.5
_WARM = (0.13, 0.015, -0.13)
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # BT.709, 3.2
_BLUE, _RED = 1.8556, 1.5748
_SHARPEN = 0.35
_MOST_SIDE = 4200


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture: luma from 0 to 219, shape (height, width), and blue and red chroma around 128,
    shape (height / 2, width / 2) each. Apart, because warping two at once takes twice as long."""

    luma: Pixels
    blue: Pixels
    red: Pixels

    @property
    def size(self) -> Size:
        return Size(self.luma.shape[1], self.luma.shape[0])

    @property
    def chroma(self) -> tuple[Pixels, Pixels]:
        return self.blue, self.red

    @property
    def all(self) -> tuple[Pixels, Pixels, Pixels]:
        return self.luma, self.blue, self.red

    def copy(self) -> "Planes":
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())


def split(memory: Pixels, size: Size) -> Planes:
    """The planes in the memory of one frame, as encoders take it (I420): changes are seen there."""
    whole, part = size.width * size.height, size.width * size.height // 4
    half = (size.height // 2, size.width // 2)
    return Planes(
        memory[:whole].reshape(size.height, size.width),
        memory[whole : whole + part].reshape(half),
        memory[whole + part :].reshape(half),
    )


def reserve(size: Size) -> Pixels:
    """The memory of one frame."""
    return np.zeros(size.width * size.height * 3 // 2, np.uint8)


def resize(picture: Pixels, width: float) -> Pixels:
    """An RGB picture of about that width, both sides even; enlarged and reduced as fits best."""
    scale = min(width, _MOST_SIDE) / picture.shape[1]
    scale = min(scale, _MOST_SIDE / picture.shape[0])
    size = [max(2, round(side * scale / 2) * 2) for side in (picture.shape[1], picture.shape[0])]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def grade(picture: Pixels, look: Grade) -> Pixels:
    """An RGB picture in the colours of the film."""
    toned = np.asarray(cv2.LUT(picture, _first_curve(picture, look)), np.uint8)
    mixed = cv2.transform(toned, _mixing(look, colourful=_measure_colour(toned)))
    return np.asarray(cv2.LUT(mixed, _last_curves(look)), np.uint8)


def _first_curve(picture: Pixels, look: Grade) -> Pixels:
    """Levels, exposure and contrast, the same for each colour."""
    low, high = np.percentile(picture[::4, ::4], [_TAIL, 100 - _TAIL]) / 255
    low, high = low * _STRETCH, 1 - (1 - high) * _STRETCH
    x = np.clip((np.arange(256) / 255 - low) / max(high - low, 0.1), 0, 1)
    x **= 2 ** (-look.exposure)
    x += look.contrast * (x * x * (3 - 2 * x) - x) * 2
    return np.asarray(np.rint(np.clip(x, 0, 1) * 255), np.uint8)


def _measure_colour(picture: Pixels) -> float:
    """How colourful a picture is, 0 to 1: the mean spread of its red, green and blue."""
    few = picture[::8, ::8]
    return float((few.max(axis=2) - few.min(axis=2)).mean()) / 255


def _mixing(look: Grade, *, colourful: float) -> NDArray[np.float64]:
    """Warmth and saturation as one matrix on red, green and blue.

    What is colourful already gets no more of it: reds would lose all that is in them.
    """
    more = 1 + (look.saturation * max(0.0, 1 - 2.2 * colourful) if look.saturation > 0
                else look.saturation)  # fmt: skip
    saturate = more * np.eye(3) + (1 - more) * np.tile(_LUMA, (3, 1))
    gains = np.array([1 + look.warmth * part for part in _WARM])
    even = gains / float(gains @ _LUMA)
    return np.asarray(np.diag(even) @ saturate, np.float64)


def _last_curves(look: Grade) -> Pixels:
    """Tints of shadows and lights, and faded blacks: one curve for each colour."""
    x = np.arange(256) / 255
    curves = np.zeros((1, 256, 3), np.uint8)
    for channel in range(3):
        tinted = x + look.shadows[channel] * (1 - x) ** 2 * 4 * x.clip(0, 0.25)
        tinted = tinted + look.lights[channel] * x**2
        lifted = look.lift + (1 - look.lift) * tinted
        curves[0, :, channel] = np.rint(np.clip(lifted, 0, 1) * 255)
    return curves


def sharpen(picture: Pixels) -> Pixels:
    """A touch of sharpness, which moving pictures lose."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.4)
    return np.asarray(cv2.addWeighted(picture, 1 + _SHARPEN, soft, -_SHARPEN, 0), np.uint8)


def as_planes(picture: Pixels) -> Planes:
    """An RGB picture with even sides, in the numbers of BT.709."""
    red, _, blue = np.eye(3)
    scale = LIGHT / 255, 224 / 255
    rows = np.array([_LUMA * scale[0], (blue - _LUMA) / _BLUE * scale[1],
                     (red - _LUMA) / _RED * scale[1]])  # fmt: skip
    offsets = np.array([[0.0], [NEUTRAL], [NEUTRAL]])
    planes = np.asarray(cv2.transform(picture, np.hstack([rows, offsets])), np.uint8)
    height, width = picture.shape[:2]
    half = cv2.resize(planes[:, :, 1:], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    parts = (planes[:, :, 0], half[:, :, 0], half[:, :, 1])
    return Planes(*(np.ascontiguousarray(part, np.uint8) for part in parts))


def read_rgb(path: str) -> Pixels:
    """A picture file of our own making as RGB, shape (height, width, 3)."""
    found = cv2.imread(path, cv2.IMREAD_COLOR)
    if found is None:
        raise ValueError(f"{path} is no picture")
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)
