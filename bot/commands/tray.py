"""/tray: gather tracks over several messages, put them in order, and mix them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.buttons import outdated, read_owned
from bot.mixing import mix_tray
from bot.ordering import announce, settle
from bot.screens.tray import (
    FIELDS,
    MORE,
    PAGE,
    SLOT,
    ask_clear,
    ask_files,
    ask_options,
    show_picked,
    show_picking,
    show_tray,
)
from bot.sorting import Sorted, join_links, sort_files
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.mixtape import CHAT_OPTIONS, LINKS, MOST_TRACKS, TRACKS
from core.names import PersonId
from core.options import Attachment, read_values
from core.ports import Jobs, People, Trays
from core.preferences import read_texts
from core.screens import Reply
from core.tracks import label_of
from core.trays import Tray

_MOST_REFUSED = 5


@dataclass(frozen=True, slots=True)
class TrayCommand:
    jobs: Jobs
    trays: Trays
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="tray",
        summary="Gather tracks over several messages, then mix them",
        options=(
            replace(
                TRACKS, summary="Tracks to add; without any, the tray is shown", required=False
            ),
            replace(LINKS, summary="Links to tracks or playlists to add"),
        ),
        examples=("/tray", "/tray with tracks or a picture attached"),
        menu="Add to mixtape",
    )

    async def run(self, call: Call) -> Reply:
        files = join_links(call).values["tracks"]
        if isinstance(files, tuple) and files:
            return await self.collect(call.person, call.asker, files, key=call.key)
        return await self._show(call.asker, call.person, self.words.to(call.asker.language))

    async def collect(
        self, person: PersonId, asker: Asker, files: Sequence[Attachment], *, key: str
    ) -> Reply:
        """Put sound files on the tray; a picture becomes the cover. The rest is named."""
        say = self.words.to(asker.language)
        found, tray = await sort_files(files), await self.trays.find(person)
        notes = _tell_refused(found, say)
        room = max(0, MOST_TRACKS - len(tray.items))
        if len(found.sounds) > room:
            notes.append(say("tray-full", most=MOST_TRACKS, count=len(found.sounds) - room))
        if accepted := (*found.sounds[:room], *found.pictures):
            tray = await self.trays.add(person, accepted, key=key)
        defaults = await self.people.settings(person)
        shown = show_tray(tray, say, defaults=defaults, picks=asker.picks, note="\n".join(notes))
        return replace(shown, refused=tuple(file for file in files if file not in accepted))

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        parts = read_owned(press, say)
        match press.action, parts:
            case "show", []:
                return await self._show(press.asker, press.person, say, edits=True)
            case "add", []:
                return await self._add(press, say)
            case "options", []:
                return await self._options(press, say)
            case "mix", []:
                return await self._mix(press, say)
            case "clear", []:
                return ask_clear(await self.trays.find(press.person), say)
            case "empty", []:
                await self.trays.clear(press.person)
                return Reply(say("tray-cleared"), slot=SLOT, edits=True)
        return await self._sort_out(press, parts, say)

    async def _sort_out(self, press: Press, parts: Sequence[str], say: Say) -> Reply:
        """The buttons that move tracks and take them away."""
        match press.action, parts:
            case "reorder", [page] if page.isdecimal():
                return await self._reorder(press.asker, press.person, say, page=int(page))
            case "pick", [item]:
                return show_picked(await self.trays.find(press.person), say, item=item)
            case "move", [item, by] if by.lstrip("-").isdecimal():
                return await self._move(press.person, say, item=item, by=int(by))
            case "remove", [item]:
                return await self._remove(press.asker, press.person, say, item=item)
        raise outdated(say)

    async def _show(
        self, asker: Asker, person: PersonId, say: Say, *, edits: bool = False
    ) -> Reply:
        tray, defaults = await self.trays.find(person), await self.people.settings(person)
        return show_tray(tray, say, defaults=defaults, picks=asker.picks, edits=edits)

    async def _add(self, press: Press, say: Say) -> Reply:
        if press.given is None:
            return ask_files(await self.trays.find(press.person), say)
        files = read_values((MORE,), press.given)["tracks"]
        sent = files if isinstance(files, tuple) else ()
        shown = await self.collect(press.person, press.asker, sent, key=press.key)
        return replace(shown, edits=True)

    async def _options(self, press: Press, say: Say) -> Reply:
        defaults = await self.people.settings(press.person)
        if press.given is None:
            return ask_options(await self.trays.find(press.person), say, defaults=defaults)
        texts = read_texts(FIELDS, press.given)
        tray = await self.trays.change(press.person, lambda now: replace(now, options=texts))
        return show_tray(tray, say, defaults=defaults, picks=press.asker.picks, edits=True)

    async def _mix(self, press: Press, say: Say) -> Reply:
        tray = await self.trays.find(press.person)
        if not tray.items:
            raise UserError(say("tray-mixed-already"))
        nothing = {option.name: None for option in CHAT_OPTIONS}
        call = Call("mixtape", press.person, press.asker, press.key, nothing)
        settled = settle(call, tray=tray, defaults=await self.people.settings(press.person))
        order, job = await mix_tray(settled, tray, jobs=self.jobs, trays=self.trays)
        return Reply(announce(order, say), job.id, edits=True)

    async def _reorder(self, asker: Asker, person: PersonId, say: Say, *, page: int) -> Reply:
        tray = await self.trays.find(person)
        if not tray.items:
            return await self._show(asker, person, say, edits=True)
        return show_picking(tray, say, page=page)

    async def _move(self, person: PersonId, say: Say, *, item: str, by: int) -> Reply:
        def move(now: Tray) -> Tray:
            return replace(now, items=now.moved(item, by))

        return show_picked(await self.trays.change(person, move), say, item=item)

    async def _remove(self, asker: Asker, person: PersonId, say: Say, *, item: str) -> Reply:
        page = (await self.trays.find(person)).index(item) // PAGE

        def remove(now: Tray) -> Tray:
            now.index(item)
            return replace(now, items=tuple(each for each in now.items if each.id != item))

        await self.trays.change(person, remove)
        return await self._reorder(asker, person, say, page=page)


def _tell_refused(found: Sorted, say: Say) -> list[str]:
    """A sentence for each file that is neither sound nor picture, up to a few."""
    pairs = zip(found.refused, found.reasons, strict=True)
    notes = [f"{label_of(file.label)} {reason}" for file, reason in pairs]
    if len(notes) > _MOST_REFUSED:
        notes[_MOST_REFUSED:] = [say("and-more-files", count=len(notes) - _MOST_REFUSED)]
    return notes
