"""`tapedeck glasses simulate` posts what glasses post, and says what was answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from core.names import PersonId
from tests.adapters.web.sidecar import Sidecar, running
from tests.adapters.web.test_glasses import pair_up
from tests.camera import photo

ANNA = PersonId("other:anna")


@pytest.fixture
async def sidecar(tmp_path: Path) -> AsyncIterator[Sidecar]:
    (tmp_path / "sidecar").mkdir()
    async with running(tmp_path / "sidecar") as sidecar:
        yield sidecar


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "beach.jpg"
    path.write_bytes(photo("JPEG"))
    return path


async def simulate(sidecar: Sidecar, picture: Path, token: str, *more: str, url: str = "") -> int:
    address = url or f"{sidecar.url}/glasses/photos"
    given = ["glasses", "simulate", str(picture), "--url", address, "--token", token, *more]
    return await asyncio.to_thread(main, given)


@pytest.mark.parametrize("route", ["wifi", "phone", "json"])
async def test_a_photo_arrives_by_each_route(
    sidecar: Sidecar, picture: Path, capsys: pytest.CaptureFixture[str], route: str
) -> None:
    _, token = await pair_up(sidecar, ANNA)
    assert await simulate(sidecar, picture, token, "--route", route, "--request", "r1") == 0
    status, _, answer = capsys.readouterr().out.partition(" ")
    assert status == "200" and json.loads(answer)["requestId"] == "r1"
    await sidecar.darkroom.order_due()
    (order,) = sidecar.jobs.orders.values()
    assert order.kind == "video"


async def test_the_same_name_by_two_routes_is_one_photo(sidecar: Sidecar, picture: Path) -> None:
    _, token = await pair_up(sidecar, ANNA)
    for route in ("wifi", "phone"):
        assert await simulate(sidecar, picture, token, "--route", route, "--request", "r1") == 0
    assert len(list(sidecar.uploads.iterdir())) == 1


async def test_a_failure_is_posted(sidecar: Sidecar, picture: Path) -> None:
    _, token = await pair_up(sidecar, ANNA)
    assert await simulate(sidecar, picture, token, "--route", "failure") == 0
    assert "The camera did not answer" in sidecar.other.shown[0][0].text


async def test_a_refusal_is_shown(
    sidecar: Sidecar, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await simulate(sidecar, picture, "tdg_wrong") == 1
    assert capsys.readouterr().out.startswith('401 {"error": "These glasses are not paired')


async def test_what_cannot_work_is_told_in_one_line(
    sidecar: Sidecar, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await simulate(sidecar, picture, "t", url="ftp://nowhere") == 1
    assert await simulate(sidecar, picture, "t", url="http://127.0.0.1:9/glasses/photos") == 1
    assert await simulate(sidecar, Path("nothing.jpg"), "t") == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "“ftp",
        "Nobody answers at http",
        "“nothing.jpg” is no file. Name a picture.",
    ]
