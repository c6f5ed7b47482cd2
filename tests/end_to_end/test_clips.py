"""/clip in a real browser, with the real program: a table is looked over, mended, and made."""

from playwright.async_api import expect

from tests.browser import browsing, drop, hear_complaints, needs_browser
from tests.end_to_end.deck import Deck
from tests.end_to_end.test_page import SLOW, new_person
from tests.footage import film, song

pytestmark = needs_browser
TABLE = "File;Start;End;Label\ntalk.mp4;0:13,5;0:15,5;Talk\nsong.mp3;9;4;Song\nsong.mp3;5;60;Late\n"


async def test_a_table_is_mended_in_its_form_and_becomes_a_video(deck: Deck) -> None:
    async with browsing() as browser:
        page = await new_person(browser, deck)
        complaints = hear_complaints(page)
        message = page.get_by_label("Message", exact=True)
        await message.fill("/clip")
        await message.press("Enter")
        await drop(
            page,
            ("clips.csv", "text/csv", TABLE.encode()),
            ("talk.mp4", "video/mp4", film().read_bytes()),
            ("song.mp3", "audio/mpeg", song("mp3").read_bytes()),
        )
        await page.get_by_role("button", name="Send", exact=True).click()
        preview = page.locator("[data-key='slot:clip']")
        await expect(preview.locator(".lines li")).to_have_text(
            [
                "✓ 1. talk.mp4 · 0:13.5–0:15.5 · Talk",
                "✗ Line 3 · end: I read “4”. A clip ends after its start at 0:09: write a later "
                "time, +30 for 30 seconds, or nothing for all of the rest.",
                "✓ 2. song.mp3 · 0:05–1:00 · Late",
            ]
        )
        await preview.get_by_role("button", name="Options", exact=True).click()
        form = page.get_by_role("dialog")
        await form.locator("label", has_text="video").first.click()
        await form.get_by_label("Crossfade").fill("1")
        await form.get_by_role("button", name="Send").click()
        await expect(preview).to_contain_text("A video, crossfades of 1 second, -14 LUFS.")
        await preview.get_by_role("button", name="Fix", exact=True).click()
        rows = page.get_by_role("dialog").get_by_label("Rows")
        await expect(rows).to_have_value(TABLE.strip())
        await rows.fill(TABLE.replace("9;4;", "9;12;"))
        await page.get_by_role("dialog").get_by_role("button", name="Send").click()
        await expect(preview).to_contain_text("3 clips are good")
        await preview.get_by_role("button", name="Run", exact=True).click()
        card = page.locator(".result-card")
        await expect(card).to_be_visible(timeout=SLOW)
        await expect(card).to_contain_text("1 row left out")
        await expect(card).to_contain_text("Line 4 ends at 1:00, but its source lasts only 0:24")
        await expect(card.locator("video")).to_have_count(1)
        await page.get_by_role("button", name="Edit rows").click()
        await expect(preview.locator(".lines li")).to_have_count(3)
    assert complaints == []
