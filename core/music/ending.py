"""The end: all that play hold the last chord until it has rung out."""

from collections.abc import Sequence
from dataclasses import replace

from core.music.drums import end_drums
from core.music.instruments import Part
from core.music.notes import Note
from core.music.plan import Plan, Written

_MOST_TONES = 5
_ROLL = 30
"""Ticks from one tone of the last chord to the next."""


def hold_last_chord(written: Written, plan: Plan) -> None:
    """Put held notes in the place of what was written for the last bar."""
    start, end = plan.last_bar, plan.clock.end
    if start >= end:
        return
    for (part, _), notes in written.items():
        final = [note for note in notes if note.start >= start]
        notes[:] = [
            replace(note, length=min(note.length, start - note.start))
            for note in notes
            if note.start < start
        ]
        if part is Part.DRUMS and final:
            notes += end_drums(plan.style.groove, start, end - start)
        elif final:
            notes += _hold(part, final, start, end - start)


def _hold(part: Part, final: Sequence[Note], start: int, length: int) -> list[Note]:
    if part is Part.HARMONY:
        pitches = sorted({note.pitch for note in final})[:_MOST_TONES]
        return [Note(start, length, pitch, 96, _ROLL * rank) for rank, pitch in enumerate(pitches)]
    first = min(note.start for note in final)
    return [Note(start, length, note.pitch, note.velocity) for note in final if note.start == first]
