"""The composer: what is promised of every piece, measured over moods and seeds."""

import itertools
import statistics
from dataclasses import asdict

import pytest

from core.music.chance import Chance
from core.music.commission import OPTIONS, order_piece, read_commission
from core.music.compose import compose
from core.music.facts import describe
from core.music.instruments import Instrument, Part
from core.music.measures import Measures, line_of, measure, scramble
from core.music.moods import MOODS
from core.music.score import Score
from core.music.styles import STYLES
from core.options import read_values
from tests.core.music.pieces import piece

SEEDS = range(200, 204)


def mean(found: list[Measures]) -> dict[str, float]:
    return {
        name: statistics.fmean(asdict(each)[name] for each in found) for name in asdict(found[0])
    }


@pytest.mark.parametrize("mood", MOODS)
def test_the_tune_fits_its_chords_sings_and_returns(mood: str) -> None:
    scores = [piece(mood, seconds=60, seed=seed) for seed in SEEDS]
    ours = mean([measure(score) for score in scores])
    theirs = mean([measure(scramble(score, Chance(score.seed))) for score in scores])
    # Chords of five tones leave little that does not fit.
    assert ours["fitting"] >= 0.9 > theirs["fitting"] + 0.1
    assert ours["steps"] >= 0.5 > theirs["steps"] + 0.15
    assert ours["parallels"] < 0.02
    assert ours["misplaced"] == 0
    assert ours["returning"] > 0.45 > 0.25 > ours["contrasting"]
    assert theirs["returning"] < 0.2


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8"])
def test_every_style_plays_in_every_metre(style: str, metre: str) -> None:
    score = piece("hopeful", seconds=45, style=style, metre=metre, seed=5)
    assert (score.style, score.metre.name) == (style, metre)
    found = measure(score)
    assert found.fitting >= 0.9 and found.misplaced == 0 and found.parallels < 0.05
    assert {"melody", "bass"} <= {voice.part for voice in score.voices}


@pytest.mark.parametrize("seconds", [5.0, 5.5, 13.37, 180.0, 600.0])
@pytest.mark.parametrize("tempo", [None, 50.0, 200.0])
def test_it_is_exactly_as_long_as_asked(seconds: float, tempo: float | None) -> None:
    score = piece("tense", seconds=seconds, tempo=tempo)
    assert score.seconds == seconds
    assert score.clock.seconds(score.clock.end) == pytest.approx(seconds, abs=0.002)
    for voice in score.voices:
        assert all(note.start + note.shift >= 0 and note.length > 0 for note in voice.notes)
        last = max(note.start + note.shift + note.length for note in voice.notes)
        assert last <= score.clock.end
    assert score.starts()[-1] == seconds and score.starts()[0] == 0


def test_what_was_asked_for_is_kept() -> None:
    score = piece("sad", tempo=97, key="F# major", metre="6/8", style="jazz", seed=9)
    assert round(score.tempo, 2) == 97
    assert (score.key.name, score.metre.name, score.style) == ("F# major", "6/8", "jazz")
    assert piece("sad", key="D").key.tonic == 2 and piece("sad", key="D").key.minor


def test_the_same_seed_gives_the_same_score_and_another_one_another() -> None:
    piece.cache_clear()
    first = piece("dreamy", seed=3)
    piece.cache_clear()
    assert piece("dreamy", seed=3) == first
    assert piece("dreamy", seed=4).voices != first.voices


def test_another_length_keeps_the_character() -> None:
    short, long = piece("relaxed", seconds=30, seed=8), piece("relaxed", seconds=200, seed=8)
    assert (short.key, short.style, short.metre) == (long.key, long.style, long.metre)
    assert short.title == long.title


def test_a_score_lives_through_json() -> None:
    score = piece("heroic", seconds=20)
    assert Score.from_json(score.as_json()) == score


def test_chords_leave_no_gaps_and_end_at_home() -> None:
    for mood in MOODS:
        score = piece(mood, seconds=45, seed=11)
        slots = score.chords
        assert slots[0].start == 0 and slots[-1].end == score.clock.end
        assert all(one.end == two.start for one, two in itertools.pairwise(slots))
        assert slots[-1].chord.root == score.key.tonic
        assert {slot.chord.function for slot in slots} >= {"T", "S"} or mood == "angry"
        # A cadence: tension before the last chord, or a departure, never more of the same.
        assert slots[-2].chord.function in "SD"


def test_the_tune_ends_on_a_tone_of_the_last_chord() -> None:
    for seed in range(12):
        score = piece("happy", seed=seed)
        last = line_of(score, Part.MELODY)[-1]
        assert last.pitch % 12 in score.chords[-1].chord.tones


def test_the_arrangement_grows() -> None:
    for seed in range(6):
        score = piece("energetic", seconds=90, seed=seed)
        counts = []
        for section in score.sections:
            first = section.bar * score.metre.bar
            last = first + section.bars * score.metre.bar
            notes = sum(first <= n.start < last for voice in score.voices for n in voice.notes)
            counts.append(notes / section.bars)
        assert max(counts[len(counts) // 2 :]) > 1.5 * counts[0]


def test_playing_is_human_but_close_to_the_beat() -> None:
    score = piece("happy", style="pop")
    shifts = [
        abs(score.clock.seconds(note.shift))
        for voice in score.voices
        for note in voice.notes
        if voice.part == Part.MELODY
    ]
    assert 0 < statistics.fmean(shifts) < 0.015 and max(shifts) < 0.03
    velocities = {note.velocity for voice in score.voices for note in voice.notes}
    assert len(velocities) > 25 and min(velocities) >= 1 and max(velocities) <= 127


def test_no_key_is_struck_while_it_is_still_down() -> None:
    for mood in ("angry", "happy", "dreamy"):
        for voice in piece(mood, seconds=60, seed=2).voices:
            ends: dict[int, int] = {}
            for note in sorted(voice.notes, key=lambda each: each.start + each.shift):
                start = note.start + note.shift
                assert start >= ends.get(note.pitch, 0)
                ends[note.pitch] = start + note.length


def test_instruments_never_leave_their_range() -> None:
    for mood in MOODS:
        for voice in piece(mood, seconds=120, seed=17).voices:
            if not voice.drums:
                low, high = Instrument(voice.program).reach
                assert all(low <= note.pitch <= high for note in voice.notes), voice.name


def test_its_facts_are_told() -> None:
    score = piece("happy", seed=1)
    facts = describe(score)
    assert facts["key"] == score.key.name and facts["time_signature"] == score.metre.name
    sections, chords = facts["sections"], facts["chords"]
    assert isinstance(sections, list) and isinstance(chords, list)
    for rows in (sections, chords):
        assert rows[0]["start"] == 0 and rows[-1]["end"] == 30.0
        assert all(one["end"] == two["start"] for one, two in itertools.pairwise(rows))


def test_an_order_is_read_and_kept_as_json() -> None:
    values = read_values(
        OPTIONS, {"mood": " lofi beats ", "length": "12.5", "seed": "4", "wav": "yes"}
    )
    request = order_piece(values, seed=99)
    assert request["seed"] == 4 and request["wav"] is True
    commission = read_commission(request)
    assert commission.seconds == 12.5 and commission.style is STYLES["lo-fi"]
    assert compose(commission).style == "lo-fi"
