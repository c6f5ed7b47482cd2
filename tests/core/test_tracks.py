"""Names: whatever files and people call a track, what we show is one clean line."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.tracks import Tags, clean_text, label_of, read_count, title_from_label
from tests.core.tapes import track


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  two   words\t", "two words"),
        ("line\r\nbreak\x0b\x85\u2028\u2029end", "line break end"),
        ("nul\0byte\x1b[31mred\x7f", "nul byte [31mred"),
        ("evil\u202egpj.3pm", "evilgpj.3pm"),
        ("\u2066a\u2069\u200b\ufeffb\u200e", "ab"),
        ("\ud800half\udcff", "half"),
        ("naïve – 漢字 👩‍🎤", "naïve – 漢字 👩‍🎤"),
        ("\0\u200b \n", ""),
        ("Zwi\u00adschen", "Zwi\u00adschen"),
    ],
)
def test_text_is_made_safe_to_show(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_long_text_is_cut_with_a_mark() -> None:
    assert clean_text("x" * 200) == "x" * 200
    assert clean_text("x" * 300) == "x" * 199 + "…"
    assert clean_text("words " * 300, most=12) == "words words…"


@given(some.text(some.characters(codec=None), max_size=400), some.integers(2, 300))
def test_whatever_comes_is_one_printable_line(text: str, most: int) -> None:
    cleaned = clean_text(text, most=most)
    assert len(cleaned) <= most and cleaned == cleaned.strip()
    assert not any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in cleaned)
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode()
    assert clean_text(cleaned, most=most) == cleaned


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("song.mp3", "song.mp3"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Music\\song.mp3", "song.mp3"),
        ("/a/b/", "b"),
        ("new\nline.mp3", "new line.mp3"),
        ("a\u202e3pm.exe", "a3pm.exe"),
        ("", "untitled"),
        ("///", "untitled"),
        ("\0", "untitled"),
        ("é" * 300 + ".mp3", "é" * 199 + "…"),
    ],
)
def test_a_label_is_the_last_part_of_a_name(name: str, label: str) -> None:
    assert label_of(name) == label


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("01_Late_Night.mp3", "01 Late Night"),
        ("Vol. 2.flac", "Vol. 2"),
        ("Mr. Blue", "Mr. Blue"),
        ("A sentence. With words", "A sentence. With words"),
        ("no ending", "no ending"),
        (".mp3", ".mp3"),
        ("___.mp3", "Untitled"),
        ("", "Untitled"),
    ],
)
def test_a_title_comes_from_a_label(label: str, title: str) -> None:
    assert title_from_label(label) == title


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("03", 3), (" 3/12", 3), ("12345", 1234), ("", 0), ("A3", 0), ("-1", 0), ("/9", 0)],
)
def test_track_numbers(text: str, number: int) -> None:
    assert read_count(text) == number


def test_a_track_is_called_by_its_tag_or_else_its_file() -> None:
    assert track(tags=Tags(title="Rain", artist="Vela")).title == "Rain"
    assert track(name="in/07_Rain.mp3").title == "07 Rain"
    assert track(name="in/07_Rain.mp3").artist == ""


def test_tags_are_filled_up_from_others() -> None:
    mine = Tags(title="Rain", number=3)
    other = Tags(title="Snow", artist="Vela", number=9, disc=2)
    assert mine.or_else(other) == Tags(title="Rain", artist="Vela", number=3, disc=2)
    assert Tags().or_else(Tags()) == Tags()


def test_labels_can_be_sent_as_json_and_utf8() -> None:
    json.dumps(label_of("caf\udce9.mp3")).encode()
    assert label_of("caf\udce9.mp3") == "caf .mp3"
