"""Results that are handed over in a folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.terminal import TerminalFolder
from core.errors import UserError
from core.jobs import Job, Outcome, Product, Progress, State
from core.names import JobId, PersonId, Place


def done(source: Path, target: Path, label: str) -> Job:
    return Job(
        id=JobId("a"),
        kind="toy",
        title="A",
        person=PersonId("terminal:anna"),
        place=Place("terminal", str(target)),
        state=State.DONE,
        progress=Progress("", 100),
        created=0,
        outcome=Outcome("", (Product("audio", str(source), label, 1),), {}),
    )


async def test_files_are_copied_under_their_labels(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("music")
    target = tmp_path / "new" / "out"
    for _ in range(2):
        await TerminalFolder().deliver(done(tmp_path / "x", target, "mix.mp3"), delivery="d")
    assert [file.name for file in target.iterdir()] == ["mix.mp3"]
    assert (target / "mix.mp3").read_text() == "music"


async def test_a_label_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("music")
    await TerminalFolder().deliver(
        done(tmp_path / "x", tmp_path / "out", "../../mix.mp3"), delivery="d"
    )
    assert (tmp_path / "out" / "mix.mp3").exists()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("music")
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(UserError, match=r"could not write .*mix.mp3"):
        await TerminalFolder().deliver(
            done(tmp_path / "x", tmp_path / "out", "mix.mp3"), delivery="d"
        )


async def test_when_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "mix.mp4").mkdir(parents=True)
    (target / "mix.mp3").write_text("older")
    products = []
    for name in ("mix.mp3", "mix.cue"):
        (tmp_path / name).write_text("music")
        products.append(Product("audio", str(tmp_path / name), name, 1))
    products.append(Product("video", str(tmp_path / "gone"), "mix.mp4", 1))
    job = replace(done(tmp_path, target, ""), outcome=Outcome("", tuple(products), {}))
    with pytest.raises(UserError, match=r"could not write .*mix.mp4"):
        await TerminalFolder().deliver(job, delivery="d")
    assert sorted(file.name for file in target.iterdir()) == ["mix.mp3", "mix.mp4"]
    assert (target / "mix.mp3").read_text() == "older"
