"""The beat is found where it was written, and not where there is none."""

import numpy as np
import pytest

from core.beats import BeatEar, Rhythm
from core.measuring import Samples
from core.music.metre import TICKS
from core.studio.playback import RATE, play
from tests.core.music.pieces import piece
from tests.media import Sound
from tests.media import play as play_sound


def hear(sound: Samples, *, rate: int = 22_050, block: int = 10_000) -> Rhythm:
    ear = BeatEar(rate)
    for start in range(0, len(sound), block):
        ear.push(sound[start : start + block])
    return ear.finish()


def share(found: tuple[float, ...], wanted: list[float], *, within: float) -> float:
    """The part of `found` that lies near one of `wanted`."""
    far = [min(abs(beat - each) for each in wanted) for beat in found]
    return float(np.mean([distance <= within for distance in far]))


@pytest.mark.parametrize("tempo", [70, 96, 120, 150])
def test_a_drum_is_followed_at_its_tempo(tempo: int) -> None:
    seconds, rate = 20.0, 22_050
    times = np.arange(round(seconds * rate)) % round(60 / tempo * rate) / rate
    drum = (np.sin(2 * np.pi * 70 * times) * np.exp(-times * 20)).astype(np.float32)
    rhythm = hear(np.stack([drum, drum], axis=1))
    assert rhythm.tempo is not None
    # Nothing in an even drum says whether a foot taps to each of its strokes or to every other.
    assert min(abs(rhythm.tempo * each / tempo - 1) for each in (1, 2)) < 0.002
    wanted = [beat * 60 / tempo for beat in range(100)]
    assert share(rhythm.beats, wanted, within=0.02) >= 0.95
    assert len(rhythm.beats) >= 0.9 * seconds * rhythm.tempo / 60


def test_blocks_of_any_size_give_the_same_beat() -> None:
    sound = play_sound(Sound(wave="music", seconds=10.0, rate=22_050))
    assert hear(sound, block=777) == hear(sound, block=1 << 20)


@pytest.mark.parametrize(
    ("mood", "style"), [("happy", "pop"), ("angry", "rock"), ("happy", "electronic")]
)
def test_the_composers_own_beat_is_found(mood: str, style: str) -> None:
    score = piece(mood, seconds=24.0, seed=5, style=style, metre="4/4")
    sound = np.concatenate(list(play(score)))
    rhythm = hear(sound[::2], rate=RATE // 2)
    assert rhythm.tempo is not None
    # Half and twice the tempo are the same beat to a foot.
    octaves = [rhythm.tempo / score.tempo * factor for factor in (0.5, 1, 2)]
    assert any(abs(each - 1) < 0.02 for each in octaves)
    step = score.clock.seconds(TICKS // 2)
    wanted = [number * step for number in range(round(score.seconds / step) + 1)]
    assert share(rhythm.beats, wanted, within=0.05) >= 0.8


@pytest.mark.parametrize(
    "sound",
    [
        Sound(wave="silence", seconds=10.0, rate=22_050),
        Sound(wave="tone", seconds=10.0, rate=22_050),
        Sound(wave="noise", seconds=10.0, rate=22_050),
        Sound(wave="clicks", seconds=2.0, rate=22_050),
    ],
    ids=lambda sound: sound.wave,
)
def test_where_there_is_no_beat_none_is_found(sound: Sound) -> None:
    assert hear(play_sound(sound)) == Rhythm(None, ())
