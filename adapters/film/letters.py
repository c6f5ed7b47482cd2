"""Words over a film: set once, then laid over each frame with as little work as possible."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adapters.film.textures import LIGHT, NEUTRAL, Planes
from adapters.pictures import typeset
from core.film.lettering import caption_box, title_box
from core.film.terms import Caption, Size, Style

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

_TITLES = {
    Style.CALM: typeset.SERIF,
    Style.FILM: typeset.SERIF,
    Style.PULSE: typeset.SANS,
    Style.POLAROID: typeset.SERIF,
}
# Hairlines of a display face break up when they are small.
_CAPTIONS = {**_TITLES, Style.CALM: typeset.TEXT, Style.FILM: typeset.TEXT}
_WHITE = 0.97
_NEAR, _FAR = 0.77, 0.58
"""How dark the shadow is close to the letters, and the wide one around them."""
_DIMMED = 0.34
"""How much darker all of the picture is while a title stands."""


@dataclass(frozen=True, slots=True)
class Sprite:
    """Words as two pictures in one place: what stays of the film behind, and what is added.

    `keep` and `add` are for luma, `keep_chroma` for chroma, from 0 to 255 each.
    """

    left: int
    top: int
    keep: Pixels
    add: Pixels
    keep_chroma: Pixels

    def lay(self, planes: Planes, opacity: float) -> None:
        """Put the words over a frame, 0 to 1 opaque. Changes the planes."""
        high, wide = self.keep.shape
        place = planes.luma[self.top : self.top + high, self.left : self.left + wide]
        keep, add = _faded(self.keep, opacity), cv2.convertScaleAbs(self.add, alpha=opacity)
        cv2.multiply(place, keep, dst=place, scale=1 / 255)
        cv2.add(place, add, dst=place)
        left = _faded(self.keep_chroma, opacity)
        neutral = cv2.convertScaleAbs(left, alpha=-NEUTRAL / 255, beta=NEUTRAL)
        rows = slice(self.top // 2, self.top // 2 + high // 2)
        columns = slice(self.left // 2, self.left // 2 + wide // 2)
        for plane in planes.chroma:
            below = plane[rows, columns]
            cv2.multiply(below, left, dst=below, scale=1 / 255)
            cv2.add(below, neutral, dst=below)


def _faded(keep: Pixels, opacity: float) -> Pixels:
    return np.asarray(cv2.convertScaleAbs(keep, alpha=opacity, beta=255 * (1 - opacity)), np.uint8)


def set_caption(caption: Caption, size: Size, style: Style) -> Sprite | None:
    """A caption or a title, set for a film of that size; None when no font can draw it."""
    face = (_TITLES if caption.title else _CAPTIONS)[style]
    text = typeset.drawable(caption.text, face)
    if not text:
        return None
    box = title_box(size) if caption.title else caption_box(size)
    left, top, right, bottom = box
    short = min(size.width, size.height)
    block = typeset.fit(
        text, face, width=right - left, height=bottom - top,
        largest=round(short * (0.125 if caption.title else 0.058)),
        smallest=round(short * (0.060 if caption.title else 0.036)), lines=3,
    )  # fmt: skip
    mask, at = _draw(block, size, box, centred=caption.title)
    keep, add = _shade(mask, block.size)
    if caption.title:
        keep, add, at = _dim_all(keep, add, at, size)
    return _make_sprite(keep, add, at)


def _draw(
    block: typeset.Block, size: Size, box: tuple[int, int, int, int], *, centred: bool
) -> tuple[Image.Image, tuple[int, int]]:
    """The letters with room around them for their shadow, and where in the film that begins."""
    left, top, right, bottom = box
    room = block.size * 2
    area = (
        max(0, left - room) // 2 * 2,
        max(0, top - room) // 2 * 2,
        min(size.width, right + room) // 2 * 2,
        min(size.height, bottom + room) // 2 * 2,
    )
    canvas = Image.new("RGB", (area[2] - area[0], area[3] - area[1]))
    slack = (bottom - top) - block.height
    place = (left - area[0], top - area[1] + (slack // 2 if centred else slack))
    typeset.draw_block(
        ImageDraw.Draw(canvas),
        place,
        block,
        fill=(255, 255, 255),
        width=right - left,
        align="centre",
    )
    return canvas.getchannel(0), (area[0], area[1])


def _shade(mask: Image.Image, letter: int) -> tuple[Plane, Plane]:
    """What stays of the picture around and behind letters, and the letters, 0 to 1 each."""
    text = np.asarray(np.asarray(mask, np.float32) / 255, np.float32)
    side = round(letter * 0.07) * 2 + 1
    thick = np.asarray(cv2.dilate(text, np.ones((side, side), np.uint8)), np.float32)
    near = np.asarray(cv2.GaussianBlur(thick, (0, 0), letter * 0.07), np.float32)
    light = 1 - _NEAR * np.minimum(1, near * 1.25)
    light *= 1 - _FAR * np.minimum(1, _blur_wide(thick, letter * 0.50) * 1.9)
    return np.asarray(light * (1 - text), np.float32), text


def _blur_wide(plane: Plane, deviation: float) -> Plane:
    """Blurred, by way of a quarter of the size: a wide blur costs much and shows no detail."""
    high, wide = plane.shape
    small = cv2.resize(plane, (wide // 4, high // 4), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), deviation / 4)
    return np.asarray(cv2.resize(soft, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)


def _dim_all(
    keep: Plane, add: Plane, at: tuple[int, int], size: Size
) -> tuple[Plane, Plane, tuple[int, int]]:
    """The same for all of a frame, which is darker everywhere."""
    high, wide = keep.shape
    place = (slice(at[1], at[1] + high), slice(at[0], at[0] + wide))
    whole_keep = np.ones((size.height, size.width), np.float32)
    whole_add = np.zeros((size.height, size.width), np.float32)
    whole_keep[place], whole_add[place] = keep, add
    return np.asarray(whole_keep * (1 - _DIMMED), np.float32), whole_add, (0, 0)


def _make_sprite(keep: Plane, add: Plane, at: tuple[int, int]) -> Sprite:
    high, wide = keep.shape
    half = cv2.resize(keep, (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
    return Sprite(
        at[0],
        at[1],
        _as_pixels(keep * 255),
        _as_pixels(add * (LIGHT * _WHITE)),
        _as_pixels(np.asarray(half, np.float32) * 255),
    )


def _as_pixels(plane: Plane) -> Pixels:
    return np.asarray(np.rint(plane), np.uint8)


def opacity_of(caption: Caption, frame: int) -> float:
    """How opaque a caption is at a frame: it comes and goes within its `fade`."""
    if not caption.start <= frame < caption.end:
        return 0.0
    near = min(frame - caption.start + 1, caption.end - frame)
    part = min(1.0, near / max(1, caption.fade))
    return part * part * (3 - 2 * part)
