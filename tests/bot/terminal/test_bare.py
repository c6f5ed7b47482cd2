"""Machines that have little: no place to write to."""

from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that cannot be made, even by root."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TAPEDECK_DATA", str(tmp_path / "file" / "data"))
    return tmp_path / "file"


@pytest.mark.parametrize("command", [("jobs",), ("cancel", "x"), ("run",), ("mixtape", "x.mp3")])
def test_a_data_folder_that_cannot_be_written_is_told(
    nowhere: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main(command) == 1
    told = capsys.readouterr().err
    assert told == (
        f"The data folder {nowhere / 'data'} cannot be used: not a directory. "
        "Make it writable, or set TAPEDECK_DATA to another folder.\n"
    )


def test_a_demo_folder_that_cannot_be_written_is_told(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("demo", "--out", str(nowhere))) == 1
    assert f"--out {nowhere / 'samples'} cannot be used" in capsys.readouterr().err
