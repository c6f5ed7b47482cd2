"""Every ffmpeg that is here: versions differ, so what is promised is promised of each."""

import shutil

import imageio_ffmpeg
import pytest

from adapters.ffmpeg.pool import Pool

FFMPEGS = sorted({shutil.which("ffmpeg") or "", imageio_ffmpeg.get_ffmpeg_exe()} - {""})


@pytest.fixture(params=FFMPEGS, ids=["wheel" if "imageio" in path else "PATH" for path in FFMPEGS])
def ffmpeg(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pool() -> Pool:
    return Pool(2)
