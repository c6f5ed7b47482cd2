"""Users, guilds and channels of one double: making them, finding them, telling the bot."""

from collections.abc import Iterable

from tests.doubles.discord.calls import read_context
from tests.doubles.discord.clock import Clock
from tests.doubles.discord.forms import Resolved
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.intents import Intent
from tests.doubles.discord.layouts import Sign
from tests.doubles.discord.payloads import (
    attachment_payload,
    channel_payload,
    guild_payload,
    member_payload,
    role_payload,
    user_payload,
)  # fmt: skip
from tests.doubles.discord.permissions import NOTHING, ORDINARY, Overwrite, Permission
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.world import DM, GROUP, TEXT, Channel, Guild, Member, Message, Role, User


class Places:
    def __init__(self, bot: User, clock: Clock) -> None:
        self.bot = bot
        self.guilds: list[Guild] = []
        self._clock = clock
        self._users: dict[str, User] = {bot.id: bot}
        self._channels: dict[str, Channel] = {}

    def add_user(self, name: str, *, has_app: bool, locale: str) -> User:
        user = User(self._clock.new_id(), name, has_app=has_app, locale=locale)
        self._users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        members: Iterable[User],
        *,
        owner: User,
        tier: int,
        has_app: bool,
        bot_permissions: Permission | None,
    ) -> Guild:
        """`bot_permissions` of the bot's own role; without them the bot is not a member."""
        number = self._clock.new_id()
        guild = Guild(number, name, owner, Role(number, "@everyone", ORDINARY), tier, has_app)
        for user in dict.fromkeys([owner, *members]):
            guild.members[user.id] = Member(user, self._clock.now())
        if bot_permissions is not None:
            role = Role(self._clock.new_id(), self.bot.name, bot_permissions)
            guild.roles.append(role)
            guild.members[self.bot.id] = Member(self.bot, self._clock.now(), [role])
        self.guilds.append(guild)
        return guild

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(self._clock.new_id(), name, TEXT, guild)
        guild.channels.append(channel)
        self._channels[channel.id] = channel
        return channel

    def add_private(self, *people: User) -> Channel:
        """A conversation of people without the bot: of two, or a group."""
        kind = DM if len(people) == 2 else GROUP
        channel = Channel(self._clock.new_id(), "", kind, recipients=list(people))
        self._channels[channel.id] = channel
        return channel

    def dm_of(self, user: User) -> Channel:
        """The person's direct conversation with the bot, made when it is first needed."""
        for channel in self._channels.values():
            if channel.kind == DM and set(channel.recipients) == {user, self.bot}:
                return channel
        return self.add_private(user, self.bot)

    def find_channel(self, channel_id: str) -> Channel | None:
        return self._channels.get(channel_id)

    def find_user(self, user_id: str) -> User | None:
        return self._users.get(user_id)

    def find_guild(self, guild_id: str) -> Guild | None:
        return next((each for each in self.guilds if each.id == guild_id), None)

    def bots_guilds(self) -> list[Guild]:
        return [each for each in self.guilds if self.bot.id in each.members]

    def shares_guild(self, user: User) -> bool:
        return any(user.id in guild.members for guild in self.bots_guilds())

    def find_owners(self, user: User, channel: Channel, command: Payload) -> dict[str, str]:
        """By whose installation a person may use a command here. Fails the test when by none."""
        name, types = command["name"], command["integration_types"]
        context = read_context(channel, self.bot)
        contexts = command["contexts"]
        assert contexts is None or context in contexts, f"/{name} is not for context {context}"
        owners: dict[str, str] = {}
        guild = channel.guild
        if 0 in types and guild is not None and guild.has_app:
            owners["0"] = guild.id
        if 0 in types and context == 1 and self.shares_guild(user):
            owners["0"] = "0"  # as Discord writes it for the bot's direct conversations
        if 1 in types and user.has_app:
            owners["1"] = user.id
        assert owners, f"{user.name} finds no /{name} here: the app is not installed"
        self._check_rights(user, channel, command)
        return owners

    def message_owners(self, message: Message) -> dict[str, str]:
        """A message's buttons go by the installation that posted it."""
        if message.origin is not None:
            return dict(message.origin.owners)
        return {"0": message.channel.guild.id if message.channel.guild else "0"}

    def resolve(self, resolved: Resolved, channel: Channel, sign: Sign) -> Payload:
        """The `resolved` part of a call: what its ids stand for."""
        members = channel.guild.members if channel.guild else {}
        told: Payload = {
            "attachments": {
                key: attachment_payload(each, sign) for key, each in resolved.attachments.items()
            },
            "users": {key: user_payload(each) for key, each in resolved.users.items()},
            "members": {
                key: member_payload(members[key], with_user=False)
                | {"permissions": str(int(channel.permissions(each)))}
                for key, each in resolved.users.items()
                if key in members
            },
            "channels": {
                key: channel_payload(each) | {"permissions": "0"}
                for key, each in resolved.channels.items()
            },
        }
        return {key: value for key, value in told.items() if value}

    def _check_rights(self, user: User, channel: Channel, command: Payload) -> None:
        if channel.guild is None:
            return
        may = channel.permissions(user)
        assert Permission.USE_APPLICATION_COMMANDS in may, f"{user.name} may use no commands here"
        needed = Permission(int(command["default_member_permissions"] or 0))
        assert needed in may, f"/{command['name']} is not for {user.name}"


class Builder:
    """Changes guilds while the bot is there, and tells it."""

    def __init__(self, places: Places, clock: Clock, gateway: Gateway) -> None:
        self._places = places
        self._clock = clock
        self._gateway = gateway

    def announce_guild(self, guild: Guild) -> None:
        if self._places.bot.id not in guild.members:
            return
        for_all = Intent.GUILD_MEMBERS in self._gateway.allowed_intents
        told = guild_payload(guild, bot=self._places.bot, bots_only=not for_all)
        self._gateway.dispatch("GUILD_CREATE", told, in_guild=True)

    def tell_channel(self, event: str, channel: Channel) -> None:
        if channel.guild is not None and self._places.bot.id in channel.guild.members:
            self._gateway.dispatch(event, channel_payload(channel), in_guild=True)

    def overwrite(
        self,
        channel: Channel,
        of: User | Role,
        allow: Permission = NOTHING,
        deny: Permission = NOTHING,
    ) -> None:
        """Replace what a channel allows and denies to a role or a member."""
        channel.overwrites = [each for each in channel.overwrites if each.of != of.id]
        channel.overwrites.append(Overwrite(of.id, isinstance(of, User), allow, deny))
        self.tell_channel("CHANNEL_UPDATE", channel)

    def add_role(
        self, guild: Guild, name: str, permissions: Permission, members: Iterable[User]
    ) -> Role:
        role = Role(self._clock.new_id(), name, permissions)
        guild.roles.append(role)
        if self._places.bot.id in guild.members:
            told = {"guild_id": guild.id, "role": role_payload(role, len(guild.roles))}
            self._gateway.dispatch("GUILD_ROLE_CREATE", told, in_guild=True)
        for user in members:
            guild.members[user.id].roles.append(role)
            self._tell_member("GUILD_MEMBER_UPDATE", guild, user)
        return role

    def add_member(self, guild: Guild, user: User) -> None:
        guild.members[user.id] = Member(user, self._clock.now())
        self._tell_member("GUILD_MEMBER_ADD", guild, user)

    def _tell_member(self, event: str, guild: Guild, user: User) -> None:
        if self._places.bot.id in guild.members:
            told = member_payload(guild.members[user.id]) | {"guild_id": guild.id}
            self._gateway.dispatch(event, told, in_guild=True)
