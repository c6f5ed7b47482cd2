"""What most tests of the sidecar start with: it runs, and somebody has opened the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.web.sidecar import Browser, Sidecar, running


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
