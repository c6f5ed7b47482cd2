"""What goes with the tune: struck and broken chords, pads that are held."""

from collections.abc import Sequence

from core.music.harmony import Slot
from core.music.metre import STEP
from core.music.notes import Note
from core.music.voicing import Voicing

_STRUCK = "xXlu"


def strike_chords(
    pattern: str, slots: Sequence[Slot], voicings: Sequence[Voicing], *, spread: int
) -> list[Note]:
    """Chords in the rhythm of a pattern, see `Style`. `spread` ticks lie between their tones."""
    notes: list[Note] = []
    for slot, voices in zip(slots, voicings, strict=True):
        notes += _strike(pattern, slot, voices, spread)
    return notes


def _strike(pattern: str, slot: Slot, voices: Voicing, spread: int) -> list[Note]:
    size = len(pattern)
    first = slot.start // STEP
    marks = [pattern[(first + step) % size] for step in range(slot.length // STEP)]
    if marks and marks[0] == "-":
        # The chord changes while another is held: it is struck anew.
        marks[0] = "0" if any(mark.isdigit() for mark in pattern) else "x"
    notes: list[Note] = []
    for step, mark in enumerate(marks):
        if mark not in _STRUCK and not mark.isdigit():
            continue
        end = step + 1
        while end < len(marks) and marks[end] == "-":
            end += 1
        start, length = slot.start + step * STEP, (end - step) * STEP
        if mark.isdigit():
            # Broken chords ring into each other.
            length = min(3 * length, slot.end - start)
        notes += _hand(mark, voices, start, length, spread)
    return notes


def _hand(mark: str, voices: Voicing, start: int, length: int, spread: int) -> list[Note]:
    half = (len(voices) + 1) // 2
    if mark.isdigit():
        octave, rank = divmod(int(mark), len(voices))
        return [Note(start, length, voices[rank] + 12 * octave, 96)]
    tones = {"l": voices[:half], "u": voices[-half:]}.get(mark, voices)
    # An upstroke comes from above, and is lighter.
    order = tones[::-1] if mark == "u" else tones
    velocity = {"X": 112, "u": 84}.get(mark, 98)
    return [Note(start, length, pitch, velocity, rank * spread) for rank, pitch in enumerate(order)]


def hold_chords(slots: Sequence[Slot], voicings: Sequence[Voicing]) -> list[Note]:
    """Chords as long as they last; a tone that stays is held on."""
    done: list[Note] = []
    sounding: dict[int, Note] = {}
    for slot, voices in zip(slots, voicings, strict=True):
        held = {pitch: note for pitch, note in sounding.items() if pitch in voices}
        done += [note for pitch, note in sounding.items() if pitch not in held]
        sounding = {}
        for pitch in voices:
            begun = held.get(pitch)
            start = begun.start if begun is not None else slot.start
            sounding[pitch] = Note(start, slot.end - start, pitch, 100)
    return sorted([*done, *sounding.values()], key=lambda note: (note.start, note.pitch))
