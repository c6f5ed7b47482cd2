"""Our commands as Telegram's menus show them, and what a message says to them.

Limits: 100 commands, names of 32 of a-z, 0-9 and _, summaries of 256 characters.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from adapters.telegram.terms import COMMANDS, SUMMARY
from core.calls import Audience, Command

_SPOKEN = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?P<rest>(?:\s.*)?)", re.S)


_HELP = "help"
_SHOWING = frozenset({"library", "jobs", "tray", "settings", "privacy"})
"""What a link may open. All else is explained by /help, to be typed."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What one kind of chat offers."""

    scope: BotCommandScope
    commands: tuple[BotCommand, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was typed. `bot` is who it is for, empty for whoever hears it."""

    name: str
    rest: str
    bot: str = ""


def list_menus(commands: Sequence[Command]) -> list[Menu]:
    """Everyone's commands for private chats and groups, the managers' for administrators too."""
    entries = [command.entry for command in commands]
    shown = {
        audience: tuple(
            BotCommand(entry.name.replace("-", "_"), _cut(entry.summary))
            for entry in entries
            if entry.audience in audience
        )[:COMMANDS]
        for audience in (_EVERYONE, _MANAGERS)
    }
    return [
        Menu(BotCommandScopeAllPrivateChats(), shown[_EVERYONE]),
        Menu(BotCommandScopeAllGroupChats(), shown[_EVERYONE]),
        Menu(BotCommandScopeAllChatAdministrators(), shown[_MANAGERS]),
    ]


_EVERYONE = frozenset({Audience.EVERYONE})
_MANAGERS = frozenset({Audience.EVERYONE, Audience.MANAGERS})


def fingerprint(menus: Sequence[Menu]) -> str:
    """The same for the same menus."""
    facts = [
        [menu.scope.to_dict(), [command.to_dict() for command in menu.commands]] for menu in menus
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def read_spoken(text: str) -> Spoken | None:
    """The command that a text begins with; None when it begins with none."""
    found = _SPOKEN.fullmatch(text)
    if found is None:
        return None
    return Spoken(found["name"].lower(), found["rest"].strip(), (found["bot"] or "").lower())


def read_payload(payload: str) -> Spoken:
    """What a deep link opens: `library`, or `help-mixtape` for /help mixtape.

    Whoever follows a link of somebody else's sees Start and no words, so it only ever shows: a
    code in it, say, would give their account away.
    """
    name, _, rest = payload.lower().partition("-")
    if name == _HELP:
        return Spoken(_HELP, rest)
    return Spoken(name, "") if name in _SHOWING and not rest else Spoken(_HELP, name)


def find_command(commands: Sequence[Command], name: str) -> Command | None:
    """The command of that name, as Telegram writes it."""
    return next((each for each in commands if each.entry.name.replace("-", "_") == name), None)


def _cut(text: str) -> str:
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"
