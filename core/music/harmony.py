"""Harmony: progressions with functions and cadences, bar by bar."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.music.chance import Chance
from core.music.chords import DOMINANT, SUBDOMINANT, TONIC, Chord, stack
from core.music.keys import Key
from core.music.metre import Metre
from core.music.styles import Style

Stem = tuple[int, int, int, int]
_FUNCTIONS = {
    1: TONIC, 2: SUBDOMINANT, 3: TONIC, 4: SUBDOMINANT, 5: DOMINANT, 6: TONIC, 7: DOMINANT,
}  # fmt: skip

# Degrees of four bars, by family of modes and theme; the second half of a stem leads on.
_STEMS: dict[str, dict[str, tuple[Stem, ...]]] = {
    "major": {
        "A": ((1, 5, 6, 4), (1, 6, 4, 5), (1, 4, 6, 5), (1, 3, 4, 5), (1, 6, 2, 5), (1, 4, 1, 5)),
        "B": ((4, 5, 3, 6), (6, 4, 1, 5), (4, 1, 2, 5), (6, 3, 4, 5), (2, 5, 3, 6)),
        "bridge": ((6, 2, 4, 5), (2, 6, 4, 5), (3, 6, 2, 5), (4, 6, 2, 5)),
    },
    "lydian": {
        "A": ((1, 2, 1, 2), (1, 2, 6, 5), (1, 5, 2, 1), (1, 7, 2, 1)),
        "B": ((6, 2, 5, 1), (3, 6, 2, 5), (6, 5, 2, 1)),
        "bridge": ((6, 3, 2, 5), (5, 6, 3, 2)),
    },
    "mixolydian": {
        "A": ((1, 7, 4, 1), (1, 4, 7, 4), (1, 5, 7, 4), (1, 7, 1, 4)),
        "B": ((4, 1, 7, 4), (6, 7, 4, 1), (2, 4, 1, 7)),
        "bridge": ((6, 4, 2, 7), (2, 5, 4, 7)),
    },
    "dorian": {
        "A": ((1, 4, 1, 7), (1, 7, 4, 1), (1, 3, 7, 4), (1, 4, 3, 7)),
        "B": ((3, 7, 1, 4), (4, 1, 7, 4), (7, 4, 1, 2)),
        "bridge": ((4, 7, 3, 2), (3, 4, 1, 7)),
    },
    "minor": {
        "A": ((1, 6, 3, 7), (1, 4, 6, 5), (1, 7, 6, 5), (1, 6, 4, 5), (1, 3, 6, 5), (1, 4, 1, 5)),
        "B": ((6, 7, 3, 1), (4, 1, 6, 5), (6, 3, 7, 5), (3, 7, 4, 5), (4, 7, 3, 6)),
        "bridge": ((4, 6, 1, 5), (6, 4, 3, 5), (3, 6, 4, 7)),
    },
    "phrygian": {
        "A": ((1, 2, 1, 7), (1, 2, 3, 2), (1, 6, 7, 2), (1, 1, 2, 7)),
        "B": ((6, 7, 1, 2), (3, 2, 1, 7), (4, 3, 2, 1)),
        "bridge": ((6, 3, 7, 2), (4, 6, 3, 2)),
    },
}
_TENSION = {"major": 5, "lydian": 2, "mixolydian": 7, "dorian": 7, "minor": 5, "phrygian": 2}
"""The degree that leads home: what is a dominant in the mode."""
_DEPARTURE = {"major": 4, "lydian": 6, "mixolydian": 4, "dorian": 4, "minor": 4, "phrygian": 7}


@dataclass(frozen=True, slots=True)
class Slot:
    """A chord in its place: ticks from the start of the phrase, or of the piece."""

    start: int
    length: int
    chord: Chord

    @property
    def end(self) -> int:
        return self.start + self.length


def write_progression(
    theme: str,
    bars: int,
    *,
    closed: bool,
    key: Key,
    metre: Metre,
    style: Style,
    chance: Chance,
) -> tuple[Slot, ...]:
    """The chords of a theme: phrases of four bars, the last with a full or a half cadence.

    The same chance and theme begin alike, whether they close or not.
    """
    family = _STEMS[key.mode]
    stems = family["bridge" if theme == "C" else theme]
    first, second = chance.pick(stems), chance.pick(stems)
    colours = _Colours(key, style, chance)
    rows: list[tuple[Chord, ...]] = []
    for phrase in range(-(-bars // 4)):
        stem = (first, second, first, first)[phrase % 4]
        length = min(4, bars - phrase * 4)
        last = phrase == -(-bars // 4) - 1
        rows += _phrase(stem, length, colours, key, end=_end(closed=closed and last, last=last))
    if style.slow_chords and bars >= 4:
        rows = _slow(rows)
    return _lay(rows, metre)


def _end(*, closed: bool, last: bool) -> str:
    return "closed" if closed else "open" if last else "half"


class _Colours:
    """Turns degrees into chords as a style colours them."""

    def __init__(self, key: Key, style: Style, chance: Chance) -> None:
        self._key = key
        self._style = style
        # Drawn once for each degree: a chord that returns is the same chord.
        self._spice = {degree: chance.below(100) for degree in range(1, 8)}

    def chord(self, degree: int, function: str = "") -> Chord:
        """The chord on a degree. A dominant in minor gets its leading note."""
        root = self._key.degree(degree)
        function = function or _FUNCTIONS[degree]
        raised = function == DOMINANT and degree == 5 and self._key.mode in ("minor", "dorian")
        return Chord(root, self._dominant(degree) if raised else self._quality(degree), function)

    def _dominant(self, degree: int) -> str:
        plain = self._style.colour == "triads" and self._spice[degree] < 50
        return "" if plain else "7"

    def _quality(self, degree: int) -> str:
        triad = stack(self._key, degree, thirds=2)
        spice = self._spice[degree]
        if triad == "dim":
            return "m7b5" if self._style.colour == "ninths" else "dim"
        match self._style.colour:
            case "ninths":
                return stack(self._key, degree, thirds=4 if spice < 60 else 3)
            case "adds":
                return self._add(degree, triad, spice)
            case _:
                return triad if spice < 88 or degree == 1 else stack(self._key, degree, thirds=3)

    def _add(self, degree: int, triad: str, spice: int) -> str:
        # A ninth is only added where it is a whole tone over the root.
        whole = (self._key.degree(degree + 1) - self._key.degree(degree)) % 12 == 2
        if spice < 45 or not whole:
            return triad
        if spice < 75:
            return "madd9" if triad == "m" else "add9"
        return stack(self._key, degree, thirds=3)


def _phrase(
    stem: Stem, bars: int, colours: _Colours, key: Key, *, end: str
) -> list[tuple[Chord, ...]]:
    """One to four bars, each with the chords that share it."""
    tension = colours.chord(_TENSION[key.mode], DOMINANT)
    departure = colours.chord(_DEPARTURE[key.mode], SUBDOMINANT)
    home = colours.chord(1, TONIC)
    rows: list[tuple[Chord, ...]] = [(colours.chord(degree),) for degree in stem[:bars]]
    if end == "closed":
        if bars == 1:
            return [(home,)]
        rows[-1] = (home,)
        before = rows[-2][0] if bars > 2 else departure
        rows[-2] = (departure if before in (tension, home) else before, tension)
        if bars == 2:
            rows[0] = (home, tension)
    elif bars > 1 and rows[-1][0].function != DOMINANT:
        # A half cadence: the question at a phrase's end.
        rows[-1] = (tension,) if rows[-2][0] != tension else (departure, tension)
    elif end == "open" and bars == 4:
        rows[-1] = (departure, rows[-1][0])
    return rows


def _slow(rows: Sequence[tuple[Chord, ...]]) -> list[tuple[Chord, ...]]:
    """Half as many changes, with the end kept."""
    kept = [rows[index - index % 2][:1] for index in range(len(rows))]
    kept[-2:] = [row[-1:] for row in rows[-2:]]
    return kept


def _lay(rows: Sequence[tuple[Chord, ...]], metre: Metre) -> tuple[Slot, ...]:
    """Slots without gaps. Two chords in a bar change where it is strong, in 3/4 on the third."""
    split = metre.strong[1] if len(metre.strong) > 1 else metre.bar * 2 // 3
    slots: list[Slot] = []
    for index, row in enumerate(rows):
        start = index * metre.bar
        if len(row) == 1:
            slots.append(Slot(start, metre.bar, row[0]))
        else:
            slots.append(Slot(start, split, row[0]))
            slots.append(Slot(start + split, metre.bar - split, row[1]))
    return tuple(slots)


def write_outro(
    bars: int, *, key: Key, metre: Metre, style: Style, chance: Chance
) -> tuple[Slot, ...]:
    """An ending: a plagal or a full cadence that swings out, then home for the last bar."""
    colours = _Colours(key, style, chance)
    home = colours.chord(1, TONIC)
    away = colours.chord(_DEPARTURE[key.mode], SUBDOMINANT)
    tension = colours.chord(_TENSION[key.mode], DOMINANT)
    lead = [(away,), (home,), (away, tension)][-(bars - 1) :] if bars > 1 else []
    rows = [(home,)] * (bars - 1 - len(lead)) + lead + [(home,)]
    return _lay(rows, metre)


def move(slots: Sequence[Slot], ticks: int) -> tuple[Slot, ...]:
    """The same chords, so many ticks later."""
    return tuple(replace(slot, start=slot.start + ticks) for slot in slots)


def crop(slots: Sequence[Slot], ticks: int) -> tuple[Slot, ...]:
    """Only what is in the first so many ticks."""
    return tuple(
        replace(slot, length=min(slot.length, ticks - slot.start))
        for slot in slots
        if slot.start < ticks
    )


def slot_at(slots: Sequence[Slot], tick: int) -> Slot:
    """What sounds at a tick; the first before all, the last one after the end."""
    return slots[max(0, bisect_right(slots, tick, key=_start) - 1)]


def _start(slot: Slot) -> int:
    return slot.start
