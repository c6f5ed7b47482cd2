"""/glasses: pair smart glasses, say where their videos go, try them out, unpair them."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.buttons import outdated, read_owned, require_unseen
from bot.screens.glasses import ask_unpair, show_one, show_pairs, show_token
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.glasses import LONGEST_BURST, Pair, Shot, make_id
from core.names import PersonId
from core.options import Kind, Option
from core.ports import Darkroom, Pairs
from core.screens import Reply
from core.snapshot import draw_snapshot

_ACTIONS = ("list", "pair", "unpair", "test")
_PLACES = ("dm", "here")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassesCommand:
    """`url` is where glasses post to; `local` says that it is reached on this machine only.

    `burst` is how many seconds may pass between photos of one video, when nobody said otherwise.
    """

    pairs: Pairs
    darkroom: Darkroom
    words: Words
    url: str
    local: bool
    burst: float

    entry: ClassVar[Entry] = Entry(
        name="glasses",
        summary="Pair smart glasses: each photo comes back as a music video",
        options=(
            Option(
                name="action",
                kind=Kind.CHOICE,
                summary="What to do",
                choices=_ACTIONS,
            ),
            Option(
                name="name",
                kind=Kind.TEXT,
                summary="Which glasses, or what to call new ones",
                most=_LONGEST_NAME,
                suggests=True,
            ),
            Option(
                name="where",
                kind=Kind.CHOICE,
                summary="Videos go to you as direct messages, or here",
                choices=_PLACES,
            ),
            Option(
                name="burst",
                kind=Kind.NUMBER,
                summary="Photos this close to each other become one video; 0 for one of each",
                least=0,
                most=LONGEST_BURST,
                unit="seconds",
            ),
        ),
        examples=(
            "/glasses",
            "/glasses action: pair, name: Sunday glasses",
            "/glasses where: here, burst: 20",
        ),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        match call.values["action"]:
            case "pair":
                return await self._pair(call, say)
            case "unpair":
                return ask_unpair(await self._pick(call, say), call.person, say)
            case "test":
                return await self._test(await self._pick(call, say), say, key=call.key)
            case None if call.values["where"] or call.values["burst"] is not None:
                pair = await self._change(await self._pick(call, say), call, say)
                return self._show(pair, call.asker, say, note=say("glasses-changed"))
        return await self._list(call.person, say)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action, read_owned(press, say):
            case "list", []:
                return await self._list(press.person, say, edits=True)
            case "pair", []:
                call = Call("glasses", press.person, press.asker, press.key, {})
                return await self._pair(call, say)
            case action, [pair]:
                return await self._deal(press, action, await self._find(press, pair, say), say)
        raise outdated(say)

    async def suggest(self, option: str, typed: str, person: PersonId) -> list[str]:
        del option  # there is only one that is completed
        wanted = typed.strip().casefold()
        names = [pair.name for pair in await self.pairs.listed(person)]
        return [name for name in names if wanted in name.casefold()]

    async def _deal(self, press: Press, action: str, pair: Pair, say: Say) -> Reply:
        """Do something with one pair of this person's."""
        match action:
            case "show":
                return self._show(pair, press.asker, say, edits=True)
            case "test":
                return await self._test(pair, say, key=press.key)
            case "here" | "dm":
                moved = _move(pair, press.asker, say, where=action)
                await self.pairs.change(moved)
                note = say("glasses-changed")
                return self._show(moved, press.asker, say, note=note, edits=True)
            case "unpair":
                return replace(ask_unpair(pair, press.person, say), edits=True)
            case "forget":
                await self.pairs.drop(pair.id, person=press.person)
                return Reply(say("glasses-unpaired", name=pair.name), edits=True, alone=True)
        raise outdated(say)

    async def _pair(self, call: Call, say: Say) -> Reply:
        require_unseen(call.asker, say)
        known = await self.pairs.listed(call.person)
        name = str(call.values.get("name") or say("glasses-name", number=len(known) + 1))
        if name.casefold() in [pair.name.casefold() for pair in known]:
            raise UserError(say("glasses-named", name=name))
        burst = call.values.get("burst")
        pair = Pair(
            id=make_id(),
            person=call.person,
            identity=call.asker.identity,
            name=name,
            place=call.asker.home,
            home=call.asker.home,
            burst=burst if isinstance(burst, float) else self.burst,
        )
        if call.values.get("where") == "here":
            pair = _move(pair, call.asker, say, where="here")
        token = await self.pairs.pair(pair)
        return show_token(pair, token, say, url=self.url, local=self.local)

    async def _change(self, pair: Pair, call: Call, say: Say) -> Pair:
        where, burst = call.values["where"], call.values["burst"]
        if isinstance(where, str):
            pair = _move(pair, call.asker, say, where=where)
        if isinstance(burst, float):
            pair = replace(pair, burst=burst)
        await self.pairs.change(pair)
        return pair

    async def _test(self, pair: Pair, say: Say, *, key: str) -> Reply:
        """The same way as a photo of the glasses goes, from where it comes in."""
        picture = await asyncio.to_thread(draw_snapshot)
        shot = Shot(request=f"test:{key}", label=say("glasses-test-label"), size=len(picture))
        await self.darkroom.accept(pair, shot, _whole(picture))
        return Reply(say("glasses-tested", name=pair.name), alone=True)

    async def _list(self, person: PersonId, say: Say, *, edits: bool = False) -> Reply:
        pairs = await self.pairs.listed(person)
        return show_pairs(pairs, person, say, now=time.time(), edits=edits)

    def _show(
        self, pair: Pair, asker: Asker, say: Say, *, note: str = "", edits: bool = False
    ) -> Reply:
        return show_one(pair, asker, say, now=time.time(), note=note, edits=edits)

    async def _find(self, press: Press, pair: str, say: Say) -> Pair:
        for each in await self.pairs.listed(press.person):
            if each.id == pair:
                return each
        raise UserError(say("glasses-gone-pair"))

    async def _pick(self, call: Call, say: Say) -> Pair:
        """The glasses that are meant: those named, or the only ones. Raises `UserError`."""
        pairs = await self.pairs.listed(call.person)
        wanted = str(call.values["name"] or "").strip().casefold()
        found = [pair for pair in pairs if wanted == pair.name.casefold()]
        found = found or [pair for pair in pairs if wanted in pair.name.casefold()]
        if not pairs:
            raise UserError(say("glasses-none"))
        if len(found) != 1:
            names = ", ".join(pair.name for pair in pairs)
            raise UserError(say("glasses-which", names=names))
        return found[0]


def _move(pair: Pair, asker: Asker, say: Say, *, where: str) -> Pair:
    """The pair with its videos going here or home. Raises `UserError` where one may not post."""
    moved = replace(pair, identity=asker.identity, home=asker.home)
    if where == "dm" or asker.place == asker.home:
        return replace(moved, place=asker.home, server="")
    if not asker.posts:
        raise UserError(say("glasses-no-posting"))
    return replace(moved, place=asker.place, server=asker.server)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
