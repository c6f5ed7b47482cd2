"""/disconnect: take this chat out of the account that it shares."""

from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import outdated, owned, read_owned
from bot.commands.connect import name_chats
from bot.words import Say, Words
from core.calls import Call, Entry, Press
from core.errors import UserError
from core.names import PersonId
from core.ports import People
from core.screens import Button, Reply, Tone


@dataclass(frozen=True, slots=True)
class Disconnect:
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="disconnect",
        summary="Unlink this chat from your others",
        examples=("/disconnect",),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        chats = await self._name_others(call.person, call.asker.identity, say)
        buttons = (
            Button(say("button-disconnect"), owned(call.person, "disconnect.now"), Tone.DANGER),
            Button(say("button-keep"), owned(call.person, "disconnect.keep")),
        )
        return Reply(say("disconnect-ask", chats=chats), buttons=(buttons,), alone=True)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action, read_owned(press, say):
            case "now", []:
                chats = await self._name_others(press.person, press.asker.identity, say)
                await self.people.leave(press.asker.identity)
                return Reply(say("disconnect-done", chats=chats), edits=True, alone=True)
            case "keep", []:
                return Reply(say("disconnect-kept"), edits=True, alone=True)
        raise outdated(say)

    async def _name_others(self, person: PersonId, identity: PersonId, say: Say) -> str:
        linked = await self.people.identities(person)
        others = [each for each in linked if each != identity]
        if not others:
            raise UserError(say("disconnect-alone"))
        return name_chats(others, say)
