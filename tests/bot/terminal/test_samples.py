"""The demo's files: real, tagged, and in six formats, with each ffmpeg that is here."""

import shutil
import time
from pathlib import Path

import imageio_ffmpeg
import mutagen
import pytest

from bot.terminal.samples import write_samples
from core.songs import sample_tracks

FFMPEGS = {shutil.which("ffmpeg"), imageio_ffmpeg.get_ffmpeg_exe()} - {None}


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("ffmpeg", sorted(FFMPEGS, key=str))
async def test_samples_are_written_tagged_and_playable(ffmpeg: str, tmp_path: Path) -> None:
    started = time.monotonic()
    paths = await write_samples(tmp_path, ffmpeg)
    assert time.monotonic() - started < 20  # about 4 s on two quiet cores
    assert [path.suffix[1:] for path in paths] == [sample.format for sample in sample_tracks()]
    assert sorted(paths) == files_in(tmp_path)
    for path, sample in zip(paths, sample_tracks(), strict=True):
        plain = mutagen.File(path, easy=True)
        assert 25 < plain.info.length < 45
        if sample.format != "wav":
            assert plain["title"] == [sample.title] and plain["artist"] == [sample.artist]
            assert plain["album"] == [sample.album] and plain["genre"] == [sample.genre]


async def test_one_sample_carries_a_cover(tmp_path: Path) -> None:
    paths = await write_samples(tmp_path, imageio_ffmpeg.get_ffmpeg_exe())
    covered = next(path for path in paths if path.suffix == ".mp3")
    pictures = mutagen.File(covered).tags.getall("APIC")
    assert [picture.mime for picture in pictures] == ["image/jpeg"]
