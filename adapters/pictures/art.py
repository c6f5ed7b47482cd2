"""Abstract pictures for drawn covers: a painter fills any rectangle from a palette and chance."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
FINE = 2  # painted twice as large, then reduced: smooth edges


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that go together: the ground, what is written on it, and three to paint with."""

    paper: Colour
    ink: Colour
    paints: tuple[Colour, Colour, Colour]


Painter = Callable[[int, int, Palette, Random], Image.Image]


def _colour(code: str) -> Colour:
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)


def _palette(codes: str) -> Palette:
    paper, ink, first, second, third = map(_colour, codes.split())
    return Palette(paper, ink, (first, second, third))


PALETTES = tuple(
    _palette(codes)
    for codes in (
        "F4E9D8 1F1B24 E4572E F3A712 2E5266",
        "10132B F4EFE6 FF5D73 7C77F2 2EC4B6",
        "E8EFE4 16302B F25F4C 2F8F6B F2B950",
        "FFE9DD 3A1730 FF6B5E 8E3B6E F9B448",
        "E9EEF2 14213D 3A6FF7 FFB703 8ECAE6",
        "10221C F1EBDD E9C46A 2A9D8F E76F51",
        "1D1238 F8EFFF FF7AC6 8A5CF6 FFD166",
        "EFD9C3 2B2118 C8553D 4F7F80 F28F3B",
        "F3F1EC 141414 E63946 2B2B2B C9C1B2",
        "F6EFDF 1B2A80 2438B8 FF4F3F F7B2AD",
        "0E1A24 EAF4F4 19A7A0 F6AE2D F26419",
        "FBF3E4 33261D D1495B EDAE49 00798C",
    )
)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """The colour `share` (0 to 1) of the way from one to the other."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]  # three by its making


def luma(colour: Colour) -> float:
    """Brightness as eyes see it, 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def canvas(width: int, height: int, colour: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A ground to paint on, `FINE` times as large as asked: reduce it when all is painted."""
    image = Image.new("RGB", (width * FINE, height * FINE), colour)
    return image, ImageDraw.Draw(image)


def disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour) -> None:
    """A full circle around (x, y)."""
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


@lru_cache(maxsize=1)
def _noise(seed: int) -> Image.Image:
    side = 512
    return Image.frombytes("L", (side, side), Random(seed).randbytes(side * side))  # noqa: S311  grain


_FRAME_GRAIN = 0.35


def add_grain(image: Image.Image, strength: float, chance: Random) -> Image.Image:
    """Print-like grain; also hides the steps of gradients.

    A frame for video gets less: every key frame pays for it again, for an hour of mix 200 MB.
    """
    if image.width > image.height:
        strength *= _FRAME_GRAIN
    tile = _noise(7).point([round(128 + (v - 128) * strength) for v in range(256)])
    grain = Image.new("L", image.size)
    left, top = chance.randrange(256), chance.randrange(256)
    for x in range(-left, image.width, tile.width):
        for y in range(-top, image.height, tile.height):
            grain.paste(tile, (x, y))
    return ImageChops.overlay(image, Image.merge("RGB", (grain, grain, grain)))


def paint_sunburst(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """Rays, a slit sun and its sea."""
    first, second, third = chance.sample(palette.paints, 3)
    image, draw = canvas(width, height, blend(palette.paper, first, 0.12))
    w, h = image.size
    x, horizon = w * chance.choice((0.5, 0.5, 0.34, 0.66)), h * chance.uniform(0.66, 0.74)
    rays, reach = chance.choice((18, 24, 30)), 1.5 * max(w, h)
    shade = blend(palette.paper, first, 0.42)
    for ray in range(rays):
        turn = 2 * math.pi * (ray + 0.25) / rays
        wide = math.pi / rays
        points = [(x, horizon)]
        points += [
            (
                x + reach * math.cos(turn + side * wide / 2),
                horizon + reach * math.sin(turn + side * wide / 2),
            )
            for side in (-1, 1)
        ]
        draw.polygon(points, fill=shade)
    radius = min(w, h) * chance.uniform(0.30, 0.36)
    disc(draw, x, horizon, radius * 1.16, blend(palette.paper, second, 0.35))
    disc(draw, x, horizon, radius, second)
    sea = palette.ink if luma(palette.ink) < 128 else palette.paper
    sea = blend(sea, third, 0.25)
    draw.rectangle((0, horizon, w, h), fill=sea)
    y, step = horizon + h * 0.012, h * 0.012
    while y < h:
        half = radius * (1.0 - 0.55 * (y - horizon) / (h - horizon)) * chance.uniform(0.72, 1.0)
        for colour, reach_x in ((third, half * 1.5), (second, half)):
            draw.rounded_rectangle(
                (x - reach_x, y, x + reach_x, y + step * 0.55), step, fill=colour
            )
        y += step * 1.35
        step *= 1.13
    return add_grain(image.reduce(FINE), 0.16, chance)


def paint_hills(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """A moon over layers of waves that grow darker towards the eye."""
    first, second, third = chance.sample(palette.paints, 3)
    dark = palette.ink if luma(palette.ink) < luma(palette.paper) else palette.paper
    top = blend(palette.paper, second, 0.30)
    image, draw = canvas(width, height, top)
    w, h = image.size
    for band in range(12):
        y = h * 0.55 * band / 12
        draw.rectangle((0, y, w, h), fill=blend(top, blend(first, palette.paper, 0.3), band / 12))
    moon = (w * chance.uniform(0.3, 0.7), h * chance.uniform(0.26, 0.34))
    radius = min(w, h) * chance.uniform(0.14, 0.19)
    sky = blend(top, first, 0.2)
    for ring in range(4, 0, -1):
        disc(draw, *moon, radius * (1 + 0.32 * ring), blend(sky, third, 0.55 - 0.11 * ring))
    disc(draw, *moon, radius, third)
    layers = chance.randrange(7, 10)
    for layer in range(layers):
        share = layer / (layers - 1)
        colour = blend(blend(first, palette.paper, 0.25), second, min(1, share * 1.6))
        colour = blend(colour, dark, max(0.0, share * 1.15 - 0.3))
        base = h * (0.42 + 0.5 * share**1.15)
        draw.polygon(_ridge(w, h, base, h * (0.085 - 0.03 * share), chance), fill=colour)
    return add_grain(image.reduce(FINE), 0.14, chance)


def _ridge(w: int, h: int, base: float, swing: float, chance: Random) -> list[tuple[float, float]]:
    parts = [(chance.uniform(0.6, 1.4), chance.uniform(0, 7), 1.0)]
    parts += [(chance.uniform(1.6, 3.2), chance.uniform(0, 7), 0.45)]
    points = [
        (x, base + swing * sum(a * math.sin(2 * math.pi * f * x / w + p) for f, p, a in parts))
        for x in range(0, w + 12, 12)
    ]
    return [*points, (w, h), (0, h)]


def paint_rings(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """Two sets of rings, slipped along a cut, like a record between two tracks."""
    colours = [*chance.sample(palette.paints, 3), palette.ink]
    image, _ = canvas(width, height, palette.paper)
    w, h = image.size
    across = chance.random() < 0.5
    band = min(w, h) / chance.uniform(15, 19)
    order = [chance.choice(colours) if chance.random() < 0.7 else palette.paper for _ in range(40)]
    for index in range(1, 40):
        if order[index] == order[index - 1]:
            order[index] = palette.paper if order[index] != palette.paper else colours[index % 4]
    slip = band * chance.choice((2, 3, 4))
    for half in (0, 1):
        side = Image.new("RGB", (w, h), palette.paper)
        draw = ImageDraw.Draw(side)
        x, y = w / 2, h / 2
        x, y = (x, y + slip * (half - 0.5)) if across else (x + slip * (half - 0.5), y)
        for index in range(39, 0, -1):
            disc(draw, x, y, band * index, order[index])
        disc(draw, x, y, band * 0.34, palette.paper)
        box = (w // 2 * half, 0, w // 2 * (half + 1), h)
        if not across:
            box = (0, h // 2 * half, w, h // 2 * (half + 1))
        image.paste(side.crop(box), box[:2])
    return add_grain(image.reduce(FINE), 0.14, chance)


def paint_tiles(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """A wall of quarter circles, leaves, eyes and stripes, as the Bauhaus liked them."""
    image, draw = canvas(width, height, palette.paper)
    w, h = image.size
    columns = [round(w / min(w, h) * count) for count in chance.sample((4, 5, 6), 3)]
    # The count that leaves no thin slices at the edges.
    side = math.ceil(w / min(columns, key=lambda count: abs(h * count / w - round(h * count / w))))
    colours = [*palette.paints, palette.ink, blend(palette.paper, palette.paints[2], 0.35)]
    for row in range(round(h / side + 0.3)):
        for column in range(math.ceil(w / side)):
            ground, front, third = chance.sample(colours, 3)
            if chance.random() < 0.35:
                ground = palette.paper
            _tile(draw, column * side, row * side, side, (ground, front, third), chance)
    return add_grain(image.reduce(FINE), 0.16, chance)


def _tile(
    draw: ImageDraw.ImageDraw,
    x: int,
    y: int,
    s: int,
    colours: tuple[Colour, Colour, Colour],
    chance: Random,
) -> None:
    ground, front, third = colours
    draw.rectangle((x, y, x + s, y + s), fill=ground)
    kind = chance.choice(
        ("quarter", "quarter", "quarters", "half", "disc", "leaf", "stripes", "eye")
    )
    corner = chance.randrange(4)
    cx, cy = x + s * (corner % 2), y + s * (corner // 2)
    start = (0, 90, 270, 180)[corner]
    if kind in ("quarter", "quarters"):
        radii = (1.0,) if kind == "quarter" else (1.0, 0.75, 0.5, 0.25)
        for index, radius in enumerate(radii):
            r = s * radius
            box = (cx - r, cy - r, cx + r, cy + r)
            draw.pieslice(box, start, start + 90, fill=(front, ground)[index % 2])
    elif kind == "half":
        turn = 90 * corner
        shift = ((0, -s / 2), (s / 2, 0), (0, s / 2), (-s / 2, 0))[corner]
        box = (x + shift[0], y + shift[1], x + s + shift[0], y + s + shift[1])
        draw.pieslice(box, turn, turn + 180, fill=front)
    elif kind == "disc":
        disc(draw, x + s / 2, y + s / 2, s * 0.42, front)
        disc(draw, x + s / 2, y + s / 2, s * 0.16, third)
    elif kind == "leaf":
        _leaf(draw, (x, y, s), front, flipped=corner % 2 == 0)
    elif kind == "stripes":
        for stripe in range(0, 8, 2):
            a, b = s * stripe / 8, s * (stripe + 1) / 8
            box = (x + a, y, x + b, y + s) if corner % 2 else (x, y + a, x + s, y + b)
            draw.rectangle(box, fill=front)
    else:
        _leaf(draw, (x, y, s), front, flipped=corner % 2 == 0)
        disc(draw, x + s / 2, y + s / 2, s * 0.2, third)


def _leaf(
    draw: ImageDraw.ImageDraw, place: tuple[int, int, int], fill: Colour, *, flipped: bool
) -> None:
    x, y, s = place
    points = []
    for step in range(0, 91, 3):
        turn = math.radians(step)
        points.append((s * math.sin(turn), s - s * math.cos(turn)))
    for step in range(0, 91, 3):
        turn = math.radians(step)
        points.append((s - s * math.sin(turn), s * math.cos(turn)))
    draw.polygon([(x + (s - a if flipped else a), y + b) for a, b in points], fill=fill)


def paint_mesh(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """Soft light: a few glowing colours that flow into each other, with film grain."""
    small = (max(2, width // 10), max(2, height // 10))
    dark = palette.ink if luma(palette.ink) < luma(palette.paper) else palette.paper
    image = Image.new("RGB", small, blend(dark, palette.paints[0], 0.3))
    draw = ImageDraw.Draw(image)
    colours = [*palette.paints, dark, *palette.paints[:2]]
    for index in range(9):
        x = small[0] * chance.uniform(-0.1, 1.1)
        y = small[1] * chance.uniform(-0.1, 1.1)
        reach = min(small) * chance.uniform(0.22, 0.46)
        stretch = chance.uniform(0.6, 1.7)
        box = (x - reach * stretch, y - reach, x + reach * stretch, y + reach)
        draw.ellipse(box, fill=colours[index % len(colours)])
    image = image.filter(ImageFilter.GaussianBlur(min(small) * 0.13))
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    return add_grain(image, 0.28, chance)


def paint_print(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """Two or three inks over each other, a little off the mark, with a halftone: a risograph."""
    light = palette.paper if luma(palette.paper) > luma(palette.ink) else palette.ink
    image, _ = canvas(width, height, blend(light, (255, 252, 244), 0.4))
    w, h = image.size
    unit = min(w, h)
    for index, ink in enumerate(chance.sample(palette.paints, 3)):
        plate = Image.new("L", (w, h), 0)
        draw = ImageDraw.Draw(plate)
        x, y = w * chance.uniform(0.22, 0.78), h * chance.uniform(0.25, 0.75)
        r = unit * chance.uniform(0.24, 0.36)
        if index == 0:
            disc(draw, w * 0.5, h * 0.5, unit * 0.36, 255)  # type: ignore[arg-type]  # one plate
        elif chance.random() < 0.5:
            turn = chance.choice((0, 45, 90, 135, 180, 270))
            draw.pieslice(
                (x - r * 1.2, y - r * 1.2, x + r * 1.2, y + r * 1.2), turn, turn + 180, fill=255
            )
        else:
            _arches(draw, x, y, r)
        if index == 1:
            plate = ImageChops.multiply(plate, _halftone(w, h, unit / 62))
        tinted = Image.composite(
            Image.new("RGB", (w, h), ink), Image.new("RGB", (w, h), "white"), plate
        )
        image = ImageChops.multiply(image, tinted)
    return add_grain(image.reduce(FINE), 0.34, chance)


def _arches(draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    for index in range(5):
        radius = r * (1.2 - 0.24 * index)
        fill = 255 if index % 2 == 0 else 0
        draw.pieslice((x - radius, y - radius, x + radius, y + radius), 180, 360, fill=fill)
        draw.rectangle((x - radius, y, x + radius, y + r * 0.6), fill=fill)


def _halftone(w: int, h: int, pitch: float) -> Image.Image:
    dots = Image.new("L", (w, h), 0)
    draw = ImageDraw.Draw(dots)
    for row in range(int(h / pitch) + 2):
        share = 0.25 + 0.6 * row * pitch / h
        radius = pitch * 0.72 * math.sqrt(share)
        for column in range(int(w / pitch) + 2):
            x = (column + row % 2 / 2) * pitch
            draw.ellipse(
                (x - radius, row * pitch - radius, x + radius, row * pitch + radius), fill=255
            )
    return dots


def paint_bars(width: int, height: int, palette: Palette, chance: Random) -> Image.Image:
    """The shape of a sound: rounded bars that swell and fade around a line."""
    first, second, third = chance.sample(palette.paints, 3)
    image, draw = canvas(width, height, palette.paper)
    w, h = image.size
    disc(draw, w * 0.5, h * 0.5, min(w, h) * 0.40, blend(palette.paper, third, 0.28))
    count = max(12, round(w / min(w, h) * chance.choice((21, 25, 29))))
    pitch = w / (count + 1)
    swell = [
        (chance.uniform(1, 3), chance.uniform(0, 7)),
        (chance.uniform(3, 7), chance.uniform(0, 7)),
    ]
    for index in range(count):
        share = index / (count - 1)
        level = 0.5 + 0.3 * math.sin(swell[0][0] * 6 * share + swell[0][1])
        level += 0.2 * math.sin(swell[1][0] * 6 * share + swell[1][1])
        level = max(
            0.05, level * math.sin(math.pi * (0.06 + 0.88 * share)) * chance.uniform(0.75, 1.1)
        )
        x, reach = pitch * (index + 1), h * 0.42 * level + pitch * 0.3
        colour = blend(first, second, share) if share < 0.5 else blend(second, third, share * 2 - 1)
        colour = blend(first, second, share * 2) if share < 0.5 else colour
        half = pitch * 0.31
        draw.rounded_rectangle(
            (x - half, h / 2 - reach, x + half, h / 2 + reach), half, fill=colour
        )
    return add_grain(image.reduce(FINE), 0.12, chance)
