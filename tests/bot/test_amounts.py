"""Amounts are said as people read them, and no more exactly than is known."""

import pytest

from bot.amounts import say_ago, say_left, say_length, say_size
from bot.words import Words

SAY = Words().to("en")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 kB"),
        (1, "1 kB"),
        (45_400, "45 kB"),
        (1_240_000, "1.2 MB"),
        (45_600_000, "46 MB"),
        (3 * 10**9, "3 GB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert say_size(size, SAY) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (40, "less than a minute left"),
        (62, "about a minute left"),
        (130, "about 2 minutes left"),
        (150, "about 3 minutes left"),
        (3590, "about an hour left"),
        (5000, "about 1 h 25 min left"),
        (7150, "about 2 hours left"),
    ],
)
def test_time_left(seconds: float, words: str) -> None:
    assert say_left(seconds, SAY) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (70, "a minute ago"), (600, "10 minutes ago"), (4000, "an hour ago"),
     (80_000, "22 hours ago"), (90_000, "yesterday"), (200_000, "2 days ago")],
)  # fmt: skip
def test_time_past(seconds: float, words: str) -> None:
    assert say_ago(seconds, SAY) == words


def test_lengths() -> None:
    assert say_length(1, None, SAY) == "1 track"
    assert say_length(12, 3671.9, SAY) == "12 tracks, 1:01:11"
