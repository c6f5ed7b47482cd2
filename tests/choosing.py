"""The system's window for files, which a browser opens and a test fills."""

from collections.abc import Awaitable, Callable

from playwright.async_api import FileChooser, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError


async def choose(page: Page, open_window: Callable[[], Awaitable[None]]) -> FileChooser:
    """A browser that has just started may not tell of the first window that it opens."""
    for _ in range(4):
        try:
            async with page.expect_file_chooser(timeout=5000) as choosing:
                await open_window()
            return await choosing.value
        except PlaywrightTimeoutError:
            continue
    raise AssertionError("no window to choose files opened")
