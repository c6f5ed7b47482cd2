"""Typesetting: every script in its order and form, nothing that no font can draw."""

import pytest
from PIL import ImageFont

from adapters.pictures import typeset
from adapters.pictures.poster import draw_poster
from adapters.pictures.typeset import SANS, TEXT


def seen(text: str) -> str:
    return "".join(run.text for run in typeset._runs(text, SANS))


def test_latin_stays_as_it_is() -> None:
    assert seen("Sigur Rós (live)") == "Sigur Rós (live)"


def test_hebrew_is_seen_from_right_to_left_with_its_numbers_upright() -> None:
    assert seen("אבג 2024") == "2024 גבא"
    assert seen("(אבג)") == "(גבא)"


def test_a_latin_name_inside_hebrew_keeps_its_order() -> None:
    assert seen("אב Bonobo גד") == "דג Bonobo בא"


def test_names_in_a_list_keep_their_places() -> None:
    assert seen("A · אב · גד · B") == "A · בא · דג · B"


def test_arabic_letters_join() -> None:
    assert typeset.shape_arabic("بيت") == ["\ufe91", "\ufef4", "\ufe96"]
    assert typeset.shape_arabic("دار") == ["\ufea9", "\ufe8d", "\ufead"]


def test_lam_and_alef_become_one() -> None:
    assert typeset.shape_arabic("سلام") == ["\ufeb3", "\ufefc", "", "\ufee1"]


@pytest.mark.parametrize("text", ["\U000e0001", "\ue123", "\u0378", "\0\x07\u202e"])
def test_what_no_font_can_draw_is_dropped(text: str) -> None:
    assert typeset.drawable(f"a{text}b", TEXT) == "ab"


def test_every_supported_script_can_be_drawn() -> None:
    text = "Aa Äß Жя Ωω אב بي ไทย हिन्दी 東京 ひらカタ 한국 🎧❤"
    assert typeset.drawable(text, TEXT).replace(" ", "") == text.replace(" ", "")


def test_a_title_fits_its_box() -> None:
    for title in ("A", "Two words", "word " * 60, "W" * 300, "深夜" * 80):
        block = typeset.fit(title, SANS, width=600, height=240, largest=120, smallest=30, lines=4)
        assert len(block.lines) <= 4 and block.height <= 240
        assert all(typeset.measure(line, SANS, block.size) <= 600 for line in block.lines)


def test_words_stay_whole_while_there_is_room() -> None:
    block = typeset.fit(
        "Donaudampfschifffahrt heute",
        SANS,
        width=600,
        height=300,
        largest=120,
        smallest=24,
        lines=3,
    )
    assert block.lines == ("Donaudampfschifffahrt", "heute")


def test_without_raqm_titles_are_set_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "_LAYOUT", ImageFont.Layout.BASIC)
    typeset._font.cache_clear()
    picture, _ = draw_poster("Ärger אבג بيت 東京 🎧", ["A – B"], count=1, seed="plain")
    typeset._font.cache_clear()
    assert picture.size == (1400, 1400)
