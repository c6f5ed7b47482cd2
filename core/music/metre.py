"""Time on paper: ticks, bars and beats of the three metres."""

from dataclasses import dataclass

TICKS = 480
"""Ticks in a quarter note."""
STEP = TICKS // 4
"""A sixteenth note: the grid on which everything is written."""


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature. `strong` are the ticks of a bar that carry weight."""

    beats: int
    unit: int
    strong: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.beats}/{self.unit}"

    @property
    def bar(self) -> int:
        """Ticks in a bar."""
        return self.beats * TICKS * 4 // self.unit

    @property
    def pulse(self) -> int:
        """Ticks between what a foot taps: a quarter, in 6/8 a dotted one."""
        return TICKS * 3 // 2 if self.unit == 8 else TICKS

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return self.bar // STEP


METRES = {
    "4/4": Metre(4, 4, (0, 2 * TICKS)),
    "3/4": Metre(3, 4, (0,)),
    "6/8": Metre(6, 8, (0, 3 * TICKS // 2)),
}
