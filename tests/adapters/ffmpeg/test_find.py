"""Which ffmpeg: the setting's, else PATH's, else the wheel's."""

import os
from pathlib import Path

import imageio_ffmpeg
import pytest

from adapters.ffmpeg.find import find_ffmpeg
from core.errors import UserError


def program(folder: Path, name: str = "ffmpeg") -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    return folder


def test_the_setting_comes_first(on_path: Path, tmp_path: Path) -> None:
    program(on_path)
    mine = program(tmp_path, "my-ffmpeg")
    assert find_ffmpeg(str(mine)) == str(mine)


def test_then_the_one_on_path(on_path: Path) -> None:
    mine = program(on_path)
    assert find_ffmpeg() == str(mine)


def test_then_the_one_of_the_wheel(on_path: Path) -> None:
    found = find_ffmpeg()
    assert found == imageio_ffmpeg.get_ffmpeg_exe() and os.access(found, os.X_OK)


@pytest.mark.parametrize("kind", ["missing", "folder", "plain file"])
def test_a_setting_that_is_no_program_is_told(kind: str, on_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    if kind == "folder":
        path.mkdir()
    elif kind == "plain file":
        path.write_text("text")
    with pytest.raises(UserError, match=r"TAPEDECK_FFMPEG names .*thing, which is not a program"):
        find_ffmpeg(str(path))


def test_what_is_on_path_but_cannot_be_run_is_passed_over(on_path: Path) -> None:
    program(on_path).chmod(0o644)
    assert find_ffmpeg() == imageio_ffmpeg.get_ffmpeg_exe()
