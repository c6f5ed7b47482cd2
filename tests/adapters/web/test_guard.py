"""Who may ask what: host names, forged requests, headers, and people kept apart."""

from pathlib import Path

import aiohttp
import pytest

from tests.adapters.web.sidecar import SCRIPT, Browser, Sidecar, finish, make_outcome, running


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8321", "[::1]:80", "LOCALHOST"])
async def test_answers_under_its_own_names(browser: Browser, host: str) -> None:
    async with browser.session.get("/health", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost."])
async def test_turns_a_rebound_name_away(browser: Browser, host: str) -> None:
    async with browser.session.get("/api/messages", headers={"Host": host}) as response:
        assert response.status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
async def test_takes_no_change_from_another_site(browser: Browser, headers: dict[str, str]) -> None:
    for path in ("/api/hello", "/api/calls", "/api/uploads"):
        async with browser.session.post(path, json={}, headers=headers) as response:
            assert response.status == 403
    async with browser.session.get("/api/live", headers=headers) as response:
        assert response.status == 403


async def test_a_plain_form_cannot_change_anything(tmp_path: Path) -> None:
    async with running(tmp_path) as sidecar, aiohttp.ClientSession(sidecar.url) as session:
        async with session.post("/api/calls", data={"key": "a-key-of-its-own"}) as response:
            assert response.status == 403
        async with session.post("/api/hello", headers=SCRIPT) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/presses", b'{"key": "a-key-of-its-own", "action": "library.page:\\ud800"}'),
        ("/api/calls", b'{"key": "a-key-of-its-own", "command": "help", "text": "\\ud800"}'),
        ("/api/uploads", b'{"label": "a.mp3", "size": ' + b"[" * 100_000),
        ("/api/uploads", b'{"label": "a.mp3", "size": 1' + b"0" * 5000 + b"}"),
    ],
)
async def test_what_is_no_text_is_refused(browser: Browser, path: str, body: bytes) -> None:
    as_json = {"Content-Type": "application/json"}
    async with browser.session.post(path, data=body, headers=as_json) as response:
        assert (response.status, await response.json()) == (400, {"error": "That is no JSON."})


async def test_every_answer_carries_the_safe_headers(sidecar: Sidecar, browser: Browser) -> None:
    job = await browser.order()
    await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
    link = str((await browser.messages())[-1]["products"][0]["link"])  # type: ignore[index]  # JSON
    pages = ("/", "/library", "/enter/x", "/upload/x", "/tray/0123456789abcdef")
    for path in (*pages, "/static/chat.js", "/health", "/nothing", "/api/messages", link):
        async with browser.session.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "camera=()" in response.headers["Permissions-Policy"]


async def test_the_cookie_is_strict_and_only_a_script_of_the_page_gets_one(
    stranger: Browser,
) -> None:
    async with stranger.session.get("/") as response:
        assert "Set-Cookie" not in response.headers
    async with stranger.session.get("/api/messages") as response:
        assert response.status == 401
    async with stranger.session.post("/api/hello") as response:
        cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
    async with stranger.session.post("/api/hello") as response:
        assert "Set-Cookie" not in response.headers


async def test_the_cookie_itself_is_stored_nowhere(
    tmp_path: Path, sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order()
    cookie = next(iter(browser.session.cookie_jar)).value
    assert cookie not in await sidecar.person(job)
    written = b"".join(path.read_bytes() for path in tmp_path.glob("tapedeck.db*"))
    assert (await sidecar.person(job)).encode() in written
    assert cookie.encode() not in written


async def test_people_see_nothing_of_each_other(sidecar: Sidecar) -> None:
    async with sidecar.browser() as anna, sidecar.browser() as ben:
        job = await anna.order()
        upload = await anna.upload("mine.mp3", b"mine")
        assert await ben.messages() == []
        await ben.ask("GET", f"/api/messages/job:{job}", status=404)
        await ben.ask("POST", f"/api/jobs/{job}/cancel", status=404)
        await ben.ask("GET", f"/api/uploads/{upload}", status=404)
        await ben.ask("DELETE", f"/api/uploads/{upload}", status=404)
        await ben.send("mixtape", files={"tracks": [upload]}, status=404)
        assert len(await anna.messages()) == 2
