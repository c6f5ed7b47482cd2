"""What most tests of the sidecar start with: it runs, and somebody has opened the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.adapters.web.sidecar import Browser, Sidecar, running
from tests.browser import browsing, hear_complaints, open_chat


@pytest.fixture
async def sidecar(tmp_path: Path) -> AsyncIterator[Sidecar]:
    async with running(tmp_path) as sidecar:
        yield sidecar


@pytest.fixture
async def browser(sidecar: Sidecar) -> AsyncIterator[Browser]:
    async with sidecar.browser() as browser:
        yield browser


@pytest.fixture
async def stranger(sidecar: Sidecar) -> AsyncIterator[Browser]:
    """Somebody who has no cookie yet."""
    async with sidecar.browser(greet=False) as stranger:
        yield stranger


@pytest.fixture
async def page(sidecar: Sidecar) -> AsyncIterator[Page]:
    """The chat, open in a browser that must have nothing to complain about."""
    async with browsing() as browser:
        context = await browser.new_context(viewport={"width": 1100, "height": 800})
        page = await context.new_page()
        complaints = hear_complaints(page, expected=("net::ERR_FAILED", "410 (Gone)"))
        await open_chat(page, sidecar.url)
        yield page
    assert complaints == []
