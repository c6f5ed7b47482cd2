"""The whole way in a real browser, with the real program: tracks dropped, the mixtape played."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from mutagen.mp3 import MP3
from PIL import Image
from playwright.async_api import Browser, Locator, Page, WebSocket, expect

from tests import bad
from tests.bot.terminal.program import until_gone
from tests.browser import browsing, drop, hear_complaints, needs_browser, open_chat, until
from tests.choosing import choose
from tests.end_to_end.deck import Deck, until_none
from tests.media import Sound, make
from tests.toys import until as so

pytestmark = needs_browser
SLOW = 90_000  # milliseconds: a machine may be busy with other tests


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser, deck: Deck) -> AsyncIterator[Page]:
    """Somebody new, with a browser of their own, that must have nothing to complain about."""
    page = await new_person(browser, deck)
    complaints = hear_complaints(page, expected=("404", "ERR_CONNECTION_REFUSED"))
    yield page
    assert complaints == []


async def new_person(browser: Browser, deck: Deck) -> Page:
    context = await browser.new_context(viewport={"width": 1100, "height": 800})
    page = await context.new_page()
    await open_chat(page, deck.url)
    return page


def song(form: str, number: int, *, seconds: float = 6.0) -> tuple[str, str, bytes]:
    tags = {"title": f"Song {number}", "artist": f"Band {number}"}
    path = make(form, Sound(wave="music", seconds=seconds, seed=number), tags=tags)
    return (f"{number} {form}{path.suffix}", "", path.read_bytes())


def photo() -> tuple[str, str, bytes]:
    """A photo on its side, as a phone takes it."""
    into, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6
    Image.radial_gradient("L").resize((1600, 1200)).convert("RGB").save(into, "JPEG", exif=turned)
    return ("beach.jpg", "image/jpeg", into.getvalue())


async def order(page: Page, *files: tuple[str, str, bytes], title: str, words: str = "") -> None:
    """Drop the files, choose /mixtape, send."""
    await drop(page, *files)
    await page.locator("#composer .suggestion").click()
    await page.get_by_label("Message", exact=True).fill(f'title: "{title}" {words}'.strip())
    await page.get_by_role("button", name="Send", exact=True).click()


def card(page: Page, title: str) -> Locator:
    """The result's message."""
    return page.locator(".result-card").filter(has=page.get_by_role("heading", name=title))


def hear_progress(page: Page) -> list[dict[str, object]]:
    """What the page is told of jobs from now on."""
    told: list[dict[str, object]] = []

    def listen(words: str | bytes) -> None:
        news = json.loads(words)
        if news["type"] == "job":
            told.append(news["job"])

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", listen)

    page.on("websocket", watch)
    return told


async def details_of(page: Page, title: str) -> dict[str, object]:
    """The result as the page was given it."""
    history = await page.evaluate("fetch('/api/messages').then((answer) => answer.json())")
    found = [each for each in history["messages"] if each["kind"] == "result"]
    return dict(next(each for each in found if each["title"] == title))


async def test_what_was_dropped_becomes_a_tape_that_plays(
    page: Page, deck: Deck, tmp_path: Path
) -> None:
    told = hear_progress(page)
    await open_chat(page, deck.url)
    songs = [song(form, number, seconds=30) for number, form in enumerate(("mp3", "flac"), 1)]
    songs += [song(form, number, seconds=30) for number, form in enumerate(("m4a", "ogg"), 3)]
    broken = bad.text(tmp_path)
    await order(page, *songs, photo(), (broken.name, "", broken.read_bytes()), title="All of it")

    await expect(page.get_by_role("progressbar", name="All of it")).to_be_visible()
    await expect(card(page, "All of it")).to_be_visible(timeout=SLOW)
    await expect(page.locator(".message.job")).to_have_count(1)
    assert_progress_was_honest(told)

    result = await details_of(page, "All of it")
    assert_says_what_it_is(result)
    await play_sound(page, result)
    await play_video(page, result)
    await download_all(page, deck, result)


def assert_progress_was_honest(told: list[dict[str, object]]) -> None:
    percents = [float(str(job["percent"])) for job in told]
    assert percents == sorted(percents)
    assert len(set(percents)) > 10, "it moved in small steps"
    left = [float(str(job["left"])) for job in told if job["left"] is not None]
    assert left[-1] < max(left), "the time left went down"
    stages = list(dict.fromkeys(str(job["stage"]) for job in told if job["stage"]))
    assert stages[-2:] == ["mixing", "checking the result"]


def assert_says_what_it_is(result: dict[str, object]) -> None:
    assert "4 tracks" in str(result["text"])
    assert "1 file was left out" in str(result["text"])
    rejected = result["rejected"]
    assert isinstance(rejected, list)
    assert [file["source"] for file in rejected] == ["text.mp3"]
    tracks = result["tracks"]
    assert isinstance(tracks, list)
    assert [track["title"] for track in tracks] == ["Song 1", "Song 2", "Song 3", "Song 4"]
    assert abs(float(str(result["loudness"])) + 14) <= 0.5
    assert float(str(result["true_peak"])) <= -1


def starts(result: dict[str, object]) -> list[float]:
    tracks = result["tracks"]
    assert isinstance(tracks, list)
    return [float(track["start"]) for track in tracks]


async def play_sound(page: Page, result: dict[str, object]) -> None:
    length = float(str(result["duration"]))
    await until(page, "document.querySelector('audio').readyState >= 1")
    heard = float(await page.evaluate("document.querySelector('audio').duration"))
    assert abs(heard - length) < 0.05
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.5")
    await seek_and_hear(page, "audio", result)


async def play_video(page: Page, result: dict[str, object]) -> None:
    length = float(str(result["duration"]))
    await page.get_by_role("slider", name="Position").press("Home")
    await page.get_by_role("button", name="Watch").click()
    await until(page, "document.querySelector('video').videoWidth === 1920")
    await until(page, "(at => at > 0.5 && at < 5)(document.querySelector('video').currentTime)")
    seen = float(await page.evaluate("document.querySelector('video').duration"))
    assert abs(seen - length) <= 0.1, "to a frame"
    await seek_and_hear(page, "video", result)
    assert await page.evaluate("document.querySelector('video').error") is None


async def seek_and_hear(page: Page, role: str, result: dict[str, object]) -> None:
    """By a chapter, then to shortly before the end; it goes on playing from there to its end."""
    third = starts(result)[2]
    await page.get_by_role("button", name="Play Song 3 by Band 3").click()
    media = f"document.querySelector('{role}')"
    await until(page, f"(at => at > {third + 0.3} && at < {third + 8})({media}.currentTime)")
    current = page.get_by_role("list", name="Tracklist").locator("[aria-current]")
    await expect(current).to_contain_text("Song 3")
    await page.get_by_role("slider", name="Position").press("End")
    await until(page, f"{media}.ended")
    await expect(current).to_contain_text("Song 4")


async def download_all(page: Page, deck: Deck, result: dict[str, object]) -> None:
    products = result["products"]
    assert isinstance(products, list)
    roles = [product["role"] for product in products]
    assert roles == [
        "audio", "video", "cue", "description", "recipe", "cover", "thumbnail", "waveform",
    ]  # fmt: skip
    products = products[:-2]  # the last two are pictures for other chats
    links = card(page, str(result["title"])).get_by_role("list", name="Downloads")
    await expect(links.get_by_role("link")).to_have_count(len(products))
    for index, product in enumerate(products):
        async with page.expect_download() as downloading:
            await links.get_by_role("link").nth(index).click()
        download = await downloading.value
        assert download.suggested_filename == product["label"]
        content = await asyncio.to_thread(Path(await download.path()).read_bytes)
        where = "cover/cover.jpg" if product["role"] == "cover" else f"out/{product['label']}"
        kept = deck.data / "jobs" / str(result["job"]) / where
        assert content == kept.read_bytes()
        assert len(content) == product["size"]
        await assert_ranges(page, deck.url + product["link"], content)
        if product["role"] == "audio":
            assert_tagged(content, result)
    assert [product["label"] for product in products] == [
        f"all-of-it.{ending}" for ending in ("mp3", "mp4", "cue", "txt", "json", "jpg")
    ]


async def assert_ranges(page: Page, link: str, content: bytes) -> None:
    half = len(content) // 2
    for asked, right in ((f"bytes={half}-", content[half:]), ("bytes=-9", content[-9:])):
        part = await page.context.request.get(link, headers={"Range": asked})
        assert (part.status, await part.body()) == (206, right)
    beyond = await page.context.request.get(link, headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416


def assert_tagged(content: bytes, result: dict[str, object]) -> None:
    mp3 = MP3(io.BytesIO(content))
    assert mp3.tags is not None and mp3.tags.version == (2, 4, 0)
    assert str(mp3.tags["TIT2"]) == "All of it"
    assert [str(name) for name in mp3.tags["TPE1"].text] == [f"Band {n}" for n in (1, 2, 3, 4)]
    chapters = sorted(mp3.tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == [
        f"Band {number} – Song {number}" for number in (1, 2, 3, 4)
    ]
    for chapter, start in zip(chapters, starts(result), strict=True):
        assert abs(chapter.start_time / 1000 - start) <= 0.005
    with Image.open(io.BytesIO(mp3.tags.getall("APIC")[0].data)) as cover:
        assert cover.width > 300
        assert cover.convert("L").getpixel((2, 2)) != cover.convert("L").getpixel(
            (cover.width // 2, cover.height // 2)
        ), "it is the photo"


async def test_history_survives_a_reload_and_a_restart(page: Page, deck: Deck) -> None:
    await order(page, song("wav", 1), song("opus", 2), title="Kept", words="video:no")
    await expect(card(page, "Kept")).to_be_visible(timeout=SLOW)
    before = await page.locator(".message .what").all_inner_texts()
    await page.reload()
    await expect(card(page, "Kept")).to_be_visible()
    assert await page.locator(".message .what").all_inner_texts() == before
    assert await asyncio.to_thread(deck.stop) == 0
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    await asyncio.to_thread(deck.start)
    await open_chat(page, deck.url)  # another port, the same cookie
    await expect(card(page, "Kept")).to_be_visible()
    assert await page.locator(".message .what").all_inner_texts() == before
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.3")


async def test_cancel_ends_the_programs_and_leaves_no_file(page: Page, deck: Deck) -> None:
    before = deck.files()
    songs = [song("mp3", number, seconds=90) for number in (1, 2, 3)]
    await order(page, *songs, title="Never mind")
    await expect(page.get_by_text("Mixing…")).to_be_visible(timeout=SLOW)
    tools: list[psutil.Process] = []

    async def at_work() -> bool:
        tools[:] = await asyncio.to_thread(deck.tools)
        return bool(tools)

    await so(at_work, what="programs are at work")
    assert deck.files() != before
    await page.get_by_role("button", name="Cancel", exact=True).click()
    stopped = page.locator(".tape.cancelled")
    await expect(stopped.get_by_text("You cancelled this.")).to_be_visible(timeout=3000)
    await until_gone(tools, seconds=1)
    await until_none(deck, tools_only=True)

    async def cleared() -> bool:
        return deck.files() == before

    await so(cleared, seconds=5, what="its files are gone")
    await page.reload()
    await expect(stopped.get_by_text("You cancelled this.")).to_be_visible()
    await expect(card(page, "Never mind")).to_have_count(0)


async def test_two_people_see_nothing_of_each_other(
    browser: Browser, page: Page, deck: Deck
) -> None:
    other = await new_person(browser, deck)
    await order(page, song("mp3", 1), song("ogg", 2), title="Anna's own", words="video:no")
    await order(other, song("mp3", 3), song("flac", 4), title="Otto's own", words="video:no")
    await drop(page, song("mp3", 5))
    await expect(page.locator(".chip")).not_to_have_class(re.compile("going"))
    await expect(card(page, "Anna's own")).to_be_visible(timeout=SLOW)
    await expect(card(other, "Otto's own")).to_be_visible(timeout=SLOW)
    for mine, theirs in (("Anna", page), ("Otto", other)):
        words = await theirs.locator("#log").inner_text()
        assert {name for name in ("Anna", "Otto") if name in words} == {mine}
    await assert_strange(other, page, deck)


async def assert_strange(stranger: Page, owner: Page, deck: Deck) -> None:
    """Whatever is not theirs is not there: the same answer as for what never was."""
    result = await details_of(owner, "Anna's own")
    job, asking = str(result["job"]), stranger.context.request
    (upload,) = (str(row[0]) for row in deck.rows("SELECT id FROM chat_uploads WHERE sent IS NULL"))
    headers = {"X-Tapedeck": "1"}
    asked = [
        await asking.get(f"{deck.url}/api/messages/{result['key']}"),
        await asking.get(f"{deck.url}/api/messages/job:{job}"),
        await asking.post(f"{deck.url}/api/jobs/{job}/cancel", headers=headers),
        await asking.get(f"{deck.url}/api/uploads/{upload}"),
        await asking.delete(f"{deck.url}/api/uploads/{upload}", headers=headers),
        await asking.put(f"{deck.url}/api/uploads/{upload}?offset=0", headers=headers, data="x"),
        await asking.post(
            f"{deck.url}/api/calls",
            headers=headers,
            data={"key": "stranger", "command": "mixtape", "files": {"tracks": [upload]}},
        ),
        await asking.get(f"{deck.url}/files/{job}"),
        await asking.get(f"{deck.url}/files/{job}/0"),
    ]
    assert [answer.status for answer in asked] == [404] * len(asked)
    assert not [answer for answer in asked if "Anna" in await answer.text()]
    own = await owner.context.request.get(f"{deck.url}/api/uploads/{upload}")
    assert own.status == 200


async def test_the_keyboard_is_enough(page: Page, deck: Deck, tmp_path: Path) -> None:
    """But for the system's own file window, which no key of ours opens or fills."""
    paths = []
    for name, _, content in (song("m4a", 1), song("mp3", 2)):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    await press_until(page, "Attach files")
    window = await choose(page, lambda: page.keyboard.press("Enter"))
    await window.set_files(paths)
    await expect(page.locator(".chip")).to_have_count(2)
    await press_until(page, "Move down 1 m4a.m4a")
    await page.keyboard.press("Enter")
    await press_until(page, "Message")
    await page.keyboard.type("/mix")  # Tab may have chosen it already, as the suggested one
    await page.keyboard.press("Enter")
    await page.keyboard.type("crossfade:2 By hand")
    await page.keyboard.press("Enter")
    await expect(card(page, "By hand")).to_be_visible(timeout=SLOW)
    await press_until(page, "Play")
    await page.keyboard.press("Enter")
    await until(page, "document.querySelector('audio').currentTime > 0.3")
    await press_until(page, "Position")
    await page.keyboard.press("PageDown")
    current = page.get_by_role("list", name="Tracklist").locator("[aria-current]")
    await expect(current).to_contain_text("Song 1")
    await press_until(page, "Download MP3")
    async with page.expect_download() as downloading:
        await page.keyboard.press("Enter")
    assert (await downloading.value).suggested_filename == "by-hand.mp3"


async def press_until(page: Page, name: str) -> None:
    """Tab to whatever a screen reader would call that."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        now = str(await page.evaluate("document.activeElement.ariaLabel ?? ''"))
        if now == name or now.startswith(f"{name}:"):
            return
    raise AssertionError(f"no way by Tab to {name!r}")
