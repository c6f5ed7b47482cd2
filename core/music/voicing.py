"""Voice leading: each chord in the place where its voices move the least from the one before."""

import itertools
from collections.abc import Sequence
from functools import lru_cache

from core.music.chords import Chord

Voicing = tuple[int, ...]
_WIDEST = 19
_PARALLEL = 5
"""What a parallel fifth or octave inside the chords costs, in semitones of movement."""


def voice_chords(chords: Sequence[Chord], *, centre: int, reach: tuple[int, int]) -> list[Voicing]:
    """The pitches of each chord, low to high, around `centre` and inside `reach` (MIDI)."""
    voicings: list[Voicing] = []
    before: Voicing = ()
    for chord in chords:
        before = _lead(chord.tones, before, centre, reach)
        voicings.append(before)
    return voicings


@lru_cache(maxsize=4096)
def _lead(tones: tuple[int, ...], before: Voicing, centre: int, reach: tuple[int, int]) -> Voicing:
    # With five tones the root goes: the bass has it.
    kept = tones[1:] if len(tones) > 4 else tones
    return min(_candidates(kept, reach), key=lambda each: (_cost(each, before, centre), each))


def _candidates(tones: tuple[int, ...], reach: tuple[int, int]) -> list[Voicing]:
    """All close positions and those with the second voice from the top dropped an octave."""
    low, high = reach
    found: list[Voicing] = []
    for turn in range(len(tones)):
        order = tones[turn:] + tones[:turn]
        for base in range(low + (order[0] - low) % 12, high, 12):
            voices = [base]
            for tone in order[1:]:
                voices.append(voices[-1] + 1 + (tone - voices[-1] - 1) % 12)
            if len(tones) == 2:
                # Bare fifths are doubled at the octave, as guitars play them.
                voices.append(voices[0] + 12)
            close = tuple(voices)
            opened = tuple(sorted([*close[:-2], close[-2] - 12, close[-1]]))
            found += [each for each in (close, opened) if _fits(each, reach)]
    if found:
        return found
    # A narrow instrument plays what it has, each tone in its own octave.
    middle = (low + high) // 2 - 6
    return [tuple(sorted(middle + (tone - middle) % 12 for tone in tones))]


def _fits(voices: Voicing, reach: tuple[int, int]) -> bool:
    lowest, highest = voices[0], voices[-1]
    return lowest >= reach[0] and highest <= reach[1] and highest - lowest <= _WIDEST


def _cost(voices: Voicing, before: Voicing, centre: int) -> int:
    """Tenths of semitones: movement, distance from the centre, and what grinds."""
    cost = 6 * abs(sum(voices) // len(voices) - centre)
    cost += 25 * sum(1 for low, high in itertools.pairwise(voices) if high - low == 1)
    if voices[0] < 48:
        # Close intervals are mud down there.
        cost += 20 * sum(
            1 for low, high in itertools.pairwise(voices) if low < 50 and high - low < 5
        )
    if not before:
        return cost
    cost += 10 * sum(min(abs(voice - other) for other in before) for voice in voices)
    cost += 6 * abs(voices[-1] - before[-1])
    return cost + 10 * _PARALLEL * _parallels(voices, before)


def _parallels(voices: Voicing, before: Voicing) -> int:
    """Pairs of voices that go side by side in fifths or octaves."""
    count = 0
    pairs = list(zip(before, voices, strict=False))
    for index, (was, now) in enumerate(pairs):
        for was_above, now_above in pairs[index + 1 :]:
            interval = (was_above - was) % 12
            if interval in (0, 7) and (now_above - now) % 12 == interval and was != now:
                count += 1
    return count
