"""The pages behind links in a real browser: the upload page, the library, a result."""

import asyncio
import shutil
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from core.jobs import Job, Json, Order
from core.names import PersonId, Place
from tests.adapters.web.media import make_tape
from tests.adapters.web.sidecar import Sidecar, finish, make_outcome
from tests.adapters.web.test_doors import ANNA, asker
from tests.browser import drop, hear_complaints, needs_browser, until
from tests.choosing import choose

pytestmark = needs_browser
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg on PATH")
PHONE = {"width": 390, "height": 844}


async def local(sidecar: Sidecar, link: str) -> str:
    """A link as this test's server is reached."""
    return sidecar.url + sidecar.links.local(link)


async def open_upload(page: Page, sidecar: Sidecar) -> str:
    """Open a one-time link and click; says which link it was."""
    link = await local(sidecar, await sidecar.links.upload(ANNA, asker()))
    await page.goto(link)
    await page.get_by_role("button", name="Go on").click()
    await page.wait_for_selector("body[data-ready]")
    return link


async def sign_in(page: Page, sidecar: Sidecar, person: PersonId = ANNA) -> None:
    await page.goto(await local(sidecar, await sidecar.links.enter(person)))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_selector("body[data-ready]")


async def fill_library(
    sidecar: Sidecar, count: int, person: PersonId = ANNA, *, title: str = "Tape"
) -> list[Job]:
    made = []
    for number in range(count):
        place = Place("other", "dm")
        order = Order(f"{person}-{number}", "mixtape", f"{title} {number}", person, place, {})
        job = await sidecar.jobs.start(order)
        track: Json = {"title": f"Song {number}", "artist": "Band", "start": 0.0}
        outcome = make_outcome(sidecar.folder_of(job.id), tracks=[track])
        made.append(sidecar.jobs.finish(job.id, outcome))
    return made


def rows(page: Page) -> Locator:
    return page.locator("#files .file")


async def test_dropped_files_arrive_on_the_tray(page: Page, sidecar: Sidecar) -> None:
    await open_upload(page, sidecar)
    await drop(
        page,
        ("b.mp3", "audio/mpeg", b"1" * 5000),
        ("diary.txt", "text/plain", b"words"),
        ("a.mp3", "audio/mpeg", b"2"),
    )
    await expect(page.get_by_text("2 files on your tray. You can close this page.")).to_be_visible()
    await expect(rows(page).nth(0)).to_contain_text("on your tray")
    await expect(rows(page).nth(1)).to_contain_text("Not taken.")
    await expect(page.locator("#files")).to_have_count(1)
    assert [file.label for file in sidecar.tray.trays[ANNA]] == ["b.mp3", "a.mp3"]
    assert sidecar.other.shown[-1][0].lines == ("b.mp3", "a.mp3")


async def test_files_are_picked_by_keyboard_and_come_in_the_order_chosen(
    page: Page, sidecar: Sidecar
) -> None:
    await open_upload(page, sidecar)
    await page.get_by_role("button", name="Choose files").focus()
    window = await choose(page, lambda: page.keyboard.press("Enter"))
    # The first is the largest, so that it comes in last.
    sizes = {"z.mp3": 3_000_000, "y.mp3": 10, "x.mp3": 10}
    picked = [
        FilePayload(name=name, mimeType="audio/mpeg", buffer=b"s" * size)
        for name, size in sizes.items()
    ]
    await window.set_files(picked)
    await expect(page.get_by_text("3 files on your tray. You can close this page.")).to_be_visible()
    assert [file.label for file in sidecar.tray.trays[ANNA]] == ["z.mp3", "y.mp3", "x.mp3"]


async def test_an_upload_goes_on_after_the_page_was_closed(page: Page, sidecar: Sidecar) -> None:
    link = await open_upload(page, sidecar)
    content = b"0123456789" * 1_000_000
    pieces: list[str] = []

    async def let_one_through(route: Route) -> None:
        pieces.append(route.request.url.rpartition("=")[2])
        await (route.continue_() if len(pieces) == 1 else route.abort())

    await page.route("**/api/tray/uploads/*?offset=*", let_one_through)
    await drop(page, ("long.mp3", "audio/mpeg", content))
    await expect(rows(page)).to_contain_text("8.4 MB of 10 MB")
    await page.unroute("**/api/tray/uploads/*?offset=*")
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto(link)  # used up: but this browser knows where it led
    await page.get_by_role("link", name="go on where it led").click()
    await expect(page.get_by_text("These did not arrive whole.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    await drop(page, ("long.mp3", "audio/mpeg", content))
    await expect(page.get_by_text("1 file on your tray. You can close this page.")).to_be_visible()
    assert [each for each in asked if each.startswith("PUT")] == [
        each for each in asked if each.endswith("offset=8388608")
    ]
    (kept,) = sidecar.tray.trays[ANNA]
    assert await asyncio.to_thread(Path(kept.path).read_bytes) == content


async def test_what_came_whole_is_not_lost_with_the_page(page: Page, sidecar: Sidecar) -> None:
    await open_upload(page, sidecar)
    await page.route("**/api/tray", lambda route: route.abort())
    await drop(page, ("a.mp3", "audio/mpeg", b"sound"))
    await expect(rows(page)).to_contain_text("here")
    await page.unroute("**/api/tray")
    await page.reload()
    await expect(page.get_by_text("1 file on your tray. You can close this page.")).to_be_visible()
    assert [file.label for file in sidecar.tray.trays[ANNA]] == ["a.mp3"]


async def test_a_used_link_is_a_clear_page_elsewhere(page: Page, sidecar: Sidecar) -> None:
    link = await open_upload(page, sidecar)
    browser = page.context.browser
    assert browser is not None
    stranger = await browser.new_page()
    await stranger.goto(link)
    await expect(stranger.get_by_role("heading", name="This link does not work")).to_be_visible()
    await expect(stranger.get_by_text("used already")).to_be_visible()
    await expect(stranger.get_by_role("link")).to_have_count(1)  # the one to the content
    await stranger.goto(page.url)
    await expect(stranger.get_by_text("This page is no longer open for you")).to_be_visible()
    await expect(stranger.get_by_role("button", name="Choose files")).to_be_hidden()


async def test_one_signs_in_looks_for_a_tape_and_signs_out(page: Page, sidecar: Sidecar) -> None:
    await fill_library(sidecar, 13)
    await fill_library(sidecar, 1, PersonId("other:ben"))
    await sign_in(page, sidecar)
    await expect(page.get_by_text("13 results")).to_be_visible()
    await page.get_by_role("button", name="Older").click()
    await expect(page.locator("#items h2")).to_have_text(["Tape 2", "Tape 1", "Tape 0"])
    await expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    await page.get_by_label("Search titles and tracks").fill("song 7")
    await expect(page.locator("#items h2")).to_have_text(["Tape 7"])
    await page.reload()
    await expect(page.locator("#items h2")).to_have_text(["Tape 7"])
    await page.get_by_role("button", name="Sign out").click()
    # The browser has the chat's own cookie as well: what is left is that one's library.
    await expect(page.get_by_text("Nothing of yours matches")).to_be_visible()
    await expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


async def test_deleting_asks_once_more(page: Page, sidecar: Sidecar) -> None:
    await fill_library(sidecar, 2)
    await sign_in(page, sidecar)
    await page.get_by_role("button", name="Delete Tape 1").click()
    await page.get_by_role("button", name="Keep").press("Enter")
    await expect(page.locator("#items h2")).to_have_text(["Tape 1", "Tape 0"])
    await page.get_by_role("button", name="Delete Tape 1").click()
    await page.get_by_role("button", name="Delete for good").click()
    await expect(page.locator("#items h2")).to_have_text(["Tape 0"])
    await expect(page.get_by_role("button", name="Open Tape 0")).to_be_focused()


@needs_ffmpeg
async def test_a_tape_of_the_library_plays(page: Page, sidecar: Sidecar) -> None:
    (job,) = await fill_library(sidecar, 1)
    sidecar.jobs.finish(job.id, await make_tape(sidecar.folder_of(job.id)))
    await sign_in(page, sidecar)
    await page.get_by_role("button", name="Open Tape 0").click()
    await page.get_by_role("button", name="Play Track number 1").click()
    await until(page, "document.querySelector('audio').currentTime > 4.1")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download MP3").click()
    assert (await downloading.value).suggested_filename == "summer-drive.mp3"


@needs_ffmpeg
async def test_a_link_to_a_file_opens_a_page_that_plays_it(page: Page, sidecar: Sidecar) -> None:
    (job,) = await fill_library(sidecar, 1)
    made = await make_tape(sidecar.folder_of(job.id))
    await finish(sidecar, job.id, made)
    await page.goto(await local(sidecar, sidecar.links.download(job.id, 1)))
    await expect(page.get_by_role("heading", name="Tape 0")).to_be_visible()
    await expect(page.get_by_role("link", name="Recipe")).to_have_count(0)
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.3")
    async with page.expect_download() as downloading:
        await page.locator(".save-main").click()
    path = await (await downloading.value).path()
    size = (await asyncio.to_thread(path.stat)).st_size
    assert size == made.products[1].size


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_a_phone(page: Page, sidecar: Sidecar, scheme: str) -> None:
    browser = page.context.browser
    assert browser is not None
    context = await browser.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]  # Literal
    phone = await context.new_page()
    complaints = hear_complaints(phone)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    (job,) = await fill_library(sidecar, 1, title="W" * 200)
    link = await local(sidecar, await sidecar.links.upload(ANNA, asker()))
    await phone.goto(link)
    assert await phone.evaluate(fits)
    await phone.get_by_role("button", name="Go on").click()
    await phone.wait_for_selector("body[data-ready]")
    await drop(phone, ("x" * 200 + ".mp3", "audio/mpeg", b"1"))
    await expect(phone.get_by_text("1 file on your tray. You can close this page.")).to_be_visible()
    assert await phone.evaluate(fits)
    await sign_in(phone, sidecar)
    assert await phone.evaluate(fits)
    await phone.locator(".open").click()
    assert await phone.evaluate(fits)
    await phone.goto(await local(sidecar, sidecar.links.download(job.id, 0)))
    await phone.wait_for_selector("body[data-ready]")
    assert await phone.evaluate(fits)
    assert complaints == []
