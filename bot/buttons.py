"""Buttons: how they are labelled, and how one knows whose they are."""

import base64
import hashlib

from bot.words import Say
from core.calls import Asker, Press
from core.errors import UserError
from core.names import PersonId

_MARK = 6


def mark_of(person: PersonId) -> str:
    """A short mark of an account. It is no secret: it tells a person's buttons from another's."""
    digest = hashlib.sha256(person.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_MARK]


def owned(person: PersonId, action: str, *parts: object) -> str:
    """The text of a button that only this person may press, with what it is about."""
    return ":".join([action, mark_of(person), *map(str, parts)])


def read_owned(press: Press, say: Say) -> list[str]:
    """What an owned button is about. Raises `UserError` when it is another person's."""
    mark, *parts = press.argument.split(":")
    if mark != mark_of(press.person):
        raise UserError(say("button-foreign"))
    return parts


def outdated(say: Say) -> UserError:
    """For a button that its command does not know, or not any more."""
    return UserError(say("button-outdated"))


def require_unseen(asker: Asker, say: Say) -> None:
    """Raise `UserError` where others would read what is for this person alone."""
    if not asker.unseen:
        raise UserError(say("private-only"))


def cut_label(text: str, *, most: int) -> str:
    """A label that fits on a button."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut_bytes(text: str, most: int) -> str:
    """The longest beginning of a text that has at most `most` bytes, for a button's action."""
    return text.encode()[:most].decode("utf-8", "ignore")
