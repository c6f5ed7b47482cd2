"""Mixes with chapters for tests of what is made to fit: an MP3 and an MP4 as the pipeline makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.video import encode_still, join_video
from adapters.tags import write_mp3_tags
from core.measuring import Samples
from core.tracklist import Chapter
from tests.adapters.ffmpeg.rendering import call, picture, write_wav
from tests.media import ffmpeg as any_ffmpeg


@dataclass(frozen=True, slots=True)
class Mix:
    mp3: Path
    mp4: Path
    seconds: float
    chapters: tuple[Chapter, ...]


def clicking(seconds: float, every: float = 1.0) -> Samples:
    """Soft chords over a little noise, with a click at the start of each stretch of `every`."""
    rate = 44100
    at = np.arange(round(seconds * rate)) / rate
    sound = 0.03 * np.sin(2 * np.pi * 220 * at) + 0.02 * np.sin(2 * np.pi * 331 * at)
    sound += np.random.default_rng(7).normal(0, 0.004, len(at))
    step = round(every * rate)
    for start in range(step // 2, len(sound) - 20, step):
        sound[start : start + 20] += np.hanning(20) * 0.7
    return np.repeat(sound.astype(np.float32)[:, None], 2, axis=1)


def chapters_at(starts: Sequence[float], seconds: float) -> tuple[Chapter, ...]:
    ends = [*starts[1:], seconds]
    return tuple(
        Chapter(start, end, f"Band – Song {index + 1}")
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


async def make_mix(
    folder: Path, samples: Samples, starts: Sequence[float], *, cover: bytes = b""
) -> Mix:
    """The sound as MP3 at 256 kb/s with tags, and as AAC at 192 kb/s under a still picture."""
    ffmpeg, pool, seconds = any_ffmpeg(), Pool(2), len(samples) / 44100
    chapters = chapters_at(starts, seconds)
    wav = write_wav(folder / "mix.wav", samples)
    mp3, mp4, aac, still = (folder / name for name in ("a.mp3", "b.mp4", "c.aac", "still.mp4"))
    call("-i", f"file:{wav}", "-c:a", "libmp3lame", "-b:a", "256k", f"file:{mp3}")
    write_mp3_tags(
        mp3, title="Late night", artists=["Ida", "Otto"], genre="Ambient", year=2026,
        cover=cover, chapters=chapters, made_by="Tapedeck",
    )  # fmt: skip
    call("-i", f"file:{wav}", "-c:a", "aac", "-b:a", "192k", f"file:{aac}")
    await encode_still(ffmpeg, pool, picture(folder / "frame.png"), still)
    await join_video(
        ffmpeg, pool, still=still, aac=aac, rate=44100, seconds=seconds, title="Late night",
        artist="Ida, Otto", genre="Ambient", year=2026, chapters=chapters, out=mp4,
    )  # fmt: skip
    for scrap in (wav, aac, still):
        scrap.unlink()
    return Mix(mp3, mp4, seconds, chapters)
