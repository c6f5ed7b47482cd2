"""A note on paper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One note: start and length in ticks, MIDI pitch, velocity 1 to 127.

    `shift` is how many ticks later (or earlier) than written it is played.
    """

    start: int
    length: int
    pitch: int
    velocity: int
    shift: int = 0

    @property
    def end(self) -> int:
        return self.start + self.length
