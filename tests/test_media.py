"""The test material is what it says it is."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests import bad, media
from tests.media import FORMATS, MUSIC, Sound, ffmpeg, make


def decode(path: Path) -> tuple[int, np.ndarray]:
    """Exit status and the sound as mono floats at 48 kHz, by a plain ffmpeg."""
    command = [ffmpeg(), "-loglevel", "error", "-i", f"file:{path}", "-map", "0:a:0", "-t", "60"]
    command += ["-ac", "1", "-ar", "48000", "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, timeout=60)
    return done.returncode, np.frombuffer(done.stdout, np.float32)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_sounds_for_its_seconds(form: str) -> None:
    status, sound = decode(make(form, Sound(seconds=1.5, peak=-6)))
    assert status == 0
    assert len(sound) / 48000 == pytest.approx(1.5, abs=0.08)
    assert 0.3 < np.abs(sound).max() < 0.8


@pytest.mark.parametrize("channels", [1, 3, 4, 6, 8])
@pytest.mark.parametrize("form", ["ogg", "opus", "m4a"])
def test_channels_from_one_to_eight(form: str, channels: int) -> None:
    status, sound = decode(make(form, Sound(seconds=0.5, channels=channels, rate=48000)))
    assert status == 0 and len(sound) > 20_000


@pytest.mark.parametrize("rate", [8000, 22050, 192000])
@pytest.mark.parametrize("form", ["mp3", "wma", "opus"])
def test_rates_from_8_to_192_kilohertz(form: str, rate: int) -> None:
    status, sound = decode(make(form, Sound(seconds=0.5, rate=rate)))
    assert status == 0 and len(sound) > 20_000


def test_silence_at_the_ends_is_where_it_was_asked_for() -> None:
    _, sound = decode(make("wav", Sound(seconds=4, lead=1, tail=0.5, wave="noise")))
    loud = np.flatnonzero(np.abs(sound) > 0.01) / 48000
    assert loud[0] == pytest.approx(1, abs=0.01) and loud[-1] == pytest.approx(3.5, abs=0.01)


def test_an_album_is_one_sound() -> None:
    parts = [decode(path)[1] for path in media.album("flac", tracks=3, seconds=2)]
    _, whole = decode(make("flac", Sound(wave="music", seconds=6)))
    assert np.abs(np.concatenate(parts)[5000:95000] - whole[5000:95000]).max() < 0.02


def test_the_same_file_is_made_once() -> None:
    assert make("mp3", MUSIC) == make("mp3", MUSIC)


@pytest.mark.parametrize("name", bad.REJECTED)
def test_rejected_files_hold_no_sound(name: str, tmp_path: Path) -> None:
    path = bad.REJECTED[name](tmp_path)
    assert path.parent == tmp_path
    if name in ("archive", "noise", "drms", "enca"):
        return  # a careless ffmpeg finds something in these
    _, sound = decode(path)
    assert np.abs(sound).max(initial=0) < 0.001


@pytest.mark.parametrize("name", bad.ODD)
def test_odd_files_hold_their_eight_seconds(name: str, tmp_path: Path) -> None:
    _, sound = decode(bad.ODD[name](tmp_path))
    assert len(sound) / 48000 == pytest.approx(8, abs=0.2)
    assert np.abs(sound).max() > 0.3


def test_ten_hours_take_half_a_megabyte(tmp_path: Path) -> None:
    path = bad.ten_hours(tmp_path)
    assert path.stat().st_size < 500_000
    assert len(decode(path)[1]) == 60 * 48000


def test_locked_files_say_so(tmp_path: Path) -> None:
    for path, kind in ((bad.drms(tmp_path), b"drms"), (bad.enca(tmp_path), b"enca")):
        content = path.read_bytes()
        assert kind in content and b"sinf" in content
        listing = subprocess.run(
            [ffmpeg(), "-hide_banner", "-i", f"file:{path}"], capture_output=True, timeout=20
        )
        assert b"Duration: 00:00:08" in listing.stderr


def test_mislabelled_files_and_odd_names_are_good_sound(tmp_path: Path) -> None:
    for path in (*bad.mislabelled(tmp_path), *bad.named_on_disk(tmp_path)):
        assert decode(path)[0] == 0


def test_playlists_name_their_target(tmp_path: Path) -> None:
    for kind in bad.PLAYLISTS:
        path = bad.playlist(tmp_path, kind, "http://127.0.0.1:9/x")
        assert b"http://127.0.0.1:9/x" in path.read_bytes()


def test_damage_is_the_same_for_the_same_seed() -> None:
    content = make("ogg").read_bytes()
    assert bad.corrupted(content, 3) == bad.corrupted(content, 3) != bad.corrupted(content, 4)
