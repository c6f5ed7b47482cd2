"""Telegram with a bot of ours that listens, and Anna, who has started it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.telegram.house import House, open_house
from tests.doubles.telegram import Chat, Person, Telegram, telegram_double


@pytest.fixture(autouse=True)
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the bot itself sets it: else the library warns of every length of time."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_double() as telegram:
        yield telegram


@pytest.fixture
async def house(telegram: Telegram, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(telegram, tmp_path / "house") as house:
        yield house


@pytest.fixture
def anna(telegram: Telegram) -> Person:
    return telegram.user("Anna")


@pytest.fixture
async def chat(telegram: Telegram, anna: Person) -> Chat:
    """Anna's chat with the bot, which she started a while ago."""
    await anna.start()
    telegram.world.updates.drop_all()
    return telegram.private(anna)
