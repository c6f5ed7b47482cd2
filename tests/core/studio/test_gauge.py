"""The loudness gauge against ffmpeg's, and against the recommendation's own test tones."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from adapters.ffmpeg.graphs import read_loudness
from core.measuring import Samples
from core.studio.gauge import Gauge
from core.studio.playback import RATE, play
from tests.core.music.pieces import piece
from tests.media import ffmpeg


def gauged(sound: Samples, *, block: int = 50_000) -> float:
    gauge = Gauge(RATE)
    for start in range(0, len(sound), block):
        gauge.push(sound[start : start + block])
    return gauge.finish()


def tone(hertz: float, level: float, seconds: float) -> Samples:
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_a_tone_of_1_khz_reads_its_level() -> None:
    assert gauged(tone(997, -23, 10)) == pytest.approx(-23, abs=0.1)  # EBU Tech 3341, case 1


def test_what_is_far_below_does_not_count() -> None:
    quiet, loud = tone(997, -36, 10), tone(997, -23, 30)
    # EBU Tech 3341, case 3
    assert gauged(np.concatenate([quiet, loud, quiet])) == pytest.approx(-23, abs=0.1)
    assert gauged(np.zeros((RATE, 2), np.float32)) == -70


def test_blocks_make_no_difference() -> None:
    sound = np.concatenate([tone(60, -20, 3), tone(5000, -30, 3)])
    assert gauged(sound, block=1000) == pytest.approx(gauged(sound, block=10**6), abs=1e-9)


@pytest.mark.parametrize("mood", ["happy", "sad"])
def test_music_reads_as_ffmpeg_reads_it(mood: str, tmp_path: Path) -> None:
    sound = np.concatenate(list(play(piece(mood, seconds=12))))
    raw = tmp_path / "music.f32"
    raw.write_bytes(sound.tobytes())
    command = [ffmpeg(), "-hide_banner", "-nostats", "-f", "f32le", "-ar", str(RATE), "-ac", "2"]
    command += ["-i", str(raw), "-af", "ebur128=framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    assert gauged(sound) == pytest.approx(read_loudness(said.splitlines()), abs=0.2)
