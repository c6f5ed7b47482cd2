"""Discord as one of our chats: signs in, keeps the connection, and hands on what comes in."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord

from adapters.discord.answering import Answers
from adapters.discord.calls import Calls
from adapters.discord.catalogue import fingerprint, register
from adapters.discord.client import Client
from adapters.discord.delivering import Deliverer
from adapters.discord.files import Intake
from adapters.discord.limits import Limits
from adapters.discord.places import PLATFORM
from adapters.discord.poster import Poster
from adapters.discord.posting import Postbox
from adapters.discord.posts import Posts
from adapters.discord.progress import ProgressBoard
from adapters.discord.slots import Slots
from adapters.discord.trouble import BROKEN, firmly
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.jobs import Job
from core.ports import Counter
from core.screens import Reply

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 15.0
_UNKNOWN = (
    "Discord does not know the token in TAPEDECK_DISCORD_TOKEN. Copy it again from "
    "https://discord.com/developers/applications, under Bot."
)
_NO_CONTENT = (
    "Discord does not let me read messages: switch on the message content intent at "
    "https://discord.com/developers/applications, under Bot, or set "
    "TAPEDECK_DISCORD_MESSAGE_CONTENT to false. Until then I do without."
)


class DiscordPlatform:
    """Fills `core.ports.ChatPlatform`."""

    name = PLATFORM

    def __init__(self, client: Client, poster: Poster, deliverer: Deliverer) -> None:
        self._client = client
        self._poster = poster
        self._deliverer = deliverer

    async def deliver(self, job: Job, *, delivery: str) -> str:
        self._require_sign_in()
        try:
            return await self._deliverer.deliver(job, delivery=delivery)
        except BROKEN as error:
            raise ServiceError("Discord does not answer.") from error
        except discord.HTTPException as error:
            raise ServiceError("Discord did not take the result.") from error

    async def show(self, reply: Reply, asker: Asker) -> None:
        self._require_sign_in()
        await self._poster.show(reply, asker, nonce=secrets.token_hex(10))

    def _require_sign_in(self) -> None:
        if self._client.user is None or self._client.is_closed():
            raise ServiceError("Discord could not be reached so far.")


class Discord:
    """Discord, for the length of a gateway. `hears_all` reads files without a mention, too.

    `client` is the connection to Discord.
    """

    def __init__(self, token: str, counter: Counter, *, hears_all: bool = False) -> None:
        self._token = token
        self._counter = counter
        self._hears_all = hears_all
        self.client = client = Client(reads_content=hears_all)
        self._slots = slots = Slots(client, counter.notes)
        self._progress = ProgressBoard(client, counter.desk, counter.jobs, counter.notes)
        postbox, limits = Postbox(client), Limits(client, counter.notes)
        self._poster = Poster(client, counter, slots, self._progress)
        self.platform = DiscordPlatform(
            client, self._poster, Deliverer(counter, postbox, limits, self._progress, slots)
        )

    async def sign_in(self) -> None:
        """Raises `UserError` when the token is wrong; one who cannot be reached comes later."""
        try:
            await self.client.begin_anew(self._token)
        except discord.LoginFailure as error:
            await self.client.close()
            raise UserError(_UNKNOWN) from error
        except (*BROKEN, discord.HTTPException) as error:
            _log.warning("Discord cannot be reached, I keep trying: %s", error)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Be there for the length of the block; yields under which name."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
            intake = Intake(self._counter.inbox, session)
            answers = Answers(self._counter, self._slots, self._progress)
            posts = Posts(
                client=self.client,
                counter=self._counter,
                intake=intake,
                poster=self._poster,
                hears_all=self._hears_all,
            )
            self.client.hear(calls=Calls(self._counter, intake, answers).handle, posts=posts.handle)
            work = [tasks.create_task(each) for each in (self._connect(), self._progress.watch())]
            try:
                user = self.client.user
                yield f"Discord as {user}" if user else "Discord (not reached yet)"
            finally:
                for each in work:
                    each.cancel()
                await self.client.finish()

    async def _connect(self) -> None:
        """Stay connected. discord.py comes back by itself from all that passes."""
        while True:
            try:
                if self.client.user is None:
                    await self.client.begin_anew(self._token)
                await self._register()
                await self.client.connect()
            except discord.PrivilegedIntentsRequired:
                _log.error("%s", _NO_CONTENT)
                self.client.stop_reading_content()
                continue
            except (discord.LoginFailure, discord.ConnectionClosed) as error:
                _log.error("%s (%s)", _UNKNOWN, error)
                return
            except (*BROKEN, ServiceError, discord.DiscordException) as error:
                _log.warning("Discord cannot be reached, I keep trying: %s", error)
            if self.client.is_closed():
                return
            await asyncio.sleep(_RETRY_SECONDS)

    async def _register(self) -> None:
        """Tell Discord our commands, when they are others than the last time."""
        definitions = register(self._counter.desk.commands)
        application = self.client.application_id
        key, mark = f"commands:{application}", fingerprint(definitions)
        known = await self._counter.notes.get(PLATFORM, key)
        if application is None or (known and known["mark"] == mark):
            return
        payload: list[Any] = list(definitions)
        await firmly(
            lambda: self.client.http.bulk_upsert_global_commands(application, payload=payload)
        )
        await self._counter.notes.put(PLATFORM, key, {"mark": mark})
