"""Links are found in what people write, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.link_texts import LONGEST_LINK, find_links, host_of, is_link, read_link, read_links

TUBE = "https://www.youtube.com/watch?v=aaaaaaaaaaa&t=90"


def test_finds_links_in_order_and_each_once() -> None:
    text = f"look: {TUBE}, and (https://x.org/a_(b)) or <https://y.org/z>! {TUBE}."
    assert find_links(text) == (TUBE, "https://x.org/a_(b)", "https://y.org/z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link",
        "www.youtube.com/watch",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://x.org/a",
        "data:text/html,hello",
        "https://",
        "http://:80/",
        "https://x.org:0/",
        "https://x.org:99999/",
        "https://[::1",
        "https://x.org/" + "a" * LONGEST_LINK,
    ],
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert not is_link(text)
    assert find_links(text) == ()


def test_a_file_of_a_terminal_is_no_link() -> None:
    assert not is_link("https:/x.mp3") and not is_link("./song.mp3")


def test_reads_links_with_whatever_between_them() -> None:
    assert read_links("https://x.org/a,b https://y.org\n<https://z.org>", most=9) == (
        "https://x.org/a,b",
        "https://y.org",
        "https://z.org",
    )


def test_a_word_that_is_no_link_is_named() -> None:
    with pytest.raises(UserError, match=r"“song\.mp3” is not a link"):
        read_links("https://x.org song.mp3", most=9)


def test_too_many_links_are_counted() -> None:
    with pytest.raises(UserError, match="3 links are too many: 2"):
        read_links("https://x.org/1 https://x.org/2 https://x.org/3", most=2)


@pytest.mark.parametrize("text", ["", "https://x.org https://y.org"])
def test_one_link_is_one(text: str) -> None:
    with pytest.raises(UserError, match="One link is needed"):
        read_link(text)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        (TUBE, "youtube.com"),
        ("https://WWW.Example.ORG./x", "example.org"),
        ("http://u:p@y.org:81/", "y.org"),
        ("https://[", ""),
    ],
)
def test_names_the_host(link: str, host: str) -> None:
    assert host_of(link) == host


@given(st.text(max_size=200))
def test_whatever_is_found_is_a_link(text: str) -> None:
    assert all(is_link(link) and link in text for link in find_links(text))
