"""Keys and chords: read, named and spelled as musicians do."""

import pytest

from core.errors import UserError
from core.music.chords import Chord, scale_for, stack
from core.music.keys import MODES, Key, read_key


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("C", 0, ""), ("f#m", 6, "minor"), ("Bb major", 10, "major"), ("D dorian", 2, "dorian"),
        ("b", 11, ""), ("bb", 10, ""), ("Am", 9, "minor"), ("E♭ maj", 3, "major"),
        ("G-mixolydian", 7, "mixolydian"), ("c sharp minor", 1, "minor"), ("Cb", 11, ""),
    ],
)  # fmt: skip
def test_keys_are_read(text: str, tonic: int, mode: str) -> None:
    assert read_key(text) == (tonic, mode)


@pytest.mark.parametrize("text", ["H", "C blues", "12", "", "C##"])
def test_what_is_no_key_is_told_with_what_is(text: str) -> None:
    with pytest.raises(UserError, match=r"such as C, F#m, Bb major or D dorian.*phrygian"):
        read_key(text)


@pytest.mark.parametrize(
    ("key", "accidentals", "name", "camelot"),
    [
        (Key(0, "major"), 0, "C major", "8B"), (Key(9, "minor"), 0, "A minor", "8A"),
        (Key(10, "major"), -2, "Bb major", "6B"), (Key(6, "minor"), 3, "F# minor", "11A"),
        (Key(2, "dorian"), -1, "D dorian", "8A"), (Key(7, "mixolydian"), 1, "G mixolydian", "8B"),
        (Key(5, "lydian"), -1, "F lydian", "8B"), (Key(4, "phrygian"), 1, "E phrygian", "8A"),
    ],
)  # fmt: skip
def test_keys_know_their_signature_and_their_place_on_the_wheel(
    key: Key, accidentals: int, name: str, camelot: str
) -> None:
    assert (key.accidentals, key.name, key.camelot) == (accidentals, name, camelot)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_seven_tones_and_a_camelot_place_by_them(mode: str) -> None:
    places: dict[str, set[frozenset[int]]] = {}
    for tonic in range(12):
        key = Key(tonic, mode)
        assert len(set(key.scale)) == 7
        places.setdefault(key.camelot, set()).add(frozenset(key.scale))
    assert len(places) == 12 and all(len(scales) == 1 for scales in places.values())


def test_chords_are_stacked_from_the_scale() -> None:
    major, minor = Key(0, "major"), Key(9, "minor")
    assert [stack(major, degree, thirds=2) for degree in range(1, 8)] == [
        "", "m", "m", "", "", "m", "dim",
    ]  # fmt: skip
    assert [stack(major, degree, thirds=3) for degree in (1, 2, 5, 7)] == [
        "maj7", "m7", "7", "m7b5",
    ]  # fmt: skip
    assert stack(major, 3, thirds=4) == "m7"  # its ninth would be a semitone over the root
    assert stack(minor, 1, thirds=4) == "m9"


def test_chords_are_spelled_in_their_key() -> None:
    assert Chord(10, "maj7").name(Key(5, "major")) == "Bbmaj7"
    assert Chord(10, "").name(Key(11, "major")) == "A#"
    assert Chord(9, "m7").tones == (9, 0, 4, 7)


def test_over_a_raised_dominant_the_scale_has_its_leading_note() -> None:
    assert scale_for(Key(9, "minor"), Chord(4, "7")) == {9, 11, 0, 2, 4, 5, 8}
    assert scale_for(Key(0, "major"), Chord(7, "7")) == set(Key(0, "major").scale)
