"""Prints on a table: where each lies, when it lands there, and how the camera goes over them."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from core.film.camera import hold_inside, smooth
from core.film.terms import RATE, Card, Point, Shot, Size, Study, View

TABLE = 1.5
"""How much larger than the film the table is."""
LANDING = 13
"""Frames in which a print falls onto the table."""
SIDE, FOOT = 0.055, 0.19
"""White around the picture, in parts of the print's width: on three sides, and below."""
_FILLS = 0.84
"""How much of the film's height or width a print takes when it is looked at."""
_SHAPES = (0.84, 1.22)
"""The narrowest and the widest picture on a print."""
_GLIDE_SECONDS = 2.0
_FIRST_LANDS = 0.5


def table_size(film: Size) -> Size:
    """The table in pixels: at a zoom of `TABLE` each of them is one of the film's."""
    return Size(round(film.width * TABLE), round(film.height * TABLE))


def lay_cards(
    studies: Sequence[Study], lands: Sequence[int], labels: Sequence[str], *, film: Size, seed: int
) -> tuple[Card, ...]:
    """A print of each photo, scattered around the middle, none of them straight."""
    chance, table = Random(seed), table_size(film)  # noqa: S311  for looks
    cards = []
    for number, study in enumerate(studies):
        turn = number * 2.39996 + chance.uniform(-0.3, 0.3)  # the golden angle: no two coincide
        away = 0.0 if len(studies) == 1 else 0.07 + 0.09 * min(1.0, number / 4)
        angle = (-1 if number % 2 == 0 else 1) * chance.uniform(1.4, 5.0)
        width, height = _outer(study.size, film)
        cards.append(
            Card(
                x=0.5 + away * math.cos(turn),
                y=0.5 + 0.75 * away * math.sin(turn),
                width=width / table.width,
                height=height / table.height,
                angle=angle,
                lands=lands[number],
                label=labels[number] if number < len(labels) else "",
            )
        )
    return tuple(cards)


def _outer(photo: Size, film: Size) -> tuple[float, float]:
    """Width and height of a print in pixels of the film."""
    shape = picture_shape(photo)
    inner = 1 - 2 * SIDE
    high = SIDE + inner / shape + FOOT
    width = min(_FILLS * film.height / high, _FILLS * film.width)
    return width, width * high


def picture_shape(photo: Size) -> float:
    """Width by height of what a print shows of a photo."""
    return min(max(photo.shape, _SHAPES[0]), _SHAPES[1])


def plan_table(
    cards: Sequence[Card], studies: Sequence[Study], photos: Sequence[int], cuts: Sequence[int], *,
    film: Size, seed: int,
) -> tuple[Shot, ...]:  # fmt: skip
    """The camera's way over the table: to each print, close to what it shows, and back."""
    chance, table = Random(seed + 7), table_size(film)  # noqa: S311  for looks
    shots: list[Shot] = []
    for number, ((start, end), photo) in enumerate(zip(pairwise(cuts), photos, strict=True)):
        nth, card = photos[:number].count(photo), cards[photo]
        last = number == len(photos) - 1 and number > 0
        begin, finish = _look(card, studies[photo], nth, last=last, film=film, chance=chance)
        shots.append(
            Shot(
                photo=photo,
                start=start,
                end=end,
                begin=hold_inside(begin, table, film),
                finish=hold_inside(finish, table, film),
                glide=min(round(_GLIDE_SECONDS * RATE), (end - start) // 2) if number else 0,
            )
        )
    return tuple(shots)


def _look(
    card: Card, study: Study, nth: int, *, last: bool, film: Size, chance: Random
) -> tuple[View, View]:
    lean = card.angle * 0.45 + chance.uniform(-0.5, 0.5)
    if last:
        far = View(0.5 + (card.x - 0.5) * 0.6, 0.5 + (card.y - 0.5) * 0.6, 1.16, angle=0.4)
        return View(card.x, card.y, 1.5, angle=-lean * 0.5), far
    if nth % 2 == 0:
        return (
            View(card.x, card.y, 1.34, angle=lean + 1.0),
            View(card.x, card.y, 1.50, angle=lean - 0.8),
        )
    points = study.points or (Point(0.5, 0.5),)
    x, y = _on_the_table(card, points[nth // 2 % len(points)], film)
    near = View(card.x + (x - card.x) * 0.75, card.y + (y - card.y) * 0.75, 2.05, angle=lean)
    return View(card.x, card.y, 1.7, angle=lean), near


def _on_the_table(card: Card, point: Point, film: Size) -> tuple[float, float]:
    """Where a point of a photo lies on the table, in its parts."""
    table = table_size(film)
    width, height = card.width * table.width, card.height * table.height
    across = (point.x - 0.5) * width * (1 - 2 * SIDE)
    picture = height - width * (SIDE + FOOT)
    down = (point.y - 0.5) * picture - width * (FOOT - SIDE) / 2
    turn = math.radians(card.angle)
    x = across * math.cos(turn) - down * math.sin(turn)
    y = across * math.sin(turn) + down * math.cos(turn)
    return card.x + x / table.width, card.y + y / table.height


def falling(card: Card, frame: int) -> tuple[float, float, float]:
    """How much larger, turned by how many degrees, and how solid a print is while it lands."""
    part = smooth((frame - card.lands) / LANDING)
    return 1 + 0.30 * (1 - part), 7 * (1 - part) * (1 if card.angle > 0 else -1), min(1, 2.2 * part)


def first_landing(cuts: Sequence[int], beats: Sequence[float], *, after: int = 0) -> int:
    """The frame at which the first print falls: early, but `after` a frame, on a beat if one is
    near."""
    early = min(max(round(_FIRST_LANDS * RATE), after), cuts[1] // 2)
    frames = (round(beat * RATE) for beat in beats)
    return next((frame for frame in frames if early <= frame <= early + RATE // 2), early)
