"""Keys: a tonic and a mode, how they are named and read, and where they lie on the wheel."""

import re
from dataclasses import dataclass

from core.errors import UserError

_LETTERS = "CDEFGAB"
_NATURAL = (0, 2, 4, 5, 7, 9, 11)
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
"""Semitones over the tonic, from the brightest mode to the darkest."""
_NAMES = {"maj": "major", "ionian": "major", "min": "minor", "m": "minor", "aeolian": "minor"}
_WRITTEN = re.compile(r"([A-Ga-g])\s*(#|♯|b|♭|sharp|flat)?[\s_-]*([A-Za-z]*)")


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (0 to 11, C is 0) and one of `MODES`."""

    tonic: int
    mode: str

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return MODES[self.mode][2] == 3

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def accidentals(self) -> int:
        """Sharps (over 0) or flats (under 0) of the plain major or minor key on this tonic."""
        fifths = (self.tonic + (3 if self.minor else 0)) * 7 % 12
        return fifths - 12 if fifths > 6 else fifths

    @property
    def name(self) -> str:
        """Such as `D major` or `F# dorian`."""
        return f"{self.spell(self.tonic)} {self.mode}"

    @property
    def camelot(self) -> str:
        """Its place on the Camelot wheel, by its notes: neighbours share six of seven."""
        shift = {"lydian": 1, "mixolydian": -1, "dorian": 1, "phrygian": -1}.get(self.mode, 0)
        relative = (self.tonic + (3 if self.minor else 0)) * 7 + shift
        return f"{(relative + 7) % 12 + 1}{'A' if self.minor else 'B'}"

    def spell(self, pitch: int) -> str:
        """The name of a pitch class here: with sharps or flats, as the signature has them."""
        names = _FLATS if self.accidentals < 0 else _SHARPS
        return names[pitch % 12]

    def degree(self, number: int) -> int:
        """The pitch class of a degree; 1 is the tonic."""
        return self.scale[(number - 1) % 7]


def read_key(text: str) -> tuple[int, str]:
    """The tonic (0 to 11) and the mode, empty when none is named. Raises `UserError`."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise UserError(_refusal(text))
    letter, accidental, word = found[1], found[2] or "", found[3]
    shift = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get(accidental, 0)
    # An M alone is major to some and a slip of the shift key to others; lower case is minor.
    name = "major" if word == "M" else _NAMES.get(word.lower(), word.lower())
    if name and name not in MODES:
        raise UserError(_refusal(text))
    return (_NATURAL[_LETTERS.index(letter.upper())] + shift) % 12, name


def _refusal(text: str) -> str:
    return (
        f"“key” must be a note with or without a mode, such as C, F#m, Bb major or D dorian, "
        f"not “{text[:40]}”. The modes are: {', '.join(MODES)}."
    )
