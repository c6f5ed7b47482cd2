"""The drums: a groove that grows with the section, fills at its end, a cymbal at the next."""

from core.music.chance import Chance
from core.music.form import Section
from core.music.grooves import CRASHING, FILLS, GROOVES, KEYS, SOFT, SOFT_FILLS, Lines
from core.music.metre import STEP, Metre
from core.music.notes import Note

_LOUD = {"X": 112, "x": 92, "g": 46}
"""Percent of the part's velocity."""
_QUIET_VOICES = {"shaker": 70, "hat": 84, "open": 84, "ride": 86, "tambourine": 74, "pedal": 74,
                 "triangle": 70, "rim": 84}  # fmt: skip


def write_drums(
    section: Section, groove: str, metre: Metre, *, enters: int, chance: Chance
) -> list[Note]:
    """The drums of one section. They come in at the intensity `enters` and grow from there."""
    level = min(2, max(0, section.intensity - enters))
    lines = GROOVES[groove][metre.name][level]
    notes: list[Note] = []
    for index in range(section.bars):
        start = (section.bar + index) * metre.bar
        last = index == section.bars - 1 and section.bars > 1
        shown = _fill(lines, groove, metre, level, chance) if last else lines
        notes += _strike(shown, start)
        if index == 0 and level and section.visit + section.bar and groove in CRASHING:
            notes.append(Note(start, 2 * STEP, KEYS["crash"], 84))
    return notes


def _fill(lines: Lines, groove: str, metre: Metre, level: int, chance: Chance) -> Lines:
    """The groove gives way to a fill in the last part of the bar."""
    if groove == "ambient" or (groove == "orchestral" and level < 2):
        return lines
    fills = SOFT_FILLS if groove in SOFT or level == 0 else FILLS
    fill = chance.pick(fills[metre.name])
    start = min(
        (place for line in fill.values() for place, mark in enumerate(line) if mark != "."
         and place >= metre.steps // 2),
        default=metre.steps,
    )  # fmt: skip
    empty = "." * metre.steps
    return {
        voice: lines.get(voice, empty)[:start] + fill.get(voice, empty)[start:]
        for voice in dict.fromkeys((*lines, *fill))
    }


def _strike(lines: Lines, start: int) -> list[Note]:
    notes = []
    for voice, line in lines.items():
        share = _QUIET_VOICES.get(voice, 100)
        for place, mark in enumerate(line):
            if mark in _LOUD:
                notes.append(
                    Note(start + place * STEP, STEP, KEYS[voice], _LOUD[mark] * share // 100)
                )
    return notes


def end_drums(groove: str, start: int, length: int) -> list[Note]:
    """The last stroke, under the chord that rings out."""
    struck = ["kick", "crash"] if groove in CRASHING else ["ride"] if groove == "jazz" else []
    return [Note(start, min(length, 16 * STEP), KEYS[voice], 88) for voice in struck]
