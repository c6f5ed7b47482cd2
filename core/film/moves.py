"""How the camera moves in a shot: towards what matters, away from it, or along it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from core.film.camera import SWAY, hold_inside, window
from core.film.terms import RATE, Point, Shot, Size, Study, Style, View

_SHARP = 1.8
"""How far a photo may be blown up, in pixels of the film for one of its own."""
_MIDDLE = Point(0.5, 0.5)
_LEAN = 0.4
_FOLLOW = 1.8
_SLACK = 1.35
"""Beyond this part of the photo out of sight, the camera goes along it to show all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a style moves. `seconds` is how long shots last, `fade` their dissolves (0: cuts).

    `speed` is the part of the zoom that is gained in a second; `wide` and `near` are the zooms
    from which shots of all of a photo and of a detail begin; `tilt` is how far it leans.
    """

    seconds: float
    fade: float
    speed: float
    wide: float
    near: float
    tilt: float = 0.0


MANNERS = {
    Style.CALM: Manner(seconds=12, fade=1.8, speed=0.010, wide=1.03, near=1.16, tilt=0.045),
    Style.FILM: Manner(seconds=6.5, fade=0.9, speed=0.016, wide=1.05, near=1.30),
    Style.PULSE: Manner(seconds=2.6, fade=0.0, speed=0.030, wide=1.04, near=1.35),
    Style.POLAROID: Manner(seconds=8, fade=0.0, speed=0.0, wide=1.0, near=1.0),
}


def plan_shots(
    studies: Sequence[Study], photos: Sequence[int], cuts: Sequence[int], *, film: Size,
    style: Style, seed: int,
) -> tuple[Shot, ...]:  # fmt: skip
    """One shot between each two `cuts` (frames), of the photo named for it.

    Dissolves lie around the cut, half of them before and half of them after.
    """
    manner, chance = MANNERS[style], Random(seed)  # noqa: S311  for looks
    shots: list[Shot] = []
    last_move = ""
    for number, ((start, end), photo) in enumerate(zip(pairwise(cuts), photos, strict=True)):
        fade = _fade(manner, cuts, number) if number else 0
        after = _fade(manner, cuts, number + 1) if end < cuts[-1] else 0
        first, last = start - fade // 2, end + (after - after // 2)
        nth = photos[:number].count(photo)
        move = _choose_move(number, len(photos), last_move, chance)
        mover = _Mover(studies[photo], film, manner, style, chance)
        begin, finish = mover.move(move, nth=nth, seconds=(last - first) / RATE)
        last_move = move
        shots.append(
            Shot(photo=photo, start=first, end=last, begin=begin, finish=finish, fade=fade)
        )
    return tuple(shots)


def _fade(manner: Manner, cuts: Sequence[int], number: int) -> int:
    """Frames of the dissolve at a cut: never more than half of the shorter neighbour."""
    shorter = min(cuts[number] - cuts[number - 1], cuts[number + 1] - cuts[number])
    return min(round(manner.fade * RATE), shorter // 2)


def _choose_move(number: int, count: int, last: str, chance: Random) -> str:
    """It begins by going in and ends by showing all; between, no move comes twice in a row."""
    if number == 0:
        return "in"
    if number == count - 1:
        return "end"
    return chance.choice([move for move in ("in", "out", "along", "along") if move != last])


def _lean(point: Point, first: Point) -> Point:
    """A point, a little towards what matters most, so that a face is not cut off at its chin."""
    x = point.x + (first.x - point.x) * _LEAN
    return Point(x, point.y + (first.y - point.y) * _LEAN)


class _Mover:
    """Chooses views of one photo."""

    def __init__(
        self, study: Study, film: Size, manner: Manner, style: Style, chance: Random
    ) -> None:
        self._study = study
        self._film = film
        self._manner = manner
        self._chance = chance
        self._margin = SWAY * 1.1 if style is Style.FILM else 0.0
        wide, high = window(study.size, film)
        self._slack = 1 / min(wide, high)
        sharp = _SHARP * wide * study.size.width / film.width
        self._most = min(max(sharp, 1.3), 2.0)

    def move(self, move: str, *, nth: int, seconds: float) -> tuple[View, View]:
        """Where the camera begins and ends; the `nth` shot of a photo looks at its nth point."""
        points = self._study.points or (_MIDDLE,)
        point = _lean(points[nth % len(points)], points[0])
        if nth == 0 and self._slack > _SLACK:
            return self._pass_over(point)
        closeness = self._manner.near if nth else self._manner.wide
        start = min(closeness, self._most)
        gain = 1 + self._manner.speed * seconds
        if move == "end":
            from_zoom = min(self._manner.wide * (1 + 2.5 * (gain - 1)), self._most)
            whole = self._at(points[0], self._manner.wide, lean=0.0, pull=0.35)
            return self._at(points[0], from_zoom, lean=self._manner.tilt, pull=0.8), whole
        if move == "along":
            return self._along(point, min(start * (1 + 0.5 * (gain - 1)), self._most), seconds)
        far = self._at(point, start, lean=0.0, pull=0.35 if nth == 0 else 0.7)
        near = self._at(point, min(start * gain, self._most * 1.1), lean=self._manner.tilt, pull=1)
        return (far, near) if move == "in" else (near, far)

    def _at(self, point: Point, zoom: float, *, lean: float, pull: float) -> View:
        """A view whose middle is `pull` of the way from the photo's middle to the point.

        Where less of the photo is seen, it is farther on that way.
        """
        wide, high = window(self._study.size, self._film)
        x, y = (
            0.5 + (place - 0.5) * min(1.0, pull + _FOLLOW * (1 - pull) * (1 - part))
            for place, part in ((point.x, wide), (point.y, high))
        )
        return self._held(View(x, y, zoom, tilt=lean))

    def _along(self, point: Point, zoom: float, seconds: float) -> tuple[View, View]:
        """Past a point, from side to side, or up and down where there is more room for that."""
        wide, high = window(self._study.size, self._film)
        zoom = max(zoom, 1.12)
        reach = min(self._manner.speed * 1.1 * seconds / zoom, 0.22)
        sideways = 1 - wide / zoom >= 0.75 * (1 - high / zoom)
        sign = self._chance.choice((-1, 1))
        x, y = (reach * sign / 2, 0.0) if sideways else (0.0, reach * sign / 2)
        tilt = self._manner.tilt
        views = [
            View(point.x - x, point.y - y, zoom, tilt=-0.4 * tilt),
            View(point.x + x, point.y + y, zoom * 1.02, tilt=0.6 * tilt),
        ]
        return self._held(views[0]), self._held(views[1])

    def _pass_over(self, point: Point) -> tuple[View, View]:
        """All along a photo of which the film's shape shows only a part, ending at the point."""
        wide, high = window(self._study.size, self._film)
        upright = high < wide
        lead = 0.32 * (1 - (high if upright else wide))
        aim = point.y if upright else point.x
        from_side = -1 if aim >= 0.5 else 1
        begin = (point.x, aim + from_side * lead) if upright else (aim + from_side * lead, point.y)
        zoom = self._manner.wide
        return self._held(View(*begin, zoom)), self._held(View(point.x, point.y, zoom * 1.04))

    def _held(self, view: View) -> View:
        """Inside the photo, also while it leans: as far as it ever does, so that all between two
        such views is inside, too."""
        leaning = replace(view, tilt=self._manner.tilt)
        held = hold_inside(leaning, self._study.size, self._film, margin=self._margin)
        return replace(held, tilt=view.tilt)
