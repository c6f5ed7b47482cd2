"""Who and what there is: users, guilds, channels, messages and their files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tests.doubles.discord.permissions import ORDINARY, Overwrite, Permission, compute
from tests.doubles.discord.refusals import Payload

TEXT, DM, GROUP = 0, 1, 3
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
MIB = 1 << 20
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_GUILD_LIMITS = {0: 10 * MIB, 1: 10 * MIB, 2: 50 * MIB, 3: 100 * MIB}


@dataclass(eq=False, slots=True)
class User:
    id: str
    name: str
    bot: bool = False
    refuses_dms: bool = False
    has_app: bool = False
    locale: str = "en-US"


@dataclass(eq=False, slots=True)
class Role:
    id: str
    name: str
    permissions: Permission


@dataclass(eq=False, slots=True)
class Member:
    user: User
    joined: float
    roles: list[Role] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Guild:
    """A server. `has_app` tells whether the app was installed to it, with or without its bot.

    `most_bytes` is a limit of a test's own, so that small files can be too large.
    """

    id: str
    name: str
    owner: User
    everyone: Role
    tier: int = 0
    has_app: bool = True
    most_bytes: int | None = None
    roles: list[Role] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    channels: list["Channel"] = field(default_factory=list)

    @property
    def upload_limit(self) -> int:
        """Bytes that one file may have."""
        return self.most_bytes or _GUILD_LIMITS[self.tier]


@dataclass(eq=False, slots=True)
class Channel:
    """A guild's text channel, a direct conversation or a group; `recipients` only for those."""

    id: str
    name: str
    kind: int
    guild: Guild | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: dict[str, "Message"] = field(default_factory=dict)

    def permissions(self, user: User) -> Permission:
        """What a user may do here; nothing at all for strangers."""
        if self.guild is None:
            return ORDINARY if user in self.recipients else Permission(0)
        member = self.guild.members.get(user.id)
        if member is None:
            return Permission(0)
        everyone = self.guild.everyone
        return compute(
            everyone=(everyone.id, everyone.permissions),
            roles=[(role.id, role.permissions) for role in member.roles],
            overwrites=self.overwrites,
            member=user.id,
            is_owner=self.guild.owner is user,
        )

    def may(self, user: User, needed: Permission) -> bool:
        return needed in self.permissions(user)

    @property
    def upload_limit(self) -> int:
        return self.guild.upload_limit if self.guild else _GUILD_LIMITS[0]


@dataclass(eq=False, slots=True)
class Attachment:
    """A file with its real bytes. `title` is the name as it was, when Discord had to change it."""

    id: str
    channel_id: str
    filename: str
    data: bytes
    content_type: str
    title: str | None = None
    description: str | None = None
    ephemeral: bool = False

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers."""

    id: str
    kind: int
    user: User
    owners: dict[str, str]
    name: str
    message_id: str | None


@dataclass(eq=False, slots=True)
class Message:
    """A message as it is now; `versions` are its texts so far, oldest first."""

    id: str
    channel: Channel
    author: User
    created: float
    content: str = ""
    kind: int = 0
    flags: int = 0
    embeds: list[Payload] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    components: list[Payload] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    edited: float | None = None
    reference: str | None = None
    origin: Origin | None = None
    only_for: User | None = None
    deleted: bool = False
    versions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that can be read in it: content, embeds, text displays, labels of buttons."""
        return "\n".join(part for part in self._texts() if part)

    def _texts(self) -> Iterator[str]:
        yield self.content
        for embed in self.embeds:
            yield from (embed.get("title") or "", embed.get("description") or "")
            for each in embed.get("fields") or []:
                yield f"{each['name']}: {each['value']}"
            yield (embed.get("footer") or {}).get("text", "")
        for component in walk(self.components):
            yield component.get("content") or component.get("label") or ""

    @property
    def is_loading(self) -> bool:
        """The bot “is thinking”: deferred and not yet filled."""
        return bool(self.flags & LOADING)

    @property
    def has_layout(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def shown(self) -> list[Attachment]:
        """The files that people see: in a layout only those that a component names."""
        if not self.has_layout:
            return list(self.attachments)
        urls = media_urls(self.components)
        named = {fit_name(url.removeprefix("attachment://")) for url in urls}
        return [each for each in self.attachments if each.filename in named]

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons that can be pressed."""
        return [
            each.get("label") or ""
            for each in walk(self.components)
            if each["type"] == 2 and not each.get("disabled") and each["style"] not in (5, 6)
        ]

    def visible_to(self, user: User) -> bool:
        return not self.deleted and self.only_for in (None, user)


def walk(components: list[Payload]) -> Iterator[Payload]:
    """Every component, with those inside others."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def media_urls(components: list[Payload]) -> Iterator[str]:
    """The addresses of pictures and files in a layout."""
    for component in walk(components):
        for item in (component, *(component.get("items") or [])):
            for key in ("media", "file"):
                if isinstance(item.get(key), dict):
                    yield str(item[key].get("url") or "")


def fit_name(name: str) -> str:
    """A file's name as Discord keeps it: plain letters only, underscores for spaces."""
    path = PurePosixPath(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = _UNFIT.sub("", path.stem.replace(" ", "_")).strip(".") or "unknown"
    return stem + _UNFIT.sub("", path.suffix)
