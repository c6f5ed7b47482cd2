"""The demo's music: in tempo, in bounds, in stereo, and no two alike."""

import time
from functools import lru_cache

import numpy as np
import pytest

from core.sampler import VOICES, Sample, Stereo, play_voice, render
from core.songs import sample_tracks

TRACKS = sample_tracks()
each_track = pytest.mark.parametrize("sample", TRACKS, ids=[sample.title for sample in TRACKS])


def played(sample: Sample) -> Stereo:
    return _played(TRACKS.index(sample))


@lru_cache(maxsize=len(TRACKS))
def _played(index: int) -> Stereo:
    return render(TRACKS[index], TRACKS[index].rate)


def loudness(sound: Stereo) -> float:
    """Root mean square of the louder half of all 400 ms blocks, in dB: close enough to LUFS."""
    blocks = sound[: len(sound) // 17640 * 17640].reshape(-1, 35280)
    powers = np.sort((blocks.astype(float) ** 2).mean(axis=1))
    return float(10 * np.log10(powers[len(powers) // 2 :].mean()))


def test_there_are_at_least_five_and_no_two_are_alike() -> None:
    assert len(TRACKS) >= 5
    for facts in (
        {sample.title for sample in TRACKS},
        {sample.artist for sample in TRACKS},
        {sample.genre for sample in TRACKS},
        {sample.format for sample in TRACKS},
        {sample.song.tempo for sample in TRACKS},
    ):
        assert len(facts) == len(TRACKS)


@each_track
def test_it_is_a_short_clean_piece(sample: Sample) -> None:
    sound = played(sample)
    assert sound.dtype == np.float32 and sound.shape[1] == 2
    assert 25 <= len(sound) / sample.rate <= 45
    assert np.abs(sound).max() == pytest.approx(10 ** (sample.peak / 20), rel=1e-4)
    assert np.isfinite(sound).all()
    assert np.abs(sound[:20]).max() < 0.02 and np.abs(sound[-20:]).max() < 0.001
    assert abs(float(sound.mean())) < 0.002


@each_track
def test_it_has_both_sides_and_a_balanced_spectrum(sample: Sample) -> None:
    sound = played(sample).astype(float)
    assert 0.2 < np.corrcoef(sound[:, 0], sound[:, 1])[0, 1] < 0.99
    power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / sample.rate)
    assert power[hertz < 25].sum() < 0.02 * power.sum()
    assert 0.1 < power[hertz < 120].sum() / power.sum() < 0.6
    assert power[(hertz > 500) & (hertz < 8000)].sum() > 0.04 * power.sum()


@each_track
def test_its_onsets_keep_the_tempo(sample: Sample) -> None:
    sound = played(sample).mean(axis=1)
    hop = sample.rate // 200
    frames = sound[: len(sound) // hop * hop].reshape(-1, hop) * np.hanning(hop)
    rise = np.diff(np.log(1e-4 + np.abs(np.fft.rfft(frames, axis=1))), axis=0).clip(0).sum(axis=1)
    rise -= rise.mean()
    beat = 200 * 60 / sample.song.tempo
    alike = [float((rise[lag:] * rise[: len(rise) - lag]).sum()) for lag in (round(beat), 0)]
    assert alike[0] / alike[1] > 0.25


def test_the_loudest_is_about_ten_decibels_over_the_quietest() -> None:
    levels = [loudness(played(sample)) for sample in TRACKS]
    assert 8 < max(levels) - min(levels) < 14


@pytest.mark.parametrize("voice", VOICES)
def test_no_note_starts_or_ends_with_a_click(voice: str) -> None:
    for frames in (2000, 40_000):
        note = play_voice(voice, 57, frames, 44100)
        assert abs(note[0]) < 0.02 and abs(note[-1]) < 0.001
        assert np.abs(np.diff(note[-300:])).max() < 0.02


def test_it_renders_fast_and_the_same_every_time() -> None:
    sample = TRACKS[1]
    started = time.process_time()
    again = render(sample, sample.rate)
    assert time.process_time() - started < 1.5
    assert np.array_equal(again, played(sample))
