"""What a person may ask of a download, and what is offered to them."""

import pytest

from core.downloads import (
    MOST_ENTRIES,
    Quality,
    estimate,
    name_found,
    offer,
    read_choice,
    read_entries,
    read_span,
    total_seconds,
)
from core.errors import UserError
from core.links import Found, Medium, Span

PIECE = Found(
    url="https://x.org/1",
    site="x",
    id="1",
    title="Late",
    artist="Ida",
    seconds=100.0,
    video=True,
    heights=(720, 360),
    sizes={"best": 5_000_000, "original": 1_500_000},
)


def test_a_kind_alone_means_the_best_of_it() -> None:
    choices = [read_choice({"kind": kind}) for kind in ("audio", "video")]
    assert [choice and choice.quality for choice in choices] == [Quality.ORIGINAL, Quality.BEST]


def test_a_quality_says_which_kind() -> None:
    choice = read_choice({"quality": "720p", "start": "1:30", "end": "2:00"})
    assert choice is not None and choice.quality.medium is Medium.VIDEO
    assert choice.quality.height == 720 and choice.span == Span(90.0, 120.0)


def test_a_link_alone_is_a_question() -> None:
    assert read_choice({"kind": None, "quality": None}) is None


def test_a_quality_of_the_other_kind_is_refused_with_those_that_fit() -> None:
    with pytest.raises(UserError, match="“mp3” is no quality of a video: take one of best, 1080p"):
        read_choice({"kind": "video", "quality": "mp3"})


def test_a_time_that_is_none_is_named() -> None:
    with pytest.raises(UserError, match="“start” is no time: soon"):
        read_span("soon", None)


def test_the_end_comes_after_the_start() -> None:
    with pytest.raises(UserError, match="“end” must come after “start”"):
        read_span("2:00", "1:30")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("2", [1]),
        ("1-3, 5", [0, 1, 2, 4]),
        ("5 1–2", [4, 0, 1]),
        ("3;3; 3-4", [2, 3]),
        ("1 - 2", [0, 1]),
    ],
)
def test_entries_are_read_generously(text: str, places: list[int]) -> None:
    assert read_entries(text, 5) == places


@pytest.mark.parametrize("text", ["6", "0", "3-2", "4-9"])
def test_an_entry_that_is_not_there_is_named(text: str) -> None:
    with pytest.raises(UserError, match="The list has 5 entries"):
        read_entries(text, 5)


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(UserError, match="not “first”"):
        read_entries("first", 5)


def test_too_many_entries_are_counted() -> None:
    with pytest.raises(UserError, match=f"{MOST_ENTRIES + 1} entries are too many"):
        read_entries("", MOST_ENTRIES + 1)


def test_offers_no_more_lines_than_there_are() -> None:
    assert offer(PIECE)[:2] == (Quality.BEST, Quality.P480)


def test_offers_no_video_of_what_is_only_heard() -> None:
    heard = Found(url="", site="", id="", title="")
    assert Quality.BEST not in offer(heard) and Quality.MP3 in offer(heard)


def test_estimates_only_what_can_be_known() -> None:
    assert estimate(PIECE, Quality.BEST) == 5_000_000
    assert estimate(PIECE, Quality.M4A) == 100 * 192 * 125
    assert estimate(PIECE, Quality.P480) is None


def test_an_artist_is_not_named_twice() -> None:
    assert name_found(PIECE) == "Ida – Late"
    again = Found(url="", site="", id="", title="IDA: Late (live)", artist="Ida")
    assert name_found(again) == "IDA: Late (live)"


def test_a_list_of_unknown_length_has_none() -> None:
    unknown = Found(url="", site="", id="", title="")
    assert total_seconds([PIECE, unknown]) is None
    assert total_seconds([PIECE, PIECE]) == 200.0
