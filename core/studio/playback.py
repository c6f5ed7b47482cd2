"""Playing a whole score: all voices through their strips, the room and the sum, block by block."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.measuring import Samples
from core.music.score import Score
from core.studio.room import Room
from core.studio.strip import Strip
from core.voices.waves import Sound

RATE = 44_100
_KICK = 36
_END_SECONDS = 1.2
"""How long the last chord fades, at most a fifth of the piece."""


def play(score: Score) -> Iterator[Samples]:
    """The piece in stereo at `RATE` hertz: blocks of shape (frames, 2), exactly as long as it is.

    Levels are those of the mix: it has to be mastered. Memory does not grow with the length.
    """
    room = Room(RATE, amount=score.room)
    strips = [Strip(voice, score, RATE) for voice in score.voices]
    kicks = _kicks(score) if score.ducking else []
    total = round(score.seconds * RATE)
    start = 0
    while start < total:
        frames = min(room.block, total - start)
        dry, send = np.zeros((2, frames), np.float32), np.zeros((2, frames), np.float32)
        duck = _duck(kicks, start, frames, score) if kicks else None
        for strip in strips:
            played = strip.play(start, frames)
            if duck is not None and not strip.drums:
                played *= duck
            dry += played
            send += played * np.float32(strip.reverb)
        mix = dry + room.push(send)
        _end(mix, start, total)
        yield np.ascontiguousarray(mix.T)
        start += frames


def _kicks(score: Score) -> list[int]:
    return [
        round(score.clock.seconds(note.start + note.shift) * RATE)
        for voice in score.voices
        if voice.drums
        for note in voice.notes
        if note.pitch == _KICK
    ]


def _duck(kicks: Sequence[int], start: int, frames: int, score: Score) -> Sound:
    """Everything but the drums makes room for the kick, as dance music does."""
    gain = np.ones(frames, np.float32)
    length = round(min(0.35, 0.8 * score.clock.seconds(480)) * RATE)
    dip = 1 - np.float32(score.ducking / 100) * np.cos(
        np.linspace(0, np.pi / 2, length, dtype=np.float32)
    )
    soft = round(0.004 * RATE)
    dip[:soft] = np.linspace(1, dip[soft], soft, dtype=np.float32)
    for kick in kicks:
        first, last = max(kick, start), min(kick + length, start + frames)
        if first < last:
            here = slice(first - start, last - start)
            gain[here] = np.minimum(gain[here], dip[first - kick : last - kick])
    return gain


def _end(mix: Sound, start: int, total: int) -> None:
    """The last chord fades to nothing, whatever still rings."""
    length = round(min(_END_SECONDS, total / RATE / 5) * RATE)
    fade = np.cos(np.linspace(0, np.pi / 2, length, dtype=np.float32)) ** 2
    first = total - length
    frames = mix.shape[1]
    if start + frames <= first:
        return
    here = max(0, first - start)
    there = max(0, start - first)
    mix[:, here:] *= fade[there : there + frames - here]
