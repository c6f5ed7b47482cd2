"""An export holds every record and every file of a person, and no older export."""

import json
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import pytest

from bot.pipelines.archive import NAME, ArchivePipeline
from core.errors import UserError
from core.jobs import Json, Outcome
from core.names import JobId, PersonId
from core.screens import File
from tests.fakes_people import FakePrivacy

ANNA = PersonId("toy:anna")


class Running:
    """Fills `core.ports.Run` for one export."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.job = JobId("abcdefghijkl")
        self.request: Mapping[str, Json] = {"person": ANNA, "title": "Everything about me"}
        self.reported: list[float] = []

    async def step(self, stage: str, work: Callable[[], Awaitable[Json]]) -> Json:
        return await work()

    def report(self, fraction: float) -> None:
        self.reported.append(fraction)


async def export(
    tmp_path: Path, files: Sequence[tuple[str, str, bytes]]
) -> tuple[Outcome, Running]:
    privacy, run = FakePrivacy(), Running(tmp_path / "job")
    run.folder.mkdir()
    (tmp_path / "kept").mkdir()
    for name, label, content in files:
        path = tmp_path / "kept" / name
        path.write_bytes(content)
        privacy.kept[ANNA].append(File(str(path), label))
    privacy.kept[ANNA].append(File(str(tmp_path / "vanished"), "uploads/vanished.mp3"))
    return await ArchivePipeline(privacy).make(run), run


async def test_has_all_records_and_files(tmp_path: Path) -> None:
    outcome, run = await export(
        tmp_path,
        [
            ("a", "uploads/a.mp3", b"sound" * 100),
            ("b", "results/Tape/tape.mp4", b"video"),
            ("c", "../../etc/passwd", b"outside"),
            ("d", "/abs/x.mp3", b"root"),
        ],
    )
    (product,) = outcome.products
    assert product.role == "archive" and product.size == Path(product.path).stat().st_size
    with zipfile.ZipFile(product.path) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "files/abs/x.mp3", "files/etc/passwd", "files/results/Tape/tape.mp4",
            "files/uploads/a.mp3", "records/identities.json",
        ]  # fmt: skip
        assert archive.read("files/uploads/a.mp3") == b"sound" * 100
        assert json.loads(archive.read("records/identities.json")) == [
            {"identity": ANNA, "person": ANNA}
        ]
    assert outcome.details == {"title": "Everything about me", "files": 4}
    assert run.reported[-1] == 1.0 and run.reported == sorted(run.reported)


async def test_leaves_older_exports_out(tmp_path: Path) -> None:
    outcome, _ = await export(tmp_path, [(NAME, f"results/old/{NAME}", b"zip")])
    with zipfile.ZipFile(outcome.products[0].path) as archive:
        assert archive.namelist() == ["records/identities.json"]


async def test_a_full_disk_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = type("Usage", (), {"free": 10_000_000})()
    monkeypatch.setattr("bot.pipelines.archive.disk_usage", lambda _: free)
    with pytest.raises(UserError, match="needs about 50 MB, 10 MB are free"):
        await export(tmp_path, [])
    assert not list((tmp_path / "job").rglob("*.zip"))
