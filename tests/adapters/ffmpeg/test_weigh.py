"""What a file is made of: its bytes of sound and picture, and whether the picture is a still."""

from pathlib import Path

import pytest

from adapters.ffmpeg.picture import take_film, take_still
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.recode import Source
from adapters.ffmpeg.weigh import Frames, weigh
from core.delivery import Codec, Coding
from core.fitting import STILL_SECONDS, Part
from tests.adapters.ffmpeg.fitting import Mix, clicking, make_mix
from tests.adapters.ffmpeg.rendering import call


async def still_mix(folder: Path) -> Mix:
    return await make_mix(folder, clicking(47.3), [0, 20.5])


async def test_a_still_that_repeats_is_found_with_its_group(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    mix = await still_mix(tmp_path)
    weight = await weigh(ffmpeg, pool, mix.mp4, demuxer="mov", picture=True, seconds=mix.seconds)
    frames = weight.frames
    assert frames is not None and weight.rate == 44100
    assert (frames.height, frames.fps, frames.repeated) == (1080, 10.0, 200)
    whole = mix.mp4.stat().st_size
    assert weight.sound + frames.size == pytest.approx(whole, rel=0.02)
    # Two whole groups and the first 7.3 s, with the key frame, of a third.
    assert 2 * frames.group < frames.size < 3 * frames.group
    sound = await weigh(ffmpeg, pool, mix.mp3, demuxer="mp3", picture=False, seconds=mix.seconds)
    assert sound.frames is None
    assert sound.sound == pytest.approx(mix.mp3.stat().st_size, rel=0.02)


async def test_a_moving_picture_is_no_still(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", 12)
    weight = await weigh(ffmpeg, pool, film, demuxer="mov", picture=True, seconds=12)
    assert weight.frames is not None
    assert (weight.frames.repeated, weight.frames.group) == (0, 0)
    assert weight.frames.fps == pytest.approx(25)


async def test_a_moving_loop_is_no_still(pool: Pool, tmp_path: Path) -> None:
    """It repeats, but needs its bytes throughout."""
    once = make_film(tmp_path / "once.mp4", 4)
    loop = tmp_path / "loop.mp4"
    call("-stream_loop", "3", "-i", f"file:{once}", "-c", "copy", f"file:{loop}")
    from tests.media import ffmpeg

    weight = await weigh(ffmpeg(), pool, loop, demuxer="mov", picture=True, seconds=16)
    assert weight.frames is not None and weight.frames.repeated == 0


async def test_a_still_is_taken_as_it_is_or_smaller(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    mix = await still_mix(tmp_path)
    source = Source(path=mix.mp4, demuxer="mov", rate=44100, seconds=mix.seconds)
    weight = await weigh(ffmpeg, pool, mix.mp4, demuxer="mov", picture=True, seconds=mix.seconds)
    assert weight.frames is not None
    same, small = tmp_path / "same.mp4", tmp_path / "small.mp4"
    await take_still(ffmpeg, pool, source, weight.frames, height=0, out=same)
    await take_still(ffmpeg, pool, source, weight.frames, height=480, out=small)
    before = await _look(ffmpeg, pool, same)
    assert (before.height, before.size) == (1080, weight.frames.group)
    after = await _look(ffmpeg, pool, small)
    assert (after.height, after.fps) == (480, 10.0)
    assert after.size / STILL_SECONDS < weight.frames.group / 20 / 2


async def test_a_film_begins_with_its_part(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    """Cut between two key frames, it shows the frame of that time at once."""
    film = make_film(tmp_path / "film.mp4", 12)
    source = Source(path=film, demuxer="mov", rate=44100, seconds=12)
    out = tmp_path / "part.mp4"
    coding = Coding(codec=Codec.AAC, rate=96, height=360, picture=150)
    await take_film(ffmpeg, pool, source, Part(5.2, 9.2), coding, out=out)
    found = await _look(ffmpeg, pool, out)
    assert found.height == 360
    assert found.size * 8 / 4 == pytest.approx(150_000, rel=0.3)
    assert _brightness(out, tmp_path) == pytest.approx(5.2 / 12 * 219 + 16, abs=6)


def make_film(path: Path, seconds: int) -> Path:
    """Noise that gets brighter by the second, so that a frame tells its time, with a tone."""
    noise = f"color=black:s=640x480:r=25:d={seconds},geq=lum=16+219*T/{seconds}:cb=128:cr=128"
    call(
        "-f", "lavfi", "-i", f"{noise},noise=alls=12:allf=t", "-f", "lavfi", "-i",
        f"sine=330:d={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-g", "250",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", f"file:{path}",
    )  # fmt: skip
    return path


async def _look(ffmpeg: str, pool: Pool, picture: Path) -> Frames:
    """The picture of a file without sound: weighed beside a tone of its length."""
    both = picture.with_suffix(".both.mp4")
    call(
        "-i", f"file:{picture}", "-f", "lavfi", "-i", "sine=330:d=1", "-map", "0:v", "-map", "1:a",
        "-c:v", "copy", "-c:a", "aac", f"file:{both}",
    )  # fmt: skip
    weight = await weigh(ffmpeg, pool, both, demuxer="mov", picture=True, seconds=60)
    assert weight.frames is not None
    return weight.frames


def _brightness(video: Path, folder: Path) -> float:
    """The mean luma, 16 to 235, of the first frame."""
    raw = folder / "first.gray"
    call("-i", f"file:{video}", "-frames:v", "1", "-vf", "extractplanes=y", "-f", "rawvideo", f"file:{raw}")  # fmt: skip  # noqa: E501
    data = raw.read_bytes()
    return sum(data) / len(data)
