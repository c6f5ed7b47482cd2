"""Whole films from the children that make them: exact, killable, and without a trace of places."""

import asyncio
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
import psutil
import pytest
from PIL import Image

from adapters.ffmpeg.bed import make_bed
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.recode import Source, recode
from adapters.ffmpeg.wrap import wrap
from adapters.film import Painted, choose_cover_frame, develop, paint_film, study_photos
from adapters.process import ProgramError
from core.cards import Card
from core.delivery import Codec, Coding
from core.errors import UserError
from core.film.plan import plan_film
from core.film.terms import RATE, Film, Size, Style
from core.fitting import Part
from tests.adapters.ffmpeg.rendering import decode, loudness_of, measure, write_wav
from tests.adapters.film.pictures import CAT, COFFEE, ROCKET
from tests.core.film.scenes import beats, scene
from tests.media import Sound, ffmpeg, make, play
from tests.toys import until

SMALL = Size(480, 270)


async def film_of(
    folder: Path, style: Style, *photos: Path, frames: int = 75, size: Size = SMALL
) -> tuple[Film, Painted]:
    studies = await study_photos(photos, folder)
    film = plan_film(
        scene(), studies, beats(frames / RATE, step=0.5), frames=frames, style=style, seed=1,
        size=size, card=True,
    )  # fmt: skip
    told: list[float] = []
    painted = await paint_film(ffmpeg(), film, studies, photos, folder, on_fraction=told.append)
    assert told == sorted(told) and 0 < told[-1] <= 1
    return film, painted


def describe(path: Path) -> str:
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-i", f"file:{path}"]
    found = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return found.stderr.decode()


def read_frames(path: Path) -> Any:
    """All frames of a small film, grey."""
    command = [ffmpeg(), "-v", "error", "-i", f"file:{path}", "-f", "rawvideo"]
    command += ["-pix_fmt", "gray", "pipe:1"]
    raw = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, SMALL.height, SMALL.width)


@pytest.mark.parametrize("style", list(Style))
async def test_a_film_of_each_style_has_every_frame_and_moves(tmp_path: Path, style: Style) -> None:
    film, painted = await film_of(tmp_path, style, COFFEE, CAT)
    frames = read_frames(painted.video)
    assert len(frames) == film.frames == 75
    said = describe(painted.video)
    assert "h264 (High)" in said and "yuv420p(tv, bt709" in said and "480x270" in said
    assert "30 fps" in said
    middle = frames[20:60].astype(int)
    changes = np.abs(np.diff(middle, axis=0)).mean(axis=(1, 2))
    assert changes.mean() > 0.5 and changes.min() > 0.05
    assert frames[-1].max() <= 20 and middle.std() > 15
    still = cv2.imread(str(painted.cover))
    assert still is not None and still.shape == (270, 480, 3)


async def test_an_upright_film_is_upright(tmp_path: Path) -> None:
    _, painted = await film_of(tmp_path, Style.CALM, ROCKET, frames=20, size=Size(270, 480))
    assert "270x480" in describe(painted.video)


async def test_a_cover_shows_no_title_and_no_dissolve(tmp_path: Path) -> None:
    studies = await study_photos([COFFEE], tmp_path)
    for style in Style:
        film = plan_film(scene(), studies, beats(30), frames=900, style=style, seed=1, card=True)
        at = choose_cover_frame(film)
        assert film.fade_in < at < 450
        assert not any(each.title and each.start <= at < each.end for each in film.captions)


async def test_an_encoder_that_fails_is_told(tmp_path: Path) -> None:
    studies = await study_photos([COFFEE], tmp_path)
    film = plan_film(scene(), studies, [], frames=30, style=Style.CALM, seed=1, size=SMALL)
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(ProgramError, match=r"film\.mp4"):
        await paint_film(ffmpeg(), film, studies, [COFFEE], tmp_path, on_fraction=lambda _: None)


async def test_cancelling_leaves_no_process(tmp_path: Path) -> None:
    studies = await study_photos([COFFEE], tmp_path)
    film = plan_film(scene(), studies, [], frames=5000, style=Style.CALM, seed=1)
    begun = asyncio.Event()
    # Others of this process, such as a browser that serves many tests, are not ours to end.
    before = psutil.Process().children()
    task = asyncio.create_task(
        paint_film(ffmpeg(), film, studies, [COFFEE], tmp_path, on_fraction=lambda _: begun.set())
    )
    await begun.wait()
    [painter] = [child for child in psutil.Process().children() if child not in before]
    children = [painter, *painter.children(recursive=True)]
    assert len(children) >= 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async def gone() -> bool:
        return not any(
            child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children
        )

    await until(gone, what="the painter and its encoder are gone", seconds=5)


# --- photos as people send them


def photo(folder: Path, kind: str, **options: Any) -> Path:
    """Wide, left half red, right half blue."""
    image = Image.new("RGB", (120, 80), (210, 30, 30))
    image.paste((30, 30, 210), (60, 0, 120, 80))
    path = folder / f"photo.{kind.lower()}"
    image.save(path, kind, **options)
    return path


def with_place() -> Image.Exif:
    """EXIF as a phone writes it: lying on its side, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone of Anna"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 14.0)
    return exif


async def test_a_photo_is_upright_and_has_nothing_but_its_pixels(tmp_path: Path) -> None:
    source = photo(tmp_path, "JPEG", exif=with_place(), quality=95)
    assert b"Anna" in source.read_bytes()
    await develop(source, tmp_path / "ready.jpg")
    data = (tmp_path / "ready.jpg").read_bytes()
    with Image.open(io.BytesIO(data)) as ready:
        assert ready.size == (80, 120) and not ready.getexif()
        top = ready.getpixel((40, 20))
    assert isinstance(top, tuple) and top[0] > 150 > top[2]
    assert b"Anna" not in data and b"Exif" not in data


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF", "GIF"])
async def test_photos_of_many_formats_are_taken(tmp_path: Path, kind: str) -> None:
    pillow_heif.register_heif_opener()
    options: dict[str, Any] = {}
    if kind == "GIF":
        later = [Image.new("RGB", (120, 80), (0, 250, 0))]
        options = {"save_all": True, "append_images": later, "duration": 100}
    await develop(photo(tmp_path, kind, **options), tmp_path / "ready.jpg")
    with Image.open(tmp_path / "ready.jpg") as ready:
        left, right = ready.getpixel((20, 40)), ready.getpixel((100, 40))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 150 > left[1] and right[2] > 150 > right[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"just words", "cannot be used. This is no picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "cannot be used. The picture is damaged"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4) * 2 + b"\x08\x02\0\0\0",
            "cannot be used. The picture",
        ),
    ],
)
async def test_what_is_no_photo_is_refused_in_words(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UserError, match=re.escape(words)):
        await develop(tmp_path / "x", tmp_path / "ready.jpg")
    assert not (tmp_path / "ready.jpg").exists()


# --- the sound under it


async def bed_of(folder: Path, source: Path, **facts: Any) -> Path:
    known: dict[str, Any] = {
        "source_rate": 44100, "start": 0.0, "seconds": 6.0, "fades": (0.2, 1.0), "target": -14.0,
    }  # fmt: skip
    out = folder / "bed.wav"
    await make_bed(ffmpeg(), Pool(2), source, "wav", out=out, **known | facts)
    return out


@pytest.mark.parametrize("peak", [-1.0, -24.0])
async def test_music_becomes_exactly_as_long_and_as_loud_as_it_should(
    tmp_path: Path, peak: float
) -> None:
    source = make("wav", Sound(wave="music", seconds=8.0, peak=peak))
    made = decode(await bed_of(tmp_path, source))
    assert len(made) == 6 * 44100
    assert loudness_of(made, 44100) == pytest.approx(-14, abs=0.2)


async def test_music_fades_at_both_ends(tmp_path: Path) -> None:
    source = make("wav", Sound(wave="tone", seconds=8.0, hertz=1000.0))
    made = decode(await bed_of(tmp_path, source))[:, 0]

    def level(second: float) -> float:
        at = round(second * 44100)
        return float(np.sqrt((made[max(0, at - 441) : at + 441] ** 2).mean()))

    top = level(3.0)
    assert level(0.0) < 0.05 * top and level(6.0) < 0.05 * top
    assert level(0.1) == pytest.approx(top / 2, rel=0.05)
    assert level(5.5) == pytest.approx(top / 2, rel=0.05)
    fading = [level(5 + step / 20) for step in range(21)]
    assert fading == sorted(fading, reverse=True)


async def test_what_is_missing_is_silence(tmp_path: Path) -> None:
    source = make("wav", Sound(wave="music", seconds=5.5))
    made = decode(await bed_of(tmp_path, source, fades=(0.0, 0.0)))
    assert len(made) == 6 * 44100 and not made[round(5.6 * 44100) :].any()
    assert np.abs(made[: 5 * 44100]).max() > 0.1


async def test_sound_and_picture_are_one_file_of_one_length(tmp_path: Path) -> None:
    film, painted = await film_of(tmp_path, Style.PULSE, COFFEE, frames=100)
    source = write_wav(tmp_path / "music.wav", play(Sound(wave="music", seconds=8.0)))
    bed = await bed_of(tmp_path, source, seconds=film.seconds)
    sound = await recode(
        ffmpeg(), Pool(2), Source(path=bed, demuxer="wav", rate=44100, seconds=film.seconds),
        Part(start=0.0, end=film.seconds), Coding(codec=Codec.AAC, rate=192),
        out=tmp_path / "bed.aac",
    )  # fmt: skip
    out = tmp_path / "out.mp4"
    await wrap(
        ffmpeg(), Pool(2), sound, Card(title="Ä = #1;", artists=("Us",)), seconds=film.seconds,
        out=out, picture=painted.video, still=painted.cover,
    )  # fmt: skip
    said, data = describe(out), out.read_bytes()
    assert len(read_frames(out)) == 100
    assert data.index(b"moov") < data.index(b"mdat")
    assert "attached pic" in said and re.search(r"title +: Ä = #1;", said)
    loudness, peak = measure(out)
    assert loudness == pytest.approx(-14, abs=0.5) and peak <= -1.0
    assert len(decode(out)) == pytest.approx(film.seconds * 44100, abs=1500)
