"""Commands as every chat sees them: who asks, what the catalogue holds, what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core.names import PersonId, Place
from core.options import Attachment, Option, Value
from core.screens import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and where: what a platform knows of a person at the moment of a call.

    `identity` is the person on this platform; which account that is, the desk finds out. `home`
    is the conversation that nobody else reads (a DM), the same as `place` where there is no
    other. `server` is the Discord server or Telegram group, as `<platform>:<id there>`, empty in
    a private conversation. `channel` and `roles` are ids there, for a server's own rules;
    `manages` says that the platform lets this person manage the server; `operates` that they run
    the bot, which only the desk knows and sets. `language` is a tag such as `en` or `de`.
    `limit` is the most bytes that the place takes in one file, if known. `discreet` says that the
    platform can show a reply that is `alone` to nobody else here, `picks` that its forms take
    files, `posts` that this person may write at `place` themselves.
    """

    identity: PersonId
    place: Place
    home: Place
    name: str = ""
    server: str = ""
    channel: str = ""
    roles: frozenset[str] = frozenset()
    manages: bool = False
    operates: bool = False
    language: str = ""
    limit: int | None = None
    discreet: bool = False
    picks: bool = False
    posts: bool = True

    @property
    def unseen(self) -> bool:
        """Whether a reply that is `alone` is surely seen by nobody else."""
        return self.discreet or self.place == self.home


@dataclass(frozen=True, slots=True)
class Call:
    """One command as a person gave it. `key` is the same when a platform sends the call twice.

    `person` is the account: the same for all chats that a person has linked. `menu` says that it
    was chosen in the menu of a message: it is about what that message has, and nothing else.
    """

    command: str
    person: PersonId
    asker: Asker
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    menu: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button that a person pressed, or a form that they sent (then `given` is what is in it).

    `action` is what the button does, as its command named it; `argument` what comes after the
    colon. The full text on the button is `<command>.<action>:<argument>`.
    """

    action: str
    argument: str
    person: PersonId
    asker: Asker
    key: str
    given: Mapping[str, object] | None = None


class Audience(StrEnum):
    """Who may use a command."""

    EVERYONE = "everyone"
    MANAGERS = "managers"
    """Those who may manage the server, and the operators."""
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command's place in the menu. Platforms show it in their own form.

    `menu` is its label in the menu of a message (Discord's context menu), whose files and links
    then fill the FILES option; empty for none. `alone` says that only the person who asked sees
    the answer, where the platform can do that. `always` says that neither an operator's block nor
    asking too often stands in its way: stopping a job, and what is kept about oneself.
    """

    name: str
    summary: str
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    audience: Audience = Audience.EVERYONE
    menu: str = ""
    alone: bool = False
    always: bool = False


def may_use(entry: Entry, asker: Asker) -> bool:
    """Whether a command is for this person, here."""
    match entry.audience:
        case Audience.EVERYONE:
            return True
        case Audience.MANAGERS:
            return asker.manages or asker.operates
        case Audience.OPERATORS:
            return asker.operates


class Command(Protocol):
    """What the catalogue holds: a menu entry beside its code."""

    @property
    def entry(self) -> Entry: ...
    async def run(self, call: Call) -> Reply: ...


@runtime_checkable
class Pressable(Command, Protocol):
    """A command whose answers have buttons, or that shows forms."""

    async def press(self, press: Press) -> Reply:
        """Answer a button, or a form when `press.given` is set. Raises `UserError`."""
        ...


@runtime_checkable
class Collecting(Command, Protocol):
    """The command that takes files which people send without a word."""

    async def collect(
        self, person: PersonId, asker: Asker, files: Sequence[Attachment], *, key: str
    ) -> Reply: ...


@runtime_checkable
class Suggesting(Command, Protocol):
    """A command that completes what people type; its options say so with `suggests`."""

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        """Up to 25 values that begin with or contain what was typed, the best first."""
        ...
