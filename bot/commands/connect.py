"""/connect: make two chats of one person know each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import require_unseen
from bot.words import Say, Words
from core.calls import Call, Entry
from core.names import PersonId
from core.options import Kind, Option
from core.people import CODE_SECONDS, platform_of
from core.ports import People
from core.screens import Reply

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
        account = await self.people.join(call.asker.identity, code)
        names = name_chats(await self.people.identities(account), say)
        return Reply(say("connect-done", chats=names), alone=True)

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
