"""A painted compact cassette whose label is free for a title."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from adapters.pictures.art import FINE, Colour, Palette, add_grain, blend, canvas, disc, luma

_RATIO = 0.64
_REELS = (29, 71)
_AXIS = 35  # how far below the top the reels turn


@dataclass(frozen=True, slots=True)
class Case:
    """Where a cassette lies. Its own measure is `unit`, a hundredth of its width."""

    left: float
    top: float
    unit: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.unit, self.top + y * self.unit

    def box(self, x: float, y: float, right: float, bottom: float) -> tuple[float, ...]:
        return (*self.at(x, y), *self.at(right, bottom))


@dataclass(frozen=True, slots=True)
class _Plastic:
    dark: Colour
    light: Colour

    def mix(self, share: float) -> Colour:
        return blend(self.dark, self.light, share)


def place_case(width: int, height: int) -> Case:
    """Where `paint_cassette` puts the cassette; its free label is (7, 5) to (93, 26)."""
    wide = min(width * 0.84, height * 0.84 / _RATIO)
    return Case((width - wide) / 2, (height - wide * _RATIO) / 2, wide / 100)


def paint_cassette(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """A compact cassette on sunny stripes."""
    paints = chance.sample(palette.paints, 3)
    plastic = _Plastic(*sorted((palette.ink, palette.paper), key=luma))
    ground = blend(palette.paper, paints[1], 0.85)
    image, draw = canvas(width, height, ground)
    _stripe(draw, image.size, (ground, blend(palette.paper, paints[1], 0.62)))
    case = place_case(width * FINE, height * FINE)
    _paint_case(draw, case, plastic, blend(ground, plastic.dark, 0.55))
    _paint_label(draw, case, plastic.light, paints)
    _paint_window(draw, case, plastic, chance.uniform(0.3, 0.7))
    for x in _REELS:
        _paint_reel(draw, case, x, plastic, chance.uniform(0, 60))
    _paint_foot(draw, case, plastic)
    return add_grain(image.reduce(FINE), 0.16, chance)


def _stripe(draw: ImageDraw.ImageDraw, size: tuple[int, int], colours: Sequence[Colour]) -> None:
    w, h = size
    step = min(w, h) / 9
    for index in range(int((w + h) / step) + 2):
        x = index * step - h
        points = ((x, h), (x + h, 0), (x + h + step, 0), (x + step, h))
        draw.polygon(points, fill=colours[index % 2])


def _round(
    draw: ImageDraw.ImageDraw, case: Case, box: tuple[float, ...], radius: float, fill: Colour
) -> None:
    left, top, right, bottom = case.box(*box)
    draw.rounded_rectangle((left, top, right, bottom), radius * case.unit, fill=fill)


def _paint_case(draw: ImageDraw.ImageDraw, case: Case, plastic: _Plastic, shadow: Colour) -> None:
    _round(draw, case, (2, 2.4, 102, 66.4), 3.4, shadow)
    _round(draw, case, (0, 0, 100, 64), 3.4, plastic.dark)
    _round(draw, case, (1, 1, 99, 63), 2.8, plastic.mix(0.18))
    _round(draw, case, (1.35, 1.35, 98.65, 62.65), 2.5, plastic.dark)
    for x in (3.6, 96.4):
        for y in (3.6, 60.4):
            disc(draw, *case.at(x, y), 1.1 * case.unit, plastic.mix(0.4))


def _paint_label(
    draw: ImageDraw.ImageDraw, case: Case, paper: Colour, paints: Sequence[Colour]
) -> None:
    _round(draw, case, (7, 5, 93, 49), 2, paper)
    for index, colour in enumerate(paints):
        _round(draw, case, (7, 27 + 5.4 * index, 93, 32.5 + 5.4 * index), 0, colour)
    _round(draw, case, (7, 43, 93, 45), 0, paper)


def _paint_window(draw: ImageDraw.ImageDraw, case: Case, plastic: _Plastic, share: float) -> None:
    """Between the reels, with as much of the two rolls of tape as can be seen there."""
    _round(draw, case, (20, _AXIS - 8.5, 80, _AXIS + 8.5), 8.5, plastic.dark)
    _round(draw, case, (38, _AXIS - 5.6, 62, _AXIS + 5.6), 1.4, plastic.mix(0.16))
    for x, part in zip(_REELS, (share, 1 - share), strict=True):
        reach = 10.5 + 9 * part
        half = math.degrees(math.asin(5 / reach))
        start = -half if x < 50 else 180 - half
        box = case.box(x - reach, _AXIS - reach, x + reach, _AXIS + reach)
        draw.chord(box, start, start + 2 * half, fill=plastic.dark)
        edge = x + math.sqrt(reach**2 - 25) * (1 if x < 50 else -1)
        near, far = sorted((edge, 38 if x < 50 else 62))
        _round(draw, case, (near, _AXIS - 5, far, _AXIS + 5), 0, plastic.dark)


def _paint_reel(
    draw: ImageDraw.ImageDraw, case: Case, x: float, plastic: _Plastic, turn: float
) -> None:
    disc(draw, *case.at(x, _AXIS), 6.6 * case.unit, plastic.light)
    disc(draw, *case.at(x, _AXIS), 4.6 * case.unit, plastic.dark)
    for tooth in range(6):
        angle = math.radians(turn + 60 * tooth)
        ends = [
            case.at(x + reach * math.cos(angle), _AXIS + reach * math.sin(angle))
            for reach in (3.2, 5.2)
        ]
        draw.line(ends, fill=plastic.light, width=round(1.3 * case.unit))


def _paint_foot(draw: ImageDraw.ImageDraw, case: Case, plastic: _Plastic) -> None:
    corners = [case.at(x, y) for x, y in ((20, 64), (24, 54), (76, 54), (80, 64))]
    draw.polygon(corners, fill=plastic.mix(0.14))
    for x in (31, 42, 58, 69):
        disc(draw, *case.at(x, 60.6), 1.5 * case.unit, plastic.mix(0.02))
