"""Interactions: what a person's command, press or form sends to the bot, and what became of it."""

import copy
import secrets
from dataclasses import dataclass, field

from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.layouts import Sign
from tests.doubles.discord.payloads import (
    channel_payload,
    member_payload,
    message_event,
    user_payload,
)  # fmt: skip
from tests.doubles.discord.refusals import (
    Payload,
    RefusalError,
    already_acknowledged,
    invalid_token,
    unknown_interaction,
    unknown_webhook,
)  # fmt: skip
from tests.doubles.discord.world import DM, Channel, Message, Origin, User

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
ACK_SECONDS = 3
TOKEN_SECONDS = 15 * 60
_IN_GUILD, _IN_BOT_DM, _IN_PRIVATE = 0, 1, 2
DM_PERMISSIONS = "448824395776"


@dataclass(eq=False, slots=True)
class Call:
    """One interaction and its answers; `acked` is the type of the first one."""

    id: str
    kind: int
    token: str
    user: User
    channel: Channel
    data: Payload
    owners: dict[str, str]
    created: float
    source: Message | None = None
    acked: int | None = None
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)
    followups: int = 0
    modal: Payload | None = None
    choices: list[Payload] | None = None

    @property
    def limit(self) -> int:
        """The bytes of one file that this call announces."""
        return self.channel.upload_limit

    @property
    def is_personal(self) -> bool:
        """The app is installed to the person only, not to the place."""
        return "0" not in self.owners

    @property
    def origin(self) -> Origin:
        return Origin(
            self.id, self.kind, self.user, dict(self.owners), self.data.get("name", ""),
            self.source.id if self.source else None,
        )  # fmt: skip


class Calls:
    """Every call so far. `expired` is what a token over 15 minutes old is answered with."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self.expired: RefusalError = invalid_token()
        self._clock = clock
        self._changes = changes
        self._by_token: dict[str, Call] = {}

    def open(
        self,
        kind: int,
        *,
        user: User,
        channel: Channel,
        data: Payload,
        owners: dict[str, str],
        source: Message | None = None,
    ) -> Call:
        call = Call(
            id=self._clock.new_id(),
            kind=kind,
            token=secrets.token_urlsafe(32),
            user=user,
            channel=channel,
            data=copy.deepcopy(data),
            owners=owners,
            created=self._clock.now(),
            source=source,
        )
        self._by_token[call.token] = call
        return call

    def to_answer(self, call_id: str, token: str) -> Call:
        """The call to acknowledge. Raises `RefusalError` 10062 or 40060."""
        call = self._by_token.get(token)
        if call is None or call.id != call_id:
            raise unknown_interaction()
        if call.acked is not None:
            raise already_acknowledged()
        if self.has_lapsed(call):
            raise unknown_interaction()
        return call

    def to_follow(self, token: str) -> Call:
        """The call to follow up. Raises `RefusalError` when it is unanswered or over."""
        call = self._by_token.get(token)
        if call is None or call.acked is None:
            raise unknown_webhook()
        if self._clock.now() - call.created > TOKEN_SECONDS:
            raise self.expired
        return call

    def has_lapsed(self, call: Call) -> bool:
        """The bot did not answer in time: the person reads “The application did not respond”."""
        return call.acked is None and self._clock.now() - call.created > ACK_SECONDS

    def acknowledge(self, call: Call, kind: int) -> None:
        call.acked = kind
        self._changes.tell()


def call_payload(call: Call, *, bot: User, sign: Sign) -> Payload:
    """INTERACTION_CREATE."""
    channel, guild = call.channel, call.channel.guild
    payload: Payload = {
        "id": call.id, "application_id": bot.id, "type": call.kind, "token": call.token,
        "version": 1, "data": call.data, "channel_id": channel.id, "locale": call.user.locale,
        "channel": channel_payload(channel, bot=bot) | {
            "permissions": str(int(channel.permissions(call.user))),
        },
        "entitlements": [], "entitlement_sku_ids": [],
        "authorizing_integration_owners": call.owners,
        "attachment_size_limit": call.limit,
        "app_permissions": _app_permissions(call, bot),
        "context": read_context(channel, bot),
    }  # fmt: skip
    if call.source is not None:
        payload["message"] = message_event(call.source, sign)
    if guild is None:
        return payload | {"user": user_payload(call.user)}
    member = member_payload(guild.members[call.user.id])
    return payload | {
        "guild_id": guild.id, "guild_locale": guild.owner.locale,
        "guild": {"id": guild.id, "locale": guild.owner.locale, "features": []},
        "member": member | {"permissions": str(int(channel.permissions(call.user)))},
    }  # fmt: skip


def read_context(channel: Channel, bot: User) -> int:
    """Discord's interaction context: a guild, the bot's own direct conversation, or another."""
    if channel.guild is not None:
        return _IN_GUILD
    return _IN_BOT_DM if channel.kind == DM and bot in channel.recipients else _IN_PRIVATE


def _app_permissions(call: Call, bot: User) -> str:
    guild = call.channel.guild
    if guild is None:
        return DM_PERMISSIONS
    # An app without its bot in the guild has what its person has.
    who = bot if bot.id in guild.members else call.user
    return str(int(call.channel.permissions(who)))
