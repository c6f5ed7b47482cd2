"""The encoders that are heard while they work, and what is kept of the sound meanwhile."""

import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from adapters.ffmpeg.encoding import EncoderError, Encoding
from adapters.ffmpeg.pieces import LEAD, PIECE, TRAIL, PieceWatch
from core.adts import FRAME_SAMPLES
from core.loudness import amplitude
from core.measuring import Samples
from tests.adapters.ffmpeg.rendering import decode
from tests.core.tapes import noise, sine

MP3 = ("-c:a", "libmp3lame", "-q:a", "0")
AAC = ("-c:a", "aac", "-b:a", "192k")


def encode(encoding: Encoding, samples: Samples) -> None:
    for start in range(0, len(samples), 1 << 15):
        encoding.write(samples[start : start + (1 << 15)])


async def test_what_is_heard_is_what_lies_in_the_file(ffmpeg: str, tmp_path: Path) -> None:
    heard: list[Samples] = []
    # A folder's name may hold what the tee muxer takes for its own.
    folder, sound = tmp_path / "a [b]|c'd:e", sine(300_000, 440)
    folder.mkdir()
    path = folder / "mix.aac"
    with Encoding(
        ffmpeg, path, 44100, AAC,
        muxer="adts", demuxer="aac", hear=lambda block: heard.append(block.copy()),
    ) as encoding:  # fmt: skip
        encode(encoding, sound)
        encoding.finish()
    assert np.array_equal(np.concatenate(heard), decode(path, ffmpeg=ffmpeg))
    middle = slice(10_000, 290_000)
    assert np.abs(np.concatenate(heard)[1024:][middle] - sound[middle]).max() < 0.1


async def test_a_failing_encoder_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(EncoderError, match=r"mix\.mp3 could not be encoded"),
        Encoding(
            "/usr/bin/false", tmp_path / "mix.mp3", 44100, MP3, muxer="mp3", hear=lambda _: None
        ) as encoding,
    ):
        encode(encoding, noise(2_000_000))
        encoding.finish()


async def test_leaving_early_leaves_nothing_running(ffmpeg: str, tmp_path: Path) -> None:
    threads, before = threading.active_count(), children()
    with Encoding(
        ffmpeg, tmp_path / "mix.mp3", 44100, MP3, muxer="mp3", hear=lambda _: None
    ) as encoding:
        encode(encoding, noise(100_000))
        assert len(children() - before) == 2
    assert children() <= before and threading.active_count() == threads


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


def watch(folder: Path, heard: Samples, fed: Samples) -> tuple[PieceWatch, dict[int, float]]:
    """What is told of a mix `fed` that sounds like `heard`, one AAC frame late, afterwards."""
    told: dict[int, float] = {}
    watch = PieceWatch(folder, told.__setitem__)
    late = np.concatenate([np.zeros((FRAME_SAMPLES, 2), np.float32), heard])
    for start in range(0, len(late), 10_000):
        watch.feed(fed[start : start + 10_000])
        watch.hear(late[max(0, start - 50_000) : max(0, start - 40_000)])
    watch.hear(late[max(0, len(late) // 10_000 * 10_000 - 40_000) :])
    watch.finish()
    return watch, told


def test_only_pieces_that_overshoot_are_laid_down(tmp_path: Path) -> None:
    size = PIECE * FRAME_SAMPLES
    fed = noise(4 * size + 5000, level=0.5)
    heard = fed * np.float32(0.2)
    heard[2 * size + 5000] = 0.95
    heard[3 * size + 400] = -0.92  # in the frame that two pieces make together
    heard[4 * size + 4000] = 1.1
    kept, told = watch(tmp_path, heard, fed)
    assert told == pytest.approx({2: 0.95, 3: 0.92, 4: 1.1}, abs=0.1)
    for index in told:
        start = (index * PIECE - LEAD) * FRAME_SAMPLES
        stop = ((index + 1) * PIECE + TRAIL) * FRAME_SAMPLES
        laid = np.fromfile(tmp_path / f"{index}.f32", np.float32).reshape(-1, 2)
        assert np.array_equal(laid, fed[start:stop]), index
    assert 0.1 < kept.peak < amplitude(-1.0)


def test_a_frame_that_two_pieces_share_counts_for_both(tmp_path: Path) -> None:
    size = PIECE * FRAME_SAMPLES
    heard = np.zeros((2 * size, 2), np.float32)
    heard[size - 500] = 0.95
    _, told = watch(tmp_path, heard, heard)
    assert sorted(told) == [0, 1]


def test_the_past_is_forgotten_when_it_was_heard(tmp_path: Path) -> None:
    fed = np.zeros((10_000, 2), np.float32)
    watch = PieceWatch(tmp_path, lambda *_: None)
    most = 0
    for _ in range(600):
        watch.feed(fed)
        watch.hear(fed)
        most = max(most, watch.kept)
    assert most < (PIECE + LEAD + TRAIL + 20) * FRAME_SAMPLES
