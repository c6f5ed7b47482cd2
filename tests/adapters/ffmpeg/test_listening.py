"""The first look and the whole pass: every format, layout and rate, by every ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.probe import probe
from core import tracks
from core.errors import UserError
from core.sniff import HEAD_BYTES, sniff, tag_length
from tests import bad
from tests.media import FORMATS, Sound, make

LOSSLESS = {"alac", "flac", "ogg flac", "wav", "wav 24", "wav 32", "wav float", "aiff", "mka",
            "mov", "mkv"}  # fmt: skip
EDGE = 0.01


def demuxer_of(path: Path) -> str:
    data = path.read_bytes()
    return sniff(data[tag_length(data) :][:HEAD_BYTES]).demuxer


async def listen(ffmpeg: str, path: Path, *, most_seconds: float = 60) -> tracks.Sound:
    demuxer = demuxer_of(path)
    found = await probe(ffmpeg, path, demuxer)
    return await analyse(
        ffmpeg, path, found, demuxer=demuxer, most_seconds=most_seconds, on_seconds=lambda _: None
    )


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_is_measured(ffmpeg: str, form: str) -> None:
    path = make(form, Sound(wave="music", seconds=3, lead=0.5, tail=0.4))
    found = await listen(ffmpeg, path)
    assert found.seconds == pytest.approx(3, abs=0.09)
    # Windows Media sounds ahead of a beat by up to an eighth of a second.
    slack = EDGE if form in LOSSLESS else 0.13 if form == "wma" else 0.06
    assert found.first / found.rate == pytest.approx(0.5, abs=slack)
    assert found.last / found.rate == pytest.approx(2.6, abs=slack * 2)  # Opus fades out
    assert found.peak == pytest.approx(-6, abs=0.05 if form in LOSSLESS else 1.0)
    assert found.loudness == pytest.approx(-19.3, abs=1)
    assert not found.starts_sounding and not found.ends_sounding


@pytest.mark.parametrize("form", sorted(LOSSLESS))
async def test_lossless_formats_are_measured_to_the_frame(ffmpeg: str, form: str) -> None:
    found = await listen(ffmpeg, make(form, Sound(wave="music", seconds=2)))
    assert (found.frames, found.first, found.last) == (88200, 0, 88200)
    assert found.starts_sounding and found.ends_sounding


@pytest.mark.parametrize("form", ["mp3", "m4a", "ogg", "opus", "mp4", "webm"])
async def test_formats_that_note_their_padding_are_as_long_as_their_sound(
    ffmpeg: str, form: str
) -> None:
    """Else neighbours of an album would not join, and positions would drift."""
    found = await listen(ffmpeg, make(form, Sound(wave="music", seconds=2, rate=48000)))
    assert found.frames == pytest.approx(96000, abs=1024 if form in ("mp4", "webm", "m4a") else 1)


@pytest.mark.parametrize("channels", [1, 3, 4, 6, 8])
@pytest.mark.parametrize("form", ["flac", "m4a"])
async def test_every_layout_is_mixed_down(ffmpeg: str, form: str, channels: int) -> None:
    sound = Sound(wave="music", seconds=1.5, channels=channels, rate=48000, peak=-9)
    found = await listen(ffmpeg, make(form, sound))
    assert found.seconds == pytest.approx(1.5, abs=0.06)
    assert -16 < found.peak < 0 and -30 < found.loudness < -5


_RATES = (8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000)


@pytest.mark.parametrize(
    ("form", "rate"),
    [*(("wav", rate) for rate in _RATES), ("mp3", 8000), ("mp3", 22050), ("mp3", 48000)],
)
async def test_every_rate_becomes_one_of_two(ffmpeg: str, form: str, rate: int) -> None:
    found = await listen(ffmpeg, make(form, Sound(wave="music", seconds=1.5, rate=rate)))
    assert found.rate == (44100 if rate in (11025, 22050, 44100) else 48000)
    assert found.seconds == pytest.approx(1.5, abs=0.001 if form == "wav" else 0.03)


async def test_loudness_is_that_of_the_sound(ffmpeg: str) -> None:
    """A 997 Hz sine of -20 dBFS on both sides is -20 LUFS (EBU Tech 3341, case 1, plus 3)."""
    found = await listen(
        ffmpeg, make("flac", Sound(wave="tone", hertz=997, seconds=3, peak=-20, rate=48000))
    )
    assert found.loudness == pytest.approx(-20, abs=0.15)
    assert found.peak == pytest.approx(-20, abs=0.02)


async def test_a_track_too_short_for_loudness_goes_by_its_power(ffmpeg: str) -> None:
    sound = Sound(wave="tone", hertz=997, seconds=0.2, peak=-20, rate=48000)
    found = await listen(ffmpeg, make("wav", sound))
    assert found.loudness == pytest.approx(-20, abs=1)


async def test_peaks_over_full_scale_are_told(ffmpeg: str) -> None:
    found = await listen(ffmpeg, make("wav float", Sound(wave="music", seconds=1, peak=4)))
    assert found.peak == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("poison", [np.nan, np.inf])
async def test_sound_that_is_no_number_is_refused(
    ffmpeg: str, poison: float, tmp_path: Path
) -> None:
    """One such sample would be heard as silence, or as a bang, by every later filter."""
    data = bytearray(make("wav float", Sound(wave="music", seconds=2)).read_bytes())
    at = data.find(b"data") + 8 + 200_000
    data[at : at + 4] = np.float32(poison).tobytes()
    path = tmp_path / "x.wav"
    path.write_bytes(data)
    with pytest.raises(UserError, match="is damaged"):
        await listen(ffmpeg, path)


async def test_a_long_track_is_refused_before_it_is_all_decoded(
    ffmpeg: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"is longer than 1 minute"):
        await listen(ffmpeg, bad.ten_hours(tmp_path))


async def test_a_lie_about_the_length_does_not_help(ffmpeg: str) -> None:
    path = make("mp3 no xing", Sound(wave="tone", seconds=8))
    with pytest.raises(UserError, match=r"is longer than 0\.05 minutes"):
        await listen(ffmpeg, path, most_seconds=3)


@pytest.mark.parametrize("form", ["mp3", "flac", "mka", "m4a"])
async def test_silence_is_told(ffmpeg: str, form: str) -> None:
    with pytest.raises(UserError, match="is silent: there is nothing to hear in it"):
        await listen(ffmpeg, make(form, Sound(wave="silence", seconds=2)))


@pytest.mark.parametrize("form", ["mp3", "flac", "mp4"])
async def test_half_a_file_is_told(ffmpeg: str, form: str, tmp_path: Path) -> None:
    sound = Sound(wave="music", seconds=12)
    path = make(form, sound, to=tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match=r"cut off|damaged"):
        await listen(ffmpeg, path)


async def test_progress_is_told_and_never_falls(ffmpeg: str) -> None:
    path = make("flac", Sound(wave="music", seconds=12))
    told: list[float] = []
    found = await probe(ffmpeg, path, "flac")
    await analyse(ffmpeg, path, found, demuxer="flac", most_seconds=60, on_seconds=told.append)
    assert len(told) > 3 and told == sorted(told) and 11 < told[-1] <= 12


async def test_the_first_look_tells_rate_length_and_tags(ffmpeg: str) -> None:
    tags = {"title": "Über: alles", "artist": "Vela", "album": "Night", "genre": "Dub",
            "track": "3/12", "disc": "2"}  # fmt: skip
    for form in ("flac", "mp3", "mkv", "ogg", "wma"):
        found = await probe(ffmpeg, make(form, Sound(seconds=2), tags=tags), demuxer_of(make(form)))
        assert found.rate == 44100 or form == "opus"
        assert found.seconds == pytest.approx(2, abs=0.1)
        assert (found.tags.title, found.tags.artist) == ("Über: alles", "Vela"), form
        assert (found.tags.number, found.tags.genre) == (3, "Dub"), form


async def test_video_without_sound_is_told(ffmpeg: str, tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    command = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=1"]
    subprocess.run([*command, "-c:v", "libx264", f"file:{path}"], check=True, timeout=60)
    with pytest.raises(UserError, match="has no sound in it"):
        await probe(ffmpeg, path, "mov")


async def test_locked_files_are_told(ffmpeg: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is protected \(DRM\)"):
        await listen(ffmpeg, bad.drms(tmp_path))


@pytest.mark.parametrize("kind", bad.PLAYLISTS)
async def test_a_playlist_opens_nothing(ffmpeg: str, kind: str, tmp_path: Path) -> None:
    target = make("mp3", Sound(wave="music"), to=tmp_path / "secret.mp3")
    path = bad.playlist(tmp_path, kind, str(target))
    with pytest.raises(UserError):
        await probe(ffmpeg, path, "mp3")
