"""Messages: created, edited, deleted, fetched, each with the checks that Discord makes."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from tests.doubles.discord.cdn import Cdn
from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.mentions import mention
from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.refusals import (
    Payload,
    another_author,
    missing_access,
    missing_permissions,
    unknown_message,
)  # fmt: skip
from tests.doubles.discord.rules.components import number_components
from tests.doubles.discord.rules.messages import check_message, check_not_empty, wants_layout
from tests.doubles.discord.uploads import Body, Storage, describe, match_files
from tests.doubles.discord.world import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    Channel,
    Message,
    Origin,
    User,
)  # fmt: skip

NONCE_SECONDS = 300
_REPLY = 19
_MOST_HISTORY = 100

Announce = Callable[[str, Message], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes where, and under which rules. `limit` is the most bytes of one file."""

    author: User
    channel: Channel
    limit: int
    kind: int = 0
    origin: Origin | None = None
    only_for: User | None = None


class Posting:
    """Keeps messages and tells the gateway of each change through `announce`."""

    def __init__(
        self,
        clock: Clock,
        changes: Changes,
        storage: Storage,
        cdn: Cdn,
        *,
        find_user: Callable[[str], User | None],
        announce: Announce,
    ) -> None:
        self._clock = clock
        self._changes = changes
        self._storage = storage
        self._cdn = cdn
        self._find_user = find_user
        self._announce = announce

    def create(self, letter: Letter, body: Payload, upload: Body) -> Message:
        """Raises `RefusalError` for what Discord does not take."""
        known = self._same_nonce(letter, body)
        if known is not None:
            return known
        self._storage.check(upload.files.values(), letter.limit)
        layout = wants_layout(body)
        names = [each.name for each in upload.files.values()]
        check_message(body, files=names, layout=layout)
        check_not_empty(body, files=names)
        match_files(body, upload.files, [])
        message = self._blank(letter, flags=_kept_flags(body))
        self._fill(message, body, upload)
        message.nonce = body.get("nonce")
        message.reference = _read_reference(letter.channel, body)
        if message.reference and not letter.kind:
            message.kind = _REPLY
        mention(message, body.get("allowed_mentions"), self._find_user)
        return self._add(message)

    def think(self, letter: Letter) -> Message:
        """A deferred answer: nothing yet, but a place for it."""
        return self._add(self._blank(letter, flags=LOADING))

    def fill(self, message: Message, body: Payload, upload: Body, *, limit: int) -> Message:
        """The first answer after a deferral takes the place of the loading message."""
        layout = wants_layout(body)
        self._storage.check(upload.files.values(), limit)
        names = [each.name for each in upload.files.values()]
        check_message(body, files=names, layout=layout)
        check_not_empty(body, files=names)
        message.flags = (message.flags & ~LOADING) | (COMPONENTS_V2 if layout else 0)
        self._fill(message, body, upload)
        mention(message, body.get("allowed_mentions"), self._find_user)
        return self._changed(message)

    def edit(self, message: Message, body: Payload, upload: Body, *, limit: int) -> Message:
        layout = message.has_layout or wants_layout(body)
        self._storage.check(upload.files.values(), limit)
        kept = match_files(body, upload.files, message.attachments)
        new = [each.name for each in upload.files.values()]
        names = [each.filename for each in kept] + new
        after = {
            "content": message.content, "embeds": message.embeds,
            "components": message.components,
        } | {k: v for k, v in body.items() if k in ("content", "embeds", "components")}  # fmt: skip
        check_message(after, files=names, layout=layout)
        check_not_empty(after, files=names)
        if layout:
            message.flags |= COMPONENTS_V2
        message.flags &= ~LOADING
        message.attachments = kept
        self._fill(message, body, upload)
        mention(message, body.get("allowed_mentions"), self._find_user)
        message.edited = self._clock.now()
        return self._changed(message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        del message.channel.messages[message.id]
        self._announce("MESSAGE_DELETE", message)
        self._changes.tell()

    def find(self, channel: Channel, message_id: str) -> Message:
        """A message that is open to all. Raises `RefusalError` (10008) for others."""
        message = channel.messages.get(message_id)
        if message is None or message.only_for is not None:
            raise unknown_message()
        return message

    def history(self, channel: Channel, *, before: str, after: str, limit: int) -> list[Message]:
        """The newest first, at most 100, between two ids (either may be empty)."""
        open_ones = [each for each in channel.messages.values() if each.only_for is None]
        found = [
            each
            for each in open_ones
            if (not before or int(each.id) < int(before))
            and (not after or int(each.id) > int(after))
        ]
        found.sort(key=lambda each: int(each.id), reverse=not (after and not before))
        page = found[: min(limit, _MOST_HISTORY)]
        return sorted(page, key=lambda each: int(each.id), reverse=True)

    def _same_nonce(self, letter: Letter, body: Payload) -> Message | None:
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce"):
            return None
        since = self._clock.now() - NONCE_SECONDS
        for message in reversed(letter.channel.messages.values()):
            if message.created < since:
                return None
            if message.author is letter.author and str(message.nonce) == str(nonce):
                return message
        return None

    def _blank(self, letter: Letter, *, flags: int) -> Message:
        return Message(
            id=self._clock.new_id(),
            channel=letter.channel,
            author=letter.author,
            created=self._clock.now(),
            kind=letter.kind,
            flags=flags | (EPHEMERAL if letter.only_for else 0),
            origin=letter.origin,
            only_for=letter.only_for,
        )

    def _fill(self, message: Message, body: Payload, upload: Body) -> None:
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = copy.deepcopy(body["embeds"] or [])
        if "components" in body:
            message.components = copy.deepcopy(body["components"] or [])
            number_components(message.components)
        for number, each in sorted(upload.files.items()):
            about = describe(body, number)
            file = self._storage.store(
                message.channel, each, ephemeral=message.only_for is not None, about=about
            )
            self._cdn.keep(file)
            message.attachments.append(file)
        message.versions.append(message.text)

    def _add(self, message: Message) -> Message:
        message.channel.messages[message.id] = message
        self._announce("MESSAGE_CREATE", message)
        self._changes.tell()
        return message

    def _changed(self, message: Message) -> Message:
        self._announce("MESSAGE_UPDATE", message)
        self._changes.tell()
        return message


def check_rights(channel: Channel, author: User, body: Payload, upload: Body) -> None:
    """Raises `RefusalError` 50001 or 50013 when the author may not post this here."""
    if not channel.may(author, Permission.VIEW_CHANNEL):
        raise missing_access()
    needed = Permission.SEND_MESSAGES
    if upload.files:
        needed |= Permission.ATTACH_FILES
    if body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if body.get("message_reference"):
        needed |= Permission.READ_MESSAGE_HISTORY
    if not channel.may(author, needed):
        raise missing_permissions()


def check_author(message: Message, user: User) -> None:
    if message.author is not user:
        raise another_author()


def _kept_flags(body: Payload) -> int:
    return int(body.get("flags") or 0) & (COMPONENTS_V2 | 1 << 2 | 1 << 12)


def _read_reference(channel: Channel, body: Payload) -> str | None:
    reference = body.get("message_reference")
    if not reference:
        return None
    wanted = str(reference["message_id"])
    if wanted in channel.messages:
        return wanted
    if reference.get("fail_if_not_exists", True):
        raise unknown_message()
    return None
