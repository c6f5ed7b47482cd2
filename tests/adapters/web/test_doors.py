"""One-time links: what opens them, how often, for whom, and how one leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.calls import Asker
from core.jobs import Json
from core.names import PersonId, Place
from tests.adapters.web.sidecar import (
    TERMS,
    Browser,
    Sidecar,
    finish,
    listed,
    make_outcome,
    running,
    whose,
)

ANNA = PersonId("other:anna")


def asker(person: PersonId = ANNA) -> Asker:
    place = Place("other", f"dm-{person}")
    return Asker(identity=person, place=place, home=place, name="Anna", manages=True, limit=50)


def token_of(link: str) -> str:
    return link.rsplit("/", 1)[1]


async def go_through(browser: Browser, link: str, *, status: int = 200) -> dict[str, object]:
    """Open a link and click."""
    given = {"token": token_of(link), "purpose": link.rsplit("/", 2)[1]}
    return await browser.ask("POST", "/api/doors", given, status)


async def titles(browser: Browser) -> list[str]:
    found = await browser.ask("GET", "/api/library")
    return [item["title"] for item in listed(found["items"])]


async def test_a_preview_of_a_link_spends_nothing(sidecar: Sidecar, stranger: Browser) -> None:
    link = await sidecar.links.enter(ANNA)
    path = f"/enter/{token_of(link)}"
    for _ in range(3):
        async with stranger.session.get(path) as response:
            assert response.status == 200
            assert "Set-Cookie" not in response.headers
            assert "Sign in" in await response.text()
        async with stranger.session.head(path) as response:
            assert response.status == 200
    assert (await go_through(stranger, link))["go"] == "/library"


async def test_a_click_signs_in_once(sidecar: Sidecar) -> None:
    link = await sidecar.links.enter(ANNA)
    async with sidecar.browser(greet=False) as anna, sidecar.browser(greet=False) as thief:
        async with anna.session.post(
            "/api/doors", json={"token": token_of(link), "purpose": "enter"}
        ) as response:
            cookie = response.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
        assert (await anna.ask("GET", "/api/library"))["signed_in"] is True
        refused = await go_through(thief, link, status=410)
        assert "used already" in str(refused["error"])
        async with thief.session.get(f"/enter/{token_of(link)}") as response:
            assert response.status == 410
            assert "used already" in await response.text()
        await thief.ask("GET", "/api/library", status=401)


async def test_cookies_are_secure_where_the_address_is(tmp_path: Path) -> None:
    terms = replace(TERMS, public_url="https://tapes.example")
    async with running(tmp_path, terms) as sidecar, sidecar.browser(greet=False) as anna:
        link = await sidecar.links.enter(ANNA)
        assert link.startswith("https://tapes.example/enter/")
        async with anna.session.post(
            "/api/doors", json={"token": token_of(link), "purpose": "enter"}
        ) as response:
            assert "Secure" in response.headers["Set-Cookie"]


async def test_an_old_link_says_so(sidecar: Sidecar, stranger: Browser) -> None:
    token = await sidecar.tickets.offer("enter", ANNA, {}, seconds=-1)
    refused = await go_through(stranger, f"/enter/{token}", status=410)
    assert "too old" in str(refused["error"])
    async with stranger.session.get(f"/enter/{token}") as response:
        assert response.status == 410
        assert "too old" in await response.text()


@pytest.mark.parametrize("purpose", ["reading", "filling", "", "session"])
async def test_a_link_opens_no_door_but_its_own(
    sidecar: Sidecar, stranger: Browser, purpose: str
) -> None:
    token = token_of(await sidecar.links.enter(ANNA))
    await go_through(stranger, f"/upload/{token}", status=410)
    await stranger.ask("POST", "/api/doors", {"token": token, "purpose": purpose}, 400)
    # The link itself is no session, whatever cookie it is put in.
    cookies = {"tapedeck-library": token, "tapedeck-tray-0123456789abcdef": token}
    async with stranger.session.get("/api/library", cookies=cookies) as response:
        assert response.status == 401
    headers = {"X-Tapedeck-Tray": "0123456789abcdef"}
    async with stranger.session.get("/api/tray", cookies=cookies, headers=headers) as response:
        assert response.status == 401


async def test_a_session_is_no_link(sidecar: Sidecar, stranger: Browser) -> None:
    await go_through(stranger, await sidecar.links.enter(ANNA))
    cookie = next(iter(stranger.session.cookie_jar)).value
    for purpose in ("enter", "upload"):
        await stranger.ask("POST", "/api/doors", {"token": cookie, "purpose": purpose}, 410)


async def test_another_site_cannot_make_anyone_sign_in(sidecar: Sidecar, stranger: Browser) -> None:
    link = await sidecar.links.enter(ANNA)
    body = {"token": token_of(link), "purpose": "enter"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        async with stranger.session.post("/api/doors", json=body, headers=headers) as response:
            assert response.status == 403
    assert (await go_through(stranger, link))["go"] == "/library"


async def test_signing_out_ends_every_copy_of_the_session(sidecar: Sidecar) -> None:
    async with sidecar.browser(greet=False) as anna, sidecar.browser(greet=False) as copy:
        await go_through(anna, await sidecar.links.enter(ANNA))
        copy.session.cookie_jar.update_cookies(
            {each.key: each.value for each in anna.session.cookie_jar}
        )
        async with anna.session.delete("/api/doors") as response:
            assert response.status == 204
        await anna.ask("GET", "/api/library", status=401)
        await copy.ask("GET", "/api/library", status=401)


async def test_tokens_are_stored_nowhere(
    tmp_path: Path, sidecar: Sidecar, stranger: Browser
) -> None:
    link = await sidecar.links.enter(ANNA)
    await go_through(stranger, link)
    cookie = next(iter(stranger.session.cookie_jar)).value
    written = b"".join(path.read_bytes() for path in tmp_path.glob("tapedeck.db*"))
    assert ANNA.encode() in written
    assert token_of(link).encode() not in written
    assert cookie.encode() not in written


async def test_the_library_shows_ones_own_and_only_that(sidecar: Sidecar) -> None:
    async with (
        sidecar.browser() as anna,
        sidecar.browser() as ben,
        sidecar.browser(greet=False) as phone,
    ):
        job = await anna.order(title="Night train")
        await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
        assert await titles(anna) == ["Night train"], "in the chat's own browser, without a link"
        assert await titles(ben) == []
        await go_through(phone, await sidecar.links.enter(whose(anna)))
        assert await titles(phone) == ["Night train"]
        await ben.ask("GET", f"/api/library/{job}", status=404)
        await ben.ask("DELETE", f"/api/library/{job}", status=404)
        assert await titles(phone) == ["Night train"]


async def test_the_library_is_paged_and_searched(sidecar: Sidecar, browser: Browser) -> None:
    for number in range(13):
        job = await browser.order(f"key-of-number-{number}", title=f"Tape {number}")
        track: Json = [{"title": f"Song {number}", "artist": "Band", "start": 0.0}]
        await finish(sidecar, job, make_outcome(sidecar.folder_of(job), tracks=track))
    first = await browser.ask("GET", "/api/library")
    assert (first["total"], first["page"], first["signed_in"]) == (13, 10, False)
    assert (await titles(browser))[0] == "Tape 12"
    rest = await browser.ask("GET", "/api/library?after=10")
    assert [item["title"] for item in listed(rest["items"])] == ["Tape 2", "Tape 1", "Tape 0"]
    found = await browser.ask("GET", "/api/library?search=song+7")
    assert (found["total"], listed(found["items"])[0]["title"]) == (1, "Tape 7")
    await browser.ask("GET", "/api/library?after=-1", status=400)


async def test_a_result_is_played_and_deleted_from_the_library(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order(title="Night train")
    await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
    item = await browser.ask("GET", f"/api/library/{job}")
    (product,) = listed(item["products"])
    async with browser.session.get(f"{product['link']}?play") as response:
        assert await response.read() == b"0123456789"
    async with browser.session.delete(f"/api/library/{job}") as response:
        assert response.status == 204
    assert await titles(browser) == []
    await browser.ask("DELETE", f"/api/library/{job}", status=404)
    async with browser.session.get(product["link"]) as response:
        assert response.status == 410


async def test_who_is_blocked_brings_nothing_in_by_any_door(sidecar: Sidecar) -> None:
    async with sidecar.browser() as chatting, sidecar.browser(greet=False) as filling:
        upload = await chatting.upload("mine.mp3", b"mine")
        go = str((await go_through(filling, await sidecar.links.upload(ANNA, asker())))["go"])
        filling.session.headers["X-Tapedeck-Tray"] = go.rpartition("/")[2]
        for person in (ANNA, whose(chatting)):
            await sidecar.people.block(person, "Spam.")
        given = {"label": "more.mp3", "size": 4}
        await chatting.ask("POST", "/api/uploads", given, 403)
        await filling.ask("POST", "/api/tray/uploads", given, 403)
        async with chatting.session.get(f"/api/uploads/{upload}/file") as response:
            assert await response.read() == b"mine"
