"""General MIDI instruments: names, families, playable ranges, and the parts that they can take."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from core.errors import UserError


class Part(StrEnum):
    """What an instrument does in the arrangement."""

    MELODY = "melody"
    COUNTER = "counter"
    HARMONY = "harmony"
    PAD = "pad"
    BASS = "bass"
    DRUMS = "drums"


_NAMES = (
    "Acoustic Grand Piano", "Bright Acoustic Piano", "Electric Grand Piano", "Honky-tonk Piano",
    "Electric Piano 1", "Electric Piano 2", "Harpsichord", "Clavinet", "Celesta", "Glockenspiel",
    "Music Box", "Vibraphone", "Marimba", "Xylophone", "Tubular Bells", "Dulcimer",
    "Drawbar Organ", "Percussive Organ", "Rock Organ", "Church Organ", "Reed Organ", "Accordion",
    "Harmonica", "Tango Accordion", "Nylon Guitar", "Steel Guitar", "Jazz Guitar",
    "Clean Electric Guitar", "Muted Electric Guitar", "Overdriven Guitar", "Distortion Guitar",
    "Guitar Harmonics", "Acoustic Bass", "Fingered Bass", "Picked Bass", "Fretless Bass",
    "Slap Bass 1", "Slap Bass 2", "Synth Bass 1", "Synth Bass 2", "Violin", "Viola", "Cello",
    "Contrabass", "Tremolo Strings", "Pizzicato Strings", "Orchestral Harp", "Timpani",
    "String Ensemble 1", "String Ensemble 2", "Synth Strings 1", "Synth Strings 2", "Choir Aahs",
    "Voice Oohs", "Synth Voice", "Orchestra Hit", "Trumpet", "Trombone", "Tuba", "Muted Trumpet",
    "French Horn", "Brass Section", "Synth Brass 1", "Synth Brass 2", "Soprano Sax", "Alto Sax",
    "Tenor Sax", "Baritone Sax", "Oboe", "English Horn", "Bassoon", "Clarinet", "Piccolo",
    "Flute", "Recorder", "Pan Flute", "Blown Bottle", "Shakuhachi", "Whistle", "Ocarina",
    "Square Lead", "Saw Lead", "Calliope Lead", "Chiff Lead", "Charang Lead", "Voice Lead",
    "Fifths Lead", "Bass Lead", "New Age Pad", "Warm Pad", "Polysynth Pad", "Choir Pad",
    "Bowed Pad", "Metallic Pad", "Halo Pad", "Sweep Pad", "Rain Effect", "Soundtrack Effect",
    "Crystal Effect", "Atmosphere Effect", "Brightness Effect", "Goblins Effect", "Echoes Effect",
    "Sci-fi Effect", "Sitar", "Banjo", "Shamisen", "Koto", "Kalimba", "Bagpipe", "Fiddle",
    "Shanai", "Tinkle Bell", "Agogo", "Steel Drums", "Woodblock", "Taiko Drum", "Melodic Tom",
    "Synth Drum",
)  # fmt: skip
"""Programs 0 to 118. The rest of General MIDI is noises, from a reversed cymbal to a gunshot."""

_PITCHED = 112
PITCHED_NAMES = tuple(_NAMES[:_PITCHED])
_FAMILIES = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "synth lead", "synth pad", "synth effects", "ethnic", "percussive",
)  # fmt: skip
_BY_FAMILY = {
    "piano": 0, "chromatic percussion": 11, "organ": 16, "guitar": 25, "bass": 33,
    "strings": 48, "ensemble": 48, "brass": 61, "reed": 71, "pipe": 73, "synth lead": 81,
    "synth pad": 89, "synth effects": 99, "ethnic": 107, "percussive": 114,
}  # fmt: skip
_SHORT = {
    "piano": 0, "grand piano": 0, "electric piano": 4, "rhodes": 4, "wurlitzer": 5, "bells": 14,
    "mallets": 12, "vibes": 11, "organ": 16, "guitar": 25, "acoustic guitar": 25,
    "acoustic guitar nylon": 24, "acoustic guitar steel": 25, "electric guitar": 27,
    "electric guitar jazz": 26, "electric guitar clean": 27, "electric guitar muted": 28,
    "classical guitar": 24, "distorted guitar": 30, "rock guitar": 29, "upright bass": 32,
    "double bass": 43, "electric bass": 33, "electric bass finger": 33, "electric bass pick": 34,
    "synth bass": 38, "slap bass": 36, "harp": 46, "pizzicato": 45, "string ensemble": 48,
    "synth strings": 50, "orchestra": 48, "choir": 52, "voice": 53, "horn": 60, "horns": 60,
    "sax": 65, "saxophone": 65, "synth brass": 62, "synth": 81, "lead": 81, "sawtooth": 81,
    "square": 80, "pad": 89, "winds": 71, "woodwinds": 71, "synth lead": 81, "synth pad": 89,
    "voice oohs": 53, "ukulele": 24, "mandolin": 25, "steel drum": 114, "cor anglais": 69,
}  # fmt: skip
_DRUM_WORDS = frozenset({"drums", "drum", "drum kit", "drumkit", "percussion", "beat", "beats"})
_MOST = 8


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument of General MIDI; `program` counts from 0. Drums are a kit on channel 10."""

    program: int
    drums: bool = False

    @property
    def name(self) -> str:
        return "Drums" if self.drums else _NAMES[self.program]

    @property
    def family(self) -> str:
        return "drums" if self.drums else _FAMILIES[self.program // 8]

    @property
    def reach(self) -> tuple[int, int]:
        """The lowest and the highest MIDI pitch that it plays well."""
        return _RANGES.get(self.program) or _FAMILY_RANGES[self.program // 8]

    @property
    def overdriven(self) -> bool:
        return not self.drums and self.program in (29, 30)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that it can take, the one that suits it best first."""
        if self.drums:
            return (Part.DRUMS,)
        if self.program in _OWN_PARTS:
            return _OWN_PARTS[self.program]
        return _FAMILY_PARTS[self.program // 8]


def drum_kit(program: int) -> Instrument:
    """A kit by its General MIDI 2 number: 0 standard, 25 electronic, 40 brushes, 48 orchestra."""
    return Instrument(program, drums=True)


_FAMILY_RANGES = (
    (33, 96), (60, 96), (36, 96), (40, 84), (28, 55), (55, 91), (36, 88), (46, 79),
    (55, 84), (62, 91), (48, 93), (41, 88), (48, 88), (48, 84), (53, 84),
)  # fmt: skip
_RANGES = {
    9: (79, 105), 10: (67, 100), 11: (53, 89), 12: (48, 91), 14: (60, 77), 21: (48, 88),
    22: (60, 93), 32: (28, 55), 41: (48, 81), 42: (36, 72), 43: (28, 55), 45: (40, 88),
    46: (31, 96), 47: (40, 55), 52: (43, 79), 53: (48, 79), 54: (43, 79), 56: (55, 82),
    57: (40, 70), 58: (28, 58), 59: (55, 82), 60: (41, 74), 64: (58, 86), 65: (52, 80),
    66: (46, 75), 67: (38, 66), 68: (58, 89), 69: (52, 81), 70: (36, 70), 71: (50, 86),
    72: (74, 102), 73: (60, 93), 74: (65, 96), 77: (55, 84), 87: (28, 72), 104: (48, 76),
    105: (50, 86), 106: (50, 81), 107: (46, 86), 108: (53, 88), 109: (57, 77), 110: (55, 91),
    117: (36, 72), 118: (36, 72),
}  # fmt: skip
_M, _C, _H, _P, _B = Part.MELODY, Part.COUNTER, Part.HARMONY, Part.PAD, Part.BASS
_FAMILY_PARTS: tuple[tuple[Part, ...], ...] = (
    (_H, _M, _B, _C, _P), (_M, _C, _H), (_P, _H, _M, _B), (_H, _M, _B, _C), (_B,),
    (_M, _C, _P), (_P, _H, _M, _C, _B), (_M, _C, _P), (_M, _C), (_M, _C),
    (_M, _C, _H), (_P, _H, _M), (_P, _M, _C), (_M, _C, _H), (_C, _M, _H),
)  # fmt: skip
_OWN_PARTS: dict[int, tuple[Part, ...]] = {
    42: (_M, _C, _B, _P), 43: (_B,), 44: (_P, _C, _M), 45: (_C, _H, _B, _M),
    46: (_H, _C, _M, _B), 47: (_B,), 52: (_P, _M, _C), 53: (_P, _M, _C), 57: (_C, _M, _B),
    58: (_B,), 60: (_C, _M, _P), 61: (_C, _P, _H, _M), 67: (_C, _M, _B), 70: (_B, _C, _M),
    87: (_B, _M),
}  # fmt: skip


def read_instruments(text: str) -> tuple[Instrument, ...]:
    """The instruments that a list with commas names, by General MIDI name, number or family.

    Raises `UserError` that names what is unknown, and what was perhaps meant.
    """
    names = [name.strip() for name in re.split(r"[,;+\n]|\band\b|&", text) if name.strip()]
    found = tuple(dict.fromkeys(_find(name) for name in names))
    if len(found) > _MOST:
        raise UserError(
            f"“instruments” takes up to {_MOST} instruments, not {len(found)}: leave some out."
        )
    if found and all(instrument.drums for instrument in found):
        raise UserError(
            "“instruments” names drums alone: add one that plays tones, such as piano or bass."
        )
    return found


def _find(name: str) -> Instrument:
    word = " ".join(re.sub(r"[()_-]", " ", name.casefold()).split())
    if word in _DRUM_WORDS:
        return drum_kit(0)
    if word.isdecimal():
        number = int(word[:4])
        if 0 <= number < _PITCHED:
            return Instrument(number)
        raise UserError(
            f"“instruments” takes General MIDI numbers from 0 to {_PITCHED - 1}, not {word[:10]}."
        )
    known = _KNOWN.get(word) or _KNOWN.get(word.removesuffix("s")) or _KNOWN.get(f"{word}s")
    if known is None:
        meant = difflib.get_close_matches(word, _KNOWN, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(meant)}?" if meant else f"Such as {_EXAMPLES}."
        raise UserError(f"“instruments” names no instrument that I know with “{name[:40]}”. {hint}")
    return known


_EXAMPLES = "piano, nylon guitar, cello, flute, strings, synth pad, bass or drums"
_KNOWN: dict[str, Instrument] = {
    **{family: Instrument(program) for family, program in _BY_FAMILY.items()},
    **{
        " ".join(name.casefold().replace("-", " ").split()): Instrument(program)
        for program, name in enumerate(_NAMES[:_PITCHED])
    },
    **{name: Instrument(program) for name, program in _SHORT.items()},
    "steel drums": Instrument(114),
}
