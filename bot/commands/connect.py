"""/connect: make two chats of one person know each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.buttons import mark_of, outdated, owned, read_owned, require_unseen
from bot.words import Say, Words
from core.calls import Call, Entry, Press
from core.errors import UserError
from core.names import PersonId
from core.options import Kind, Option
from core.people import CODE_SECONDS, platform_of, read_code
from core.ports import People
from core.screens import Button, Reply, Tone

_NAMES = {"discord": "Discord", "telegram": "Telegram"}


@dataclass(frozen=True, slots=True)
class Connect:
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="connect",
        summary="Link your Discord, Telegram and web chat: one library, tray and settings",
        options=(
            Option(
                name="code",
                kind=Kind.TEXT,
                summary="The code from your other chat",
                most=40,
            ),
        ),
        examples=("/connect to get a code", "/connect code: K7QM-2XRD"),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        code = call.values["code"]
        if not isinstance(code, str):
            return await self._offer(call, say)
        return await self._ask(call.asker.identity, read_code(code), say)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        # The chat joins: afterwards its account is another one, and the button still its own.
        mine = replace(press, person=press.asker.identity)
        match press.action, read_owned(mine, say):
            case "join", [code, host]:
                account = await self._join(press.asker.identity, code, host=host)
                names = name_chats(await self.people.identities(account), say)
                return Reply(say("connect-done", chats=names), edits=True, alone=True)
            case "keep", []:
                return Reply(say("connect-kept"), edits=True, alone=True)
        raise outdated(say)

    async def _ask(self, identity: PersonId, code: str, say: Say) -> Reply:
        """A code may have come from somebody who wants what is made here: so ask first."""
        host = await self.people.check(identity, code)
        chats = name_chats(await self.people.identities(host), say)
        join = owned(identity, "connect.join", code, mark_of(host))
        buttons = (
            Button(say("button-connect"), join, Tone.DANGER),
            Button(say("button-cancel"), owned(identity, "connect.keep")),
        )
        return Reply(say("connect-ask", chats=chats), buttons=(buttons,), alone=True)

    async def _join(self, identity: PersonId, code: str, *, host: str) -> PersonId:
        try:
            return await self.people.join(identity, code)
        except UserError:
            # Pressed twice: the first time has spent the code.
            account = await self.people.account(identity)
            if mark_of(account) != host:
                raise
            return account

    async def _offer(self, call: Call, say: Say) -> Reply:
        require_unseen(call.asker, say)
        code = await self.people.offer(call.person)
        linked = await self.people.identities(call.person)
        lines = [say("connect-linked", chats=name_chats(linked, say))] if len(linked) > 1 else []
        return Reply(
            say("connect-code", code=code, minutes=round(CODE_SECONDS / 60)),
            title=code,
            lines=tuple(lines),
            alone=True,
        )


def name_chats(identities: Sequence[PersonId], say: Say) -> str:
    """`Discord and Telegram`: the platforms of somebody's identities."""
    platforms = list(dict.fromkeys(platform_of(identity) for identity in identities))
    names = [
        say("platform-web") if platform == "web" else _NAMES.get(platform, platform.capitalize())
        for platform in platforms
    ]
    if len(names) == 1:
        return names[0]
    return say("list-and", first=", ".join(names[:-1]), last=names[-1])
