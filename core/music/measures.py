"""What can be measured of a score: does the tune fit its chords, sing, and come back."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from core.music.chance import Chance
from core.music.harmony import slot_at
from core.music.instruments import Instrument, Part
from core.music.melody import goes_parallel
from core.music.notes import Note
from core.music.score import Score, Voice


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares from 0 to 1.

    `fitting`: strong beats on which the tune sounds a tone of the chord. `steps`: its intervals
    of one or two semitones. `parallels`: joint moves of tune and bass that are parallel fifths
    or octaves. `misplaced`: notes outside of their instrument's range. `returning`: how alike
    bars are that have the same place in sections of one name; `contrasting`: in sections of
    different names.
    """

    fitting: float
    steps: float
    parallels: float
    misplaced: float
    returning: float
    contrasting: float


def measure(score: Score) -> Measures:
    """Measure a whole score, by what is written (not by the human touch in its playing)."""
    tune, bass = line_of(score, Part.MELODY), line_of(score, Part.BASS)
    returning, contrasting = _likeness(score, tune)
    return Measures(
        fitting=_fitting(score, tune),
        steps=_steps(tune),
        parallels=_parallels(tune, bass),
        misplaced=_misplaced(score.voices),
        returning=returning,
        contrasting=contrasting,
    )


def line_of(score: Score, part: Part) -> list[Note]:
    """All notes of a part in order, whoever plays them; of notes at one time the highest."""
    notes = (note for voice in score.voices if voice.part == part for note in voice.notes)
    by_start = {note.start: note for note in sorted(notes, key=lambda each: each.pitch)}
    return [by_start[start] for start in sorted(by_start)]


def scramble(score: Score, chance: Chance) -> Score:
    """The same score with a tune of random notes: same rhythm, same range, same scale."""
    pitches = [note.pitch for note in line_of(score, Part.MELODY)]
    scale = score.key.scale
    choices = [each for each in range(min(pitches), max(pitches) + 1) if each % 12 in scale]
    voices = [
        replace(
            voice,
            notes=tuple(replace(note, pitch=chance.pick(choices)) for note in voice.notes),
        )
        if voice.part == Part.MELODY
        else voice
        for voice in score.voices
    ]
    return replace(score, voices=tuple(voices))


def _fitting(score: Score, tune: Sequence[Note]) -> float:
    starts = [note.start for note in tune]
    beats = [
        bar * score.metre.bar + tick
        for bar in range(score.clock.bars)
        for tick in score.metre.strong
    ]
    hits = []
    for beat in beats:
        note = tune[max(0, bisect_right(starts, beat) - 1)]
        if note.start <= beat < note.start + note.length:
            hits.append(note.pitch % 12 in slot_at(score.chords, beat).chord.tones)
    return _share(hits)


def _steps(tune: Sequence[Note]) -> float:
    return _share(1 <= abs(after.pitch - note.pitch) <= 2 for note, after in pairwise(tune))


def _parallels(tune: Sequence[Note], bass: Sequence[Note]) -> float:
    """Of the times at which both voices move to another pitch together."""
    below = {note.start: rank for rank, note in enumerate(bass)}
    found = []
    for note, after in pairwise(tune):
        rank = below.get(after.start, 0)
        if rank and after.pitch != note.pitch:
            lower, lower_next = bass[rank - 1].pitch, bass[rank].pitch
            if lower != lower_next:
                found.append(goes_parallel(note.pitch, after.pitch, lower, lower_next))
    return _share(found)


def _misplaced(voices: Sequence[Voice]) -> float:
    found = []
    for voice in voices:
        if not voice.drums:
            low, high = Instrument(voice.program).reach
            found += [not low <= note.pitch <= high for note in voice.notes]
    return _share(found)


def _likeness(score: Score, tune: Sequence[Note]) -> tuple[float, float]:
    bars: dict[int, set[tuple[int, int]]] = {}
    for note in tune:
        bar, place = divmod(note.start, score.metre.bar)
        bars.setdefault(bar, set()).add((place, note.pitch % 12))
    inner = [each for each in score.sections if each.name not in ("intro", "outro")]
    same: list[float] = []
    other: list[float] = []
    for one, two in combinations(inner, 2):
        for place in range(min(one.bars, two.bars)):
            first = bars.get(one.bar + place, set())
            second = bars.get(two.bar + place, set())
            if first and second:
                alike = len(first & second) / len(first | second)
                (same if one.name == two.name else other).append(alike)
    return _mean(same), _mean(other)


def _share(found: Iterable[bool]) -> float:
    return _mean([1.0 if each else 0.0 for each in found])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
