"""The tray with the real program: dropped, brought by the upload page, changed, mixed, kept."""

import hashlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from adapters.web import SignedLinks
from core.calls import Asker
from core.names import PersonId, Place
from storage.database import open_database
from storage.tickets import TicketTable
from tests.browser import browsing, drop, hear_complaints, needs_browser, until
from tests.choosing import choose
from tests.end_to_end.deck import Deck
from tests.end_to_end.test_page import SLOW, card, new_person, order, song

pytestmark = needs_browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser, deck: Deck) -> AsyncIterator[Page]:
    page = await new_person(browser, deck)
    complaints = hear_complaints(page)
    yield page
    assert complaints == []


def tray(page: Page) -> Locator:
    return page.locator("[data-key='slot:tray']")


async def send_loose(page: Page, *files: tuple[str, str, bytes]) -> None:
    await drop(page, *files)
    await page.get_by_role("button", name="Send", exact=True).click()


async def add_by_form(page: Page, file: tuple[str, str, bytes]) -> None:
    name, _, content = file
    await tray(page).get_by_role("button", name="Add").click()
    form = page.get_by_role("dialog")
    window = await choose(page, form.get_by_role("button", name="Add…").click)
    payload = FilePayload(name=name, mimeType="audio/ogg", buffer=content)
    await window.set_files([payload])
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)


async def link_to_upload(page: Page, deck: Deck) -> str:
    """An upload link for whoever chats on the page, as the bot would send it to them."""
    cookies = {each["name"]: each["value"] for each in await page.context.cookies()}
    digest = hashlib.sha256(cookies["tapedeck"].encode()).hexdigest()
    me = PersonId(f"web:{digest[:32]}")
    place = Place("web", me)
    database = await open_database("", data=deck.data)
    try:
        links = SignedLinks(
            b"signs nothing here, 32 bytes it is",
            TicketTable(database),
            public_url=deck.url,
            seconds=60,
        )
        me_here = Asker(identity=me, place=place, home=place, picks=True)
        return await links.upload(me, me_here)
    finally:
        await database.close()


async def test_what_was_gathered_in_two_places_becomes_one_tape(
    page: Page, browser: Browser, deck: Deck
) -> None:
    await send_loose(page, song("mp3", 1))
    await expect(tray(page)).to_contain_text("1 mp3")
    phone = await (await browser.new_context(viewport={"width": 390, "height": 844})).new_page()
    await phone.goto(await link_to_upload(page, deck))
    await phone.get_by_role("button", name="Go on").click()
    await phone.wait_for_selector("body[data-ready]")
    await drop(phone, song("flac", 2), ("diary.mp3", "audio/mpeg", b"just words, no sound at all"))
    await expect(phone.get_by_text("1 file on your tray. You can close this page.")).to_be_visible()
    await expect(phone.locator("#files .file").nth(1)).to_contain_text("Not taken.")
    await expect(phone.locator("#answer")).to_contain_text("diary.mp3 is a text")

    await expect(tray(page).locator(".lines li")).to_have_count(2)
    await add_by_form(page, song("ogg", 3))
    await expect(tray(page).locator(".lines li")).to_have_count(3)
    await tray(page).get_by_role("button", name="Options").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Title").fill("From two places")
    await form.get_by_role("button", name="Send").click()
    await tray(page).get_by_role("button", name="Mix").click()
    await expect(card(page, "From two places")).to_be_visible(timeout=SLOW)
    await expect(tray(page)).to_have_count(0)
    tracks = page.get_by_role("list", name="Tracklist").locator(".track-title")
    await expect(tracks).to_have_text(["Song 1", "Song 2", "Song 3"])

    await page.get_by_role("link", name="Library").click()
    await page.get_by_role("button", name="Open From two places").click()
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, "document.querySelector('audio').currentTime > 0.3")


async def test_every_command_that_needs_nothing_is_answered(page: Page) -> None:
    say = page.get_by_label("Message", exact=True)
    names = ("help", "jobs", "library", "settings", "privacy", "connect", "disconnect")
    for count, name in enumerate(names, 1):
        await say.fill(f"/{name}")
        await say.press("Enter")
        await expect(page.locator(".message.said")).to_have_count(count)
        await expect(page.locator(".message.said").last).to_contain_text(f"/{name}")
        await expect(page.locator(".message.reply")).to_have_count(count)
    await expect(page.locator("#log").get_by_text("on our side")).to_have_count(0)
    await expect(page.locator("#log").get_by_text("There is no command")).to_have_count(0)


async def test_a_link_to_the_library_signs_another_device_in(
    page: Page, browser: Browser, deck: Deck
) -> None:
    await order(page, song("mp3", 3), song("ogg", 4), title="On the phone", words="video:no")
    await expect(card(page, "On the phone")).to_be_visible(timeout=SLOW)
    say = page.get_by_label("Message", exact=True)
    await say.fill("/library")
    await say.press("Enter")
    reply = page.locator(".message.reply").last
    await expect(reply).to_contain_text("On the phone")
    await reply.get_by_role("button", name="Browser").click()
    link = page.locator(".message.reply").last.get_by_role("link")
    address = await link.get_attribute("href")
    phone = await (await browser.new_context()).new_page()
    await phone.goto(f"{deck.url}{address}")
    await phone.get_by_role("button", name="Sign in").click()
    await expect(phone.locator("#items h2")).to_have_text(["On the phone"])
    stranger = await (await browser.new_context()).new_page()
    await stranger.goto(f"{deck.url}{address}")
    await expect(stranger.get_by_text("This link was used already")).to_be_visible()
    await stranger.goto(f"{deck.url}/library")
    await expect(stranger.get_by_text("You are not signed in")).to_be_visible()
