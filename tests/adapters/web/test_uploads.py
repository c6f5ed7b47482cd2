"""Files on their way in: in pieces, resumed, limited, swept."""

import asyncio
import os
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from adapters.web.labels import disposition, tidy, tidy_name
from adapters.web.uploads import Uploads
from core.chat import Upload
from core.names import PersonId
from tests.adapters.web.sidecar import TERMS, Browser, Sidecar, running

DAY = 24 * 3600.0


async def test_a_file_comes_in_pieces_and_goes_on_where_it_broke(
    sidecar: Sidecar, browser: Browser
) -> None:
    begun = await browser.ask("POST", "/api/uploads", {"label": "a.mp3", "size": 10}, 201)
    path = f"/api/uploads/{begun['id']}"
    async with browser.session.put(f"{path}?offset=0", data=b"01234") as response:
        assert (await response.json())["received"] == 5
    async with browser.session.put(f"{path}?offset=0", data=b"01234") as response:
        assert response.status == 409
        assert (await response.json())["received"] == 5
    assert (await browser.ask("GET", path))["received"] == 5
    async with browser.session.put(f"{path}?offset=5", data=b"56789") as response:
        assert (await response.json())["received"] == 10
    assert (sidecar.uploads / str(begun["id"])).read_bytes() == b"0123456789"


async def test_more_than_was_announced_is_refused(sidecar: Sidecar, browser: Browser) -> None:
    begun = await browser.ask("POST", "/api/uploads", {"label": "a.mp3", "size": 3}, 201)
    path = f"/api/uploads/{begun['id']}?offset=0"
    async with browser.session.put(path, data=b"01234") as response:
        assert response.status == 413
    assert (sidecar.uploads / str(begun["id"])).stat().st_size == 0


async def test_limits_are_told_with_their_numbers(tmp_path: Path) -> None:
    terms = replace(TERMS, upload_bytes=1 << 20, person_bytes=3 << 19)
    async with running(tmp_path, terms) as sidecar, sidecar.browser() as browser:
        large = {"label": "a", "size": (1 << 20) + 1}
        assert "1 MB" in str((await browser.ask("POST", "/api/uploads", large, 413))["error"])
        fits = {"label": "a", "size": 1 << 20}
        await browser.ask("POST", "/api/uploads", fits, 201)
        assert "1.5 MB" in str((await browser.ask("POST", "/api/uploads", fits, 413))["error"])


async def test_a_full_disk_is_told_before_it_is_full(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(100, 99, 1))
    answer = await browser.ask("POST", "/api/uploads", {"label": "a", "size": 10}, 507)
    assert "disk is full" in str(answer["error"])


@pytest.mark.parametrize("size", [-1, "many", None, True, 1.5, 1 << 70])
async def test_a_size_that_is_none_is_refused(browser: Browser, size: object) -> None:
    await browser.ask("POST", "/api/uploads", {"label": "a", "size": size}, 400)


async def test_a_file_that_is_not_all_here_cannot_be_sent(browser: Browser) -> None:
    begun = await browser.ask("POST", "/api/uploads", {"label": "a.mp3", "size": 3}, 201)
    answer = await browser.send("mixtape", files={"tracks": [str(begun["id"])]}, status=409)
    assert "still on its way" in str(answer["error"])
    assert await browser.messages() == []


async def test_an_empty_file_is_a_file(browser: Browser) -> None:
    begun = await browser.ask("POST", "/api/uploads", {"label": "a.mp3", "size": 0}, 201)
    await browser.send("mixtape", files={"tracks": [str(begun["id"])]})
    assert len(await browser.messages()) == 2


async def test_an_attached_file_can_be_removed_but_a_sent_one_cannot(
    sidecar: Sidecar, browser: Browser
) -> None:
    one, two = await browser.upload("a", b"a"), await browser.upload("b", b"b")
    async with browser.session.delete(f"/api/uploads/{one}") as response:
        assert response.status == 204
    assert not (sidecar.uploads / one).exists()
    await browser.send("mixtape", files={"tracks": [two]})
    await browser.ask("DELETE", f"/api/uploads/{two}", status=409)


async def test_a_connection_that_breaks_keeps_what_came(sidecar: Sidecar, browser: Browser) -> None:
    begun = await browser.ask("POST", "/api/uploads", {"label": "a", "size": 1 << 20}, 201)
    cookie = "; ".join(f"{c.key}={c.value}" for c in browser.session.cookie_jar)
    _, writer = await asyncio.open_connection("127.0.0.1", sidecar.server.port)
    head = (
        f"PUT /api/uploads/{begun['id']}?offset=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: {cookie}\r\nX-Tapedeck: 1\r\nContent-Length: {1 << 20}\r\n\r\n"
    )
    writer.write(head.encode() + b"x" * 1000)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    path = f"/api/uploads/{begun['id']}"
    async with asyncio.timeout(5):
        while True:
            received = (await browser.ask("GET", path))["received"]
            rest = b"x" * ((1 << 20) - int(str(received)))
            async with browser.session.put(f"{path}?offset={received}", data=rest) as response:
                if response.status == 200:
                    break
    assert (await browser.ask("GET", path))["received"] == 1 << 20


async def nobody(_request: web.Request) -> PersonId:
    raise AssertionError("nothing comes in here")


async def sweep(sidecar: Sidecar, now: float) -> int:
    uploads = Uploads(
        sidecar.book,
        sidecar.uploads,
        TERMS,
        sender=nobody,
        received=lambda _: None,
        clock=lambda: now,
    )
    return await uploads.sweep(sidecar.jobs)


async def keep(sidecar: Sidecar, name: str, *, created: float, sent: float | None = None) -> Path:
    path = sidecar.uploads / name
    path.write_bytes(b"x")
    await sidecar.book.add(Upload(name, PersonId("web:anna"), "a.mp3", 1, created, sent))
    return path


async def test_the_sweep_takes_what_is_old_and_nothing_else(sidecar: Sidecar) -> None:
    now = 100 * DAY
    unsent_old = await keep(sidecar, "u1", created=now - 2 * DAY)
    unsent_new = await keep(sidecar, "u2", created=now - DAY / 2)
    sent_old = await keep(sidecar, "u3", created=0, sent=now - 8 * DAY)
    sent_new = await keep(sidecar, "u4", created=0, sent=now - 6 * DAY)
    stray = sidecar.uploads / "stray"
    stray.write_bytes(b"x")
    os.utime(stray, (now - 2 * DAY, now - 2 * DAY))
    fresh = sidecar.uploads / "fresh"
    fresh.write_bytes(b"x")
    assert await sweep(sidecar, now) == 3
    assert not any(path.exists() for path in (unsent_old, sent_old, stray))
    assert all(path.exists() for path in (unsent_new, sent_new, fresh))


async def test_the_sweep_leaves_files_alone_while_their_owner_has_a_job(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order()
    assert await sweep(sidecar, 10**10) == 0
    sidecar.jobs.fail(job, "no")
    assert await sweep(sidecar, 10**10) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("song.mp3", "song.mp3"),
        ("../../etc/passwd", "passwd"),
        ("C:\\music\\song.mp3", "song.mp3"),
        ("two\nlines\r\x00.mp3", "two lines .mp3"),
        ("\u202efdp.exe\u202c.mp3", "fdp.exe .mp3"),
        ("", "file"),
        ("..", "file"),
        ("👩‍🎤 live.mp3", "👩‍🎤 live.mp3"),
        ("  many   spaces .mp3", "many spaces .mp3"),
    ],
)
def test_a_name_is_only_a_label(name: str, shown: str) -> None:
    assert tidy_name(name) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert tidy_name("x" * 300 + ".flac").endswith("x.flac")
    assert len(tidy_name("x" * 300 + ".flac")) == 120
    assert len(tidy("é" * 2000, most=300)) == 300


def test_a_download_is_named_in_both_forms() -> None:
    assert disposition('Été "mix".mp3', inline=False) == (
        "attachment; filename=\"Ete _mix_.mp3\"; filename*=UTF-8''%C3%89t%C3%A9%20_mix_.mp3"
    )
    assert disposition("שלום.mp3", inline=True).startswith('inline; filename="mp3"; filename*=')
    assert "\n" not in disposition("a\r\nSet-Cookie: x=1.mp3", inline=False)


async def test_what_others_have_announced_is_no_room(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    terms = replace(TERMS, upload_bytes=free, person_bytes=2 * free, spare_bytes=free // 4)
    async with running(tmp_path, terms) as sidecar, sidecar.browser() as first:
        await first.ask("POST", "/api/uploads", {"label": "a", "size": free // 2}, 201)
        async with sidecar.browser() as second:
            await second.ask("POST", "/api/uploads", {"label": "b", "size": free // 2}, 507)


async def test_a_file_that_a_cancelled_job_took_along_counts_no_more(
    tmp_path: Path,
) -> None:
    terms = replace(TERMS, upload_bytes=100, person_bytes=150)
    async with running(tmp_path, terms) as sidecar, sidecar.browser() as browser:
        begun = await browser.ask("POST", "/api/uploads", {"label": "a", "size": 100}, 201)
        await browser.ask("POST", "/api/uploads", {"label": "b", "size": 100}, 413)
        (sidecar.uploads / str(begun["id"])).unlink()
        await browser.ask("POST", "/api/uploads", {"label": "b", "size": 100}, 201)


@pytest.mark.parametrize("upload", ["x", "0" * 31, "%ED%A0%80", "..%2F..", "A" * 32])
async def test_an_id_that_is_none_of_ours_is_refused(browser: Browser, upload: str) -> None:
    await browser.ask("GET", f"/api/uploads/{upload}", status=404)


@pytest.mark.parametrize("body", [b"[" * 200_000, b"{", b"\xff"])
async def test_a_body_that_is_no_json_is_told(browser: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with browser.session.post("/api/uploads", data=body, headers=headers) as response:
        assert response.status == 400


async def test_a_charset_that_nobody_knows_is_told(browser: Browser) -> None:
    headers = {"Content-Type": "application/json; charset=nope"}
    async with browser.session.post("/api/uploads", data=b"{}", headers=headers) as response:
        assert response.status == 400
