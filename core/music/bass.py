"""The bass: it marks the roots, and walks to the next one."""

from collections.abc import Sequence

from core.music.chords import scale_for
from core.music.harmony import Slot
from core.music.keys import Key
from core.music.metre import STEP
from core.music.notes import Note

_MARKS = "1358aw"


def write_bass(
    pattern: str,
    slots: Sequence[Slot],
    follower: Slot,
    *,
    key: Key,
    reach: tuple[int, int],
    before: int | None,
) -> list[Note]:
    """The bass line of some bars of chords, in ticks as the slots have them.

    `pattern` has a mark for each step of one bar and goes round; `follower` is the chord that
    comes after. `before` is the pitch that the line comes from.
    """
    notes: list[Note] = []
    last = before
    for index, slot in enumerate(slots):
        target = slots[index + 1] if index + 1 < len(slots) else follower
        root = _near(slot.chord.root, last, reach)
        goal = _near(target.chord.root, root, reach)
        notes += _fill(pattern, slot, root, goal, key=key, reach=reach)
        last = notes[-1].pitch if notes else root
    return notes


def _near(tone: int, last: int | None, reach: tuple[int, int]) -> int:
    """A pitch class where the line is: near its last pitch, in the low octave and a half."""
    low, high = reach
    lowest = low + (tone - low) % 12
    choices = [pitch for pitch in (lowest, lowest + 12) if pitch <= high] or [lowest]
    home = low + 7
    place = home if last is None else (last + home) // 2
    return min(choices, key=lambda pitch: (abs(pitch - place), pitch))


def _fill(
    pattern: str, slot: Slot, root: int, goal: int, *, key: Key, reach: tuple[int, int]
) -> list[Note]:
    size = len(pattern)
    first = slot.start // STEP
    marks = [pattern[(first + step) % size] for step in range(slot.length // STEP)]
    if marks[0] == "-" or (marks[0] == "w"):
        marks[0] = "1"
    places = [step for step, mark in enumerate(marks) if mark in _MARKS]
    notes: list[Note] = []
    for rank, step in enumerate(places):
        end = step + 1
        while end < len(marks) and marks[end] == "-":
            end += 1
        left = len(places) - rank
        last = notes[-1].pitch if notes else root
        pitch = _pitch(marks[step], last, root, goal, left=left, slot=slot, key=key)
        if rank == 0 and marks[step] in "aw":
            pitch = root
        start = slot.start + step * STEP
        notes.append(Note(start, (end - step) * STEP, _inside(pitch, reach), 100 if step else 112))
    return notes


def _inside(pitch: int, reach: tuple[int, int]) -> int:
    while pitch < reach[0]:
        pitch += 12
    while pitch > reach[1]:
        pitch -= 12
    return pitch


def _pitch(mark: str, last: int, root: int, goal: int, *, left: int, slot: Slot, key: Key) -> int:
    steps = {tone: (tone - slot.chord.root) % 12 for tone in slot.chord.tones}
    third = min((step for step in steps.values() if step in (3, 4, 5, 2)), default=0)
    fifth = min((step for step in steps.values() if step in (6, 7, 8)), default=7)
    match mark:
        case "1":
            return root
        case "3":
            return root + third
        case "5":
            return root + fifth
        case "8":
            return root + 12
        case "a":
            return _approach(root, goal, slot, key)
        case _:
            return _walk(last, goal, slot, key, left=left)


def _approach(root: int, goal: int, slot: Slot, key: Key) -> int:
    """A step beside the next root, from the side where the line is; else the fifth."""
    if goal == root:
        return root + 7
    classes = scale_for(key, slot.chord)
    side = -1 if goal > root else 1
    for distance in (2, 1):
        if (goal + side * distance) % 12 in classes and goal + side * distance != root:
            return goal + side * distance
    return goal - side * 2 if (goal - side * 2) % 12 in classes else goal + side


def _walk(last: int, goal: int, slot: Slot, key: Key, *, left: int) -> int:
    """One step of the scale towards the goal, of a size that gets there in `left` more notes."""
    classes = scale_for(key, slot.chord)
    ladder = [pitch for pitch in range(last - 9, last + 10) if pitch % 12 in classes]
    wished = last + (goal - last) // max(1, left)
    tones = slot.chord.tones
    # Off the beat any step will do; where it can, the walk steps on tones of the chord.
    return min(
        (pitch for pitch in ladder if pitch != last),
        key=lambda pitch: (2 * abs(pitch - wished) - (1 if pitch % 12 in tones else 0), pitch),
    )
