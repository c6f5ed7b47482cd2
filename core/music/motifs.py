"""Motifs: small rhythms with a shape, and how a phrase states, varies and answers them."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.music.chance import Chance
from core.music.metre import STEP, Metre

Cells = tuple[tuple[int, ...], ...]

# Lengths in sixteenths that fill half a bar (a whole one in 3/4), from calm to busy.
_CELLS: dict[str, tuple[Cells, ...]] = {
    "4/4": (
        ((8,), (6, 2), (4, 4), (8,)),
        ((4, 4), (6, 2), (4, 2, 2), (8,), (2, 2, 4)),
        ((4, 2, 2), (2, 2, 4), (3, 3, 2), (6, 2), (4, 4), (2, 2, 2, 2)),
        ((2, 2, 2, 2), (3, 3, 2), (4, 2, 2), (2, 2, 4), (2, 1, 1, 4), (2, 2, 3, 1)),
    ),
    "3/4": (
        ((12,), (8, 4), (8, 4)),
        ((8, 4), (4, 4, 4), (6, 2, 4), (4, 8)),
        ((4, 4, 4), (4, 2, 2, 4), (6, 2, 2, 2), (8, 2, 2)),
        ((4, 2, 2, 2, 2), (2, 2, 4, 4), (6, 2, 2, 2), (2, 2, 2, 2, 4)),
    ),
    "6/8": (
        ((6,), (4, 2), (6,)),
        ((4, 2), (6,), (4, 2)),
        ((4, 2), (2, 2, 2), (3, 1, 2)),
        ((2, 2, 2), (4, 2), (3, 1, 2), (2, 2, 2)),
    ),
}
_SHAPES = ("aabc", "abac", "aaac", "abcc")
"""Which motif each of four bars has; the last one is brought to rest."""
_ARCHES = ((0, 1, 3, 0), (0, 2, 3, 1), (2, 3, 1, 0), (0, 3, 2, 0), (1, 0, 3, 1), (3, 2, 1, 0))
"""How many steps of the scale each of four bars lies over the first."""
_MOVES: tuple[tuple[int, int], ...] = (
    (1, 30), (-1, 30), (2, 10), (-2, 10), (0, 6), (3, 5), (-3, 5), (4, 3), (-4, 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A note that a phrase would like: where, how long (ticks), and how high in scale steps."""

    start: int
    length: int
    height: int


@dataclass(frozen=True, slots=True)
class _Motif:
    lengths: tuple[int, ...]
    contour: tuple[int, ...]


def write_phrases(
    bars: int, *, metre: Metre, busyness: int, chance: Chance, ends_long: bool
) -> tuple[Wish, ...]:
    """The notes that a theme wishes for, phrase by phrase of four bars.

    With `ends_long`, the last bar is one long note.
    """
    motifs = {name: _invent(metre, busyness, chance) for name in "abc"}
    shape, arches = chance.pick(_SHAPES), (chance.pick(_ARCHES), chance.pick(_ARCHES))
    upbeat = chance.happens(25)
    wishes: list[Wish] = []
    for bar in range(bars):
        place, phrase = bar % 4, bar // 4
        last = place == 3 or bar == bars - 1
        motif = motifs[shape[place]]
        rise = arches[phrase % 2][place]
        if bar == bars - 1 and ends_long:
            wishes.append(Wish(bar * metre.bar, metre.bar, 0))
            continue
        row = _rest(motif, metre) if last else motif
        silent = upbeat and place == 0 and len(row.lengths) > 2
        wishes += _place(row, bar * metre.bar, rise, silent=silent)
    return tuple(wishes)


def _invent(metre: Metre, busyness: int, chance: Chance) -> _Motif:
    cells = _CELLS[metre.name][busyness]
    lengths: list[int] = []
    while sum(lengths) < metre.steps:
        lengths += chance.pick(cells)
    height = 0
    contour = []
    leap = 0
    for _ in lengths:
        contour.append(height)
        # After a leap the line turns back by a step.
        move = (-1 if leap > 0 else 1) if abs(leap) > 2 else chance.weigh(_MOVES)
        leap = move
        height = max(-4, min(5, height + move))
    return _Motif(tuple(lengths), tuple(contour))


def _rest(motif: _Motif, metre: Metre) -> _Motif:
    """The motif brought to rest: its beginning, then a long note and a breath."""
    half = metre.steps // 2
    lengths: list[int] = []
    for length in motif.lengths:
        if sum(lengths) + length > half:
            break
        lengths.append(length)
    breath = 2 if metre.steps - sum(lengths) > 4 else 0
    rest = metre.steps - sum(lengths) - breath
    heights = [*motif.contour[: len(lengths)], 0]
    return _Motif((*lengths, rest), tuple(heights))


def _place(motif: _Motif, start: int, rise: int, *, silent: bool) -> list[Wish]:
    wishes = []
    at = start
    for rank, (length, height) in enumerate(zip(motif.lengths, motif.contour, strict=True)):
        if rank or not silent:
            wishes.append(Wish(at, length * STEP, height + rise))
        at += length * STEP
    return wishes


def hold(starts: Sequence[int], end: int) -> tuple[Wish, ...]:
    """Long notes from each start to the next: a line that only moves with the chords."""
    ends = [*starts[1:], end]
    return tuple(Wish(start, stop - start, 0) for start, stop in zip(starts, ends, strict=True))
