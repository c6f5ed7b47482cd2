"""Our Discord adapter on the unmodified discord.py, with simcord as the Discord.

simcord puts a Discord in memory under discord.py's REST and hands the gateway's events in, with a
clock that a test turns. What it has not is HTTP: size limits, 413, 429, broken connections and
files that are fetched from an address; nor `nonce`, refused direct messages (50007) and apps that
only a person has installed. All that is tested with the double in `tests/doubles/discord`. Files
are served here, over a socket of loopback, because our side streams them itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import simcord
from aiohttp import web
from simcord.backend.cdn import CDN_BASE, CdnStore

from adapters.discord import Discord
from core.calls import Command
from core.jobs import Job
from core.ports import Counter
from tests.adapters.discord.house import make_result, open_counter
from tests.fakes_people import FakeLibrary
from tests.media import Sound, make
from tests.toys import until

File = tuple[str, bytes]


class ServedFiles(CdnStore):
    """simcord's files at addresses from which they can be fetched."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def store_attachment(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        facts = super().store_attachment(*args, **kwargs)
        url = facts["url"].replace(CDN_BASE, self._address)
        return {**facts, "url": url, "proxy_url": url}


@asynccontextmanager
async def serve_files() -> AsyncIterator[ServedFiles]:
    async def give(request: web.Request) -> web.Response:
        content = files.get(f"{CDN_BASE}{request.path}")
        return web.Response(body=content) if content is not None else web.Response(status=404)

    application = web.Application()
    application.router.add_get("/{path:.*}", give)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        files = ServedFiles(f"http://{host}:{port}")
        yield files
    finally:
        await runner.cleanup()


@dataclass
class Stage:
    """What a test turns: `env` is the simulated Discord, `jobs` how far each job is."""

    folder: Path
    env: simcord.Env
    counter: Counter
    jobs: FakeLibrary
    chat: Discord
    guild: simcord.GuildHandle = field(init=False)
    channel: simcord.ChannelHandle = field(init=False)
    anna: simcord.MemberActor = field(init=False)
    ben: simcord.MemberActor = field(init=False)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    def people(self) -> None:
        """Anna and Ben on a server."""
        self.guild = self.env.create_guild("Studio")
        self.channel = self.guild.create_text_channel("music")
        self.anna, self.ben = (
            self.guild.add_member(self.env.create_user(name)) for name in ("anna", "ben")
        )

    async def start(self) -> None:
        await self.chat.sign_in()
        await self._running.enter_async_context(self.chat.serve())

        async def offered() -> bool:
            return "mixtape" in self.anna.available_commands(self.channel)

        await until(offered, what="the commands are registered")

    async def stop(self) -> None:
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def restart(self) -> None:
        """Another process of ours, with the same records, at the same Discord."""
        await self.stop()
        self.chat = make_chat(self.counter)
        await self.env.restart_bot(self.chat.client)
        await self.start()

    async def order(self, title: str = "Late night", **options: object) -> tuple[Job, Any]:
        """Anna orders a mixtape of one track in the channel; the job, and what came of the call."""
        result = await self.anna.slash(
            self.channel, "mixtape", track1=track(), title=title, **options
        )
        return await self.accepted(), result

    async def accepted(self) -> Job:
        async with asyncio.timeout(10):
            return await self.jobs.accepted.get()

    async def finish(self, job: Job, **sizes: int) -> str:
        """The job ends well, and is handed over."""
        done = self.jobs.finish(job.id, make_result(self.folder, job.id, **sizes))
        return await self.chat.platform.deliver(done, delivery=job.id)

    def public(self) -> list[discord.Message]:
        """What everybody sees in the channel, oldest first."""
        return self.channel.history(viewer=self.ben)

    def home(self) -> list[discord.Message]:
        """Anna's direct messages."""
        return self.anna.user.dm_channel.history(viewer=self.anna.user)

    def acknowledged(self) -> list[Any]:
        """What our side first said to each interaction."""
        sent = [each.json for each in self.env.http_requests if each.path.endswith("/callback")]
        return list(sent)

    async def shows(self, words: str, *, home: bool = False) -> None:
        """Wait until a message in the channel, or in Anna's direct messages, has these words."""

        async def there() -> bool:
            return any(words in text_of(each) for each in (self.home() if home else self.public()))

        await until(there, what=f"{words!r} is shown")


def filled(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """The answer to an interaction, in its place."""
    assert result.response is not None, "it was not answered"
    return result.response


def text_of(message: Any) -> str:
    """What is to be read in a message or answer: its words, and its embeds' titles and texts."""
    embeds = [part or "" for each in message.embeds for part in (each.title, each.description)]
    return "\n".join([message.content or "", *embeds])


def labels_of(message: Any) -> list[str]:
    """Of its buttons; a message has discord.py's rows, an answer what was sent."""
    found = []
    for row in message.components:
        buttons = row["components"] if isinstance(row, dict) else row.children
        found += [each["label"] if isinstance(each, dict) else each.label for each in buttons]
    return found


def track(name: str = "one.mp3") -> File:
    return name, make("mp3", Sound(seconds=1)).read_bytes()


def make_chat(counter: Counter) -> Discord:
    """Our side, which is not to open the gateway: simcord hands its events in without one."""
    chat = Discord("simulated", counter)

    async def stay(*, reconnect: bool = True) -> None:
        await asyncio.Event().wait()

    chat.client.connect = stay  # type: ignore[method-assign] # simcord has no address to connect to
    return chat


@asynccontextmanager
async def open_stage(folder: Path, *extra: Command) -> AsyncIterator[Stage]:
    """Anna, Ben and our side, at a simulated Discord."""
    async with AsyncExitStack() as stack:
        counter, jobs, _ = await stack.enter_async_context(open_counter(folder, extra=extra))
        files = await stack.enter_async_context(serve_files())
        chat = make_chat(counter)
        env = await stack.enter_async_context(simcord.run(chat.client))
        env.backend.cdn = files
        stage = Stage(folder, env, counter, jobs, chat)
        stage.people()
        stack.push_async_callback(stage.stop)
        await stage.start()
        yield stage
