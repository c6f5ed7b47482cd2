"""Drawn covers: a painting, a title that fits and the tracks, square and 16:9."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from adapters.pictures import art, typeset
from adapters.pictures.art import Colour, Painter, Palette
from adapters.pictures.cassette import Case, paint_cassette, place_case
from adapters.pictures.typeset import Block, Face
from adapters.pictures.writing import COVER_SIDE, FRAME

_UNTITLED = "Mixtape"
_MARGIN = 88


@dataclass(frozen=True, slots=True)
class Design:
    """What chance decided, and what is to be written. `count` is of all tracks."""

    paint: Painter
    palette: Palette
    face: Face
    arrange: str
    title: str
    lines: tuple[str, ...]
    count: int
    seed: str


_DESIGNS: tuple[tuple[Painter, tuple[Face, ...], tuple[str, ...]], ...] = (
    (art.paint_sunburst, (typeset.NARROW, typeset.WIDE, typeset.SANS), ("lower", "upper")),
    (art.paint_hills, (typeset.SERIF, typeset.WIDE), ("overlay", "lower", "window")),
    (art.paint_rings, (typeset.SANS, typeset.WIDE, typeset.NARROW), ("lower", "window", "upper")),
    (art.paint_tiles, (typeset.SANS, typeset.NARROW, typeset.WIDE), ("lower", "upper", "window")),
    (art.paint_mesh, (typeset.SERIF, typeset.SANS, typeset.WIDE), ("overlay",)),
    (art.paint_print, (typeset.SANS, typeset.SERIF, typeset.NARROW), ("window", "lower")),
    (art.paint_bars, (typeset.WIDE, typeset.SANS), ("lower", "upper")),
    (paint_cassette, (typeset.NARROW, typeset.SANS), ("cassette",)),
)


def draw_poster(
    title: str, lines: Sequence[str], *, count: int, seed: str
) -> tuple[Image.Image, Image.Image]:
    """The square cover and the frame for a video, alike in colours, painting and type."""
    design = _design(title, lines, count=count, seed=seed)
    return _SQUARES[design.arrange](design), _draw_frame(design)


def draw_square(title: str, lines: Sequence[str], *, count: int, seed: str) -> Image.Image:
    """The cover alone, for what has no video."""
    design = _design(title, lines, count=count, seed=seed)
    return _SQUARES[design.arrange](design)


def _design(title: str, lines: Sequence[str], *, count: int, seed: str) -> Design:
    chance = Random(seed)  # noqa: S311  for looks
    paint, faces, arrangements = chance.choice(_DESIGNS)
    face = chance.choice(faces)
    return Design(
        paint=paint,
        palette=chance.choice(art.PALETTES),
        face=face,
        arrange=chance.choice(arrangements),
        title=typeset.drawable(title, face) or _UNTITLED,
        lines=tuple(
            line for line in (typeset.drawable(each, typeset.TEXT) for each in lines) if line
        ),
        count=count,
        seed=seed,
    )


def _chance(design: Design) -> Random:
    return Random(f"{design.seed} paint")  # noqa: S311  for looks


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"


def _artists(lines: Sequence[str]) -> str:
    names = [line.split(" – ")[0] if " – " in line else line for line in lines]
    # A name is never torn apart at the end of a line.
    solid = [name.replace(" ", "\N{NO-BREAK SPACE}") for name in names]
    return "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}·  ".join(dict.fromkeys(solid))


def _draw_split(design: Design) -> Image.Image:
    """The painting on two thirds, the words on a calm third."""
    side, panel = COVER_SIDE, 470
    image = Image.new("RGB", (side, side), design.palette.paper)
    painting = design.paint(side, side - panel, design.palette, _chance(design))
    upper = design.arrange == "upper"
    image.paste(painting, (0, panel if upper else 0))
    top = 0 if upper else side - panel
    box = (_MARGIN, top + 62, side - _MARGIN, top + panel - 62)
    _write(image, box, design, ink=design.palette.ink)
    return image


def _draw_window(design: Design) -> Image.Image:
    """The painting as a print with a border, the words below it."""
    side = COVER_SIDE
    image = Image.new("RGB", (side, side), design.palette.paper)
    high = 900
    painting = design.paint(side - 2 * _MARGIN, high, design.palette, _chance(design))
    image.paste(painting, (_MARGIN, _MARGIN))
    box = (_MARGIN, _MARGIN + high + 44, side - _MARGIN, side - 70)
    _write(image, box, design, ink=design.palette.ink)
    return image


def _draw_overlay(design: Design) -> Image.Image:
    """The painting everywhere, darkened where the words are."""
    side = COVER_SIDE
    image = design.paint(side, side, design.palette, _chance(design))
    image = _darken(image, (0, side // 2, side, side))
    box = (_MARGIN, side - 560, side - _MARGIN, side - 84)
    _write(image, box, design, ink=(255, 252, 245), low=True)
    return image


def _darken(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    shade = Image.new("L", (image.width // 10, image.height // 10), 0)
    left, top, right, bottom = (value // 10 for value in box)
    ImageDraw.Draw(shade).rectangle((left - 20, top + 14, right + 20, bottom + 20), fill=165)
    shade = shade.filter(ImageFilter.GaussianBlur(16)).resize(image.size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", image.size, (10, 8, 16)), image, shade)


def _draw_cassette(design: Design) -> Image.Image:
    side = COVER_SIDE
    image = paint_cassette(side, side, design.palette, _chance(design))
    _write_label(image, place_case(side, side), design)
    return image


def _write_label(image: Image.Image, case: Case, design: Design) -> None:
    dark, light = sorted((design.palette.ink, design.palette.paper), key=art.luma)
    unit = case.unit
    draw = ImageDraw.Draw(image)
    wide = round(67 * unit)
    block = typeset.fit(
        design.title,
        design.face,
        width=wide,
        height=round(17 * unit),
        largest=round(12 * unit),
        smallest=round(3.2 * unit),
        lines=3,
    )
    x, y = case.at(23.2, 6.5)
    place = (round(x), round(y + (18.5 * unit - block.height) / 2))
    typeset.draw_block(draw, place, block, fill=dark, width=wide)
    left, top, right, bottom = case.box(9.5, 10.2, 20, 20.7)
    draw.rounded_rectangle((left, top, right, bottom), 1.6 * unit, fill=design.palette.paints[0])
    size = round(9 * unit)
    shift = (10.5 * unit - typeset.measure("A", typeset.SANS, size)) / 2
    place_of_a = (left + shift, bottom - 2.1 * unit)
    typeset.draw_line(draw, place_of_a, "A", face=typeset.SANS, size=size, fill=light)
    count = _tracks(design.count).upper() if design.count else "MIXTAPE"
    for x, label in ((10, count), (79.4, "STEREO")):
        typeset.draw_line(
            draw,
            case.at(x, 47.6),
            label,
            face=typeset.MONO,
            size=round(2.1 * unit),
            fill=dark,
            spacing=0.2 * unit,
        )


def _write(
    image: Image.Image,
    box: tuple[int, int, int, int],
    design: Design,
    *,
    ink: Colour,
    low: bool = False,
) -> None:
    """Title and artists into a box: from its top, or sitting on its bottom."""
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = box
    wide = right - left
    names = _name_block(design, wide)
    spare = names.height + names.depth + 44 if names.lines else 0
    title = typeset.fit(
        design.title,
        design.face,
        width=wide,
        height=bottom - top - spare - 20,
        largest=190,
        smallest=40,
        lines=4,
    )
    y = bottom - spare - title.height - title.depth
    y = y if low else (top + y + title.depth // 2) // 2
    typeset.draw_block(draw, (left, y), title, fill=ink, width=wide)
    soft = ink if low else art.blend(ink, design.palette.paper, 0.22)
    typeset.draw_block(draw, (left, bottom - names.height), names, fill=soft, width=wide)


def _name_block(design: Design, wide: int) -> Block:
    names = _artists(design.lines) or (_tracks(design.count) if design.count else "")
    block = typeset.fit(
        names, typeset.TEXT, width=wide, height=84, largest=34, smallest=29, lines=2
    )
    return replace(block, lines=tuple(line.rstrip(" ·\N{NO-BREAK SPACE}") for line in block.lines))


_SQUARES: dict[str, Callable[[Design], Image.Image]] = {
    "lower": _draw_split,
    "upper": _draw_split,
    "window": _draw_window,
    "overlay": _draw_overlay,
    "cassette": _draw_cassette,
}


def _draw_frame(design: Design) -> Image.Image:
    wide, high = FRAME
    if design.arrange == "overlay":
        image = design.paint(wide, high, design.palette, _chance(design))
        image = _darken(image, (wide // 2 - 120, -300, wide + 300, high + 300))
        _list_tracks(image, (wide // 2 + 60, 96, wide - 110, high - 96), design, (255, 252, 245))
        return image
    image = Image.new("RGB", FRAME, design.palette.paper)
    image.paste(design.paint(high, high, design.palette, _chance(design)), (0, 0))
    if design.arrange == "cassette":
        _write_label(image, place_case(high, high), design)
    _list_tracks(image, (high + 84, 96, wide - 84, high - 96), design, design.palette.ink)
    return image


def _list_tracks(
    image: Image.Image, box: tuple[int, int, int, int], design: Design, ink: Colour
) -> None:
    """Title above, then as many numbered tracks as there is room for, then how many more."""
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = box
    wide = right - left
    title = typeset.fit(
        design.title, design.face, width=wide, height=330, largest=128, smallest=40, lines=5
    )
    accent = _accent(design)
    head = title.height + title.depth + 96
    size, leading = (31, 51) if head + 51 * design.count <= bottom - top else (27, 43)
    rows = max(1, (bottom - top - head) // leading)
    shown = design.lines if design.count <= rows else design.lines[: rows - 1]
    more = design.count - len(shown)
    high = head + leading * (len(shown) + (1 if more > 0 else 0))
    y = top + max(0, bottom - top - high) // 2
    typeset.draw_block(draw, (left, y), title, fill=ink, width=wide)
    y += title.height + title.depth + 26
    draw.rectangle((left, y, left + 96, y + 7), fill=accent)
    y += 70
    soft = ink if design.arrange == "overlay" else art.blend(ink, design.palette.paper, 0.12)
    for number, line in enumerate(shown, 1):
        typeset.draw_line(
            draw, (left, y), f"{number:02}", face=typeset.MONO, size=size - 6, fill=accent
        )
        _write_row(draw, (left + 64, y), line, size, wide - 64, soft)
        y += leading
    if more > 0:
        x, text = (left + 64, f"and {more} more") if shown else (left, _tracks(more))
        typeset.draw_line(draw, (x, y), text, face=typeset.TEXT, size=size, fill=accent)


def _write_row(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], line: str, size: int, wide: int, ink: Colour
) -> None:
    text = typeset.shorten(line, typeset.TEXT, size, wide)
    x = float(place[0])
    if typeset.reads_from_right(text):
        x += wide - typeset.measure(text, typeset.TEXT, size)
    typeset.draw_line(draw, (x, place[1]), text, face=typeset.TEXT, size=size, fill=ink)


def _accent(design: Design) -> Colour:
    """The paint that stands off best from the ground that is written on."""
    ground = (10, 8, 16) if design.arrange == "overlay" else design.palette.paper
    return max(design.palette.paints, key=lambda paint: abs(art.luma(paint) - art.luma(ground)))
