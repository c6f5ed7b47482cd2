"""The double itself: a whole Discord on loopback for the length of one test."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import discord.gateway
import discord.http
import yarl
from aiohttp import web

from tests.doubles.discord.answering import Answering
from tests.doubles.discord.calls import Call, Calls, call_payload
from tests.doubles.discord.cdn import Cdn
from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.commands import Commands
from tests.doubles.discord.exchange import Exchange
from tests.doubles.discord.faults import Faults
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.intents import Intent
from tests.doubles.discord.payloads import message_event, message_payload
from tests.doubles.discord.people import Person
from tests.doubles.discord.permissions import NOTHING, ORDINARY, Permission
from tests.doubles.discord.places import Builder, Places
from tests.doubles.discord.posting import Posting
from tests.doubles.discord.ratelimits import Limiter
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.rest import PREFIX, Request, Rest
from tests.doubles.discord.routes import Routes
from tests.doubles.discord.routes_calls import CallRoutes
from tests.doubles.discord.spec import find_spec
from tests.doubles.discord.uploads import Storage
from tests.doubles.discord.world import Channel, Guild, Message, Role, User

Found = TypeVar("Found")
TOKEN = "a.token.of-the-double"


class Discord:
    """What a test turns and looks at.

    `clock` decides deadlines; `gateway`, `cdn` and `faults` make trouble; `storage.refuses_over`
    refuses files that were promised to fit; `requests` is every request of the bot in order.
    """

    def __init__(self, *, token: str, speed: float, real_time: bool) -> None:
        self.token = token
        self.changes = Changes()
        self.clock = Clock(self.changes, runs=real_time)
        self.bot = User(self.clock.new_id(), "tapedeck", bot=True)
        self.places = Places(self.bot, self.clock)
        self.storage = Storage(self.clock)
        self.cdn = Cdn(self.clock, self.changes)
        self.gateway = Gateway(self.bot, token, self.changes, self.places.bots_guilds)
        self.commands = Commands(self.bot, self.clock, self.changes)
        self.calls = Calls(self.clock, self.changes)
        self.posting = Posting(
            self.clock, self.changes, self.storage, self.cdn,
            find_user=self.places.find_user, announce=self._announce,
        )  # fmt: skip
        self.rest = Rest(token, self.clock, self.changes, limiter=Limiter(speed), spec=find_spec())
        self._builder = Builder(self.places, self.clock, self.gateway)
        self._add_endpoints()

    @property
    def faults(self) -> Faults:
        return self.rest.faults

    @property
    def limiter(self) -> Limiter:
        return self.rest.limiter

    @property
    def requests(self) -> list[Request]:
        return self.rest.requests

    def requests_to(self, route: str) -> list[Request]:
        """Those to one route, such as `PATCH /channels/{channel_id}/messages/{message_id}`."""
        return [each for each in self.requests if f"{each.method} {each.route}" == route]

    def user(self, name: str, *, has_app: bool = False, locale: str = "en-US") -> Person:
        """A person; `has_app` when they installed the app to their account."""
        return Person(self, self.places.add_user(name, has_app=has_app, locale=locale))

    def guild(
        self,
        name: str,
        *members: Person,
        owner: Person | None = None,
        tier: int = 0,
        has_app: bool = True,
        bot_permissions: Permission | None = ORDINARY,
    ) -> Guild:
        """A server that has the app; with `bot_permissions=None` the bot is not a member."""
        guild = self.places.add_guild(
            name,
            [each.user for each in members],
            owner=(owner or self.user(f"owner-of-{name.lower()}")).user,
            tier=tier,
            has_app=has_app,
            bot_permissions=bot_permissions,
        )
        self._builder.announce_guild(guild)
        return guild

    def channel(self, guild: Guild, name: str = "music") -> Channel:
        channel = self.places.add_channel(guild, name)
        self._builder.tell_channel("CHANNEL_CREATE", channel)
        return channel

    def private(self, *people: Person) -> Channel:
        """A conversation of people without the bot: two of them, or a group."""
        return self.places.add_private(*(each.user for each in people))

    def role(self, guild: Guild, name: str, permissions: Permission, *members: Person) -> Role:
        return self._builder.add_role(guild, name, permissions, [each.user for each in members])

    def join(self, guild: Guild, person: Person) -> None:
        """The person becomes a member, and the bot is told when it asked for that."""
        self._builder.add_member(guild, person.user)

    def overwrite(
        self,
        channel: Channel,
        of: Person | User | Role,
        *,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        """What a channel gives to, and takes from, a role or a member; `guild.everyone` is all."""
        self._builder.overwrite(channel, of.user if isinstance(of, Person) else of, allow, deny)

    async def until(
        self,
        look: Callable[[], Found],
        what: str = "what the test looks for",
        *,
        seconds: float = 10,
    ) -> Found:
        """The first true value of `look`, asked again whenever anything changes."""
        return await self.changes.until(look, what, seconds=seconds)

    async def ready(self, count: int = 1) -> None:
        """Wait until the bot has identified itself so many times."""
        await self.until(lambda: self.gateway.identified >= count, "the bot at the gateway")

    def forgive(self) -> list[str]:
        """The violations of the specification so far, which then no longer fail the test."""
        forgiven, self.rest.violations = self.rest.violations, []
        return forgiven

    def open_call(
        self,
        kind: int,
        *,
        user: User,
        channel: Channel,
        owners: dict[str, str],
        data: Payload,
        source: Message | None = None,
    ) -> Call:
        """Send an interaction to the bot."""
        call = self.calls.open(
            kind, user=user, channel=channel, owners=owners, data=data, source=source
        )
        payload = call_payload(call, bot=self.bot, sign=self.cdn.sign)
        self.gateway.dispatch("INTERACTION_CREATE", payload, in_guild=False)
        return call

    def exchange(self, call: Call) -> Exchange:
        return Exchange(call, self.calls, self.changes)

    def show(self, message: Message) -> Payload:
        """A message as the HTTP API answers it, with addresses signed now."""
        return message_payload(message, self.cdn.sign)

    def _announce(self, event: str, message: Message) -> None:
        channel = message.channel
        if message.only_for is not None or not channel.may(self.bot, Permission.VIEW_CHANNEL):
            return
        in_guild = channel.guild is not None
        data = message_event(message, self.cdn.sign)
        if event == "MESSAGE_DELETE":
            keys = ("id", "channel_id", "guild_id")
            data = {key: data[key] for key in keys if key in data}
        self.gateway.dispatch(event, data, in_guild=in_guild)

    def _add_endpoints(self) -> None:
        routes = Routes(
            self.places, self.posting, self.clock, self.show,
            gateway_url=lambda: self.gateway.base, reads_content=self._reads_content,
        )  # fmt: skip
        answering = Answering(self.bot, self.calls, self.posting)
        calls = CallRoutes(self.bot, self.calls, answering, self.posting, self.show)
        for endpoints in (routes.endpoints(), calls.endpoints(), self.commands.endpoints()):
            self.rest.add(*endpoints)

    def _reads_content(self) -> bool:
        """MESSAGE_CONTENT holds for the HTTP API too, by the app's own setting."""
        return Intent.MESSAGE_CONTENT in self.gateway.allowed_intents

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listens on a free port of loopback, and discord.py is sent there."""
        app = web.Application(client_max_size=1 << 30)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_route("*", PREFIX + "/{path:.*}", self.rest.serve)
        app.router.add_get("/cdn/{path:.*}", self.cdn.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        self.cdn.base, self.gateway.base = f"http://{address}", f"ws://{address}/gateway"
        await web.SockSite(runner, listener).start()
        try:
            with _addressed(self.cdn.base + PREFIX, self.gateway.base):
                yield
        finally:
            await self.gateway.close(1001)
            await runner.cleanup()


@contextmanager
def _addressed(api: str, gateway: str) -> Iterator[None]:
    route, socket_class = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket_class.DEFAULT_GATEWAY
    route.BASE, socket_class.DEFAULT_GATEWAY = api, yarl.URL(gateway)
    try:
        yield
    finally:
        route.BASE, socket_class.DEFAULT_GATEWAY = before


@asynccontextmanager
async def discord_double(
    *, token: str = TOKEN, speed: float = 20, real_time: bool = False
) -> AsyncIterator[Discord]:
    """A Discord for one test, which fails at the end when the bot broke the specification.

    Rate limits pass `speed` times faster than Discord's. The clock of deadlines stands still until
    the test advances it, unless `real_time`.
    """
    double = Discord(token=token, speed=speed, real_time=real_time)
    async with double.serving():
        yield double
    assert not double.rest.violations, "\n".join(double.rest.violations)
    assert not double.rest.own_errors, "\n".join(double.rest.own_errors)
