"""What a chat shows: words, lists, buttons and forms, for each platform to draw in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.names import JobId
from core.options import Attachment, Option

LONGEST_ACTION = 60
"""Bytes of a button's action: Telegram keeps 64, and platforms may put a letter before it."""


class Tone(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button. It carries its action, `<command>.<action>:<argument>`, and no other state, so
    that it lives through restarts; or a link, which opens a page instead.

    `opens_form` says that pressing it may be answered with a form (Discord wants that at once).
    """

    label: str
    action: str = ""
    tone: Tone = Tone.PLAIN
    link: str = ""
    opens_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Options to be filled in: a modal, a dialogue, or fields of a page.

    Sent back as a press of `action` with what was given. At most five options, so that a Discord
    modal can hold them; but a command's own form, whose action is its name, has all of its options:
    Discord asks for them in its own way.
    """

    action: str
    title: str
    options: tuple[Option, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    """What the fields begin with, as text."""


@dataclass(frozen=True, slots=True)
class File:
    """A small file of ours that goes with a message, such as an export. Never a result."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person gets back.

    `text` is one or more paragraphs, `title` a heading, `lines` a list under them (each a line;
    what does not fit on a platform goes on in a file or is counted: "and 12 more").
    `buttons` are rows. `job` is announced: the message becomes its progress message.

    `slot` names what the message shows: of one slot (say the tray) a person has one message in a
    conversation, which is changed in place, or posted again at the end when others were written
    below it. `edits` puts the reply in the place of the message whose button was pressed.
    `alone` shows it to the person who asked only, where the platform can. `fleeting` lines are
    shown once: we never write them down. `form` is shown instead of all that; `text` beside it
    says why, and stands alone where no form can be opened. `removed` is a job that was deleted:
    the messages with its result go, too, where the platform can still delete them. `refused` are
    files that came and were not taken: the text says why. `failed` says that nothing was done at
    all, so that what was filled in is kept to be mended.
    """

    text: str
    job: JobId | None = None
    title: str = ""
    lines: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[File, ...] = ()
    slot: str = ""
    edits: bool = False
    alone: bool = False
    fleeting: bool = False
    form: Form | None = None
    removed: JobId | None = None
    refused: tuple[Attachment, ...] = ()
    failed: bool = False
