"""Where chats bring their calls, and where errors become words."""

import errno
import logging
import re
import secrets
from collections.abc import Mapping, Sequence

from adapters.process import ProgramError
from core.calls import Asker, Call, Command, Press, Pressable
from core.errors import ServiceError, UserError
from core.options import read_values
from core.screens import Reply

_log = logging.getLogger("tapedeck")
_TICKET = re.compile(r"\bT-[0-9a-f]{6}\b")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FrontDesk:
    """Fills the port `Desk`."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self.commands = tuple(commands)
        self._by_name = {command.entry.name: command for command in commands}

    async def answer(
        self, command: str, asker: Asker, *, key: str, given: Mapping[str, object]
    ) -> Reply:
        try:
            wanted = self._find(command)
            values = read_values(wanted.entry.options, given)
            return await wanted.run(Call(command, asker.identity, asker, key, values))
        except Exception as error:  # noqa: BLE001 - here errors become words
            return Reply(explain(error))

    async def press(
        self, action: str, asker: Asker, *, key: str, given: Mapping[str, object] | None = None
    ) -> Reply:
        name, _, rest = action.partition(".")
        what, _, argument = rest.partition(":")
        try:
            wanted = self._by_name.get(name)
            if not isinstance(wanted, Pressable):
                raise UserError("That button is from an older version of me. Ask again.")  # noqa: TRY301
            return await wanted.press(Press(what, argument, asker.identity, asker, key, given))
        except Exception as error:  # noqa: BLE001 - here errors become words
            return Reply(explain(error), alone=True)

    def _find(self, name: str) -> Command:
        if name in self._by_name:
            return self._by_name[name]
        known = ", ".join(f"/{each}" for each in self._by_name) or "none yet"
        raise UserError(f"There is no command /{name[:40]}. The commands are: {known}.")


def explain(error: Exception) -> str:
    """What people are told about an error. What they are not told goes to the log."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, ServiceError):
        if error.__cause__ is not None:
            _log.warning("%s", error, exc_info=error)
        return str(error)
    if _is_full(error):
        _log.error("the disk is full", exc_info=error)
        return "The disk is full, so nothing could be made. Free some space and try again."
    ticket = f"T-{secrets.token_hex(3)}"
    _log.error("%s: a bug", ticket, exc_info=error)
    return f"Something went wrong on our side. If you report it, please name ticket {ticket}."


def _is_full(error: Exception) -> bool:
    if isinstance(error, ExceptionGroup):
        return any(_is_full(each) for each in error.exceptions)
    if isinstance(error, ProgramError):
        return any("No space left on device" in line for line in error.lines)
    # SQLite says it in words, and its driver wraps them.
    number = error.errno if isinstance(error, OSError) else None
    return number in _FULL or "database or disk is full" in str(error)


def find_ticket(sentence: str) -> str | None:
    """The ticket that a sentence names, when it tells of a bug."""
    found = _TICKET.search(sentence)
    return found[0] if found else None
