"""Where chats bring what people do: whose it is, who answers, and where errors become words."""

import errno
import logging
import math
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from adapters.process import ProgramError
from bot.filling import ask_options, brings_files
from bot.showing import show_progress, show_result
from bot.words import Say, Words
from core.calls import (
    Asker,
    Audience,
    Call,
    Collecting,
    Command,
    Press,
    Pressable,
    Suggesting,
    may_use,
)
from core.delivery import Parcel
from core.errors import ServiceError, UserError, list_failures
from core.jobs import Job
from core.names import PersonId
from core.options import Attachment, list_missing, read_values, tell_missing
from core.ports import People, Servers
from core.preferences import LANGUAGE
from core.rules import Barrier, find_barrier
from core.screens import Reply
from core.turns import Paces, Turns

_log = logging.getLogger("tapedeck")
_TICKET = re.compile(r"\bT-[0-9a-f]{6}\b")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_BARRIERS = {Barrier.CHANNEL: "desk-channel", Barrier.ROLE: "desk-role"}
_AUDIENCES = {Audience.MANAGERS: "desk-managers", Audience.OPERATORS: "desk-operators"}


class FrontDesk:
    """Fills the port `Desk`. `operators` are the identities of those who run the bot.

    Who asked how often is known to this process alone: a person's chat comes in by one gateway,
    and a minute that is forgotten at a restart keeps nobody out. `clock` is in seconds.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        people: People,
        servers: Servers,
        words: Words,
        *,
        operators: Iterable[str] = (),
        paces: Paces | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.commands = tuple(commands)
        self._by_name = {command.entry.name: command for command in commands}
        self._people = people
        self._servers = servers
        self._words = words
        self._operators = frozenset(operators)
        paces = paces or Paces()
        self._turns = {"desk-paced": Turns(paces.person), "desk-paced-server": Turns(paces.server)}
        self._clock = clock

    async def answer(
        self,
        command: str,
        asker: Asker,
        *,
        key: str,
        given: Mapping[str, object],
        menu: bool = False,
    ) -> Reply:
        try:
            named = self._by_name.get(command)
            person, asker = await self._admit(asker, named)
            self._take_turn(person, asker, named, given)
            wanted = self._find(command, asker)
            return await self._run(wanted, person, asker, key=key, given=given, menu=menu)
        except Exception as error:  # noqa: BLE001 - here errors become words
            return self.explain(error, asker)

    async def press(
        self, action: str, asker: Asker, *, key: str, given: Mapping[str, object] | None = None
    ) -> Reply:
        name, dot, rest = action.partition(".")
        what, _, argument = rest.partition(":")
        try:
            wanted = self._by_name.get(name)
            person, asker = await self._admit(asker, wanted)
            self._take_turn(person, asker, wanted, given or {})
            if wanted is not None and not dot:
                self._check_audience(wanted, asker)
                return await self._fill_in(wanted, person, asker, key=key, given=given)
            if not isinstance(wanted, Pressable):
                raise UserError(self._say(asker)("button-outdated"))  # noqa: TRY301
            self._check_audience(wanted, asker)
            return await wanted.press(Press(what, argument, person, asker, key, given))
        except Exception as error:  # noqa: BLE001 - here errors become words
            return self.explain(error, asker)

    async def collect(self, files: Sequence[Attachment], asker: Asker, *, key: str) -> Reply:
        try:
            person, asker = await self._admit(asker)
            for command in self.commands:
                if isinstance(command, Collecting):
                    return await command.collect(person, asker, files, key=key)
            raise UserError(self._say(asker)("desk-no-tray"))  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - here errors become words
            return self.explain(error, asker)

    async def suggest(
        self, command: str, option: str, asker: Asker, *, typed: str
    ) -> Sequence[str]:
        try:
            person, asker = await self._admit(asker)
            wanted = self._find(command, asker)
            if isinstance(wanted, Suggesting):
                return await wanted.suggest(option, typed, person)
        except UserError:
            return ()  # who may not ask is told so when they do
        except Exception as error:  # noqa: BLE001 - there is no place for words, but for the log
            explain(error)
        return ()

    def explain(self, error: Exception, asker: Asker | None = None) -> Reply:
        del asker  # errors are raised with their words
        return Reply(explain(error), alone=True, failed=True)

    async def show_progress(self, job: Job, *, bar: int = 12) -> Reply:
        return show_progress(job, await self._say_to(job.person), bar=bar)

    async def show_result(self, job: Job, parcels: Sequence[Parcel], *, alone: bool) -> Reply:
        return show_result(job, parcels, await self._say_to(job.person), alone=alone)

    async def _run(
        self,
        wanted: Command,
        person: PersonId,
        asker: Asker,
        *,
        key: str,
        given: Mapping[str, object],
        menu: bool = False,
    ) -> Reply:
        """Run a command, or ask for what it needs and did not get."""
        entry = wanted.entry
        missing = list_missing(entry.options, given)
        if missing:
            # What is there is looked at first: a form does not mend a misspelt option.
            read_values([replace(each, required=False) for each in entry.options], given)
            form = ask_options(entry, given, self._say(asker))
            return Reply(tell_missing(missing[0]), form=form, alone=True)
        values = read_values(entry.options, given)
        return await wanted.run(Call(entry.name, person, asker, key, values, menu=menu))

    async def _fill_in(
        self,
        wanted: Command,
        person: PersonId,
        asker: Asker,
        *,
        key: str,
        given: Mapping[str, object] | None,
    ) -> Reply:
        """The form of a command's options, or the command when the form was sent."""
        if given is None:
            return Reply("", form=ask_options(wanted.entry, {}, self._say(asker)), alone=True)
        return await self._run(wanted, person, asker, key=key, given=given)

    def _take_turn(
        self,
        person: PersonId,
        asker: Asker,
        command: Command | None,
        given: Mapping[str, object],
    ) -> None:
        """Count a command or press. Raises `UserError`, which says when it works again."""
        if asker.operates or (command is not None and command.entry.always):
            return
        now = self._clock()
        names = {"desk-paced": person, "desk-paced-server": asker.server}
        asked = [(key, self._turns[key], who) for key, who in names.items() if who]
        for key, turns, who in asked:
            wait = turns.wait(who, now=now)
            # Files that came along are here already: they are never turned away.
            if wait > 0 and not brings_files(given):
                seconds = max(1, math.ceil(wait))
                raise UserError(self._say(asker)(key, most=turns.most, seconds=seconds))
        for _, turns, who in asked:
            turns.count(who, now=now)

    async def _admit(self, asker: Asker, command: Command | None = None) -> tuple[PersonId, Asker]:
        """Whose account it is, and the asker as we know them. Raises `UserError` for the unwanted.

        What a platform says about who runs the bot does not count.
        """
        person = await self._people.account(asker.identity)
        chosen = (await self._people.settings(person)).get(LANGUAGE)
        asker = replace(
            asker,
            operates=asker.identity in self._operators,
            language=chosen or asker.language,
        )
        say = self._say(asker)
        always = command is not None and command.entry.always
        reason = "" if always else await self._people.blocked(person)
        if reason:
            raise UserError(say("desk-blocked", reason=reason))
        if asker.server:
            barrier = find_barrier(await self._servers.rules(asker.server), asker)
            if barrier is not None:
                raise UserError(say(_BARRIERS[barrier]))
        return person, asker

    def _find(self, name: str, asker: Asker) -> Command:
        wanted = self._by_name.get(name)
        if wanted is None:
            names = [each.entry.name for each in self.commands if may_use(each.entry, asker)]
            known = ", ".join(f"/{each}" for each in names)
            raise UserError(self._say(asker)("desk-unknown", name=name[:40], known=known))
        self._check_audience(wanted, asker)
        return wanted

    def _check_audience(self, command: Command, asker: Asker) -> None:
        if not may_use(command.entry, asker):
            raise UserError(self._say(asker)(_AUDIENCES[command.entry.audience]))

    def _say(self, asker: Asker) -> Say:
        return self._words.to(asker.language)

    async def _say_to(self, person: PersonId) -> Say:
        return self._words.to((await self._people.settings(person)).get(LANGUAGE, ""))


def explain(error: Exception) -> str:
    """What people are told about an error. What they are not told goes to the log."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, ServiceError):
        if error.__cause__ is not None:
            _log.warning("%s", error, exc_info=error)
        return str(error)
    if any(_is_full(each) for each in list_failures(error)):
        _log.error("the disk is full", exc_info=error)
        return "The disk is full, so nothing could be made. Free some space and try again."
    ticket = f"T-{secrets.token_hex(3)}"
    _log.error("%s: a bug", ticket, exc_info=error)
    return f"Something went wrong on our side. If you report it, please name ticket {ticket}."


def _is_full(error: Exception) -> bool:
    if isinstance(error, ProgramError):
        return any("No space left on device" in line for line in error.lines)
    # SQLite says it in words, and its driver wraps them.
    number = error.errno if isinstance(error, OSError) else None
    return number in _FULL or "database or disk is full" in str(error)


def find_ticket(sentence: str) -> str | None:
    """The ticket that a sentence names, when it tells of a bug."""
    found = _TICKET.search(sentence)
    return found[0] if found else None
