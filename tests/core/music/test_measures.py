"""The measures themselves: what is wrong in a score shows in them."""

from dataclasses import replace

from core.music.instruments import Part
from core.music.measures import line_of, measure
from core.music.mending import mend_bass
from core.music.notes import Note
from core.music.score import Score
from tests.core.music.pieces import piece


def with_tune(score: Score, notes: list[Note]) -> Score:
    """The score with this as its only melody."""
    voices = [voice for voice in score.voices if voice.part != Part.MELODY]
    tune = next(voice for voice in score.voices if voice.part == Part.MELODY)
    return replace(score, voices=(*voices, replace(tune, notes=tuple(notes))))


def test_a_tune_that_doubles_the_bass_is_nothing_but_parallels() -> None:
    score = piece("happy", seed=3)
    bass = line_of(score, Part.BASS)
    assert measure(with_tune(score, [replace(n, pitch=n.pitch + 24) for n in bass])).parallels == 1
    fifths = [replace(note, pitch=note.pitch + 19) for note in bass]
    assert measure(with_tune(score, fifths)).parallels == 1


def test_a_bass_is_mended_where_it_follows_the_tune() -> None:
    score = piece("happy", seed=3)
    tune = line_of(score, Part.MELODY)
    slots = score.chords
    # A bass that goes with the tune, two octaves lower.
    shadow = [
        Note(note.start, note.length, 31 + (note.pitch - 31) % 12, 100)
        for note in tune
    ]  # fmt: skip
    before = measure(_with_bass(score, shadow)).parallels
    after = measure(_with_bass(score, mend_bass(shadow, tune, slots, (28, 55)))).parallels
    assert before > 0.2 and after < 0.05


def _with_bass(score: Score, notes: list[Note]) -> Score:
    voices = [
        replace(voice, notes=tuple(notes)) if voice.part == Part.BASS else voice
        for voice in score.voices
    ]
    return replace(score, voices=tuple(voices))


def test_wrong_tones_leaps_and_low_notes_are_found() -> None:
    score = piece("sad", seed=2)
    tune = line_of(score, Part.MELODY)
    lifted = [replace(note, pitch=note.pitch + 1) for note in tune]
    assert measure(with_tune(score, lifted)).fitting < 0.4
    zigzag = [replace(note, pitch=60 + 7 * (rank % 2)) for rank, note in enumerate(tune)]
    assert measure(with_tune(score, zigzag)).steps == 0
    sunk = [replace(note, pitch=20) for note in tune]
    assert measure(with_tune(score, sunk)).misplaced > 0


def test_a_piece_without_return_has_no_likeness() -> None:
    score = piece("happy", seconds=60, seed=3)
    tune = line_of(score, Part.MELODY)
    wandering = [
        replace(note, pitch=60 + (rank * rank + rank // 3) % 12) for rank, note in enumerate(tune)
    ]
    assert measure(score).returning > 3 * measure(with_tune(score, wandering)).returning
