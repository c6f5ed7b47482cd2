"""The page in a real browser: files dropped, a command sent, progress watched, the tape played."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from core.jobs import Job, Json, Outcome
from core.names import JobId
from tests.adapters.web.media import make_tape
from tests.adapters.web.sidecar import Sidecar, finish, make_outcome
from tests.browser import drop, needs_browser, until

HOSTILE = '<img src=x onerror="window.caught = 1"> \u202e<script>window.caught = 1</script>'

pytestmark = [
    needs_browser,
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg on PATH"),
]


async def active(sidecar: Sidecar) -> Job:
    """The next job that was ordered, as soon as there is one."""
    async with asyncio.timeout(10):
        return await sidecar.jobs.accepted.get()


def suggestion(page: Page) -> Locator:
    return page.locator("#composer").get_by_role("button", name="/mixtape Mix tracks")


async def order(page: Page, sidecar: Sidecar, title: str = "Mine") -> Job:
    await drop(page, ("one.mp3", "audio/mpeg", b"1"), ("two.mp3", "audio/mpeg", b"22"))
    await suggestion(page).click()
    await page.get_by_label("Message", exact=True).fill(title)
    await page.keyboard.press("Enter")
    return await active(sidecar)


def tracks(page: Page) -> Locator:
    return page.get_by_role("list", name="Tracklist").get_by_role("button")


async def test_dropped_tracks_become_a_tape_that_plays(page: Page, sidecar: Sidecar) -> None:
    job = await order(page, sidecar, title="Summer drive")
    assert labels(sidecar, job.id) == ["one.mp3", "two.mp3"]
    sidecar.jobs.run(job.id, "Mixing", 37.0, left=120)
    bar = page.get_by_role("progressbar", name="Summer drive")
    await expect(bar).to_have_attribute("aria-valuenow", "37")
    await expect(page.get_by_text("37 % · about 2 minutes left")).to_be_visible()

    await finish(sidecar, job.id, await make_tape(sidecar.folder_of(job.id)))
    await expect(page.locator(".tape.done")).to_be_visible()
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.4")
    await expect(tracks(page).nth(0)).to_have_attribute("aria-current", "true")
    await tracks(page).nth(1).click()
    await until(page, "document.querySelector('audio').currentTime > 4.1")
    await expect(tracks(page).nth(1)).to_have_attribute("aria-current", "true")

    await page.get_by_role("button", name="Watch").click()
    await until(
        page, "(v => v.videoWidth === 640 && v.currentTime > 4.2)(document.querySelector('video'))"
    )
    await expect(page.get_by_role("link", name="Download MP3")).to_be_visible()


def labels(sidecar: Sidecar, job: JobId) -> list[str]:
    given = sidecar.jobs.orders[job].request["labels"]
    assert isinstance(given, list)
    return [str(label) for label in given]


async def test_the_waveform_seeks_by_click_and_by_key(page: Page, sidecar: Sidecar) -> None:
    job = await order(page, sidecar)
    await finish(sidecar, job.id, await make_tape(sidecar.folder_of(job.id)))
    slider = page.get_by_role("slider", name="Position")
    await until(page, "document.querySelector('audio')?.readyState >= 1")
    box = await slider.bounding_box()
    assert box is not None
    await slider.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    await until(page, "Math.abs(document.querySelector('audio').currentTime - 6) < 0.1")
    await slider.press("Home")
    await until(page, "document.querySelector('audio').currentTime === 0")
    await slider.press("PageDown")
    await until(page, "document.querySelector('audio').currentTime === 4")


async def test_a_download_has_its_name_and_its_bytes(page: Page, sidecar: Sidecar) -> None:
    job = await order(page, sidecar)
    await finish(sidecar, job.id, make_outcome(sidecar.folder_of(job.id)))
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download MP3").click()
    download = await downloading.value
    assert download.suggested_filename == "tape.mp3"
    path = await download.path()
    assert await asyncio.to_thread(Path(path).read_bytes) == b"0123456789"


async def test_cancel_stops_the_job(page: Page, sidecar: Sidecar) -> None:
    job = await order(page, sidecar)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".tape.cancelled").get_by_text("You cancelled it.")).to_be_visible()
    await sidecar.chat.deliver(await sidecar.jobs.find(job.id, person=None), delivery=job.id)
    await page.reload()
    await expect(page.locator(".tape.cancelled").get_by_text("You cancelled it.")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


async def test_history_and_attached_files_survive_a_reload(page: Page, sidecar: Sidecar) -> None:
    job = await order(page, sidecar, title="Kept")
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await drop(page, ("later.mp3", "audio/mpeg", b"333"))
    await expect(page.get_by_text("3 bytes", exact=True)).to_be_visible()
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await expect(page.get_by_role("heading", name="Kept")).to_be_visible()
    await expect(page.get_by_role("region", name="Attached files")).to_contain_text("later.mp3")
    sidecar.jobs.run(job.id, "Mixing", 55.0)
    await expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "55")


async def test_the_whole_way_works_by_keyboard(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("b.mp3", "audio/mpeg", b"1"), ("a.mp3", "audio/mpeg", b"2"))
    say = page.get_by_label("Message", exact=True)
    await say.press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_count(4)
    await say.press("ArrowDown")
    await say.press("ArrowUp")
    await say.press("Tab")
    await expect(page.get_by_text("2 files", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Move down b.mp3").focus()
    await page.keyboard.press("Enter")
    await say.focus()
    await say.press_sequentially('crossfade:3 video:no "Night train"')
    await say.press("Enter")
    job = await active(sidecar)
    assert labels(sidecar, job.id) == ["a.mp3", "b.mp3"]
    await expect(page.get_by_text("crossfade3")).to_be_visible()


async def test_a_command_typed_again_is_no_title(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    say = page.get_by_label("Message", exact=True)
    await say.press("Tab")  # takes what is suggested
    await page.get_by_label("Crossfade").fill("3")
    await say.press_sequentially("/mix")
    await say.press("Enter")
    await expect(page.get_by_label("Crossfade")).to_have_value("3")
    await say.press_sequentially("/mixtape Night train")
    await say.press("Enter")
    job = await active(sidecar)
    assert job.title == "Night train"
    await expect(page.locator(".message.said")).to_contain_text("crossfade3")


async def test_words_beside_a_command_set_its_options(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    say = page.get_by_label("Message", exact=True)
    await say.fill("/mixtape title: Summer drive, crossfade: 3")
    await say.press("Enter")
    assert (await active(sidecar)).title == "Summer drive"
    said = page.locator(".message.said")
    await expect(said).to_contain_text("crossfade3")
    await expect(said).to_contain_text("titleSummer drive")


async def test_an_example_fills_the_form(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    await page.get_by_role("button", name="/mixtape title: Summer drive, crossfade: 3").click()
    await expect(page.get_by_label("Message", exact=True)).to_have_value("")
    await expect(page.get_by_label("Title")).to_have_value("Summer drive")
    await expect(page.get_by_label("Crossfade")).to_have_value("3")
    await page.get_by_role("button", name="Send", exact=True).click()
    assert (await active(sidecar)).title == "Summer drive"


async def test_an_unknown_command_is_said_once(page: Page, sidecar: Sidecar) -> None:
    say = page.get_by_label("Message", exact=True)
    await say.fill("/mixtpe some words")
    await say.press("Enter")
    await expect(page.locator(".message.said .bubble")).to_have_text("/mixtpesome words")
    await expect(page.locator(".message.reply")).to_contain_text("There is no command /mixtpe")


async def test_a_call_that_was_turned_down_can_be_mended(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    await suggestion(page).click()
    await page.get_by_label("Crossfade").fill("31")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".message.reply").get_by_text("from 0 to 30 seconds")).to_be_visible()
    await expect(page.get_by_role("region", name="Attached files")).to_contain_text("a.mp3")
    await page.get_by_label("Crossfade").fill("3")
    await page.get_by_role("button", name="Send", exact=True).click()
    assert labels(sidecar, (await active(sidecar)).id) == ["a.mp3"]


async def test_hostile_names_and_titles_stay_words(page: Page, sidecar: Sidecar) -> None:
    await drop(page, (f"{HOSTILE}.mp3", "audio/mpeg", b"1"), ("x" * 300 + ".mp3", "", b"2"))
    await suggestion(page).click()
    await page.get_by_label("Title").fill(HOSTILE)
    await page.get_by_role("button", name="Send", exact=True).click()
    job = await active(sidecar)
    outcome = await make_tape(sidecar.folder_of(job.id))
    rejected: Json = [{"source": HOSTILE, "reason": HOSTILE}]
    named: Json = [{"title": HOSTILE, "artist": HOSTILE, "start": 0.0, "end": 8.0}]
    details = {**outcome.details, "tracks": named, "rejected": rejected}
    await finish(sidecar, job.id, Outcome(HOSTILE, outcome.products, details))
    await expect(page.get_by_text("1 file left out")).to_be_visible()
    assert await page.evaluate("window.caught") is None
    assert await page.locator("#log img:not(.art), #log script").count() == 0
    assert "\u202e" not in await page.locator("#log h2").first.inner_text()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_an_upload_goes_on_after_the_connection_broke(page: Page, sidecar: Sidecar) -> None:
    broken = 0

    async def break_once(route: object) -> None:
        nonlocal broken
        broken += 1
        await (route.abort() if broken == 1 else route.continue_())  # type: ignore[attr-defined]  # Route

    await page.route("**/api/uploads/*?offset=*", break_once)
    await drop(page, ("a.mp3", "audio/mpeg", b"12345"))
    await expect(page.get_by_text("5 bytes", exact=True)).to_be_visible(timeout=10_000)
    assert broken == 2
    assert [path.read_bytes() for path in sidecar.uploads.iterdir()] == [b"12345"]


async def test_older_messages_come_when_one_scrolls_up(page: Page, sidecar: Sidecar) -> None:
    say = page.get_by_label("Message", exact=True)
    for number in range(20):
        await say.fill(f"words {number}")
        await say.press("Enter")
        await expect(page.locator(".message.reply")).to_have_count(number + 1)
    await page.reload()
    await expect(page.get_by_text("words 19")).to_be_visible()
    await expect(page.get_by_text("words 0", exact=True)).to_have_count(0)
    await page.locator("#scroll").evaluate("(scroll) => (scroll.scrollTop = 0)")
    await expect(page.get_by_text("words 0", exact=True)).to_have_count(1)


async def test_it_fits_a_phone(page: Page, sidecar: Sidecar) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    job = await order(page, sidecar, title="W" * 200)
    outcome = await make_tape(sidecar.folder_of(job.id), titles=40)
    await finish(sidecar, job.id, replace(outcome, text="a" * 500))
    await expect(tracks(page)).to_have_count(40)
    for box in await page.locator("#log .card").all():
        place = await box.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390


def chips(page: Page) -> Locator:
    return page.get_by_role("region", name="Attached files").locator(".chip")


async def test_files_are_put_in_order_by_dragging_them(page: Page, sidecar: Sidecar) -> None:
    await drop(page, *((f"{name}.mp3", "audio/mpeg", b"1") for name in "abc"))
    await expect(chips(page)).to_have_count(3)
    await chips(page).nth(2).drag_to(chips(page).nth(0))
    await expect(chips(page).locator(".chip-name")).to_have_text(["c.mp3", "a.mp3", "b.mp3"])
    await chips(page).nth(0).drag_to(chips(page).nth(1))
    await expect(chips(page).locator(".chip-name")).to_have_text(["a.mp3", "c.mp3", "b.mp3"])
    await expect(page.locator(".chip.dragged")).to_have_count(0)
    await expect(page.locator("#drop")).to_be_hidden()
    await suggestion(page).click()
    await page.get_by_role("button", name="Send", exact=True).click()
    assert labels(sidecar, (await active(sidecar)).id) == ["a.mp3", "c.mp3", "b.mp3"]


@pytest.mark.parametrize("height", [844, 640, 520])
async def test_a_phone_shows_the_heading_whole_or_not_at_all(page: Page, height: int) -> None:
    await page.set_viewport_size({"width": 390, "height": height})
    await page.get_by_label("Message", exact=True).fill("/mix")
    await page.get_by_role("option").first.click()
    await page.get_by_text("Options", exact=True).click()
    for count in (0, 1, 6):
        await drop(page, *((f"{n}.mp3", "audio/mpeg", b"1") for n in range(count)))
        heading = page.get_by_role("heading", name="Drop some tracks")
        if await heading.is_visible():
            await expect(heading).to_be_in_viewport(ratio=1)
        await expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
