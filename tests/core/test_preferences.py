"""What people set is kept as texts that mean the same when they are read again."""

import pytest

from core.errors import UserError
from core.mixtape import CHAT_OPTIONS
from core.options import read_values
from core.preferences import HANDING, MIXING, as_text, first_said, personal, read_texts

OWN = (*MIXING, *HANDING)


def test_texts_are_read_again_as_what_they_were() -> None:
    given = {"crossfade": "2,5", "video": "off", "loudness": "OFF", "where": " DM ", "order": ""}
    texts = read_texts(OWN, given)
    assert texts == {"crossfade": "2.5", "video": "no", "loudness": "OFF", "where": "dm"}
    values = read_values(personal(OWN), texts)
    assert (values["crossfade"], values["video"], values["where"]) == (2.5, False, "dm")
    assert read_texts(OWN, texts) == texts


@pytest.mark.parametrize("given", [{"loudness": "-31"}, {"loudness": "x"}, {"crossfade": "nan"}])
def test_what_cannot_be_is_not_kept(given: dict[str, str]) -> None:
    with pytest.raises(UserError):
        read_texts(OWN, given)


@pytest.mark.parametrize(
    ("value", "text"), [(True, "yes"), (False, "no"), (6.0, "6"), (1e6, "1000000"), ("a", "a")]
)
def test_values_as_texts(value: str | float | bool, text: str) -> None:
    assert as_text(value) == text


def test_the_first_that_says_something_counts() -> None:
    said = first_said(
        {"a": None, "b": (), "c": False}, {"a": "tray", "c": "yes"}, {"a": "mine", "b": "mine"}
    )
    assert said == {"a": "tray", "b": "mine", "c": False}


def test_options_of_a_chat_say_nothing_when_left_out() -> None:
    values = read_values(personal(CHAT_OPTIONS), {})
    assert set(values.values()) == {None, ()}
