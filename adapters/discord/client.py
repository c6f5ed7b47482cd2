"""The connection to Discord: discord.py's client, with our ears."""

import asyncio
from collections.abc import Awaitable, Callable

import discord

from adapters.discord.asking import Interaction

_FAREWELL_SECONDS = 5.0


class Client(discord.Client):
    """Hands interactions and messages on to whom `hear` names."""

    def __init__(self, *, reads_content: bool) -> None:
        # We speak in no voice channel, so nobody needs to know what that would take.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = reads_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            max_ratelimit_timeout=60,
        )
        self._on_call: Callable[[Interaction], Awaitable[None]] | None = None
        self._on_post: Callable[[discord.Message], Awaitable[None]] | None = None
        self._at_work: set[asyncio.Task[None]] = set()

    def hear(
        self,
        *,
        calls: Callable[[Interaction], Awaitable[None]],
        posts: Callable[[discord.Message], Awaitable[None]],
    ) -> None:
        self._on_call, self._on_post = calls, posts

    def stop_reading_content(self) -> None:
        """Ask for less at the next connection: Discord refuses the intent altogether."""
        # discord.py has no other way to change them; `intents` is a copy.
        self._connection._intents.message_content = False

    async def begin_anew(self, token: str) -> None:
        """Sign in, also after an earlier try that failed. Raises what discord.py raises."""
        if self.http.connector is not discord.utils.MISSING:
            await self.http.close()
            self.http.connector = discord.utils.MISSING
        await self.login(token)

    async def on_interaction(self, interaction: Interaction) -> None:
        if self._on_call is not None:
            await self._note(self._on_call(interaction))

    async def on_message(self, message: discord.Message) -> None:
        if self._on_post is not None and message.author != self.user:
            await self._note(self._on_post(message))

    async def _note(self, work: Awaitable[None]) -> None:
        """Work that is to be done before the connection is closed."""
        task = asyncio.ensure_future(work)
        self._at_work.add(task)
        try:
            await task
        finally:
            self._at_work.discard(task)

    async def finish(self) -> None:
        """Let what was begun come to its end for a few seconds, and close."""
        self._on_call = self._on_post = None
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=_FAREWELL_SECONDS)
            for task in late:
                task.cancel()
        await self.close()
