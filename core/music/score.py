"""The score: all of a piece as plain values. What is heard, shown and told is derived from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from core.jobs import Json
from core.music.chords import Chord
from core.music.form import Clock, Section
from core.music.harmony import Slot
from core.music.keys import Key
from core.music.metre import METRES, Metre
from core.music.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One track: an instrument of General MIDI (`program` from 0), its place, and its notes.

    `channel` is 0 to 15, 9 for drums. `volume`, `pan` (64 is the middle) and `reverb` are those
    of MIDI, 0 to 127.
    """

    name: str
    part: str
    program: int
    channel: int
    volume: int
    pan: int
    reverb: int
    notes: tuple[Note, ...]

    @property
    def drums(self) -> bool:
        return self.part == "drums"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A piece. Positions are ticks (480 in a quarter note); `seconds` is its exact length.

    `brightness` (0 to 100) and `ducking` (percent) are how it wants to be played, `room` how
    much reverberation its style has, 0 to 127.
    """

    title: str
    mood: str
    style: str
    seed: int
    key: Key
    metre: Metre
    clock: Clock
    seconds: float
    sections: tuple[Section, ...]
    chords: tuple[Slot, ...]
    voices: tuple[Voice, ...]
    brightness: int
    ducking: int
    room: int

    @property
    def tempo(self) -> float:
        """Quarter notes in a minute."""
        return self.clock.tempo

    def starts(self) -> tuple[float, ...]:
        """Where the sections begin, in seconds, and where the last one ends."""
        bars = [section.bar * self.metre.bar for section in self.sections]
        return (*(round(self.clock.seconds(tick), 3) for tick in bars), self.seconds)

    def as_json(self) -> dict[str, Json]:
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "key": asdict(self.key),
            "metre": self.metre.name,
            "clock": asdict(self.clock),
            "sections": [asdict(section) for section in self.sections],
            "chords": [asdict(slot) for slot in self.chords],
            "voices": [
                {
                    **{name: getattr(voice, name) for name in _VOICE},
                    "notes": [
                        [note.start, note.length, note.pitch, note.velocity, note.shift]
                        for note in voice.notes
                    ],
                }
                for voice in self.voices
            ],
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        return cls(
            **{name: facts[name] for name in _PLAIN},
            key=Key(**facts["key"]),
            metre=METRES[facts["metre"]],
            clock=Clock(**facts["clock"]),
            sections=tuple(Section(**section) for section in facts["sections"]),
            chords=tuple(
                Slot(slot["start"], slot["length"], Chord(**slot["chord"]))
                for slot in facts["chords"]
            ),
            voices=tuple(
                Voice(
                    **{name: voice[name] for name in _VOICE},
                    notes=tuple(Note(*note) for note in voice["notes"]),
                )
                for voice in facts["voices"]
            ),
        )


_PLAIN = ("title", "mood", "style", "seed", "seconds", "brightness", "ducking", "room")
_VOICE = ("name", "part", "program", "channel", "volume", "pan", "reverb")
