"""Playing a score: our own instruments, or libfluidsynth where it is, in a child with limits."""

from adapters.synth.fluid import find_soundfont
from adapters.synth.performing import Performance, Performed, perform

__all__ = ["Performance", "Performed", "find_soundfont", "perform"]
