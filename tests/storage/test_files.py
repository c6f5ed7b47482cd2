"""Files of jobs: made, removed, swept, and never anything outside of the data folder."""

import itertools
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from core.jobs import Json
from core.names import JobId
from storage.files import Files
from storage.secret import read_secret

JOB = JobId("abc234")


def make(path: Path, *, age: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def test_clearing_a_job_removes_its_folder_and_the_uploads_it_names(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    make(files.folder(JOB) / "deep" / "mix.mp3")
    named, other = make(files.uploads / "a"), make(files.uploads / "b")
    mine = make(tmp_path / "music" / "song.mp3")
    files.clear(JOB, {"tracks": [{"path": str(named)}, str(mine)]}, wanted=[])
    assert list(files.jobs.iterdir()) == []
    assert not named.exists()
    assert other.exists()
    assert mine.exists(), "a person's own file is not ours to remove"


def test_clearing_keeps_what_another_job_needs(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    shared, part = make(files.uploads / "a"), make(files.uploads / "b" / "inner")
    mine = make(files.uploads / "c")
    request = {"tracks": [str(shared), str(part), str(mine)]}
    wanted: list[dict[str, Json]] = [
        {"cover": {"path": str(shared)}},
        {"folder": str(part.parent)},
    ]
    files.clear(JOB, request, wanted=wanted)
    assert shared.exists()
    assert part.exists()
    assert not mine.exists()


def test_a_folder_goes_while_a_cancelled_thread_still_writes_there(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    folder = files.folder(JOB)
    for number in range(300):
        make(folder / f"{number}.f32")
    writing = threading.Event()

    def write() -> None:
        with suppress(FileNotFoundError):
            for number in itertools.count():
                (folder / f"{number}.part").write_bytes(b"x")
                (folder / f"{number}.part").replace(folder / f"{number}.f32")
                writing.set()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    assert writing.wait(10)
    files.discard(JOB)
    thread.join(10)
    assert list(files.jobs.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "{uploads}/../../outside", "{uploads}", "{uploads}/../jobs"]
)
def test_a_request_cannot_name_other_files(tmp_path: Path, path: str) -> None:
    files = Files(tmp_path / "data")
    make(tmp_path / "outside")
    assert list(files.named_uploads([path.format(uploads=files.uploads)])) == []


@pytest.mark.parametrize("path", ["..", ".", "../outside", "jobs/../../outside"])
def test_nothing_outside_of_the_data_folder_is_removed(tmp_path: Path, path: str) -> None:
    files = Files(tmp_path / "data")
    outside = make(tmp_path / "outside")
    with pytest.raises(ValueError, match="is not inside"):
        files.remove(files.data / path)
    assert outside.exists()


def test_a_link_is_removed_and_not_what_it_points_to(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    outside = make(tmp_path / "music" / "song.mp3")
    link = files.uploads / "link"
    link.symlink_to(outside.parent)
    files.remove(link)
    assert outside.exists()
    assert not link.is_symlink()


@pytest.mark.parametrize("job", ["../x", "", "a/b", "."])
def test_a_folder_needs_an_id_of_our_making(tmp_path: Path, job: str) -> None:
    with pytest.raises(ValueError, match="no job id"):
        Files(tmp_path / "data").folder(JobId(job))


def test_a_sweep_removes_what_nobody_knows_or_wants(tmp_path: Path) -> None:
    files = Files(tmp_path / "data")
    for name in ("known", "crashed", "young"):
        files.folder(JobId(name))
    os.utime(files.jobs / "crashed", (1, 1))
    os.utime(files.jobs / "known", (1, 1))
    old, wanted = make(files.uploads / "old", age=99), make(files.uploads / "wanted", age=99)
    inside = make(files.uploads / "folder" / "inside", age=99)
    os.utime(inside.parent, (1, 1))
    young = make(files.uploads / "new")
    removed = files.sweep(
        {JobId("known")},
        wanted=[{"cover": str(wanted)}, {"tracks": [str(inside)]}],
        before=young.stat().st_mtime - 50,
    )
    assert removed == 2
    assert {path.name for path in files.jobs.iterdir()} == {"known", "young"}
    assert not old.exists()
    assert wanted.exists()
    assert inside.exists()
    assert young.exists()


def test_the_secret_is_made_once_and_for_us_only(tmp_path: Path) -> None:
    secret = read_secret(tmp_path / "data")
    assert len(secret) >= 32
    assert read_secret(tmp_path / "data") == secret
    (path,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
