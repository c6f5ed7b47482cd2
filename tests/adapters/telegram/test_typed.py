"""Options as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.typed import read_typed
from core.clips import CHAT_OPTIONS as CLIP_OPTIONS
from core.errors import UserError
from core.mixtape import CHAT_OPTIONS
from core.options import Kind, Option, read_values

SEARCH = (Option(name="search", kind=Kind.TEXT, summary="What to look for"),)
TYPED = [
    ('crossfade=8 title="Late night"', {"crossfade": "8", "title": "Late night"}),
    ("crossfade = 8", {"title": "crossfade = 8"}),
    ("title: Late night, crossfade: 8, order: shuffle",
     {"title": "Late night", "crossfade": "8", "order": "shuffle"}),
    ("title: Late night crossfade: 8", {"title": "Late night", "crossfade": "8"}),
    ("title=“Late night” video", {"title": "Late night", "video": True}),
    ("title=Don't order=name", {"title": "Don't", "order": "name"}),
    ("title='it is' no-video", {"title": "it is", "video": False}),
    ("shuffle no-video private", {"order": "shuffle", "video": False, "private": True}),
    ("Late night drive", {"title": "Late night drive"}),
    ("CROSSFADE=3,", {"crossfade": "3"}),
    ("crosfade=3", {"crosfade": "3"}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), TYPED)
def test_reads_what_people_type(text: str, wanted: dict[str, object]) -> None:
    assert read_typed(text, CHAT_OPTIONS) == wanted


def test_a_pasted_table_keeps_its_times_and_its_lines() -> None:
    table = "https://youtu.be/abc 1:00 1:30 Intro\nhttps://youtu.be/def 0:05 +10"
    assert read_typed(table, CLIP_OPTIONS) == {"rows": table}
    assert read_typed(f"video captions=yes {table}", CLIP_OPTIONS) == {
        "captions": "yes",
        "rows": f"video {table}",
    }
    assert read_typed(f"result=video {table}", CLIP_OPTIONS) == {"result": "video", "rows": table}


def test_free_words_are_the_first_text() -> None:
    assert read_typed("late night shuffle", SEARCH) == {"search": "late night shuffle"}


def test_the_name_of_an_option_first_says_what_the_words_are_for() -> None:
    assert read_typed("search late night", SEARCH) == {"search": "late night"}
    assert read_typed("title Late night", CHAT_OPTIONS) == {"title": "Late night"}


@pytest.mark.parametrize("text", ["search", "search=", "search:", " search: "])
def test_an_option_that_is_named_with_nothing_is_to_be_asked_for(text: str) -> None:
    assert read_typed(text, SEARCH) == {"search": None}


def test_a_title_may_begin_with_the_name_of_an_option_for_numbers_or_choices() -> None:
    assert read_typed("Order of the night", CHAT_OPTIONS) == {"title": "Order of the night"}
    assert read_typed("crossfade", CHAT_OPTIONS) == {"crossfade": None}


def test_words_that_no_option_takes_are_told_with_what_would_be_right() -> None:
    options = (Option(name="video", kind=Kind.FLAG, summary="Make an MP4"),)
    with pytest.raises(UserError, match=r"no option “loud” here\. The options are: video"):
        read_values(options, read_typed("loud", options))


def test_a_link_is_no_name_and_value() -> None:
    assert read_typed("https://a.test/x", SEARCH) == {"search": "https://a.test/x"}


@given(st.text(alphabet=st.characters(exclude_characters='"', exclude_categories=["Cs"])))
def test_quotes_hold_anything(value: str) -> None:
    assert read_typed(f'title="{value}" crossfade=2', CHAT_OPTIONS) == {
        "title": value,
        "crossfade": "2",
    }


@given(st.text(max_size=200))
def test_takes_any_text_without_failing(text: str) -> None:
    for name in read_typed(text, CHAT_OPTIONS):
        assert name
