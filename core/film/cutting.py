"""Where shots begin: on beats of the music, as far apart as the style wants it."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from core.film.terms import RATE

_COUNTS = (1, 2, 4, 8, 16, 32, 64)
"""Beats from cut to cut: half bars, bars, and phrases of them."""
_FEW = 3
_SHORTEST = 0.6
_NEAR = 0.35
"""A cut may wait for its beat by this part of a shot."""


def choose_cuts(
    frames: int, beats: Sequence[float], *, seconds: float, least: int = 1
) -> list[int]:
    """The frames at which shots begin, from 0 on, and the end.

    `beats` are seconds, the first of which begins a bar. Shots last about `seconds`, and there
    are at least `least` of them.
    """
    wanted = min(seconds * RATE, frames / least)
    grid = [round(beat * RATE) for beat in beats if beat * RATE < frames]
    cuts = _on_beats(grid, frames, wanted) if len(grid) > _FEW else []
    if len(cuts) + 1 < least or not cuts:
        cuts = _evenly(grid, frames, max(least, round(frames / wanted)))
    return [0, *cuts, frames]


def _on_beats(grid: Sequence[int], frames: int, wanted: float) -> list[int]:
    """Every so many beats, none too near the beginning and the end."""
    step = median(after - before for before, after in pairwise(grid))
    count = min(_COUNTS, key=lambda each: abs(each * step - wanted))
    shortest = _SHORTEST * count * step
    return [beat for beat in grid[::count] if shortest <= beat <= frames - shortest]


def _evenly(grid: Sequence[int], frames: int, count: int) -> list[int]:
    """Shots of one length, each cut on the beat that is nearest to it, if there is one near."""
    length = frames / count
    cuts = []
    for number in range(1, count):
        wanted = round(number * length)
        near = min(grid, key=lambda beat: abs(beat - wanted), default=wanted)
        cuts.append(near if abs(near - wanted) <= _NEAR * length else wanted)
    return sorted({cut for cut in cuts if 0 < cut < frames})


def share_out(photos: int, shots: int) -> list[int]:
    """Which photo each shot shows: in their order, each as often as the others."""
    return [shot * photos // shots for shot in range(shots)]
