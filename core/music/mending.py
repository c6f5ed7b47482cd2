"""Counterpoint between the outer voices: the bass gets out of the way of the tune."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from core.music.harmony import Slot, slot_at
from core.music.melody import goes_parallel
from core.music.notes import Note

_WIDEST = 16


def mend_bass(
    bass: Sequence[Note], tune: Sequence[Note], slots: Sequence[Slot], reach: tuple[int, int]
) -> list[Note]:
    """The bass line without parallel fifths and octaves to the tune, as far as there is a way.

    A note that moves together with the tune goes to another octave; or the one before it to
    another tone of its chord; or it becomes the third of its chord. The last chord keeps its root.
    """
    starts = [note.start for note in tune]
    mended = list(bass)
    for index in range(1, len(mended)):
        if not _clashes(mended, index, tune, starts):
            continue
        slot = slot_at(slots, mended[index].start)
        brings = mended[index].start == slot.start
        tones = set() if brings else set(slot.chord.tones)
        third = set() if slot is slots[-1] else set(slot.chord.tones[1:2])
        if not _try(mended, index, tones, tune, starts, reach) and not _try_before(
            mended, index, slots, tune, starts, reach
        ):
            _try(mended, index, third, tune, starts, reach)
    return mended


def _clashes(bass: Sequence[Note], index: int, tune: Sequence[Note], starts: Sequence[int]) -> bool:
    """Whether the tune and the bass's note go parallel to where they are."""
    note, last = bass[index], bass[index - 1]
    at = bisect_right(starts, note.start) - 1
    if at < 1 or tune[at].start != note.start:
        return False
    return goes_parallel(tune[at - 1].pitch, tune[at].pitch, last.pitch, note.pitch)


def _try(
    bass: list[Note],
    index: int,
    tones: set[int],
    tune: Sequence[Note],
    starts: Sequence[int],
    reach: tuple[int, int],
) -> bool:
    """Move a note to another octave or to one of the tones; False, and as before, if none does."""
    kept = bass[index]
    classes = tones | {kept.pitch % 12}
    places = [pitch for pitch in range(reach[0], reach[1] + 1) if pitch % 12 in classes]
    last = index == len(bass) - 1
    for pitch in sorted(places, key=lambda each: (abs(each - kept.pitch), each)):
        bass[index] = replace(kept, pitch=pitch)
        near = last or abs(bass[index + 1].pitch - pitch) <= _WIDEST
        after = not last and _clashes(bass, index + 1, tune, starts)
        if near and not after and not _clashes(bass, index, tune, starts):
            return True
    bass[index] = kept
    return False


def _try_before(
    bass: list[Note],
    index: int,
    slots: Sequence[Slot],
    tune: Sequence[Note],
    starts: Sequence[int],
    reach: tuple[int, int],
) -> bool:
    """Let the note before come from elsewhere, unless it is the one that brings its chord."""
    slot = slot_at(slots, bass[index - 1].start)
    if index < 2 or bass[index - 1].start == slot.start:
        return False
    return _try(bass, index - 1, set(slot.chord.tones), tune, starts, reach)
