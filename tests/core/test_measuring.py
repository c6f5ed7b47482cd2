"""The meter: where a track's sound begins and ends, and how high it goes."""

import numpy as np
import pytest

from core.measuring import Found, Meter, Samples
from tests.core.tapes import noise, sine

RATE = 44100
HOP = 441
"""Ten milliseconds."""


def meter(samples: Samples, *, block: int = 32768, rate: int = RATE) -> Found:
    found = Meter(rate)
    for start in range(0, len(samples), block):
        found.push(samples[start : start + block])
    return found.finish()


def between(lead: float, middle: float, tail: float, *, level: float = 0.5) -> Samples:
    """Noise with silence (seconds of each) around it."""
    parts = [round(seconds * RATE) for seconds in (lead, middle, tail)]
    whole = np.zeros((sum(parts), 2), np.float32)
    whole[parts[0] : parts[0] + parts[1]] = noise(parts[1], level=level / 4)
    return whole


@pytest.mark.parametrize("lead", [0.5, 0.503, 1.2345])
@pytest.mark.parametrize("tail", [0.4, 0.4567])
def test_silence_is_found_to_ten_milliseconds(lead: float, tail: float) -> None:
    samples = between(lead, 2.0, tail)
    found = meter(samples)
    begin, end = round(lead * RATE), len(samples) - round(tail * RATE)
    assert begin - HOP < found.first <= begin, "a cut into the sound, or silence left"
    assert end <= found.last < end + HOP
    assert found.frames == len(samples) and not found.starts and not found.ends


def test_sound_to_the_very_ends_is_kept_whole() -> None:
    samples = noise(RATE + 123)
    found = meter(samples)
    assert (found.first, found.last) == (0, RATE + 123)
    assert found.starts and found.ends


@pytest.mark.parametrize(("gap", "sounding"), [(0.005, True), (0.03, False)])
def test_gapless_means_that_sound_reaches_the_end(gap: float, sounding: bool) -> None:
    found = meter(between(gap, 1.0, gap))
    assert (found.starts, found.ends) == (sounding, sounding)


def test_quiet_music_is_not_cut() -> None:
    """55 dB under the peak is music; a recording at -60 dBFS is music to its ends, too."""
    samples = np.concatenate([sine(RATE, 440) * 0.0018, sine(RATE, 440), sine(RATE, 440) * 0.0018])
    found = meter(samples.astype(np.float32))
    assert (found.first, found.last) == (0, 3 * RATE)
    faint = meter((sine(RATE, 440) * 0.001).astype(np.float32))
    assert (faint.first, faint.last) == (0, RATE) and faint.peak == pytest.approx(-60, abs=0.01)


def test_hiss_under_music_is_silence() -> None:
    samples = noise(3 * RATE, level=0.0001)
    samples[RATE : 2 * RATE] += sine(RATE, 440) * np.float32(0.9)
    found = meter(samples)
    assert (found.first, found.last) == (RATE, 2 * RATE)


def test_a_pause_inside_is_kept() -> None:
    found = meter(np.concatenate([noise(RATE), np.zeros((RATE, 2), np.float32), noise(RATE)]))
    assert (found.first, found.last) == (0, 3 * RATE)


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_a_silent_file_has_no_sound(level: float) -> None:
    found = meter(noise(RATE, level=level).clip(-1e-4, 1e-4))
    assert (found.first, found.last, found.starts, found.ends) == (0, 0, False, False)
    assert found.frames == RATE


def test_nothing_at_all_is_no_frames() -> None:
    found = meter(np.zeros((0, 2), np.float32))
    assert (found.frames, found.last, found.peak) == (0, 0, -120)


def test_the_peak_is_that_of_either_side_and_sign() -> None:
    samples = np.zeros((RATE, 2), np.float32)
    samples[777] = (0.1, -0.5)
    assert meter(samples).peak == pytest.approx(-6.0206, abs=1e-4)
    samples[RATE - 1] = (1.5, 0)
    assert meter(samples).peak == pytest.approx(3.5218, abs=1e-4)


def test_one_side_alone_is_sound() -> None:
    samples = between(0.5, 1.0, 0.5)
    samples[:, 0] = 0
    found = meter(samples)
    assert abs(found.first - RATE // 2) < HOP


@pytest.mark.parametrize("block", [1, 7, 440, 441, 442, 10_000])
def test_blocks_of_any_size_give_the_same(block: int) -> None:
    samples = between(0.1, 0.2, 0.15)
    assert meter(samples, block=block) == meter(samples, block=len(samples))


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_noticed_and_does_not_spread(poison: float) -> None:
    samples = between(0.5, 1.0, 0.5)
    samples[RATE] = poison
    found = Meter(RATE)
    found.push(samples)
    result = found.finish()
    assert found.broken
    assert np.isfinite(result.peak) and abs(result.first - RATE // 2) < HOP


def test_clean_sound_is_not_broken() -> None:
    found = Meter(RATE)
    found.push(noise(RATE))
    assert not found.broken


def test_at_48_kilohertz_a_hop_is_longer_in_frames() -> None:
    samples = np.zeros((48000, 2), np.float32)
    samples[24000:36000] = 0.5
    found = meter(samples, rate=48000)
    assert (found.first, found.last) == (24000, 36000)
