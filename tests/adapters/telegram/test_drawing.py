"""Replies as messages: within Telegram's limits, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.drawing import can_open, draw, read_button, size_of
from adapters.telegram.terms import CAPTION, TEXT
from core.screens import LONGEST_ACTION, Button, Reply

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)
BUTTONS = st.builds(
    Button,
    TEXTS.filter(bool),
    st.text("abc.:1", min_size=1, max_size=LONGEST_ACTION),
    link=st.sampled_from(["", "", "http://localhost:8321/files/x", "https://deck.test/x"]),
)
REPLIES = st.builds(
    Reply,
    st.text(max_size=5000),
    title=TEXTS,
    lines=st.lists(TEXTS, max_size=60).map(tuple),
    buttons=st.lists(st.lists(BUTTONS, max_size=12).map(tuple), max_size=16).map(tuple),
)


@given(REPLIES, st.sampled_from([TEXT, CAPTION]))
def test_every_reply_is_within_the_limits(reply: Reply, most: int) -> None:
    drawn = draw(reply, most=most)
    assert 1 <= size_of(drawn.text) <= most
    assert 0 <= drawn.bold <= size_of(drawn.text)
    markup = drawn.markup()
    buttons = [button for row in (markup.inline_keyboard if markup else ()) for button in row]
    assert len(buttons) <= 100
    assert all(button.text for button in buttons)
    assert all(len(str(each.callback_data).encode()) <= 64 for each in buttons if not each.url)
    assert all("localhost" not in (button.url or "") for button in buttons)


def test_a_heading_is_bold_in_units_of_utf_16() -> None:
    drawn = draw(Reply("Text", title="🎵 Night"))
    assert drawn.text.startswith("🎵 Night\n")
    assert [(each.type, each.offset, each.length) for each in drawn.entities()] == [("bold", 0, 8)]


def test_lines_that_do_not_fit_are_counted() -> None:
    drawn = draw(Reply("", title="T", lines=tuple(f"{at:03} " + "x" * 40 for at in range(50))),
                 most=CAPTION)  # fmt: skip
    kept = drawn.text.count("x" * 40)
    assert drawn.text.endswith(f"… and {50 - kept} more")
    assert drawn.cut


def test_a_name_in_a_title_calls_nobody() -> None:
    assert "@everyone" not in draw(Reply("x", title="Hi @everyone")).text


def test_a_link_that_no_button_takes_is_text() -> None:
    reply = Reply("Here", buttons=((Button("MP3", link="http://127.0.0.1:8321/files/a"),),))
    drawn = draw(reply)
    assert drawn.text == "Here\n\nMP3: http://127.0.0.1:8321/files/a"
    assert drawn.markup() is None


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://deck.example/x", True),
        ("http://localhost:1/", False),
        ("http://127.0.0.1/", False),
        ("http://192.168.1.4/", False),
        ("http://box/", False),
    ],
)
def test_knows_which_links_telegram_takes(link: str, wanted: bool) -> None:
    assert can_open(link) is wanted


def test_a_button_says_whether_its_message_stays() -> None:
    button = Button("x", "tray.mix:a")
    for kept in (True, False):
        markup = draw(Reply("t", buttons=((button,),)), kept=kept).markup()
        assert markup is not None
        pressed = read_button(str(markup.inline_keyboard[0][0].callback_data))
        assert (pressed.action, pressed.kept) == ("tray.mix:a", kept)
