"""Scores as sound: exact, steady in tempo, wide, balanced, and telling moods apart."""

from functools import lru_cache

import numpy as np
import pytest

from core.limiter import Limiter
from core.measuring import Samples
from core.music.moods import MOODS
from core.studio.gauge import Gauge
from core.studio.master import Master, find_gain, master
from core.studio.playback import RATE, play
from core.studio.room import Room
from core.truepeak import TruePeakMeter
from tests.core.music.hearing import beat_strength, hear, onsets
from tests.core.music.pieces import piece


@lru_cache(maxsize=16)
def played(mood: str, *, seconds: float = 16.0, seed: int = 300, style: str = "") -> Samples:
    return np.concatenate(list(play(piece(mood, seconds=seconds, seed=seed, style=style))))


def loudness(sound: Samples) -> float:
    gauge = Gauge(RATE)
    gauge.push(sound)
    return gauge.finish()


@pytest.mark.parametrize("seconds", [5.0, 7.777, 16.0])
def test_it_is_as_long_as_the_score_to_the_frame(seconds: float) -> None:
    sound = played("happy", seconds=seconds)
    assert sound.shape == (round(seconds * RATE), 2) and sound.dtype == np.float32


@pytest.mark.parametrize("mood", MOODS)
def test_it_is_clean_wide_and_balanced(mood: str) -> None:
    sound = played(mood)
    assert np.isfinite(sound).all() and np.abs(sound.mean(axis=0)).max() < 2e-3
    assert np.abs(sound[-5:]).max() < 1e-3
    # Wide, but a mono loudspeaker loses nothing.
    assert 0.1 < np.corrcoef(sound[:, 0], sound[:, 1])[0, 1] < 0.97
    power = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    share = {
        name: power[(hertz >= low) & (hertz < high)].sum() / power.sum()
        for name, low, high in (
            ("rumble", 0, 30), ("mud", 0, 60), ("middle", 250, 4000), ("harsh", 6000, 22050),
        )
    }  # fmt: skip
    assert share["rumble"] < 0.01 and share["mud"] < 0.4
    assert share["middle"] > 0.15 and share["harsh"] < 0.05
    # No holes: of each half second something is heard.
    steps = sound[: len(sound) // (RATE // 2) * (RATE // 2)].reshape(-1, RATE)
    levels = 20 * np.log10(np.sqrt((steps.astype(float) ** 2).mean(axis=1)) + 1e-9)
    assert levels[:-2].min() > levels.max() - 45


@pytest.mark.parametrize(
    ("mood", "style", "tempo"),
    [
        ("happy", "pop", 100.0), ("happy", "folk", 131.0), ("angry", "rock", 150.0),
        ("sad", "lo-fi", 70.0), ("dreamy", "electronic", 90.0), ("tense", "electronic", 200.0),
    ],
)  # fmt: skip
def test_its_onsets_keep_the_tempo(mood: str, style: str, tempo: float) -> None:
    score = piece(mood, seconds=20.0, seed=12, tempo=tempo, metre="4/4", style=style)
    rise = onsets(np.concatenate(list(play(score))))
    at_tempo = beat_strength(rise, tempo)
    beside = [beat_strength(rise, tempo * factor) for factor in (0.88, 0.92, 1.08, 1.12)]
    assert at_tempo > 0.12 and at_tempo > max(beside) + 0.1


def test_happy_is_brighter_and_more_major_than_sad() -> None:
    happy, sad = ([hear(played(mood, seed=300 + n)) for n in range(3)] for mood in ("happy", "sad"))
    assert min(each.centroid for each in happy) > max(each.centroid for each in sad)
    assert np.mean([each.major for each in happy]) > 0.1 + np.mean([each.major for each in sad])


def test_four_moods_are_told_apart_by_ear() -> None:
    moods = ("happy", "angry", "sad", "relaxed")
    heard = {
        (mood, seed): hear(played(mood, seconds=20.0, seed=seed)).quadrant
        for mood in moods
        for seed in range(400, 403)
    }
    right = sum(mood == found for (mood, _), found in heard.items())
    assert right >= 10, heard


def test_memory_of_a_room_ends_and_blocks_do_not_matter() -> None:
    click = np.zeros((2, 3 * RATE), np.float32)
    click[:, 100] = 1
    room = Room(RATE, amount=40)
    whole = room.push(click)
    parts = Room(RATE, amount=40)
    cut = np.concatenate(
        [parts.push(click[:, start : start + 30_000]) for start in range(0, 3 * RATE, 30_000)],
        axis=1,
    )
    assert np.abs(whole - cut).max() < 1e-5
    assert float((whole**2).sum(axis=1).min()) == pytest.approx(1, rel=0.05)
    assert np.abs(whole[:, :600]).max() < 1e-4 and np.abs(whole[:, -RATE // 2 :]).max() < 1e-4
    assert abs(float(np.vdot(whole[0], whole[1]))) < 0.2


@pytest.mark.parametrize("mood", ["energetic", "dreamy"])
@pytest.mark.parametrize("target", [-14.0, -20.0])
def test_mastering_reaches_the_loudness_under_the_ceiling(mood: str, target: float) -> None:
    mix = played(mood)

    def blocks() -> list[Samples]:
        return [mix[start : start + 40_000] for start in range(0, len(mix), 40_000)]

    gain = find_gain(blocks, RATE, loudness=loudness(mix), target=target, ceiling=-2.5)
    done = np.concatenate(list(master(blocks(), RATE, gain=gain, ceiling=-2.5)))
    assert len(done) == len(mix)
    assert loudness(done) == pytest.approx(target, abs=0.1)
    meter = TruePeakMeter()
    meter.push(done)
    assert 20 * np.log10(meter.finish()) <= -2.45


def test_rounding_leaves_the_limiter_little_to_do() -> None:
    mix = played("nostalgic", style="lo-fi")
    gain = -14 - loudness(mix)
    alone = Limiter(RATE, ceiling=-2.5)
    alone.push(mix * np.float32(10 ** (gain / 20)))
    desk = Master(RATE, gain=gain, ceiling=-2.5)
    desk.push(mix)
    assert alone.most_reduction > 2 > 1 > desk.most_reduction
