"""Writes the demo's sample tracks to a folder, tagged and each in another format."""

import asyncio
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from adapters.pictures import draw_cover
from adapters.process import MEGABYTE, Limits, run
from core.sampler import Sample, Stereo, render
from core.songs import sample_tracks

_AT_ONCE = 2
_LIMITS = Limits(seconds=60, cpu_seconds=60, memory=1000 * MEGABYTE, written=100 * MEGABYTE)
_CODECS = {
    "mp3": ("-c:a", "libmp3lame", "-q:a", "2", "-id3v2_version", "3"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "5"),
    "opus": ("-c:a", "libopus", "-b:a", "128k"),
    "flac": ("-c:a", "flac"),
    "m4a": ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"),
    "wav": ("-c:a", "pcm_s16le"),
}
_COVERED = "mp3"


async def write_samples(folder: Path, ffmpeg: str, *, covered: bool = True) -> list[Path]:
    """Render all samples and encode them with `ffmpeg`. Returns their paths in playing order.

    One of them carries a cover, unless `covered` is false.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    slots = asyncio.Semaphore(_AT_ONCE)
    samples = sample_tracks()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_write(sample, number, folder, ffmpeg, slots, covered=covered))
            for number, sample in enumerate(samples, 1)
        ]
    return [task.result() for task in tasks]


async def _write(
    sample: Sample,
    number: int,
    folder: Path,
    ffmpeg: str,
    slots: asyncio.Semaphore,
    *,
    covered: bool,
) -> Path:
    path = folder / f"{number:02} {sample.artist} - {sample.title}.{sample.format}"
    plain = folder / f".{number:02}.wav"
    part = folder / f".{number:02}.part.{sample.format}"
    scrap = folder / f".{number:02}.cover"
    async with slots:
        sound = await asyncio.to_thread(render, sample, sample.rate)
        await asyncio.to_thread(_write_wav, plain, sound, sample.rate)
        inputs = ["-f", "wav", "-i", f"file:{plain}"]
        if covered and sample.format == _COVERED:
            cover = await draw_cover(sample.title, [sample.artist], sample.title, scrap)
            inputs += ["-f", "mjpeg", "-i", f"file:{cover.picture}"]
            inputs += [
                "-map",
                "0:a",
                "-map",
                "1:v",
                "-c:v",
                "copy",
                "-disposition:v",
                "attached_pic",
            ]
        command = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *inputs]
        command += [*_CODECS[sample.format], *_tags(sample, number), f"file:{part}"]
        await run(command, limits=_LIMITS)
        await asyncio.to_thread(_tidy, part, path, (plain, *scrap.glob("*")), scrap)
    return path


def _tags(sample: Sample, number: int) -> Sequence[str]:
    tags = {
        "title": sample.title,
        "artist": sample.artist,
        "album": sample.album,
        "date": str(sample.year),
        "genre": sample.genre,
        "track": str(number),
    }
    return [word for name, value in tags.items() for word in ("-metadata", f"{name}={value}")]


def _write_wav(path: Path, sound: Stereo, rate: int) -> None:
    """16 bits, with triangular dither of one step so that quiet ends do not crackle."""
    chance = np.random.default_rng(11)
    dither = chance.random(sound.shape, np.float32) - chance.random(sound.shape, np.float32)
    whole = np.clip(np.rint(sound * 32766 + dither), -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())


def _tidy(part: Path, path: Path, scraps: Sequence[Path], folder: Path) -> None:
    part.replace(path)
    for scrap in scraps:
        scrap.unlink()
    if folder.exists():
        folder.rmdir()
