"""`tapedeck download` fetches, says what it did, and what is wrong with what it was asked."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.terminal.making import attach
from tests.doubles.tube.site import Tube
from tests.doubles.tube.videos import Playlist, State, Video
from tests.links import LINK

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("download-data")


def run(tube: Tube, data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.doubles.tube.program", tube.address, *arguments]
    settings = {"TAPEDECK_DATA": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=120
    )


def test_a_list_becomes_files_and_one_json_object(data: Path, tmp_path: Path) -> None:
    with Tube() as tube:
        tube.add(Video(id="on-list--01", title="One", seconds=6.0))
        tube.add(Video(id="on-list--02", title="Two", seconds=6.0, state=State.PRIVATE))
        videos = ("on-list--01", "on-list--02")
        url = tube.add_playlist(Playlist(id="PLcli", title="Both", videos=videos))
        out = tmp_path / "out"
        arguments = ["download", url, "--quality", "mp3", "--out", str(out), "--json"]
        ended = run(tube, data, *arguments)
    assert ended.returncode == 0, ended.stderr
    result: dict[str, Any] = json.loads(ended.stdout)
    assert result["title"] == "Both"
    [made] = result["files"]
    assert made["path"] == str(out / "a-channel-one.mp3") and Path(made["path"]).is_file()
    assert made["duration"] == pytest.approx(6.0, abs=0.1) and made["link"] == tube.url(videos[0])
    assert [each["source"] for each in result["rejected"]] == ["[Private video]"]
    assert "invited people only" in result["rejected"][0]["reason"]
    assert [path.name for path in out.iterdir()] == ["a-channel-one.mp3"]


def test_a_link_that_cannot_be_had_ends_with_its_sentence(data: Path, tmp_path: Path) -> None:
    with Tube() as tube:
        url = tube.add(Video(id="is-removed1", state=State.REMOVED))
        ended = run(tube, data, "download", url, "--out", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("YouTube has nothing at that link")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["song.mp3"], "“song.mp3” is not a link"),
        ([LINK, "--quality", "8k"], "“quality” must be one of best, 1080p"),
        ([LINK, "--kind", "video", "--quality", "mp3"], "no quality of a video"),
        ([LINK, "--start", "2:00", "--end", "1:00"], "“end” must come after “start”"),
    ],
)
def test_wrong_usage_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["download", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("tapedeck download: ") and words in told.err


def test_a_track_of_a_mixtape_may_be_a_link(tmp_path: Path) -> None:
    assert attach(LINK).url == LINK
    assert attach(str(tmp_path / "a.mp3")).url == ""
