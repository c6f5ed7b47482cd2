"""Moods: by name, by numbers, by words; and what they ask of the music."""

import statistics

import pytest

from core.errors import UserError
from core.music.keys import Key
from core.music.moods import MOODS, nearest, read_mood
from core.music.score import Score
from core.music.styles import hear_style
from tests.core.music.pieces import piece

NEEDED = {"happy", "sad", "angry", "relaxed", "dreamy", "tense", "heroic", "melancholic"}


def test_the_moods_that_people_name_are_there() -> None:
    assert MOODS.keys() >= NEEDED
    assert all(read_mood(name.upper()) is mood for name, mood in MOODS.items())


@pytest.mark.parametrize(
    ("text", "valence", "arousal"),
    [
        ("0.6,-0.4", 60, -40), ("-0.25 1", -25, 100), ("valence 0.1, arousal −0.9", 10, -90),
        ("Valence: -1; arousal: 0", -100, 0),
    ],
)  # fmt: skip
def test_valence_and_arousal_are_read(text: str, valence: int, arousal: int) -> None:
    mood = read_mood(text)
    assert (mood.valence, mood.arousal) == (valence, arousal)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("a rainy night, lonely and heartbroken", "melancholic"),
        ("summer party with fireworks", "playful"),
        ("peaceful sunday in the garden", "relaxed"),
        ("a furious battle", "angry"),
        ("not happy at all", "sad"),
    ],
)
def test_words_find_the_mood_that_is_near(text: str, like: str) -> None:
    assert nearest(read_mood(text)).name == like


def test_words_that_are_stronger_count_for_more() -> None:
    assert read_mood("very sad and happy").valence < read_mood("sad and happy").valence
    assert read_mood("slightly sad and happy").valence > read_mood("sad and happy").valence


@pytest.mark.parametrize("text", ["xyzzy", "1.5,0", "0.5,-7"])
def test_what_is_no_mood_is_told_with_what_is(text: str) -> None:
    with pytest.raises(UserError, match=r"happy, sad, .*0\.6,-0\.4|from -1 to 1"):
        read_mood(text)


def test_a_style_is_heard_in_passing() -> None:
    style = hear_style("some lofi beats, for studying")
    assert style is not None and style.name == "lo-fi"
    assert hear_style("a popular housewife") is None


def test_happy_is_faster_brighter_and_more_major_than_sad() -> None:
    happy, sad = ([piece(mood, seed=seed) for seed in range(8)] for mood in ("happy", "sad"))
    assert min(score.tempo for score in happy) > max(score.tempo for score in sad) * 1.3
    assert min(score.brightness for score in happy) > max(score.brightness for score in sad) + 30
    assert all(not score.key.minor for score in happy) and all(score.key.minor for score in sad)

    assert _majors(happy) > 1.4 * _majors(sad)


def _majors(scores: list[Score]) -> float:
    """The share of major chords."""
    chords = [slot.chord for score in scores for slot in score.chords]
    return statistics.fmean(chord.major for chord in chords)


def test_every_mood_can_be_played_in_its_modes_and_styles() -> None:
    for mood in MOODS.values():
        assert all(Key(0, mode).scale for mode, _ in mood.modes)
        assert 50 <= mood.tempo[0] < mood.tempo[1] <= 200
