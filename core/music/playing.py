"""The human side: accents, phrases, swing, and notes that are never quite on time."""

from collections.abc import Sequence
from dataclasses import replace

from core.music.chance import Chance
from core.music.form import Clock, Section
from core.music.instruments import Part
from core.music.metre import TICKS, Metre
from core.music.moods import Mood
from core.music.notes import Note
from core.music.styles import Style

_LEVELS = {
    Part.MELODY: 104, Part.COUNTER: 84, Part.HARMONY: 80, Part.PAD: 68, Part.BASS: 98,
    Part.DRUMS: 96,
}  # fmt: skip
"""Velocity of the parts, in percent of the mood's."""
_LOOSE = {Part.DRUMS: 40, Part.BASS: 70, Part.PAD: 120}
_SHORTEST = 50
_DETACHED = frozenset({Part.MELODY, Part.HARMONY, Part.BASS, Part.COUNTER})


class Players:
    """Plays written notes as people would, the same way for the same chance."""

    def __init__(self, mood: Mood, style: Style, metre: Metre, clock: Clock) -> None:
        self._mood = mood
        self._style = style
        self._metre = metre
        self._clock = clock

    def play(
        self, part: Part, notes: Sequence[Note], sections: Sequence[Section], chance: Chance
    ) -> tuple[Note, ...]:
        """The notes as they are played, in order, none longer than the piece."""
        levels = self._levels(sections)
        last_bar = (self._clock.bars - 1) * self._metre.bar
        played = []
        for note in notes:
            bar = min(note.start // self._metre.bar, len(levels) - 1)
            velocity = self._velocity(part, note, levels[bar], chance)
            shift = note.shift + self._shift(part, note, chance)
            length = note.length
            if part in _DETACHED and note.start < last_bar:
                length = max(_SHORTEST, length * self._mood.length // 100)
            shift = max(shift, -note.start)
            length = min(length, self._clock.end - note.start - shift)
            if length > 0:
                played.append(replace(note, length=length, velocity=velocity, shift=shift))
        return _release(sorted(played, key=lambda each: (each.start + each.shift, each.pitch)))

    def _levels(self, sections: Sequence[Section]) -> list[int]:
        return [section.intensity for section in sections for _ in range(section.bars)]

    def _velocity(self, part: Part, note: Note, intensity: int, chance: Chance) -> int:
        place = note.start % self._metre.bar
        accent = 6 if place == 0 else 3 if place in self._metre.strong else 0
        accent -= 3 if place % (TICKS // 2) else 0
        # A phrase of four bars swells to its middle and falls again: a parabola.
        phrase = 4 * self._metre.bar
        at = note.start % phrase
        arc = 100 + 32 * at * (phrase - at) // (phrase * phrase)
        level = self._mood.loudness * _LEVELS[part] * (80 + 5 * intensity) * arc
        velocity = level * note.velocity // 100_000_000 + accent + chance.sway(5)
        return max(16, min(124, velocity))

    def _shift(self, part: Part, note: Note, chance: Chance) -> int:
        loose = self._style.loose * _LOOSE.get(part, 100) // 100
        stray = chance.sway(max(1, self._clock.ticks(loose)))
        late = 0 if part is Part.DRUMS else self._clock.ticks(self._style.late)
        return stray + late + self._swing(note.start)

    def _swing(self, start: int) -> int:
        """The first half of each beat is longer, what lies between keeps its share."""
        if self._metre.unit == 8:
            return 0
        at, half = start % TICKS, TICKS // 2
        swing = self._style.swing
        return swing * at // half if at <= half else swing * (TICKS - at) // half


def _release(notes: Sequence[Note]) -> tuple[Note, ...]:
    """A key that is struck again was let go before."""
    last: dict[int, int] = {}
    kept: list[Note] = []
    for note in notes:
        before = last.get(note.pitch)
        if before is not None:
            earlier = kept[before]
            room = note.start + note.shift - earlier.start - earlier.shift
            if room <= 0:
                continue
            if earlier.length > room:
                kept[before] = replace(earlier, length=room)
        last[note.pitch] = len(kept)
        kept.append(note)
    return tuple(kept)
