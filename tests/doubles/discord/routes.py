"""The endpoints of the bot's own account, of channels and of messages."""

from collections.abc import Callable

from tests.doubles.discord.clock import Clock
from tests.doubles.discord.payloads import (
    channel_payload,
    member_payload,
    own_user_payload,
    redact,
    user_payload,
)  # fmt: skip
from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.places import Places
from tests.doubles.discord.posting import Letter, Posting, check_author, check_rights
from tests.doubles.discord.ratelimits import (
    DELETING,
    EDITING,
    EDITING_OLD,
    READING,
    SENDING,
    Pace,
)  # fmt: skip
from tests.doubles.discord.refusals import (
    Payload,
    RefusalError,
    cannot_send,
    missing_access,
    missing_permissions,
    no_mutual_guilds,
    unknown_channel,
    unknown_user,
)  # fmt: skip
from tests.doubles.discord.rest import Answer, Ask, Endpoint
from tests.doubles.discord.world import DM, Channel, Message, User

OLD_SECONDS = 3600
_NO_CONTENT = Answer(status=204)


class Routes:
    """Hands requests to the posting office, after looking whether the bot may."""

    def __init__(
        self,
        places: Places,
        posting: Posting,
        clock: Clock,
        show: Callable[[Message], Payload],
        *,
        gateway_url: Callable[[], str],
        reads_content: Callable[[], bool],
    ) -> None:
        self._places = places
        self._bot = places.bot
        self._gateway_url = gateway_url
        self._reads_content = reads_content
        self._posting = posting
        self._clock = clock
        self._show = show

    def endpoints(self) -> tuple[Endpoint, ...]:
        channel, message = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
        return (
            Endpoint("GET", "/users/@me", self._me),
            Endpoint("GET", "/applications/@me", self._application),
            Endpoint("GET", "/oauth2/applications/@me", self._application),
            Endpoint("GET", "/gateway/bot", self._gateway),
            Endpoint("GET", "/gateway", lambda _: Answer({"url": self._gateway_url()}), open=True),
            Endpoint("POST", "/users/@me/channels", self._open_dm),
            Endpoint("GET", "/users/{user_id}", self._user),
            Endpoint("GET", "/guilds/{guild_id}/members/{user_id}", self._member),
            Endpoint("GET", channel, self._channel),
            Endpoint("POST", channel + "/typing", self._type),
            Endpoint("GET", channel + "/messages", self._history, READING),
            Endpoint("POST", channel + "/messages", self._create, SENDING),
            Endpoint("GET", message, self._fetch, READING),
            Endpoint("PATCH", message, self._edit, EDITING, pace_of=self._edit_pace),
            Endpoint("DELETE", message, self._delete, DELETING),
        )

    def _me(self, _: Ask) -> Answer:
        return Answer(own_user_payload(self._bot))

    def _application(self, _: Ask) -> Answer:
        bot = self._bot
        return Answer({
            "id": bot.id, "name": bot.name, "description": "", "icon": None, "summary": "",
            "type": None, "bot": user_payload(bot), "bot_public": True, "verify_key": "0" * 64,
            "bot_require_code_grant": False, "flags": 0, "flags_new": "0", "redirect_uris": [],
            "owner": user_payload(bot), "team": None, "interactions_endpoint_url": None,
            "role_connections_verification_url": None, "max_participants": None,
            "explicit_content_filter": 0, "integration_types_config": {"0": {}, "1": {}},
            "approximate_guild_count": 0, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "rpc_origins": [],
            "eligible_oauth2_scopes": [],
        })  # fmt: skip

    def _gateway(self, _: Ask) -> Answer:
        starts = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return Answer({"url": self._gateway_url(), "shards": 1, "session_start_limit": starts})

    def _user(self, ask: Ask) -> Answer:
        return Answer(user_payload(self._find_user(ask.parts["user_id"])))

    def _member(self, ask: Ask) -> Answer:
        guild = self._places.find_guild(ask.parts["guild_id"])
        if guild is None or self._bot.id not in guild.members:
            raise RefusalError(404, 10004, "Unknown Guild")
        member = guild.members.get(ask.parts["user_id"])
        if member is None:
            raise RefusalError(404, 10007, "Unknown Member")
        return Answer(member_payload(member))

    def _open_dm(self, ask: Ask) -> Answer:
        user = self._find_user(str(ask.body.payload.get("recipient_id")))
        return Answer(channel_payload(self._places.dm_of(user), bot=self._bot))

    def _channel(self, ask: Ask) -> Answer:
        return Answer(channel_payload(self._enter(ask), bot=self._bot))

    def _type(self, ask: Ask) -> Answer:
        channel = self._enter(ask)
        if not channel.may(self._bot, Permission.SEND_MESSAGES):
            raise missing_permissions()
        return _NO_CONTENT

    def _create(self, ask: Ask) -> Answer:
        channel, body = self._enter(ask), ask.body.payload
        check_rights(channel, self._bot, body, ask.body)
        if channel.kind == DM:
            self._check_dm(channel)
        letter = Letter(self._bot, channel, channel.upload_limit)
        return Answer(self._show(self._posting.create(letter, body, ask.body)))

    def _history(self, ask: Ask) -> Answer:
        channel = self._enter(ask)
        if not channel.may(self._bot, Permission.READ_MESSAGE_HISTORY):
            return Answer([])
        before, after = ask.query.get("before", ""), ask.query.get("after", "")
        limit = int(ask.query.get("limit", "50"))
        found = self._posting.history(channel, before=before, after=after, limit=limit)
        return Answer([self._read(message) for message in found])

    def _fetch(self, ask: Ask) -> Answer:
        channel = self._enter(ask)
        if not channel.may(self._bot, Permission.READ_MESSAGE_HISTORY):
            raise missing_access()
        return Answer(self._read(self._posting.find(channel, ask.parts["message_id"])))

    def _edit(self, ask: Ask) -> Answer:
        channel = self._enter(ask)
        message = self._posting.find(channel, ask.parts["message_id"])
        check_author(message, self._bot)
        if ask.body.files and not channel.may(self._bot, Permission.ATTACH_FILES):
            raise missing_permissions()
        self._posting.edit(message, ask.body.payload, ask.body, limit=channel.upload_limit)
        return Answer(self._show(message))

    def _delete(self, ask: Ask) -> Answer:
        channel = self._enter(ask)
        message = self._posting.find(channel, ask.parts["message_id"])
        is_own = message.author is self._bot
        if not is_own and channel.kind == DM:
            raise RefusalError(403, 50003, "Cannot execute action on a DM channel")
        if not is_own and not channel.may(self._bot, Permission.MANAGE_MESSAGES):
            raise missing_permissions()
        self._posting.delete(message)
        return _NO_CONTENT

    def _edit_pace(self, ask: Ask) -> Pace:
        channel = self._places.find_channel(ask.parts["channel_id"])
        message = channel.messages.get(ask.parts["message_id"]) if channel else None
        is_old = message is not None and self._clock.now() - message.created > OLD_SECONDS
        return EDITING_OLD if is_old else EDITING

    def _read(self, message: Message) -> Payload:
        """As the bot may read it: without MESSAGE_CONTENT the history is hidden too."""
        payload = self._show(message)
        if message.channel.guild is None or self._reads_content():
            return payload
        return redact(payload, bot=self._bot)

    def _enter(self, ask: Ask) -> Channel:
        channel = self._places.find_channel(ask.parts["channel_id"])
        if channel is None:
            raise unknown_channel()
        if not channel.may(self._bot, Permission.VIEW_CHANNEL):
            raise missing_access()
        return channel

    def _find_user(self, user_id: str) -> User:
        user = self._places.find_user(user_id)
        if user is None:
            raise unknown_user()
        return user

    def _check_dm(self, channel: Channel) -> None:
        person = next(user for user in channel.recipients if user is not self._bot)
        if person.refuses_dms:
            raise cannot_send()
        if not person.has_app and not self._places.shares_guild(person):
            raise no_mutual_guilds()
