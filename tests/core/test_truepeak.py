"""The true peak: what lies between the samples, as BS.1770-4 measures it."""

import re
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.loudness import decibels
from core.measuring import Samples
from core.truepeak import _PHASE_0, _PHASE_1, HOP, REACH, TruePeakMeter, hop_peaks
from tests.core.tapes import noise, sine
from tests.media import Sound, ffmpeg, play


def true_peak(samples: Samples, *, block: int = 1 << 15) -> float:
    """In dBTP."""
    meter = TruePeakMeter()
    for start in range(0, len(samples), block):
        meter.push(samples[start : start + block])
    return decibels(meter.finish())


def sample_peak(samples: Samples) -> float:
    return decibels(float(np.abs(samples).max()))


def faded(samples: Samples) -> Samples:
    """Without the click of a sudden start, which has a true peak of its own."""
    edge = np.hanning(2000).astype(np.float32)[:, None]
    samples = samples.copy()
    samples[:1000] *= edge[:1000]
    samples[-1000:] *= edge[1000:]
    return samples


def test_a_sine_at_a_quarter_of_the_rate_is_three_decibels_over_its_samples() -> None:
    samples = faded(sine(20_000, 11025, phase=np.pi / 4))
    assert sample_peak(samples) == pytest.approx(-3.01, abs=0.01)
    assert true_peak(samples) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("divisor", [5, 6, 8, 12, 50, 441])
@pytest.mark.parametrize("phase", [0.0, 0.4, np.pi / 4, 1.3])
def test_a_full_sine_is_at_full_scale_whatever_its_phase(divisor: int, phase: float) -> None:
    """Four-fold sampling can miss the top by 0.17 dB at a sixth of the rate; the filter ripples."""
    samples = faded(sine(30_000, 44100 / divisor, phase=phase))
    assert true_peak(samples) == pytest.approx(0.0, abs=0.4)


def test_it_is_never_under_the_sample_peak() -> None:
    for seed in range(5):
        samples = noise(5000, seed)
        assert true_peak(samples) >= sample_peak(samples) - 1e-6


def measured_by_ffmpeg(samples: Samples, rate: int) -> float:
    command = [
        ffmpeg(), "-nostdin", "-hide_banner", "-f", "f32le", "-ar", str(rate), "-ac", "2",
        "-i", "pipe:0", "-af", "ebur128=peak=true", "-f", "null", "-",
    ]  # fmt: skip
    done = subprocess.run(command, input=samples.tobytes(), capture_output=True, timeout=60)
    return float(re.findall(rb"Peak:\s+(-?[\d.]+) dBFS", done.stderr)[-1])


def hissing(rate: int, seed: int) -> Samples:
    """Noise up to 20 kHz: what a codec leaves of it."""
    spectrum = np.fft.rfft(noise(3 * rate, seed), axis=0)
    spectrum[np.fft.rfftfreq(3 * rate, 1 / rate) > 20_000] = 0
    return np.fft.irfft(spectrum, 3 * rate, axis=0).astype(np.float32)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_it_agrees_with_ffmpeg(rate: int) -> None:
    music = play(Sound(wave="music", seconds=3, rate=rate, peak=-1))
    tone = play(Sound(wave="tone", seconds=3, rate=rate, peak=-1, hertz=997))
    for samples in (music, tone, hissing(rate, 1), hissing(rate, 2)):
        assert true_peak(samples) == pytest.approx(measured_by_ffmpeg(samples, rate), abs=0.3)


def test_hard_clipped_music_goes_over_full_scale_as_ffmpeg_says() -> None:
    samples = (play(Sound(wave="music", seconds=3, peak=8))).clip(-1, 1).astype(np.float32)
    assert true_peak(samples) > 0.1
    assert true_peak(samples) == pytest.approx(measured_by_ffmpeg(samples, 44100), abs=0.3)


@pytest.mark.parametrize("block", [1, 5, 31, 32, 33, 1000])
def test_blocks_of_any_size_give_the_same(block: int) -> None:
    samples = noise(3000, 3)
    assert true_peak(samples, block=block) == pytest.approx(true_peak(samples), abs=1e-4)


@pytest.mark.parametrize("at", [0, 1, 31, 32, 1500, 2998, 2999])
def test_one_click_is_heard_wherever_it_is(at: int) -> None:
    samples = np.zeros((3000, 2), np.float32)
    samples[at, 1] = -0.5
    assert true_peak(samples) == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("block", [32, 48, 100])
def test_no_click_falls_between_two_blocks(block: int) -> None:
    for at in range(220):
        samples = np.zeros((300, 2), np.float32)
        samples[at] = 0.5
        assert true_peak(samples, block=block) == pytest.approx(-6.02, abs=0.01), at


def test_nothing_has_no_peak() -> None:
    assert TruePeakMeter().finish() == 0.0
    assert true_peak(np.zeros((0, 2), np.float32)) == -120


def test_each_hop_has_its_own_peak() -> None:
    samples = np.zeros((4 * HOP + 2 * REACH, 2), np.float32)
    samples[REACH + 2 * HOP + 5] = 0.7
    peaks = hop_peaks(samples, above=0.5)
    assert peaks.argmax() == 2 and peaks.max() == pytest.approx(0.7)


def test_hops_that_cannot_pass_the_level_get_their_sample_peak() -> None:
    samples = sine(4 * HOP + 2 * REACH, 11025, phase=np.pi / 4)
    assert hop_peaks(samples, above=10) == pytest.approx(np.full(4, 0.7071), abs=1e-3)
    assert (hop_peaks(samples, above=0.9) > 0.97).all()


def every_peak(samples: Samples) -> Samples:
    """The peaks of all hops with nothing left out, the long way."""
    hops = (len(samples) - 2 * REACH) // HOP
    inner = samples[REACH : REACH + hops * HOP].astype(np.float64)
    highest = [np.abs(inner).max(axis=1)]
    for taps in (_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1]):
        for side in (0, 1):
            made = np.convolve(samples[:, side].astype(np.float64), taps[::-1], "valid")
            highest.append(np.abs(made[: hops * HOP]))
    peaks: Samples = np.max(highest, axis=0).reshape(hops, HOP).max(axis=1).astype(np.float32)
    return peaks


@settings(max_examples=200, deadline=None)
@given(
    hops=some.integers(1, 40),
    seed=some.integers(0, 1 << 32),
    smooth=some.integers(1, 24),
    spikes=some.integers(0, 6),
    share=some.floats(0.3, 1.1),
    offset=some.sampled_from([0.0, 0.5, 3.0]),
)
def test_leaving_out_the_filter_changes_no_peak_above_the_level(
    hops: int, seed: int, smooth: int, spikes: int, share: float, offset: float
) -> None:
    """Rough sound on top of a bass (`offset`) comes nearest to what the bounds allow."""
    chance = np.random.default_rng(seed)
    frames = hops * HOP + 2 * REACH
    rough = chance.choice([-1, 1], (frames + smooth - 1, 2)) + offset
    kernel = np.full(smooth, 1 / smooth)
    sides = [np.convolve(rough[:, side], kernel, "valid") for side in (0, 1)]
    samples = np.stack(sides, axis=1).astype(np.float32)
    samples[chance.integers(0, frames, spikes)] = chance.choice([-1.2, 1.2])
    full = every_peak(samples)
    for level in [float(full.max()) * share, *(full * 0.999)]:
        found = hop_peaks(samples, above=level)
        loud = full > level * (1 + 1e-6)
        assert found[loud] == pytest.approx(full[loud], rel=1e-5)
        assert (found[~loud] <= level * (1 + 1e-5)).all()
