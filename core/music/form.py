"""Form: how many bars fit a length, and which sections they make."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.music.chance import Chance
from core.music.metre import TICKS, Metre

_RINGING = 1.4
"""Seconds that the last chord gets at least."""
_LAST = 2.6
"""Seconds that it gets at best."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A tempo as MIDI has it, whole microseconds in a quarter note, and the length in bars.

    `end` is the length of the piece in ticks. The last chord rings from the last bar to there.
    """

    microseconds: int
    bars: int
    end: int

    @property
    def tempo(self) -> float:
        """Quarter notes in a minute."""
        return 60_000_000 / self.microseconds

    def seconds(self, ticks: int) -> float:
        return ticks * self.microseconds / (1_000_000 * TICKS)

    def ticks(self, milliseconds: int) -> int:
        """So many milliseconds in whole ticks."""
        return milliseconds * 1000 * TICKS // self.microseconds


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of bars. `theme` is what it is made of, `intensity` (1 to 5) how full it is.

    `visit` counts how often the theme was there before. `closed` says that it comes to rest.
    """

    name: str
    theme: str
    bar: int
    bars: int
    intensity: int
    visit: int = 0
    closed: bool = True


def set_clock(
    seconds: float, metre: Metre, *, tempo: float | None, range_: tuple[int, int], chance: Chance
) -> Clock:
    """The clock for a length. A given tempo is kept; else one of the range that fits is taken."""
    if tempo is not None:
        return _clock(round(60_000_000 / tempo), seconds, metre)
    low, high = range_
    wished = low + chance.below(high - low + 1)
    candidates = sorted(range(low, high + 1), key=lambda each: (abs(each - wished), each))
    clocks = [_clock(round(60_000_000 / each), seconds, metre) for each in candidates]
    # The nearest to the wish of those whose last chord neither breaks off nor outstays.
    return min(clocks, key=lambda clock: _misfit(clock, metre))


def _misfit(clock: Clock, metre: Metre) -> int:
    """How far the last chord is from its best length, in half seconds."""
    return int(abs(clock.seconds(clock.end - (clock.bars - 1) * metre.bar) - _LAST) / 0.5)


def _clock(microseconds: int, seconds: float, metre: Metre) -> Clock:
    end = round(seconds * 1_000_000 * TICKS / microseconds)
    ringing = round(_RINGING * 1_000_000 * TICKS / microseconds)
    return Clock(microseconds, max(0, end - ringing) // metre.bar + 1, end)


def plan_sections(bars: int, *, energy: int) -> tuple[Section, ...]:
    """Sections that fill the bars. `energy` (-1 to 1) makes the whole fuller or thinner."""
    if bars < 5:
        return (Section("A", "A", 0, bars, 3 + energy),)
    unit = 8 if bars >= 56 else 4 if bars >= 13 else 2
    intro, outro, units, bridge = _frame(bars, unit)
    rows = _rows(units, unit)
    if bridge:
        rows.insert(len(rows) // 2, ("bridge", bridge))
    rows = [*([("intro", intro)] if intro else []), *rows, ("outro", outro)]
    return _number(rows, energy)


def _frame(bars: int, unit: int) -> tuple[int, int, int, int]:
    """Bars of intro and outro, how many units between them, and bars of a short bridge."""
    wished = (unit if bars >= 24 else unit // 2) if bars > 8 else 0, unit // 2
    found = []
    for intro in range(min(unit, bars // 5) + 1):
        for outro in range(1, min(unit, bars // 4) + 1):
            units, rest = divmod(bars - intro - outro, unit)
            fits = rest == 0 or (rest == unit // 2 == 4 and units > 2)
            if units and fits:
                cost = 2 * abs(intro - wished[0]) + abs(outro - wished[1]) + intro % 2 + outro % 2
                # Only from three on does anything return.
                cost += (4 if units < 3 else 0) + (5 if rest else 0)
                found.append((cost, (intro, outro, units, rest)))
    return min(found)[1]


_SHAPES = {1: "A", 2: "AB", 3: "ABA", 4: "AABA", 5: "ABACA", 6: "AABACA", 7: "AABACBA"}
_LONG = "CABADABA"
_NAMES = {"A": "A", "B": "B", "C": "bridge", "D": "C"}


def _rows(units: int, unit: int) -> list[tuple[str, int]]:
    """Theme A returns, B answers, the bridge leads away; a long piece has one more theme."""
    shape = _SHAPES.get(units)
    if shape is None:
        shape = ("AABA" + _LONG * (units // len(_LONG) + 1))[: units - 1] + "A"
    return [(_NAMES[letter], unit) for letter in shape]


def _number(rows: Sequence[tuple[str, int]], energy: int) -> tuple[Section, ...]:
    sections: list[Section] = []
    visits: dict[str, int] = {}
    bar = 0
    middle = [index for index, row in enumerate(rows) if row[0] not in ("intro", "outro")]
    for index, (name, bars) in enumerate(rows):
        theme = "A" if name in ("intro", "outro") else name
        visit = visits.get(name, 0)
        sections.append(
            Section(
                name,
                theme,
                bar,
                bars,
                _intensity(name, index, middle, energy),
                visit,
                closed=_closes(rows, index),
            )
        )
        visits[name] = visit + 1
        bar += bars
    return tuple(sections)


def _closes(rows: Sequence[tuple[str, int]], index: int) -> bool:
    """The first of two that are alike asks, the second answers; B and the bridge lead on."""
    if index == len(rows) - 1:
        return True
    name, (follower, bars) = rows[index][0], rows[index + 1]
    if follower == "outro":
        # One last bar is the goal of what comes before it, not more of the same.
        return bars > 1
    return name == "A" and follower != "A"


def _intensity(name: str, index: int, middle: Sequence[int], energy: int) -> int:
    """It grows towards the end, with a dip where the bridge is."""
    if name == "intro":
        return 1
    if name == "outro":
        return 2
    share = middle.index(index) / max(1, len(middle) - 1) if len(middle) > 1 else 0.5
    level = 2 if share < 0.2 else 3 if share < 0.55 else 4
    if index == middle[-1] and len(middle) > 1:
        level = 5
    if name == "B":
        level += 1
    if name == "bridge":
        level = 2
    return max(2, min(5, level + energy))
