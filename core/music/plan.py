"""The plan of a piece: all that is decided before a note is written."""

from dataclasses import dataclass

from core.music.band import Band
from core.music.chance import Chance
from core.music.form import Clock, Section
from core.music.instruments import Part
from core.music.keys import Key
from core.music.metre import Metre
from core.music.moods import Mood
from core.music.notes import Note
from core.music.styles import Style

Written = dict[tuple[Part, int], list[Note]]
"""Notes by part and instrument, by its place among those who take turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a piece is to be."""

    seed: int
    mood: Mood
    style: Style
    key: Key
    metre: Metre
    clock: Clock
    sections: tuple[Section, ...]
    band: Band
    asked: bool
    """Whether a person chose the instruments."""

    def chance(self, *names: object) -> Chance:
        return Chance(self.seed, self.mood.name, self.style.name, *names)

    @property
    def last_bar(self) -> int:
        """Where the last chord begins, in ticks; the end where there is only one bar."""
        return (self.clock.bars - 1) * self.metre.bar if self.clock.bars > 1 else self.clock.end
