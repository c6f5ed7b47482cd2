"""A small bot on the unmodified discord.py, to drive the double with."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
from discord import app_commands

from tests.doubles.discord.double import Discord


class Bot(discord.Client):
    """Its commands and views are set by each test; `heard` are the messages that it got.

    `errors` is what its commands raised.
    """

    def __init__(
        self,
        *,
        content: bool = True,
        on_start: Callable[["Bot"], Awaitable[None]] | None = None,
        patience: float = 60.0,
    ) -> None:
        intents = discord.Intents.default()
        intents.message_content = content
        super().__init__(intents=intents, guild_ready_timeout=0.0, heartbeat_timeout=patience)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.errors: asyncio.Queue[BaseException] = asyncio.Queue()
        self._news = asyncio.Event()
        self._on_start = on_start
        self.tree.on_error = self._note  # type: ignore[method-assign] # as discord.py documents

    async def setup_hook(self) -> None:
        if self._on_start is not None:
            await self._on_start(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py waits before it identifies again."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self._news.set()

    async def hears(self, count: int) -> list[discord.Message]:
        """Wait for so many messages."""
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()
        return self.heard

    async def _note(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        self.errors.put_nowait(error.__cause__ or error)


@asynccontextmanager
async def running(bot: Bot, double: Discord) -> AsyncIterator[Bot]:
    """The bot is connected, and is closed at the end."""
    known = double.gateway.identified
    task = asyncio.create_task(bot.start(double.token))
    waiting = asyncio.create_task(double.ready(known + 1))
    try:
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await waiting
        yield bot
    finally:
        waiting.cancel()
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError):
            await task
