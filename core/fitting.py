"""Planning how a file is made to fit: which coding, how many parts, and where they are cut."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Final

from core.delivery import Codec, Coding, Preference, Rung, Why

FLOORS = {Codec.MP3: 64, Codec.AAC: 64, Codec.OPUS: 48}
"""The least kb/s of each codec that is still worth listening to."""
STILL_SECONDS = 60
"""How long one group of a still picture lasts when it is encoded again."""
MOST_PARTS = 10
"""Nobody wants more messages than that: a link comes instead."""
_FAIR = 96
"""kb/s under which more parts are better than less quality, and a smaller picture is, too."""
_MP3_RATES: Final[tuple[int, ...]] = (320, 256, 224, 192, 160)
_LOW_MP3_RATES: Final[tuple[int, ...]] = (128, 112, 96, 80, 64)
_HEIGHTS = (1080, 720, 480, 360)
_MOVING = {1080: (3000, 2000), 720: (1500, 1000, 600), 480: (500, 300), 360: (250, 150)}
"""kb/s of a moving picture, by its lines: less looks worse than fewer lines."""
_MARGIN = 1.005
_SHORTEST_PART = 20.0
_MOST_DRIFT = 0.1
_ROOM = 0.93
"""Pieces of a chapter are that much shorter than they may be, so that their borders can move."""
_ROUNDING = 1e-6
_FALL = 1.8
"""A picture of a part of the lines needs that part of the bytes, to this power."""
_AGAIN = 0.6
"""A still that is encoded again for a minute takes that part of the bytes it had."""

# What the encoders really write, measured (docs/decisions/delivery.md): (of the rate, bytes a
# second for the container). MP3 of a constant rate is exact.
_WRITTEN = {Codec.MP3: (1.0, 0.0), Codec.AAC: (1.05, 250.0), Codec.OPUS: (1.012, 140.0)}
_MP4_BYTES = 120.0
"""Bytes a second that the index of an MP4 takes for the frames of its picture, beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The picture in a file: its lines, its bits a second.

    `group` is the bytes of the group of frames that repeats where it is a still, else 0.
    `again` is what a group of `STILL_SECONDS` takes when it is encoded again, as (lines, bytes),
    once that was tried.
    """

    height: int
    rate: float
    group: int = 0
    again: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is to be made smaller: bytes, seconds, and the kb/s of its sound.

    `starts` are the seconds at which chapters begin, the first at 0. `tags` is the bytes that
    each file made of it carries besides: cover, chapters. `levels` is how loud it is, evenly
    spread over its length; cuts inside a chapter are made where that is low.
    """

    size: int
    seconds: float
    rate: float
    starts: tuple[float, ...] = (0.0,)
    tags: int = 0
    levels: tuple[float, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch, in seconds of the whole."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do: `parts` are all of the whole in order, one for `SMALLER`.

    `split` is how many chapters are cut in two or more.
    """

    rung: Rung
    coding: Coding | None = None
    parts: tuple[Part, ...] = ()
    split: int = 0
    why: Why | None = None


def plan_delivery(
    material: Material, *, limit: int, preference: Preference, plays: Collection[str]
) -> Plan:
    """The best form of which each file has at most `limit` bytes, by what encoders usually write.

    In one piece as long as the sound stays worth it, then in parts at chapter borders or as a
    link, as preferred. Of all ways to make parts: those that split the fewest chapters, then
    those of fair sound, then the fewest parts, then the best sound.
    """
    if material.size <= limit:
        return Plan(rung=Rung.AS_IS)
    codings = list(list_codings(material, plays))
    for coding in codings:
        if estimate_size(material, coding, material.seconds) <= limit:
            whole = Part(0.0, material.seconds)
            return Plan(rung=Rung.SMALLER, coding=coding, parts=(whole,))
    if preference is Preference.LINK:
        return Plan(rung=Rung.LINK, why=Why.WISH)
    plans = [plan for coding in codings for plan in _in_parts(material, coding, limit)]
    if not plans:
        return Plan(rung=Rung.LINK, why=Why.PARTS)
    # The codings come from the best to the worst, so that of equals the first is the best.
    return min(plans, key=_by_preference)


def _by_preference(plan: Plan) -> tuple[int, bool, int]:
    fair = plan.coding is not None and plan.coding.rate >= _FAIR
    return plan.split, not fair, len(plan.parts) if fair else 0


def list_codings(material: Material, plays: Collection[str]) -> Iterator[Coding]:
    """All codings that are worth it for a place that plays these endings, the best first.

    None has a higher rate than the source, but for the floor: that would only look better.
    """
    if material.picture is None:
        yield from _sounds(material.rate, plays)
        return
    sounds = list(_sounds(material.rate, {"m4a"}))
    # Sound matters more than the picture, which gives way before the sound gets poor.
    for fair in (True, False):
        for look in _looks(material.picture):
            for sound in sounds:
                if (sound.rate >= _FAIR) is fair:
                    yield replace(sound, height=look[0], picture=look[1])


def _sounds(most: float, plays: Collection[str]) -> Iterator[Coding]:
    """MP3 plays everywhere and is as good as any from 160 kb/s on; below, Opus is, then AAC."""
    if "mp3" in plays:
        yield from (Coding(codec=Codec.MP3, rate=rate) for rate in _MP3_RATES if rate <= most)
        top = _MP3_RATES[-1] - 8
    else:
        top = 256
    codec, rates = Codec.MP3, _LOW_MP3_RATES
    if "ogg" in plays:
        codec, rates = Codec.OPUS, tuple(range(top, FLOORS[Codec.OPUS] - 1, -8))
    elif "m4a" in plays:
        codec, rates = Codec.AAC, tuple(range(top, FLOORS[Codec.AAC] - 1, -8))
    most = max(most, FLOORS[codec])
    yield from (Coding(codec=codec, rate=rate) for rate in rates if rate <= most)


def _looks(picture: Picture) -> Iterator[tuple[int, int]]:
    """Lines and kb/s of the picture, the best first; (0, 0) is the one that is there."""
    yield 0, 0
    tried = dict(picture.again)
    for height in list_heights(picture):
        if picture.group:
            group = picture.group * _AGAIN * (height / picture.height) ** _FALL
            yield height, ceil(tried.get(height, group) * 8 / STILL_SECONDS / 1000)
            continue
        for rate in _MOVING[height]:
            if rate * 1000 < picture.rate:
                yield height, rate


def list_heights(picture: Picture) -> list[int]:
    """The numbers of lines that a picture may be given, its own at most, the most first."""
    return [height for height in _HEIGHTS if height <= picture.height]


def estimate_size(material: Material, coding: Coding, seconds: float) -> float:
    """Bytes of a file of so many seconds, with a margin."""
    once, each = _cost(material, coding)
    return (once + each * seconds) * _MARGIN


def _cost(material: Material, coding: Coding) -> tuple[float, float]:
    """Bytes that a file takes however short it is, and bytes for each second."""
    share, container = _WRITTEN[coding.codec]
    each = coding.rate * 125 * share + container
    once = material.tags + 4096.0
    if material.picture is None:
        return once, each
    if not coding.height:
        # A file ends within a group, so that its share of groups is rounded up.
        picture = material.picture
        return once + picture.group, each + picture.rate / 8 + _MP4_BYTES
    still = coding.picture * 125 * STILL_SECONDS if material.picture.group else 0
    return once + still, each + coding.picture * 125 + _MP4_BYTES


def _in_parts(material: Material, coding: Coding, limit: int) -> Iterator[Plan]:
    """The plan with this coding, if it makes a fair number of parts."""
    if material.picture is not None and not material.picture.group and not coding.height:
        return  # a moving picture that is copied can only be cut where a key frame happens to be
    once, each = _cost(material, coding)
    longest = (limit / _MARGIN - once) / each
    if longest < _SHORTEST_PART or longest * MOST_PARTS < material.seconds:
        return
    borders, split = _find_borders(material, longest)
    parts = _pack(borders, longest)
    if len(parts) <= MOST_PARTS:
        yield Plan(rung=Rung.PARTS, coding=coding, parts=parts, split=split)


def _find_borders(material: Material, longest: float) -> tuple[list[float], int]:
    """Where cuts may be, with both ends, never further apart than `longest`; chapters split."""
    edges = [*material.starts, material.seconds]
    borders = [0.0]
    split = 0
    for start, end in pairwise(edges):
        if end - start > longest:
            borders += _split(material, start, end, longest=longest)
            split += 1
        borders.append(end)
    return borders, split


def _split(material: Material, start: float, end: float, *, longest: float) -> Iterator[float]:
    """Fair places inside a chapter that is too long: about equal pieces, cut where it is quiet."""
    count = ceil((end - start) / (longest * _ROOM))
    piece = (end - start) / count
    drift = min(piece * _MOST_DRIFT, (longest - piece) / 2)
    for index in range(1, count):
        yield _quietest(material, start + index * piece, drift)


def _quietest(material: Material, at: float, drift: float) -> float:
    """The time near `at`, by `drift` seconds at most, where the level is lowest."""
    levels = material.levels
    if not levels:
        return at
    step = material.seconds / len(levels)
    times = [(index + 0.5) * step for index in range(len(levels))]
    near = [(levels[i], abs(time - at), time) for i, time in enumerate(times)]
    near = [each for each in near if each[1] <= drift]
    return min(near)[2] if near else at


def _pack(borders: Sequence[float], longest: float) -> tuple[Part, ...]:
    """As few parts as can be, each from one border to another; the longest as short as can be."""
    parts = _fill(borders, longest)
    low, high = (borders[-1] - borders[0]) / len(parts), longest
    for _ in range(30):
        middle = (low + high) / 2
        evener = _fill(borders, middle)
        if len(evener) == len(parts) and _longest(evener) <= middle:
            parts, high = evener, _longest(evener)
        else:
            low = middle
    return parts


def _longest(parts: Sequence[Part]) -> float:
    return max(part.seconds for part in parts)


def _fill(borders: Sequence[float], longest: float) -> tuple[Part, ...]:
    cuts = [borders[0]]
    for border, after in pairwise(borders[1:]):
        if after - cuts[-1] > longest + _ROUNDING:
            cuts.append(border)
    return tuple(Part(start, end) for start, end in pairwise([*cuts, borders[-1]]))
