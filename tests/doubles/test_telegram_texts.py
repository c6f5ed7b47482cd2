"""Marked-up text as Telegram reads it, with its words for what it cannot read."""

import pytest
from telegram import Bot, MessageEntity

from tests.doubles.telegram import Chat
from tests.doubles.telegram.entities import Entity, Text, find_entities, trim
from tests.doubles.telegram.markdown import read_markdown
from tests.doubles.telegram.marked_html import read_html
from tests.doubles.telegram.refusals import ApiError
from tests.doubles.telegram.wording import read_caption, read_text

REFUSED = "Bad Request: can't parse entities: "


@pytest.mark.parametrize(
    ("source", "plain", "kinds"),
    [
        ("<b>a</b> <i>b</i>", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("1 &lt; 2 &amp; 3 &#x41; &nbsp;", "1 < 2 & 3 A &nbsp;", []),
        ("<pre>x\ny</pre>", "x\ny", [("pre", 0, 3)]),
        ("<span class='tg-spoiler'>s</span>", "s", [("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<b></b>empty", "empty", []),
    ],
)
def test_html_becomes_entities(source: str, plain: str, kinds: list[tuple[str, int, int]]) -> None:
    text = read_html(source)
    assert text.plain == plain
    assert [(each.kind, each.offset, each.length) for each in text.entities] == kinds


@pytest.mark.parametrize(
    "source",
    [
        "<b>bold <i>both</i></b> <s>gone</s> <u>under</u>",
        '<a href="https://example.com/?a=1&amp;b=2">link</a>',
        '<pre><code class="language-python">x = 1</code></pre>',
        "<tg-spoiler>hush</tg-spoiler> <code>1 &lt; 2</code>",
        "<blockquote>quoted</blockquote>",
    ],
)
def test_what_a_person_sees_is_what_was_sent(source: str) -> None:
    assert read_html(source).html == source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ü<x>y</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("love <3", "Unclosed start tag at byte offset 5"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_html(source)
    assert caught.value.description == REFUSED + words


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*bold* _italic_ __under__ ~gone~ ||hush||", "<b>bold</b> <i>italic</i> <u>under</u> "
         "<s>gone</s> <tg-spoiler>hush</tg-spoiler>"),
        ("*bold _both_*", "<b>bold <i>both</i></b>"),
        ("1\\.5 \\(x\\)", "1.5 (x)"),
        ("`a*b` ```python\nx = [1]```", "<code>a*b</code> "
         '<pre><code class="language-python">x = [1]</code></pre>'),
        ("[link](https://example.com/a\\)b)", '<a href="https://example.com/a)b">link</a>'),
        (">one\n>two\nthree", "<blockquote>one\ntwo\n</blockquote>three"),
    ],
)  # fmt: skip
def test_markdown_becomes_entities(source: str, html: str) -> None:
    assert read_markdown(source).html == html


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a (b)", "Character '(' is reserved and must be escaped with the preceding '\\'"),
        ("ü *x", "Can't find end of Bold entity at byte offset 3"),
        ("*a _b*", "Can't find end of Italic entity at byte offset 3"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
    ],
)
def test_bad_markdown_is_refused(source: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_markdown(source)
    assert caught.value.description == REFUSED + words


def test_commands_mentions_and_links_are_found() -> None:
    text = find_entities(Text("😀 /mix@tapedeck_bot for @anna_b: #late https://example.com/a, x/y"))
    units = text.plain.encode("utf-16-le")
    found = {
        each.kind: units[2 * each.offset : 2 * (each.offset + each.length)].decode("utf-16-le")
        for each in text.entities
    }
    assert found == {
        "bot_command": "/mix@tapedeck_bot",
        "mention": "@anna_b",
        "hashtag": "#late",
        "url": "https://example.com/a",
    }


def test_nothing_is_found_inside_code() -> None:
    text = find_entities(read_html("<code>/mix</code>"))
    assert [each.kind for each in text.entities] == ["code"]


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    text = trim(Text("  bold \n", (Entity("bold", 1, 7),)))
    assert text == Text("bold", (Entity("bold", 0, 4),))


def test_lengths_count_after_the_marks_are_gone() -> None:
    assert len(read_text("<b>" + "x" * 4096 + "</b>", "HTML", []).plain) == 4096
    assert len(read_caption("&lt;" * 1024, "html", []).plain) == 1024
    with pytest.raises(ApiError, match="message caption is too long"):
        read_caption("&lt;" * 1025, "html", [])


def test_entities_outside_the_text_are_refused() -> None:
    with pytest.raises(ApiError, match="ends after the end of the text"):
        read_text("short", "", [{"type": "bold", "offset": 2, "length": 9}])


async def test_entities_can_be_given_instead_of_marks(bot: Bot, chat: Chat) -> None:
    entities = [MessageEntity("bold", 0, 4), MessageEntity("text_link", 5, 4, url="https://a.b/")]
    sent = await bot.send_message(chat.id, "Half done", entities=entities)
    assert chat.messages[sent.id].html == '<b>Half</b> <a href="https://a.b/">done</a>'
