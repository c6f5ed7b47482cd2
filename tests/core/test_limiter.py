"""The limiter: nothing passes the ceiling, and what is under it is not touched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.limiter import Limiter
from core.loudness import amplitude, decibels
from core.measuring import Samples
from core.truepeak import TruePeakMeter
from tests.core.tapes import noise, sine
from tests.media import Sound, play

RATE = 44100


def limit(samples: Samples, *, ceiling: float = -1.0, blocks: tuple[int, ...] = (4096,)) -> Samples:
    """What comes out, pushed in blocks of these sizes, round and round."""
    limiter = Limiter(RATE, ceiling=ceiling)
    out, at, turn = [], 0, 0
    while at < len(samples):
        size = blocks[turn % len(blocks)]
        out.append(limiter.push(samples[at : at + size]))
        at, turn = at + size, turn + 1
    out.append(limiter.finish())
    return np.concatenate(out)


def true_peak(samples: Samples) -> float:
    meter = TruePeakMeter()
    meter.push(samples)
    return decibels(meter.finish())


def gain_of(before: Samples, after: Samples) -> Samples:
    """The gain in dB, where there is enough of a signal to tell."""
    loud = np.abs(before[:, 0]) > 0.01
    gain: Samples = 20 * np.log10(np.abs(after[loud, 0] / before[loud, 0]))
    return gain


MATERIAL = {
    "music": play(Sound(wave="music", seconds=3, peak=6)),
    "noise": play(Sound(wave="noise", seconds=1, peak=9)),
    "clicks": play(Sound(wave="clicks", seconds=2, peak=12)),
    "quarter": sine(RATE, 11025, phase=np.pi / 4) * np.float32(1.3),
    "bass": sine(RATE, 40) * np.float32(3),
    "bursts": noise(RATE, 5, level=0.6)
    * (np.arange(RATE)[:, None] // 3000 % 2 * 2 + 0.1).astype(np.float32),
    "square": np.sign(sine(RATE, 300)) * np.float32(1.5),
}


@pytest.mark.parametrize("ceiling", [-1.0, -2.2, -9.0])
@pytest.mark.parametrize("name", MATERIAL)
def test_nothing_passes_the_ceiling(name: str, ceiling: float) -> None:
    after = limit(MATERIAL[name], ceiling=ceiling)
    assert np.abs(after).max() <= amplitude(ceiling) * 1.00001
    assert true_peak(after) <= ceiling + 0.05


def test_what_is_under_the_ceiling_is_bit_identical() -> None:
    samples = play(Sound(wave="music", seconds=3, peak=-3))
    assert limit(samples).tobytes() == samples.tobytes()


def test_what_is_far_from_a_peak_is_bit_identical() -> None:
    samples = noise(4 * RATE, level=0.1)
    samples[2 * RATE] = 2.0
    after = limit(samples)
    before, later = 2 * RATE - RATE // 50, 3 * RATE  # 20 ms before; 7 dB fall in 0.2 s after
    assert np.array_equal(after[:before], samples[:before])
    assert np.array_equal(after[later:], samples[later:])
    assert not np.array_equal(after, samples)


def test_it_reduces_no_more_than_it_must() -> None:
    samples = sine(2 * RATE, 100) * np.float32(2)
    limiter = Limiter(RATE, ceiling=-1.0)
    after = np.concatenate([limiter.push(samples), limiter.finish()])
    assert limiter.most_reduction == pytest.approx(7.02, abs=0.1)
    assert true_peak(after) == pytest.approx(-1, abs=0.15)
    assert np.sqrt((after**2).mean()) == pytest.approx(amplitude(-1) / np.sqrt(2), rel=0.03)


@pytest.mark.parametrize(
    "blocks", [(1,), (0, 1), (31,), (32,), (33, 0, 0), (100, 1, 7777), (1 << 20,)]
)
@pytest.mark.parametrize("frames", [0, 1, 5, 31, 32, 33, 300, 5000])
def test_as_many_frames_leave_as_enter(frames: int, blocks: tuple[int, ...]) -> None:
    samples = noise(frames, level=0.8)
    assert limit(samples, blocks=blocks).shape == (frames, 2)


@settings(max_examples=40, deadline=None)
@given(
    blocks=some.lists(some.integers(0, 3000), min_size=1, max_size=8).filter(any),
    frames=some.integers(1, 20_000),
    level=some.floats(0.05, 3),
)
def test_the_size_of_blocks_changes_nothing(blocks: list[int], frames: int, level: float) -> None:
    samples = noise(frames, frames, level=level)
    whole = limit(samples, blocks=(frames,))
    assert np.abs(limit(samples, blocks=tuple(blocks)) - whole).max() < 1e-5


@pytest.mark.parametrize("name", ["music", "bursts", "bass", "clicks"])
def test_the_gain_moves_without_clicks(name: str) -> None:
    """It falls by what a peak needs within 5 ms and rises by 40 dB a second, never faster."""
    before = MATERIAL[name] + np.float32(0.02)  # so that the gain can be told everywhere
    gain = 20 * np.log10(np.abs(limit(before)[:, 0] / before[:, 0]))
    steps = np.diff(gain)
    most = 20 * np.log10(np.abs(before).max() / amplitude(-1)) + 3
    assert steps.min() > -most / (0.004 * RATE), "it falls too fast"
    assert steps.max() < 1.05 * 40 / RATE + 1e-3, "it rises too fast"


def test_both_sides_are_turned_down_alike() -> None:
    samples = noise(RATE, level=0.2)
    samples[:, 0] *= 8
    after = limit(samples)
    ratio = after / samples
    assert np.abs(ratio[:, 0] - ratio[:, 1]).max() < 1e-5
    assert gain_of(samples, after).min() < -3


@pytest.mark.parametrize("at", [0, 3, 40, RATE - 1, RATE - 30])
def test_a_peak_at_the_very_ends_is_caught(at: int) -> None:
    samples = np.zeros((RATE, 2), np.float32)
    samples[at] = 3
    after = limit(samples, ceiling=-1)
    assert after[at, 0] == pytest.approx(amplitude(-1), rel=0.03)
    assert true_peak(after) <= -0.95


def test_a_mix_that_begins_at_full_level_begins_turned_down() -> None:
    samples = sine(RATE, 441, phase=np.pi / 2) * np.float32(2)
    gain = gain_of(samples, limit(samples))
    assert gain[:200].max() < -6.9


def test_its_input_is_not_changed() -> None:
    samples = noise(RATE, level=0.9)
    before = samples.copy()
    limit(samples)
    assert np.array_equal(samples, before)
