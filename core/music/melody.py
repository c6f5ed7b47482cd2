"""The melody: wished notes become pitches that fit the chords, sing, and keep clear of the bass.

All pitches of a line are chosen together, by the cheapest way through them (Viterbi 1967).
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.music.chance import Chance
from core.music.chords import scale_for
from core.music.harmony import Slot, slot_at
from core.music.keys import MODES, Key
from core.music.metre import STEP, Metre
from core.music.motifs import Wish
from core.music.notes import Note

_NEVER = 400
_PARALLEL = 150
_LEAPS = (11, 0, 0, 9, 11, 14, 50, 18, 26, 32, 55, 65, 28)
"""What an interval of so many semitones costs: steps are free, the tritone is dear."""
_BREATH = 60
"""Ticks of silence before a note that follows a phrase's end."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is known of one wished note: where it would like to be, and what it may be."""

    target: int
    pitches: tuple[int, ...]
    costs: tuple[int, ...]
    tones: frozenset[int]
    bass: int


def sing(
    wishes: Sequence[Wish],
    slots: Sequence[Slot],
    *,
    key: Key,
    metre: Metre,
    centre: int,
    reach: tuple[int, int],
    bass: Callable[[int], int],
    home: bool,
    chance: Chance,
) -> list[Note]:
    """Pitches for the wished notes, inside `reach`. `bass` is the bass's pitch at a tick.

    With `home`, the last note comes to rest on the last chord's root, or its third.
    """
    window = max(reach[0], centre - 10), min(reach[1], centre + 11)
    spots = []
    for rank, wish in enumerate(wishes):
        last = rank == len(wishes) - 1
        spots.append(
            _look(
                wish, slots, key, metre,
                centre=centre, window=window, bass=bass(wish.start), chance=chance,
                rest=home if last else None,
            )
        )  # fmt: skip
    pitches = _cheapest(spots)
    return [
        Note(wish.start, wish.length, pitch, 100)
        for wish, pitch in zip(wishes, pitches, strict=True)
    ]


def _look(
    wish: Wish,
    slots: Sequence[Slot],
    key: Key,
    metre: Metre,
    *,
    centre: int,
    window: tuple[int, int],
    bass: int,
    chance: Chance,
    rest: bool | None,
) -> _Spot:
    """`rest` says for the last note whether it comes home; it is None for all others."""
    chord = slot_at(slots, wish.start).chord
    target = _height(key, centre, wish.height)
    claims = claims_on(wish.start, wish.length, slots, metre)
    scale = scale_for(key, chord)
    pitches = tuple(pitch for pitch in range(window[0], window[1] + 1) if pitch % 12 in scale)
    costs = []
    for pitch in pitches:
        tone = pitch % 12
        cost = 3 * abs(pitch - target) + chance.below(5)
        cost += sum(_NEVER for claim in claims if tone not in claim)
        cost += 0 if tone in chord.tones else 5
        if claims and tone == bass % 12 and rest is None:
            cost += 9
        if rest is not None:
            cost += _ending(tone, slots[-1], home=rest)
        costs.append(cost)
    return _Spot(target, pitches, tuple(costs), frozenset(chord.tones), bass)


def _height(key: Key, centre: int, height: int) -> int:
    """The pitch that lies so many steps of the scale over the degree next to the centre."""
    base = centre - (centre - key.tonic) % 12
    octave, step = divmod(height + _DEGREES_UP[(centre - key.tonic) % 12], 7)
    return base + 12 * octave + MODES[key.mode][step]


_DEGREES_UP = (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6)
"""The degree of the scale at or under so many semitones over the tonic."""


def claims_on(
    start: int, length: int, slots: Sequence[Slot], metre: Metre
) -> list[tuple[int, ...]]:
    """The chords that a note has to fit: those of the strong beats that it covers."""
    claims = []
    for tick in range(start - start % STEP, start + length, STEP):
        slot = slot_at(slots, tick)
        heavy = tick % metre.bar in metre.strong or tick == slot.start
        if tick >= start and heavy:
            claims.append(slot.chord.tones)
    return claims


def _ending(tone: int, slot: Slot, *, home: bool) -> int:
    tones = slot.chord.tones
    if tone not in tones:
        return _NEVER
    rank = tones.index(tone)
    if home:
        return (0, 30, 45)[rank] if rank < 3 else 80
    return (14, 0, 2)[rank] if rank < 3 else 10


def _cheapest(spots: Sequence[_Spot]) -> list[int]:
    totals: list[list[int]] = [list(spots[0].costs)]
    origins: list[list[int]] = []
    for before, spot in itertools.pairwise(spots):
        row, origin = [], []
        for pitch, cost in zip(spot.pitches, spot.costs, strict=True):
            options = [
                total + _step(before, was, spot, pitch)
                for total, was in zip(totals[-1], before.pitches, strict=True)
            ]
            least = min(options)
            row.append(least + cost)
            origin.append(options.index(least))
        totals.append(row)
        origins.append(origin)
    at = totals[-1].index(min(totals[-1]))
    pitches = [spots[-1].pitches[at]]
    for spot, origin in zip(reversed(spots[:-1]), reversed(origins), strict=True):
        at = origin[at]
        pitches.append(spot.pitches[at])
    return pitches[::-1]


def _step(before: _Spot, was: int, spot: _Spot, pitch: int) -> int:
    """What it costs to go from one pitch to the next."""
    size = abs(pitch - was)
    cost = _LEAPS[size] if size <= 12 else 150
    if size > 2:
        # A tone outside of the chord comes and goes by step.
        cost += (24 if was % 12 not in before.tones else 0) + (
            24 if pitch % 12 not in spot.tones else 0
        )
    return cost + (_PARALLEL if goes_parallel(was, pitch, before.bass, spot.bass) else 0)


def goes_parallel(upper: int, upper_next: int, lower: int, lower_next: int) -> bool:
    """Whether two voices move the same way from one fifth (or octave) to another."""
    interval = (upper - lower) % 12
    return (
        interval in (0, 7)
        and (upper_next - lower_next) % 12 == interval
        and (upper_next - upper) * (lower_next - lower) > 0
    )


def adorn(
    notes: Sequence[Note],
    slots: Sequence[Slot],
    *,
    key: Key,
    metre: Metre,
    reach: tuple[int, int],
    percent: int,
    chance: Chance,
) -> list[Note]:
    """The same line, returned varied: some longer notes pass or turn on their way to the next."""
    varied: list[Note] = []
    for note, follower in zip(notes, [*notes[1:], None], strict=True):
        half = note.length // 2 // STEP * STEP
        wanted = chance.happens(percent)
        fits = follower is not None and follower.start == note.end and half >= 2 * STEP
        if not (wanted and fits) or claims_on(note.start + half, note.length - half, slots, metre):
            varied.append(note)
            continue
        assert follower is not None  # noqa: S101  it fits
        scale = scale_for(key, slot_at(slots, note.start + half).chord)
        between = _between(note.pitch, follower.pitch, scale, reach)
        varied.append(Note(note.start, half, note.pitch, note.velocity))
        varied.append(Note(note.start + half, note.length - half, between, note.velocity - 8))
    return varied


def _between(pitch: int, goal: int, scale: frozenset[int], reach: tuple[int, int]) -> int:
    """A step of the scale on the way to the goal: passing, or turning around it."""
    side = 1 if goal >= pitch else -1
    ways = [pitch + side * size for size in (1, 2)] + [pitch - side * size for size in (1, 2)]
    for way in ways:
        if way % 12 in scale and reach[0] <= way <= reach[1] and way != goal:
            return way
    return pitch
