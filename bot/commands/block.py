"""/block: keep somebody from using the bot, by those who run it."""

import re
from dataclasses import dataclass
from typing import ClassVar

from bot.words import Words
from core.calls import Audience, Call, Entry
from core.errors import UserError
from core.names import PersonId
from core.options import Kind, Option
from core.people import platform_of
from core.ports import People
from core.screens import Reply
from core.tracks import clean_text

_IDENTITY = re.compile(r"[a-z]+:\S+")
_MENTION = re.compile(r"<@!?(\d+)>")


@dataclass(frozen=True, slots=True)
class Block:
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="block",
        summary="Keep somebody from using me, in all chats that they have linked",
        options=(
            Option(
                name="person",
                kind=Kind.TEXT,
                summary="Who: a mention, or such as discord:123",
                most=100,
                required=True,
            ),
            Option(name="reason", kind=Kind.TEXT, summary="What they are told", most=300),
            Option(name="lift", kind=Kind.FLAG, summary="Let them in again", default=False),
        ),
        examples=(
            "/block person: discord:123, reason: Spam",
            "/block person: discord:123, lift: yes",
        ),
        audience=Audience.OPERATORS,
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        named = read_named(str(call.values["person"]), platform=platform_of(call.asker.identity))
        if not _IDENTITY.fullmatch(named):
            raise UserError(say("block-identity"))
        person = await self.people.account(PersonId(named))
        if call.values["lift"]:
            await self.people.block(person, None)
            return Reply(say("block-lifted", name=named), alone=True)
        if person == call.person:
            raise UserError(say("block-self"))
        reason = clean_text(str(call.values["reason"] or "")) or say("block-no-reason")
        await self.people.block(person, reason)
        return Reply(say("block-done", name=named, reason=reason), alone=True)


def read_named(typed: str, *, platform: str) -> str:
    """The identity that is meant: a mention is of somebody where it was typed."""
    mention = _MENTION.fullmatch(typed.strip())
    return f"{platform}:{mention[1]}" if mention else typed.strip()
