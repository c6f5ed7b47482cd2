"""A real browser for tests: where it is, how it starts, and files let go of over a page."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


def hear_complaints(page: Page, *, expected: Sequence[str] = ("net::ERR_FAILED",)) -> list[str]:
    """What the page's console says from now on; `expected` is what the test itself brings about."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        own = any(words in message.text for words in expected)
        if message.type in ("error", "warning") and not own:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


async def open_chat(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")


async def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Let go of (name, type, content) over the page, as from a file window."""
    given = [[name, kind, base64.b64encode(content).decode()] for name, kind, content in files]
    await page.evaluate(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, type, content] of files) {
                const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type }));
            }
            for (const type of ["dragenter", "dragover", "drop"]) {
                const given = { dataTransfer: transfer, bubbles: true, cancelable: true };
                document.querySelector("main").dispatchEvent(new DragEvent(type, given));
            }
        }""",
        given,
    )


async def until(page: Page, condition: str, *, seconds: float = 10) -> None:
    """Wait for a condition: Playwright's own wait evaluates text, which the page forbids."""
    async with asyncio.timeout(seconds):
        while not await page.evaluate(condition):
            await page.wait_for_timeout(30)
