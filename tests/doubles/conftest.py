"""The double of Telegram, and a bot of python-telegram-bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.doubles.telegram import Chat, Person, Telegram, telegram_double


@pytest.fixture(autouse=True)
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else python-telegram-bot 22 warns of every span of time that it reads itself."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_double() as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    bot = Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.base_file_url)
    async with bot:
        yield bot


@pytest.fixture
def anna(telegram: Telegram) -> Person:
    return telegram.user("Anna")


@pytest.fixture
async def chat(telegram: Telegram, anna: Person) -> Chat:
    """Anna's chat with the bot, which she started a while ago."""
    await anna.start()
    telegram.world.updates.drop_all()
    return telegram.private(anna)
