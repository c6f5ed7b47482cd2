"""/library: everything made so far, to look at, send again, download or delete."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import outdated, read_owned, require_unseen
from bot.picking import MOST_SUGGESTIONS, find_own
from bot.screens.library import (
    PAGE,
    ask_delete,
    cut_search,
    show_downloads,
    show_item,
    show_page,
)
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.jobs import Job
from core.names import PersonId
from core.options import Kind, Option
from core.ports import Jobs, Links
from core.screens import Button, Reply

_OFFERED = ("audio", "video", "archive", "description", "cue", "recipe", "cover")


@dataclass(frozen=True, slots=True)
class Library:
    jobs: Jobs
    links: Links
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="library",
        summary="What was made for you: send it again, download it, delete it",
        options=(
            Option(
                name="search",
                kind=Kind.TEXT,
                summary="A word from a title, a track or an artist",
                most=100,
                suggests=True,
            ),
        ),
        examples=("/library", "/library search: night"),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        search = cut_search(str(call.values["search"] or ""))
        return await self._page(call.person, call.asker, say, page=0, search=search)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        if option != "search":
            return []
        found, _ = await self.jobs.page(person, search=typed.strip(), most=MOST_SUGGESTIONS)
        return list(dict.fromkeys(job.name[:100] for job in found))

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action:
            case "page" | "show" | "open" | "keep":
                return await self._turn(press, read_owned(press, say), say)
            case "send" | "dm" | "download" | "delete" | "erase":
                job = await find_own(self.jobs, press.argument, press.person, say)
                return await self._deal(press, job, say)
        raise outdated(say)

    async def _turn(self, press: Press, parts: Sequence[str], say: Say) -> Reply:
        match press.action, parts:
            case "page", [page, *search] if page.isdecimal():
                return await self._page(
                    press.person,
                    press.asker,
                    say,
                    page=int(page),
                    search=":".join(search),
                    edits=True,
                )
            case "show", [job, page, *search] if page.isdecimal():
                found = await find_own(self.jobs, job, press.person, say)
                _require_unseen_if_private(found, press.asker, say)
                return show_item(
                    found,
                    press.asker,
                    say,
                    page=int(page),
                    search=":".join(search),
                    now=time.time(),
                    person=press.person,
                )
            case "open", []:
                return await self._open(press, say)
            case "keep", []:
                return Reply(say("library-kept"), edits=True, alone=True)
        raise outdated(say)

    async def _deal(self, press: Press, job: Job, say: Say) -> Reply:
        """Do something with one job of this person's."""
        match press.action:
            case "send":
                return await self._resend(press, job, say, home=job.private)
            case "dm":
                return await self._resend(press, job, say, home=True)
            case "download":
                return self._download(press, job, say)
            case "delete":
                _require_unseen_if_private(job, press.asker, say)
                return ask_delete(job, press.person, say)
            case _:
                await self.jobs.remove(job.id, person=press.person)
                return Reply(say("library-deleted", name=job.name), edits=True, removed=job.id)

    async def _page(
        self,
        person: PersonId,
        asker: Asker,
        say: Say,
        *,
        page: int,
        search: str,
        edits: bool = False,
    ) -> Reply:
        found, total = await self.jobs.page(person, search=search, after=page * PAGE, most=PAGE)
        last = max(0, total - 1) // PAGE
        if not found and page > last:
            # Something was deleted while the page was shown.
            return await self._page(person, asker, say, page=last, search=search, edits=edits)
        return show_page(
            found,
            person,
            say,
            total=total,
            page=page,
            search=search,
            now=time.time(),
            edits=edits,
            unseen=asker.unseen,
        )

    async def _resend(self, press: Press, job: Job, say: Say, *, home: bool) -> Reply:
        asker = press.asker
        place = asker.home if home else asker.place
        await self.jobs.resend(job.id, place, person=press.person, key=press.key)
        away = place != asker.place
        return Reply(say("library-sent-dm") if away else say("library-sent"), alone=True)

    def _download(self, press: Press, job: Job, say: Say) -> Reply:
        if job.place != press.asker.place or job.private:
            require_unseen(press.asker, say)
        products = job.outcome.products if job.outcome else ()
        links = [
            (product, self.links.download(job.id, index))
            for index, product in enumerate(products)
            if product.role in _OFFERED
        ]
        if not links:
            raise UserError(say("library-no-files"))
        return show_downloads(job, links, say)

    async def _open(self, press: Press, say: Say) -> Reply:
        require_unseen(press.asker, say)
        link = Button(say("button-browser"), link=await self.links.enter(press.person))
        return Reply(say("library-enter"), buttons=((link,),), alone=True)


def _require_unseen_if_private(job: Job, asker: Asker, say: Say) -> None:
    """Raise `UserError` where others would read what a private result is called."""
    if job.private:
        require_unseen(asker, say)
