"""What the parts of a mix say of themselves."""

import pytest

from core.cards import Card, card_of_part, name_part
from core.fitting import Part
from core.tracklist import Chapter

WHOLE = Card(
    title="Late night",
    artists=("Ida", "Otto"),
    genre="Ambient",
    year="2026",
    cover=b"jpeg",
    chapters=(Chapter(0, 90, "One"), Chapter(90, 200.004, "Two"), Chapter(200.004, 300, "Three")),
)


def test_a_part_has_its_place_and_its_own_chapters() -> None:
    card = card_of_part(WHOLE, [Part(0, 200), Part(200, 300)], 1)
    assert card.title == "Late night (part 2 of 2)"
    assert (card.album, card.number, card.count) == ("Late night", 2, 2)
    assert (card.artists, card.genre, card.year, card.cover) == (
        WHOLE.artists, "Ambient", "2026", b"jpeg",
    )  # fmt: skip
    # The 4 ms of “Two” that reach in by rounding make no chapter of their own.
    (only,) = card.chapters
    assert (round(only.start, 3), only.end, only.title) == (0.004, 100, "Three")


def test_each_part_has_its_piece_of_a_chapter_that_is_cut() -> None:
    parts = [Part(0, 150), Part(150, 300)]
    first, second = (card_of_part(WHOLE, parts, index) for index in (0, 1))
    assert [(c.start, c.end, c.title) for c in first.chapters] == [(0, 90, "One"), (90, 150, "Two")]
    assert [(round(c.start), round(c.end), c.title) for c in second.chapters] == [
        (0, 50, "Two"),
        (50, 150, "Three"),
    ]


@pytest.mark.parametrize(
    ("label", "index", "count", "name"),
    [
        ("late-night.mp3", 0, 1, "late-night.ogg"),
        ("late-night.mp3", 1, 3, "late-night-part-2-of-3.ogg"),
        ("v1.5 mix.mp3", 0, 2, "v1.5 mix-part-1-of-2.ogg"),
        ("bare", 0, 1, "bare.ogg"),
    ],
)
def test_parts_are_named_after_the_whole(label: str, index: int, count: int, name: str) -> None:
    assert name_part(label, "ogg", index, count) == name


def test_many_artists_are_said_in_one_line() -> None:
    assert WHOLE.artist == "Ida, Otto"
    assert Card(title="T").artist == "Various Artists"
