"""Cuts of sound are exact, whatever the container and wherever its seeking would lead."""

from pathlib import Path

import numpy as np
import pytest

from adapters.ffmpeg.cutting import cut_sound, write_silence
from adapters.ffmpeg.footage import survey
from adapters.ffmpeg.pool import Pool
from core.errors import UserError
from core.reel import SILENT, Shape
from core.tracks import Sound
from tests.adapters.ffmpeg.rendering import decode
from tests.doubles.tube.timecode import hear
from tests.footage import film, song
from tests.media import Sound as Tone
from tests.media import make

DEMUXERS = {
    "mp3": "mp3", "m4a": "mov", "mp4": "mov", "ogg": "ogg", "flac": "flac", "wav": "wav",
    "aac": "aac", "mkv": "matroska", "webm": "matroska",
}  # fmt: skip
EXACT = 0.01
"""Seconds; the promise is 0.02. With Opus in Matroska, ffmpeg 5 takes 7 ms of its run-up along."""


async def cut(
    ffmpeg: str,
    pool: Pool,
    source: Path,
    out: Path,
    *,
    start: float,
    seconds: float,
    rate: int = 44100,
    whole: bool = False,
) -> Sound:
    return await cut_sound(
        ffmpeg,
        pool,
        source,
        demuxer=DEMUXERS[source.suffix[1:]],
        start=start,
        seconds=seconds,
        rate=rate,
        out=out,
        whole=whole,
    )


def place_beeps(path: Path, rate: int = 44100) -> list[tuple[float, int]]:
    return [(beep.at, beep.second) for beep in hear(decode(path, rate)[:, 0].copy(), rate)]


@pytest.mark.parametrize("ending", ["mp3", "m4a", "ogg", "flac", "wav", "aac", "mp4", "mkv"])
async def test_a_cut_begins_where_it_says(
    ffmpeg: str, pool: Pool, tmp_path: Path, ending: str
) -> None:
    source = film(ending) if ending in ("mp4", "mkv") else song(ending)
    out = tmp_path / "cut.wav"
    sound = await cut(ffmpeg, pool, source, out, start=13.25, seconds=4.5)
    heard = place_beeps(out)
    assert [second for _, second in heard] == [14, 15, 16, 17]
    # A bare AAC stream cannot say that its encoder began with a frame of nothing.
    late = 1024 / 44100 if ending == "aac" else 0.0
    assert all(abs(at - late - (second - 13.25)) < EXACT for at, second in heard), heard
    assert sound.frames == round(4.5 * 44100) == len(decode(out))


async def test_a_cut_from_the_very_start_and_at_another_rate(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    out = tmp_path / "cut.wav"
    sound = await cut(ffmpeg, pool, song("flac"), out, start=0.0, seconds=3.0, rate=48000)
    heard = place_beeps(out, 48000)
    assert [second for _, second in heard][-2:] == [1, 2]
    assert all(abs(at - second) < EXACT for at, second in heard)
    assert (sound.rate, sound.frames, sound.first, sound.last) == (48000, 144000, 0, 144000)


async def test_sound_that_starts_after_its_picture_stays_there(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    late = film(words=("-af", "asetpts=PTS+0.7/TB"), name="late")
    for start in (0.0, 9.0):
        out = tmp_path / f"{start}.wav"
        await cut(ffmpeg, pool, late, out, start=start, seconds=5.0)
        heard = place_beeps(out)
        assert len(heard) >= 4
        assert all(abs(at - (second + 0.7 - start)) < EXACT for at, second in heard), heard


async def test_a_cut_is_measured_as_it_is(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    tone = make("flac", Tone(seconds=6, peak=-9.0))
    sound = await cut(ffmpeg, pool, tone, tmp_path / "cut.wav", start=1.0, seconds=3.0)
    assert sound.peak == pytest.approx(-9.0, abs=0.1)
    assert sound.loudness == pytest.approx(-9.7, abs=0.3)  # K-weighted, at 440 Hz
    assert sound.starts_sounding and sound.ends_sounding
    short = await cut(ffmpeg, pool, tone, tmp_path / "short.wav", start=1.0, seconds=0.2)
    assert short.loudness == pytest.approx(-9.0, abs=2.0)


async def test_what_ends_early_is_shorter_or_filled_up(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    source, out = song("flac"), tmp_path / "cut.wav"
    assert (await cut(ffmpeg, pool, source, out, start=22.0, seconds=5.0)).seconds == pytest.approx(
        2.0, abs=0.01
    )
    full = await cut(ffmpeg, pool, source, out, start=22.0, seconds=5.0, whole=True)
    assert full.frames == 5 * 44100 == len(decode(out))
    with pytest.raises(UserError, match="ends before this clip starts"):
        await cut(ffmpeg, pool, source, out, start=30.0, seconds=5.0)


async def test_silence_is_no_error(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    quiet = make("flac", Tone(wave="silence", seconds=4))
    sound = await cut(ffmpeg, pool, quiet, tmp_path / "cut.wav", start=1.0, seconds=2.0)
    assert sound.loudness <= SILENT and sound.frames == 88200
    written = write_silence(48000, 48000, tmp_path / "none.wav")
    assert written.seconds == 1.0
    assert not np.any(decode(tmp_path / "none.wav", 48000))
    assert len(decode(tmp_path / "none.wav", 48000)) == 48000


async def test_a_file_in_disguise_opens_nothing(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    trap = tmp_path / "trap.mp3"
    trap.write_text(f"#EXTM3U\n#EXTINF:9,\nfile://{song('mp3')}\n")
    with pytest.raises(UserError):
        await cut(ffmpeg, pool, trap, tmp_path / "cut.wav", start=0.0, seconds=2.0)


async def test_a_survey_tells_what_there_is(ffmpeg: str) -> None:
    found = await survey(ffmpeg, film(), "mov")
    assert found.shape == Shape(width=480, height=270, rate=25.0)
    assert found.rate == 44100
    assert found.seconds == pytest.approx(24.0, abs=0.1)
    only_sound = await survey(ffmpeg, song("mp3"), "mp3")
    assert (only_sound.shape, only_sound.rate) == (None, 44100)
    only_pictures = await survey(ffmpeg, film(sound=False), "mov")
    assert only_pictures.rate is None and only_pictures.shape is not None


async def test_a_survey_sees_shapes_as_they_are_shown(ffmpeg: str) -> None:
    wide = film(words=("-aspect", "2.0"), name="wide", seconds=2.0)
    shape = (await survey(ffmpeg, wide, "mov")).shape
    assert shape is not None and (shape.width, shape.height) == (540, 270)
    covered = make("mp3", Tone(seconds=2), tags={"title": "x"})
    assert (await survey(ffmpeg, covered, "mp3")).shape is None


async def test_what_is_neither_is_told(ffmpeg: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypisom" + b"\0" * 4000)
    with pytest.raises(UserError, match=r"cut off|damaged"):
        await survey(ffmpeg, broken, "mov")
