"""Instruments: found by name, number or family; and a band is made of exactly those."""

import pytest

from core.errors import UserError
from core.music.instruments import PITCHED_NAMES, Instrument, Part, read_instruments
from core.music.measures import measure
from core.music.styles import STYLES, Style
from tests.core.music.pieces import piece


def test_all_names_of_general_midi_are_known() -> None:
    assert len(PITCHED_NAMES) == 112
    for program, name in enumerate(PITCHED_NAMES):
        assert read_instruments(name) == (Instrument(program),)


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("piano, cello and strings", [0, 42, 48]), ("Flutes + 42", [73, 42]),
        ("brass; synth pad", [61, 89]), ("Electric Bass (finger)", [33]), ("piano, piano", [0]),
    ],
)  # fmt: skip
def test_lists_of_names_numbers_and_families_are_read(text: str, programs: list[int]) -> None:
    assert [each.program for each in read_instruments(text)] == programs


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("vioiln", "Did you mean violin"), ("gunshot", "Such as piano"), ("127", "from 0 to 111"),
        ("drums", "add one that plays tones"), (",".join(PITCHED_NAMES[:9]), "up to 8"),
    ],
)  # fmt: skip
def test_what_cannot_play_is_told_with_what_can(text: str, hint: str) -> None:
    with pytest.raises(UserError, match=hint):
        read_instruments(text)


@pytest.mark.parametrize(
    "asked",
    [
        "piano", "flute", "acoustic bass", "cello, piano", "nylon guitar, flute, drums",
        "violin, viola, cello, contrabass", "trumpet, trombone, tuba, drums", "choir, church organ",
        "glockenspiel, kalimba", "saw lead, warm pad, synth bass 1, drums",
    ],
)  # fmt: skip
def test_a_band_is_exactly_who_was_asked_for(asked: str) -> None:
    score = piece("hopeful", seconds=40, instruments=asked)
    wanted = {each.name for each in read_instruments(asked)}
    assert {voice.name.split(", ")[0] for voice in score.voices} == wanted
    assert any(voice.part == Part.MELODY for voice in score.voices)
    assert measure(score).misplaced == 0
    # Somebody plays in every section.
    for section in score.sections:
        first = section.bar * score.metre.bar
        last = first + section.bars * score.metre.bar
        assert any(first <= note.start < last for voice in score.voices for note in voice.notes)


def test_who_plays_alone_plays_its_chords_and_bass_too() -> None:
    parts = {voice.part for voice in piece("relaxed", instruments="piano").voices}
    assert parts == {"melody", "harmony", "bass"}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_the_bands_of_styles_take_parts_that_suit_them(style: Style) -> None:
    for part, programs in style.band.items():
        assert programs and all(0 <= program < 119 for program in programs), part
