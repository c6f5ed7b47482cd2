"""Music to measure with: the sample songs, made long, in the formats that people send."""

import asyncio
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from adapters.process import Limits, run
from core.sampler import render
from core.songs import sample_tracks

SECONDS = 246.0
_LIMITS = Limits(seconds=300)
_FORMS = (
    ("ogg", 44100, ("-c:a", "libvorbis", "-q:a", "5")),
    ("mp3", 44100, ("-c:a", "libmp3lame", "-b:a", "192k")),
    ("flac", 44100, ("-c:a", "flac")),
    ("mp3", 48000, ("-c:a", "libmp3lame", "-q:a", "2")),
    ("m4a", 44100, ("-c:a", "aac", "-b:a", "160k")),
    ("wav", 44100, ("-c:a", "pcm_s16le")),
)


async def make_tracks(folder: Path, ffmpeg: str, count: int) -> list[Path]:
    """`count` tracks of about four minutes in turning formats, each with content of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    originals = [
        await _original(folder, ffmpeg, index) for index in range(min(count, len(_FORMS) * 2))
    ]
    return [
        await _copy(folder, ffmpeg, originals[index % len(originals)], index)
        for index in range(count)
    ]


def make_photo(path: Path, *, width: int, height: int) -> None:
    """A JPEG with as much detail as a photo: power falls with the square of the frequency.

    Field, D. J. (1987), Relations between the statistics of natural images and the response
    properties of cortical cells.
    """
    chance = np.random.default_rng(1)
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = 1 / max(width, height)

    def field() -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        white = np.fft.rfft2(chance.standard_normal((height, width)))
        pink: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.fft.irfft2(
            white / frequency, s=(height, width)
        )
        scaled: np.ndarray[tuple[int, int], np.dtype[np.float64]] = pink / pink.std()
        return scaled

    light = field()
    colours = np.stack([0.8 * light + 0.3 * field() for _ in range(3)], axis=-1)
    noise = 2 * chance.standard_normal((height, width, 1))
    pixels = np.clip(120 + 45 * colours + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=90)


async def _original(folder: Path, ffmpeg: str, index: int) -> Path:
    ending, rate, arguments = _FORMS[index % len(_FORMS)]
    path = folder / f"original-{index}.{ending}"
    if path.exists():
        return path
    songs = sample_tracks()
    parts = [render(songs[(index * 5 + turn) % len(songs)], rate) for turn in range(9)]
    sound = np.concatenate(parts)[: round((SECONDS + index) * rate)]
    plain = folder / f"original-{index}.tmp.wav"
    with wave.open(str(plain), "wb") as file:
        file.setparams((2, 2, rate, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    await _run(ffmpeg, "-i", str(plain), *arguments, str(path))
    plain.unlink()
    return path


async def _copy(folder: Path, ffmpeg: str, original: Path, index: int) -> Path:
    """The same sound under another hash, or the analysis would be done once for all of them."""
    path = folder / f"track-{index:03}{original.suffix}"
    if not path.exists():
        tags = ("-metadata", f"title=Track {index}", "-metadata", f"artist=Artist {index % 7}")
        await _run(ffmpeg, "-i", str(original), "-c", "copy", *tags, str(path))
    return path


async def _run(ffmpeg: str, *arguments: str) -> None:
    await run([ffmpeg, "-nostdin", "-v", "error", "-y", *arguments], limits=_LIMITS)


def find_tracks(folder: Path) -> Sequence[Path]:
    """The music in a folder of the caller's own."""
    endings = {".mp3", ".ogg", ".opus", ".flac", ".wav", ".m4a", ".aiff", ".wma"}
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in endings)


if __name__ == "__main__":
    import sys

    asyncio.run(make_tracks(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
