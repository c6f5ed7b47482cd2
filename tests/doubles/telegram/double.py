"""Telegram for tests: a server on a loopback port, and the people who use it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from tests.doubles.telegram.chats import Chat, Status
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.faults import Faults
from tests.doubles.telegram.files import Limits
from tests.doubles.telegram.floods import Floods
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.person import Person
from tests.doubles.telegram.server import Server
from tests.doubles.telegram.specification import read_specification
from tests.doubles.telegram.users import User
from tests.doubles.telegram.waiting import Found, until
from tests.doubles.telegram.world import Answered, World


class Telegram:
    """What a test holds. Hand `token`, `base_url` and `base_file_url` to the bot."""

    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.base_url = f"{address}/bot"
        self.base_file_url = f"{address}/file/bot"

    @property
    def token(self) -> str:
        return self.world.bot.token

    @property
    def bot(self) -> User:
        return self.world.bot.user

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def floods(self) -> Floods:
        return self.world.floods

    @property
    def violations(self) -> list[str]:
        """What was wrong with the requests, also where Telegram says nothing."""
        return self.world.violations

    def user(self, name: str, *, username: str = "", language: str = "en") -> Person:
        """Somebody new. They have not started the bot."""
        world = self.world
        user = User(500_000_000 + next(world.numbers), name, username, language=language)
        world.users[user.id] = user
        chat = world.add_chat("private", user.id)
        chat.members = {each.id: (each, "member") for each in (user, self.bot)}
        return Person(world, user)

    def private(self, person: Person) -> Chat:
        """Somebody's chat with the bot."""
        return self.world.chats[person.id]

    def group(self, title: str, *people: Person, bot: Status = "member") -> Chat:
        """A basic group; the first of the people owns it."""
        return self._fill(self.world.add_chat("group", title=title), people, bot)

    def supergroup(
        self,
        title: str,
        *people: Person,
        bot: Status = "member",
        username: str = "",
        topics: tuple[str, ...] = (),
    ) -> Chat:
        """A supergroup; with topics it is a forum."""
        chat = self.world.add_chat("supergroup", title=title, username=username)
        for topic in topics:
            chat.forum = True
            chat.topics[self.world.next_id(chat)] = topic
        return self._fill(chat, people, bot)

    def upgrade(self, group: Chat) -> Chat:
        """Make a supergroup of a group, as Telegram does when it grows: the bot must move along."""
        world = self.world
        moved = world.add_chat("supergroup", title=group.title)
        moved.members = dict(group.members)
        group.moved_to = moved.id
        world.post(self._service(group, migrate_to_chat_id=moved.id))
        world.post(self._service(moved, migrate_from_chat_id=group.id))
        return moved

    def calls(self, method: str = "*", *, chat: Chat | None = None) -> list[Answered]:
        """The requests so far, with their times; of one method or of all but polling."""
        return [
            each
            for each in self.world.requests
            if (each.method == method or (method == "*" and each.method != "getUpdates"))
            and (chat is None or each.chat == chat.id)
        ]

    async def until(
        self, condition: Callable[[], Found | None], *, what: str = "it", seconds: float = 10
    ) -> Found:
        """Wait for a condition; it is looked at after every change."""
        return await until(self.world, condition, what=what, seconds=seconds)

    def check(self) -> None:
        """Fail when any request was not as the Bot API wants it."""
        if self.violations:
            raise AssertionError("against the Bot API:\n" + "\n".join(self.violations))

    def _fill(self, chat: Chat, people: tuple[Person, ...], bot: Status) -> Chat:
        for at, person in enumerate(people):
            chat.members[person.id] = (person.user, "member" if at else "creator")
        chat.members[self.bot.id] = (self.bot, bot)
        return chat

    def _service(self, chat: Chat, **what: object) -> Message:
        world = self.world
        owner = next(user for user, status in chat.members.values() if status == "creator")
        return Message(world.next_id(chat), chat, owner, world.clock.date, service=dict(what))


@asynccontextmanager
async def telegram_double(
    *, local: bool = False, speed: float = 1.0, limits: Limits | None = None
) -> AsyncIterator[Telegram]:
    """Run it. `local` is a local Bot API server; `speed` is that of its clock.

    At the end it fails when a request was against the Bot API, unless the test failed already.
    """
    with tempfile.TemporaryDirectory(prefix="tapedeck-telegram-") as folder:
        world = World(Path(folder), clock=Clock(speed), limits=limits or Limits(), local=local)
        app = Server(world, read_specification()).make_app()
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        delivery = asyncio.create_task(world.webhook.deliver())
        host, port = runner.addresses[0][:2]
        telegram = Telegram(world, f"http://{host}:{port}")
        try:
            yield telegram
        finally:
            delivery.cancel()
            with suppress(asyncio.CancelledError):
                await delivery
            world.updates.end_poll("the server was stopped")
            await runner.cleanup()
        telegram.check()
