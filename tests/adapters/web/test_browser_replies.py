"""The chat in a real browser: the tray by dropping, buttons, forms, and completing words."""

import asyncio

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from core.jobs import Job
from tests.adapters.web.sidecar import Sidecar, finish, make_outcome
from tests.browser import drop, needs_browser, open_chat
from tests.choosing import choose

pytestmark = needs_browser


async def gather(page: Page, *names: str) -> None:
    """Drop files and send them without a word."""
    await drop(page, *((name, "audio/mpeg", b"sound") for name in names))
    await page.get_by_role("button", name="Send", exact=True).click()


def tray(page: Page) -> Locator:
    return page.locator("[data-key='slot:tray']")


def button(page: Page, name: str) -> Locator:
    return tray(page).get_by_role("button", name=name, exact=True)


def lines(page: Page) -> Locator:
    return tray(page).locator(".lines li")


async def next_job(sidecar: Sidecar) -> Job:
    async with asyncio.timeout(10):
        return await sidecar.jobs.accepted.get()


async def test_files_sent_without_a_word_wait_on_the_tray(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("one.mp3", "audio/mpeg", b"1"), ("two.mp3", "audio/mpeg", b"2"))
    await expect(page.get_by_text("Or just send them: they wait on your tray.")).to_be_visible()
    await page.get_by_label("Message", exact=True).press("Enter")
    await expect(lines(page)).to_have_text(["one.mp3", "two.mp3"])
    await expect(page.get_by_role("region", name="Attached files")).to_be_hidden()
    await gather(page, "three.mp3")
    await expect(lines(page)).to_have_text(["one.mp3", "two.mp3", "three.mp3"])
    await expect(tray(page)).to_have_count(1)
    await expect(page.locator("#log > article").last).to_have_attribute("data-key", "slot:tray")
    await button(page, "Mix").click()
    job = await next_job(sidecar)
    assert sidecar.jobs.orders[job.id].request["labels"] == ["one.mp3", "two.mp3", "three.mp3"]
    await expect(page.get_by_role("progressbar", name="Gathered")).to_be_visible()
    await expect(tray(page)).to_have_count(0)


async def test_buttons_survive_a_reload_and_keep_the_focus(page: Page, sidecar: Sidecar) -> None:
    await gather(page, "one.mp3", "two.mp3")
    await expect(lines(page)).to_have_count(2)
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await button(page, "Last first").focus()
    await page.keyboard.press("Enter")
    await expect(lines(page)).to_have_text(["two.mp3", "one.mp3"])
    await expect(button(page, "Last first")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(lines(page)).to_have_text(["one.mp3", "two.mp3"])


async def test_another_window_sees_the_tray_change(page: Page, sidecar: Sidecar) -> None:
    other = await page.context.new_page()
    await open_chat(other, sidecar.url)
    await gather(page, "one.mp3", "two.mp3")
    await expect(lines(other)).to_have_text(["one.mp3", "two.mp3"])
    await button(page, "Last first").click()
    await expect(lines(other)).to_have_text(["two.mp3", "one.mp3"])
    await button(page, "Mix").click()
    await expect(tray(other)).to_have_count(0)


async def test_a_form_is_filled_in_and_sent_with_a_picture(page: Page, sidecar: Sidecar) -> None:
    await gather(page, "one.mp3")
    await button(page, "Options").click()
    form = page.get_by_role("dialog", name="How")
    await expect(form.get_by_label("Crossfade")).to_have_value("8")
    await expect(form.get_by_role("switch", name="Video")).not_to_be_checked()
    await form.get_by_label("Title").fill("Night train")
    await form.get_by_label("Crossfade").fill("6")
    await form.locator("label", has_text="name").click()
    window = await choose(page, form.get_by_role("button", name="Choose… cover").click)
    picture = FilePayload(name="me.png", mimeType="image/png", buffer=b"picture")
    await window.set_files([picture])
    await expect(form.get_by_text("1 file")).to_be_visible()
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    words = "title Night train, crossfade 6.0, order name, video False, cover me.png"
    await expect(tray(page)).to_contain_text(words)
    await button(page, "Mix").click()
    assert (await next_job(sidecar)).title == "Night train"


@pytest.mark.parametrize("leave", ["Escape", "Cancel", "Close"])
async def test_a_form_that_is_left_changes_nothing(page: Page, leave: str) -> None:
    await gather(page, "one.mp3")
    await button(page, "Options").click()
    form = page.get_by_role("dialog", name="How")
    await form.get_by_label("Title").fill("Never mind")
    if leave == "Escape":
        await page.keyboard.press("Escape")
    else:
        await form.get_by_role("button", name=leave, exact=True).click()
    await expect(form).to_have_count(0)
    await expect(tray(page)).to_contain_text("1 tracks.")
    await expect(button(page, "Options")).to_be_focused()


async def test_a_value_out_of_range_keeps_the_form_open(page: Page) -> None:
    await gather(page, "one.mp3")
    await button(page, "Options").click()
    form = page.get_by_role("dialog", name="How")
    await form.get_by_label("Crossfade").fill("31")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_visible()
    await expect(tray(page)).to_contain_text("1 tracks.")


async def test_a_commands_own_form_opens_by_itself_and_stays_at_hand(page: Page) -> None:
    say = page.get_by_label("Message", exact=True)
    await say.fill("/shelf ask")
    await say.press("Enter")
    form = page.get_by_role("dialog", name="Name it")
    await expect(form).to_be_visible()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.get_by_role("button", name="Name it").click()
    await form.get_by_label("Title").fill("Night train")
    await form.get_by_role("button", name="Send").click()
    await expect(page.locator(".message.reply .bubble")).to_have_text("It is called Night train.")


async def test_words_are_completed_as_one_types(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    say = page.get_by_label("Message", exact=True)
    await say.fill("/mixtape Night train")
    await say.press("Enter")
    await expect(page.get_by_role("progressbar", name="Night train")).to_be_visible()
    await say.press_sequentially("/shelf nig")
    await expect(page.get_by_role("option")).to_have_text(["Night train"])
    await say.press("ArrowDown")
    await say.press("Enter")
    await expect(say).to_have_value("Night train")
    await say.press("Enter")
    await expect(page.locator("#log").get_by_text("Nothing is called Night train.")).to_be_visible()


async def test_an_open_list_of_words_does_not_keep_enter_from_sending(
    page: Page, sidecar: Sidecar
) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    say = page.get_by_label("Message", exact=True)
    await say.fill("/mixtape Night train")
    await say.press("Enter")
    await expect(page.get_by_role("progressbar", name="Night train")).to_be_visible()
    await say.press_sequentially("/shelf Nig")
    await expect(page.get_by_role("option")).to_have_count(1)
    await say.press("Enter")
    await expect(page.locator("#log").get_by_text("Nothing is called Nig.")).to_be_visible()


async def test_a_field_is_completed_as_well(page: Page, sidecar: Sidecar) -> None:
    await drop(page, ("a.mp3", "audio/mpeg", b"1"))
    say = page.get_by_label("Message", exact=True)
    await say.fill("/mixtape Night train")
    await say.press("Enter")
    await expect(page.get_by_role("progressbar", name="Night train")).to_be_visible()
    await say.fill("/shelf ")
    field = page.get_by_role("combobox", name="Name")
    await field.press_sequentially("tra")
    await expect(page.locator("datalist option")).to_have_attribute("value", "Night train")


async def test_a_result_is_deleted_by_its_button(page: Page, sidecar: Sidecar) -> None:
    await gather(page, "one.mp3")
    await button(page, "Mix").click()
    job = await next_job(sidecar)
    await finish(sidecar, job.id, make_outcome(sidecar.folder_of(job.id)))
    result = page.locator(".result-card")
    await result.get_by_role("button", name="Make again").click()
    await expect(page.get_by_role("dialog", name="Again")).to_be_visible()
    await page.keyboard.press("Escape")
    await result.get_by_role("button", name="Delete").click()
    await expect(page.locator("#log").get_by_text("Gathered is gone.")).to_be_visible()
    await expect(result).to_have_count(0)


async def test_a_file_that_goes_with_a_reply_is_downloaded(page: Page) -> None:
    say = page.get_by_label("Message", exact=True)
    await say.fill("/shelf export")
    await say.press("Enter")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Everything.zip").click()
    assert (await downloading.value).suggested_filename == "Everything.zip"
