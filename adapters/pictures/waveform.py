"""Draws the sound of a mix as bars, in the colours of its cover."""

import colorsys
from collections.abc import Sequence

from PIL import Image, ImageDraw

from adapters.pictures.art import FINE, Colour, blend, luma

SIZE = (1200, 260)
_BARS = 150
_MARGIN = 30
_GAP = 0.42
"""The part of a bar's room that is left free."""
_GROUND = 22.0
_READABLE = 110.0
"""How bright, of 255, bars are at least on their dark ground."""
_PALER = 0.45
_DULL = 0.3
"""What a grey counts as a second tone, beside a lively colour that is as far away."""
_COLOURS = 24
_SAMPLE = 160


def draw_waveform(
    peaks: Sequence[float], starts: Sequence[float], cover: Image.Image
) -> Image.Image:
    """Bars for `peaks` (0 to 1); each track, by its start as a part of the whole, in its tone.

    The ground is the cover's own colour, dark; the two tones are its liveliest.
    """
    ground, tones = _choose_colours(cover)
    width, height = SIZE[0] * FINE, SIZE[1] * FINE
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    room = (width - 2 * _MARGIN * FINE) / _BARS
    thick = room * (1 - _GAP)
    tallest = height / 2 - _MARGIN * FINE
    for index, peak in enumerate(_gather(peaks)):
        left = _MARGIN * FINE + index * room
        reach = max(thick / 2, peak * tallest)
        track = sum(start <= (index + 0.5) / _BARS for start in starts)
        box = (left, height / 2 - reach, left + thick, height / 2 + reach)
        draw.rounded_rectangle(box, radius=thick / 2, fill=tones[(track - 1) % 2])
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def _gather(peaks: Sequence[float]) -> list[float]:
    """One height per bar, the loudest reaching all the way. Silence stays flat."""
    bars = []
    for index in range(_BARS):
        first = index * len(peaks) // _BARS
        last = max(first + 1, (index + 1) * len(peaks) // _BARS)
        stretch = peaks[first:last]
        # The mean tells more than the highest: mastered music touches the ceiling everywhere.
        bars.append(sum(stretch) / len(stretch) if stretch else 0.0)
    top = max(bars, default=0.0)
    return [(bar / top) ** 1.6 if top > 0 else 0.0 for bar in bars]


def _choose_colours(cover: Image.Image) -> tuple[Colour, tuple[Colour, Colour]]:
    side = _SAMPLE
    small = cover.convert("RGB").resize((side, side), Image.Resampling.BOX)
    reduced = small.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE).convert("RGB")
    counted = reduced.getcolors(side * side) or []
    found = sorted(((count, _as_colour(each)) for count, each in counted), reverse=True)
    mean = tuple(
        round(sum(count * colour[part] for count, colour in found) / side**2) for part in range(3)
    )
    lively = sorted((_brighten(colour) for _, colour in found), key=_liveliness, reverse=True)
    first = lively[0]
    second = max(
        lively, key=lambda colour: _distance(first, colour) * (_DULL + _liveliness(colour))
    )
    if _distance(first, second) < 60:
        second = blend(first, (255, 255, 255), _PALER)
    return _darken(_as_colour(mean)), (first, second)


def _as_colour(value: object) -> Colour:
    red, green, blue = value if isinstance(value, tuple) else (0, 0, 0)
    return red, green, blue


def _liveliness(colour: Colour) -> float:
    _, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    return saturation * value


def _brighten(colour: Colour) -> Colour:
    """The colour, lightened until it can be seen on a dark ground."""
    for share in range(11):
        lighter = blend(colour, (255, 255, 255), share / 10)
        if luma(lighter) >= _READABLE:
            return lighter
    return 255, 255, 255


def _darken(colour: Colour) -> Colour:
    bright = luma(colour)
    return blend((0, 0, 0), colour, min(1.0, _GROUND / bright)) if bright > 0 else (14, 14, 16)


def _distance(one: Colour, other: Colour) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
