"""Who is asked for music, what they are told, and who is left in peace."""

import pytest

from core.errors import ServiceError
from core.scenes import Mood, Scene, Verse
from core.soundtracks import (
    MOST_PROMPT,
    DeclinedError,
    Health,
    RestError,
    Terms,
    Wish,
    explain_choice,
    name_mood,
    pass_over,
    require_length,
    write_lyrics,
    write_prompt,
)

TERMS = Terms(title="Band", least=10, most=120, cents=50, patience=60, pause=1)
VERSE = Verse("verse", ("The water holds the light", "The ropes are tied"))


def wish(*, direction: str = "Warm lo-fi.", lyrics: tuple[Verse, ...] = (VERSE,)) -> Wish:
    scene = Scene(
        title="Harbour",
        mood=Mood(0.4, -0.3),
        words="Boats.",
        palette=("#203050",),
        captions=(),
        lyrics=lyrics,
        direction=direction,
        tempo=84.0,
        by="claude",
    )
    return Wish(scene=scene, seconds=30.0, seed=1)


def test_a_prompt_has_the_direction_the_mood_the_tempo_and_the_length() -> None:
    prompt = write_prompt(wish(), words=False)
    for part in ("Warm lo-fi.", "peaceful, calm", "84 BPM", "30 seconds", "Instrumental."):
        assert part in prompt


def test_lyrics_are_told_only_when_they_are_to_be_sung() -> None:
    sung = write_prompt(wish(), words=True)
    assert "[verse]\nThe water holds the light" in sung and "Instrumental" not in sung
    assert write_prompt(wish(lyrics=()), words=True).endswith("Instrumental.")


def test_a_prompt_never_becomes_too_long() -> None:
    verses = tuple(Verse("verse", ("la " * 30,) * 8) for _ in range(12))
    for words in (True, False):
        long = write_prompt(wish(direction="loud " * 500, lyrics=verses), words=words)
        assert len(long) <= MOST_PROMPT


def test_lyrics_end_after_a_whole_section() -> None:
    verses = tuple(Verse("verse", (str(number) * 90,) * 4) for number in range(9))
    assert write_lyrics(verses).count("[verse]") == 3
    assert write_lyrics(verses).endswith("2" * 90)


@pytest.mark.parametrize(
    ("seconds", "most_cents", "why"),
    [
        (60, 0, ""),
        (60, 50, ""),
        (5, 0, "Band makes music of 10 to 120 seconds only."),
        (600, 0, "Band makes music of 10 to 120 seconds only."),
        (90, 60, "Band would cost 75 cents, of which 60 are allowed."),
    ],
)
def test_who_cannot_or_costs_too_much_is_passed_over(
    seconds: float, most_cents: float, why: str
) -> None:
    assert pass_over(TERMS, seconds, most_cents=most_cents) == why


def test_a_choice_is_explained_only_when_others_came_first() -> None:
    assert explain_choice([], "Band") == ""
    assert (
        explain_choice(["Lyria is busy."], "Band") == "Lyria is busy. Band made the music instead."
    )


def test_a_take_may_lack_a_second_and_no_more() -> None:
    require_length("Band", 29.2, wanted=30.0)
    with pytest.raises(ServiceError, match="Band gave 20 of 30 seconds"):
        require_length("Band", 20.0, wanted=30.0)


def test_failures_rest_longer_each_time_until_one_succeeds() -> None:
    health, error = Health(), ServiceError("gone")
    health.failed("Band", error, now=0.0)
    assert not health.well("Band", now=59.0) and health.well("Band", now=60.0)
    health.failed("Band", error, now=60.0)
    assert not health.well("Band", now=179.0) and health.well("Band", now=180.0)
    health.succeeded("Band")
    health.failed("Band", error, now=200.0)
    assert health.well("Band", now=260.0)
    for _ in range(30):
        health.failed("Band", error, now=300.0)
    assert health.well("Band", now=300.0 + 3600)


def test_who_says_how_long_to_wait_is_believed_up_to_an_hour() -> None:
    health = Health()
    health.failed("Band", RestError("busy", seconds=900), now=0.0)
    assert not health.well("Band", now=899.0) and health.well("Band", now=900.0)
    health.failed("Other", RestError("busy", seconds=1e9), now=0.0)
    assert health.well("Other", now=3600.0)


def test_declining_one_thing_is_no_illness() -> None:
    health = Health()
    health.failed("Band", DeclinedError("not this"), now=0.0)
    assert health.well("Band", now=0.0)


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (Mood(0.8, 0.9), "happy, energetic"),
        (Mood(0.5, -0.8), "peaceful, very calm"),
        (Mood(-0.5, 0.3), "tense, lively"),
        (Mood(-0.6, -0.2), "melancholic, calm"),
        (Mood(0.1, -0.1), "balanced, neutral"),
    ],
)
def test_moods_have_words(mood: Mood, words: str) -> None:
    assert name_mood(mood) == words
