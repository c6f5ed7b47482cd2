"""Which of our voices plays which program of General MIDI, how loud, and how it is let go."""

from dataclasses import dataclass
from typing import Protocol

from core.voices import held, struck
from core.voices.waves import Sound


class Tone(Protocol):
    """What can play a note: shape (channels, frames), velocity and brightness from 0 to 1."""

    def play(
        self, pitch: int, *, velocity: float, brightness: float, frames: int, rate: int
    ) -> Sound: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A voice with its manners.

    `gain` makes all instruments about as loud at one velocity. `release` is how long a note
    takes to be silent after its end, in seconds. `spread` is how far its low and its high notes
    lie apart between the speakers, 0 to 1. `drive` is how hard it is overdriven, 0 for not.
    `tremolo` is its swaying in hertz, 0 for none.
    """

    tone: Tone
    gain: float
    release: float = 0.14
    spread: float = 0.0
    drive: float = 0.0
    tremolo: float = 0.0


def _voice(
    tone: Tone,
    gain: float,
    release: float,
    *,
    spread: float = 0.0,
    drive: float = 0.0,
    tremolo: float = 0.0,
) -> Instrument:
    return Instrument(
        tone=tone, gain=gain, release=release, spread=spread, drive=drive, tremolo=tremolo
    )


INSTRUMENTS: dict[str, Instrument] = {
    "piano": _voice(struck.PIANO, 0.190, 0.18, spread=0.5),
    "honky": _voice(struck.HONKY, 0.182, 0.15, spread=0.4),
    "electric": _voice(struck.ELECTRIC, 0.097, 0.2, spread=0.2, tremolo=4.2),
    "harpsichord": _voice(struck.HARPSICHORD, 0.152, 0.1, spread=0.3),
    "clavinet": _voice(struck.CLAVINET, 0.203, 0.06, spread=0.2),
    "nylon": _voice(struck.NYLON, 0.239, 0.22, spread=0.15),
    "steel": _voice(struck.STEEL, 0.168, 0.25, spread=0.2),
    "jazz guitar": _voice(struck.JAZZ_GUITAR, 0.194, 0.16, spread=0.1),
    "clean guitar": _voice(struck.CLEAN_GUITAR, 0.170, 0.2, spread=0.2),
    "muted guitar": _voice(struck.MUTED_GUITAR, 0.494, 0.08),
    "overdriven": _voice(struck.DRIVEN, 0.131, 0.07, drive=4.0),
    "distorted": _voice(struck.DRIVEN, 0.115, 0.06, drive=9.0),
    "harp": _voice(struck.HARP, 0.176, 0.5, spread=0.5),
    "pizzicato": _voice(struck.PIZZICATO, 0.363, 0.16, spread=0.3),
    "banjo": _voice(struck.BANJO, 0.254, 0.15, spread=0.1),
    "koto": _voice(struck.KOTO, 0.255, 0.25, spread=0.2),
    "sitar": _voice(struck.SITAR, 0.132, 0.3, spread=0.1),
    "kalimba": _voice(struck.KALIMBA, 0.220, 0.35, spread=0.4),
    "marimba": _voice(struck.MARIMBA, 0.300, 0.25, spread=0.5),
    "xylophone": _voice(struck.XYLOPHONE, 0.389, 0.2, spread=0.4),
    "vibraphone": _voice(struck.VIBRAPHONE, 0.174, 0.3, spread=0.4, tremolo=5.0),
    "glockenspiel": _voice(struck.GLOCKENSPIEL, 0.172, 0.5, spread=0.4),
    "music box": _voice(struck.MUSIC_BOX, 0.190, 0.5, spread=0.4),
    "bells": _voice(struck.BELLS, 0.149, 0.8, spread=0.3),
    "crystal": _voice(struck.CRYSTAL, 0.172, 0.6, spread=0.5),
    "steel drum": _voice(struck.STEEL_DRUM, 0.197, 0.2, spread=0.3),
    "timpani": _voice(struck.TIMPANI, 0.165, 0.4),
    "upright": _voice(struck.UPRIGHT, 0.245, 0.07),
    "fingered": _voice(struck.FINGERED, 0.234, 0.06),
    "picked": _voice(struck.PICKED, 0.223, 0.05),
    "violin": _voice(held.SOLO_VIOLIN, 0.092, 0.12),
    "cello": _voice(held.SOLO_CELLO, 0.104, 0.14),
    "contrabass": _voice(held.CONTRABASS, 0.137, 0.16),
    "strings": _voice(held.STRINGS, 0.096, 0.3, spread=0.4),
    "slow strings": _voice(held.SLOW_STRINGS, 0.116, 0.45, spread=0.4),
    "choir": _voice(held.CHOIR, 0.105, 0.35, spread=0.3),
    "brass": _voice(held.BRASS, 0.101, 0.13, spread=0.2),
    "trumpet": _voice(held.TRUMPET, 0.098, 0.09),
    "muted trumpet": _voice(held.MUTED_TRUMPET, 0.091, 0.08),
    "horn": _voice(held.HORN, 0.129, 0.16),
    "trombone": _voice(held.TROMBONE, 0.111, 0.12),
    "flute": _voice(held.FLUTE, 0.099, 0.1),
    "whistle": _voice(held.WHISTLE, 0.098, 0.08),
    "pan flute": _voice(held.PAN_FLUTE, 0.098, 0.12),
    "clarinet": _voice(held.CLARINET, 0.097, 0.08),
    "oboe": _voice(held.OBOE, 0.087, 0.08),
    "bassoon": _voice(held.BASSOON, 0.102, 0.09),
    "sax": _voice(held.SAX, 0.094, 0.09),
    "harmonica": _voice(held.HARMONICA, 0.089, 0.08),
    "accordion": _voice(held.ACCORDION, 0.087, 0.1, spread=0.2),
    "organ": _voice(held.ORGAN, 0.083, 0.06, spread=0.2),
    "pipe organ": _voice(held.PIPE_ORGAN, 0.092, 0.25, spread=0.3),
    "warm pad": _voice(held.WARM_PAD, 0.126, 0.6, spread=0.2),
    "bright pad": _voice(held.BRIGHT_PAD, 0.111, 0.55, spread=0.2),
    "glass pad": _voice(held.GLASS_PAD, 0.117, 0.7, spread=0.2),
    "polysynth": _voice(held.POLYSYNTH, 0.117, 0.16, spread=0.2),
    "saw": _voice(held.SAW_LEAD, 0.085, 0.1),
    "square": _voice(held.SQUARE_LEAD, 0.096, 0.1),
    "soft lead": _voice(held.SOFT_LEAD, 0.099, 0.14),
    "synth bass": _voice(held.SYNTH_BASS, 0.137, 0.05),
    "sub bass": _voice(held.SUB_BASS, 0.130, 0.09),
    "fretless": _voice(held.FRETLESS, 0.137, 0.1),
    "bagpipe": _voice(held.BAGPIPE, 0.082, 0.08),
}

_PROGRAMS = (
    "piano", "piano", "piano", "honky", "electric", "electric", "harpsichord", "clavinet",
    "music box", "glockenspiel", "music box", "vibraphone", "marimba", "xylophone", "bells",
    "koto", "organ", "organ", "organ", "pipe organ", "accordion", "accordion", "harmonica",
    "accordion", "nylon", "steel", "jazz guitar", "clean guitar", "muted guitar", "overdriven",
    "distorted", "crystal", "upright", "fingered", "picked", "fretless", "picked", "picked",
    "synth bass", "sub bass", "violin", "violin", "cello", "contrabass", "strings", "pizzicato",
    "harp", "timpani", "strings", "slow strings", "bright pad", "warm pad", "choir", "choir",
    "choir", "brass", "trumpet", "trombone", "horn", "muted trumpet", "horn", "brass",
    "polysynth", "polysynth", "sax", "sax", "sax", "sax", "oboe", "oboe", "bassoon", "clarinet",
    "whistle", "flute", "whistle", "pan flute", "pan flute", "pan flute", "whistle", "whistle",
    "square", "saw", "soft lead", "soft lead", "saw", "choir", "saw", "synth bass", "glass pad",
    "warm pad", "polysynth", "choir", "glass pad", "glass pad", "warm pad", "bright pad",
    "crystal", "warm pad", "crystal", "bright pad", "crystal", "glass pad", "crystal",
    "glass pad", "sitar", "banjo", "koto", "koto", "kalimba", "bagpipe", "violin", "oboe",
    "glockenspiel", "xylophone", "steel drum", "xylophone", "timpani", "timpani", "timpani",
)  # fmt: skip


def find_instrument(program: int) -> Instrument:
    """The voice for a program of General MIDI (from 0)."""
    return INSTRUMENTS[_PROGRAMS[program]]
