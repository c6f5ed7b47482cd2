"""The upload page: one link, one person, one tray, and the chat that hears of it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from core.calls import Asker
from core.names import PersonId, Place
from tests.adapters.web.sidecar import SCRIPT, Browser, Sidecar, whose
from tests.adapters.web.test_doors import ANNA, asker, go_through

BEN = PersonId("other:ben")


class Filler(Browser):
    """A browser on an upload page."""

    async def hand(
        self, *uploads: str, key: str = "handed-over", status: int = 200
    ) -> dict[str, object]:
        return await self.ask("POST", "/api/tray", {"key": key, "uploads": list(uploads)}, status)


async def open_page(sidecar: Sidecar, browser: Browser, person: PersonId = ANNA) -> Filler:
    """Click on a link to the upload page; from then on the page's script speaks."""
    link = await sidecar.links.upload(person, asker(person))
    go = str((await go_through(browser, link))["go"])
    assert go.startswith("/tray/")
    async with browser.session.get(go) as response:
        assert f'data-tray="{go.removeprefix("/tray/")}"' in await response.text()
    headers = {**SCRIPT, "X-Tapedeck-Tray": go.removeprefix("/tray/")}
    page = aiohttp.ClientSession(
        sidecar.url, cookie_jar=browser.session.cookie_jar, headers=headers
    )
    return Filler(page, "/api/tray/uploads")


@pytest.fixture
async def page(sidecar: Sidecar, stranger: Browser) -> AsyncIterator[Filler]:
    filler = await open_page(sidecar, stranger)
    yield filler
    await filler.session.close()


async def test_files_go_on_the_tray_and_the_chat_hears_of_it(
    sidecar: Sidecar, page: Filler
) -> None:
    told = await page.ask("GET", "/api/tray")
    assert told == {"platform": "other", "upload_bytes": sidecar.terms.upload_bytes}
    one, two = await page.upload("b.mp3", b"first"), await page.upload("a.mp3", b"second")
    answer = await page.hand(one, two)
    assert answer == {"taken": [one, two], "told": True, "text": "2 tracks."}
    ((reply, heard),) = sidecar.other.shown
    assert (reply.slot, reply.lines) == ("tray", ("b.mp3", "a.mp3"))
    assert (heard.identity, heard.place, heard.home, heard.limit) == (
        ANNA, asker().place, asker().home, 50,
    )  # fmt: skip
    assert not heard.manages, "what one may manage is not kept for hours"
    assert [file.label for file in sidecar.tray.trays[ANNA]] == ["b.mp3", "a.mp3"]
    assert (await page.ask("GET", f"/api/tray/uploads/{one}"))["sent"] is True


async def test_the_same_files_handed_over_twice_are_there_once(
    sidecar: Sidecar, page: Filler
) -> None:
    one = await page.upload("b.mp3", b"first")
    assert await page.hand(one) == await page.hand(one)
    assert len(sidecar.tray.trays[ANNA]) == 1


async def test_a_bad_file_is_named_and_the_rest_goes_on(sidecar: Sidecar, page: Filler) -> None:
    words, sound = await page.upload("diary.txt", b"words"), await page.upload("a.mp3", b"sound")
    answer = await page.hand(words, sound)
    assert answer == {"taken": [sound], "told": True, "text": "diary.txt is no sound. 1 tracks."}
    assert (await page.ask("GET", f"/api/tray/uploads/{words}"))["sent"] is False


async def test_what_is_turned_down_whole_is_said_on_the_page_only(
    sidecar: Sidecar, page: Filler
) -> None:
    uploads = [await page.upload(f"{number}.mp3", b"sound") for number in range(10)]
    answer = await page.hand(*uploads)
    assert answer == {"taken": [], "told": False, "text": "A tray holds 9 tracks."}
    assert sidecar.other.shown == []


async def test_a_chat_that_does_not_answer_loses_no_file(sidecar: Sidecar, page: Filler) -> None:
    sidecar.other.lost = True
    answer = await page.hand(await page.upload("b.mp3", b"first"))
    assert (len(answer["taken"]), answer["told"]) == (1, False)  # type: ignore[arg-type]  # JSON
    assert len(sidecar.tray.trays[ANNA]) == 1


async def test_a_file_that_is_still_coming_waits(sidecar: Sidecar, page: Filler) -> None:
    begun = await page.ask("POST", "/api/tray/uploads", {"label": "a.mp3", "size": 10}, 201)
    refused = await page.hand(str(begun["id"]), status=409)
    assert "still on its way" in str(refused["error"])
    assert ANNA not in sidecar.tray.trays


@pytest.mark.parametrize("uploads", [[], "all", ["../../etc/passwd"], ["0" * 32], None])
async def test_what_names_no_file_of_theirs_is_refused(page: Filler, uploads: object) -> None:
    body = {"key": "handed-over", "uploads": uploads}
    async with page.session.post("/api/tray", json=body) as response:
        assert response.status in (400, 404)


async def test_nobody_hands_over_a_strangers_file(sidecar: Sidecar, page: Filler) -> None:
    mine = await page.upload("mine.mp3", b"mine")
    async with sidecar.browser(greet=False) as browser:
        ben = await open_page(sidecar, browser, BEN)
        await ben.hand(mine, status=404)
        await ben.ask("GET", f"/api/tray/uploads/{mine}", status=404)
        await ben.ask("DELETE", f"/api/tray/uploads/{mine}", status=404)
        await ben.session.close()
    assert BEN not in sidecar.tray.trays


async def test_two_pages_in_one_browser_never_mix(sidecar: Sidecar, stranger: Browser) -> None:
    anna = await open_page(sidecar, stranger, ANNA)
    ben = await open_page(sidecar, stranger, BEN)
    await anna.hand(await anna.upload("annas.mp3", b"1"))
    await ben.hand(await ben.upload("bens.mp3", b"2"))
    trays = {person: [file.label for file in tray] for person, tray in sidecar.tray.trays.items()}
    assert trays == {ANNA: ["annas.mp3"], BEN: ["bens.mp3"]}
    await anna.session.close()
    await ben.session.close()


async def test_a_page_without_its_cookie_is_closed(sidecar: Sidecar, page: Filler) -> None:
    tray = {"X-Tapedeck-Tray": page.session.headers["X-Tapedeck-Tray"]}
    async with sidecar.browser() as thief:
        for method, path in (
            ("GET", "/api/tray"),
            ("POST", "/api/tray"),
            ("POST", "/api/tray/uploads"),
        ):
            body: dict[str, object] | None = {} if method == "POST" else None
            async with thief.session.request(method, path, json=body, headers=tray) as response:
                assert response.status == 401
    for name in ("", "x", "0123456789abcdef"):
        async with page.session.get("/api/tray", headers={"X-Tapedeck-Tray": name}) as response:
            assert response.status == 401


async def test_the_local_chats_own_link_changes_the_tray_there(
    sidecar: Sidecar, browser: Browser
) -> None:
    await browser.send(text="hello")
    me = whose(browser)
    place = Place("web", me)
    link = await sidecar.links.upload(me, Asker(identity=me, place=place, home=place))
    go = str((await go_through(browser, link))["go"])
    headers = {"X-Tapedeck-Tray": go.removeprefix("/tray/")}
    upload = await browser.upload("large.mp3", b"some sound")
    body = {"key": "handed-over", "uploads": [upload]}
    async with browser.session.post("/api/tray", json=body, headers=headers) as response:
        assert (await response.json())["told"] is True
    tray = (await browser.messages())[-1]
    assert (tray["key"], tray["lines"]) == ("slot:tray", ["large.mp3"])


async def test_limits_hold_on_the_upload_page_too(sidecar: Sidecar, page: Filler) -> None:
    size = sidecar.terms.upload_bytes + 1
    refused = await page.ask("POST", "/api/tray/uploads", {"label": "a.mp3", "size": size}, 413)
    assert "too large" in str(refused["error"])
