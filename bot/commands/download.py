"""/download: fetch the sound or the video of a link."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bot.buttons import outdated
from bot.ordering import address, say_where
from bot.picking import find_own
from bot.pipelines.download import KIND
from bot.pipelines.look import read_found
from bot.screens.download import ask_choice
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.downloads import OPTIONS, Choice, Quality, name_found, read_choice, read_entries
from core.errors import UserError
from core.jobs import LOOK, Job, Json, Order, State
from core.link_texts import host_of, read_link
from core.links import Found
from core.mixtape import PRIVATE, WHERE
from core.names import PersonId
from core.ports import Jobs, People
from core.preferences import personal
from core.screens import Reply


@dataclass(frozen=True, slots=True)
class Download:
    jobs: Jobs
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="download",
        summary="Fetch the sound or the video of a link",
        options=(*OPTIONS, *personal((PRIVATE, WHERE))),
        examples=(
            "/download https://www.youtube.com/watch?v=aqz-KE-bpKQ",
            "/download link: https://soundcloud.com/artist/song, quality: mp3",
        ),
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        link = read_link(str(call.values["link"]))
        choice = read_choice(call.values)
        defaults = await self.people.settings(call.person)
        private = call.values.get("private")
        hidden = defaults.get("private") == "yes" if private is None else private is True
        away = hidden or (call.values.get("where") or defaults.get("where")) == "dm"
        order = Order(
            key=call.key,
            kind=LOOK if choice is None else KIND,
            title=host_of(link),
            person=call.person,
            place=call.asker.place,
            request={"link": link} if choice is None else write_request(link, choice),
            private=hidden,
        )
        if choice is None:
            # It is asked where it can be answered; where the result goes is kept for then.
            before: dict[str, Json] = {**order.request, "away": away, "private": hidden}
            order = replace(order, request=before, private=False)
            order = address(order, call.asker, away=hidden)
            text = say("download-looking", site=host_of(link))
        else:
            order = address(order, call.asker, away=away)
            text = say_where(say("download-started"), order, say)
        job = await self.jobs.start(order)
        return Reply(text, job.id, alone=order.private)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        name, _, quality = press.argument.partition(".")
        job = await find_own(self.jobs, name, press.person, say)
        found = _read_answer(job, say)
        choice: Choice | None
        if press.action == "get" and quality in list(Quality):
            choice = Choice(quality=Quality(quality))
        elif press.action == "choose" and press.given is None:
            return ask_choice(job, found, say)
        elif press.action == "choose" and press.given is not None:
            given = {name: value for name, value in press.given.items() if value}
            choice = read_choice({"quality": Quality.ORIGINAL, **given})
        else:
            raise outdated(say)
        if choice is None:
            raise outdated(say)
        if found.entries:
            # What is wrong with the numbers is told now, and not when the job has begun.
            read_entries(choice.entries, len(found.entries))
        return await self._order(job, found, choice, press.asker, press.person, press.key, say)

    async def _order(
        self,
        job: Job,
        found: Found,
        choice: Choice,
        asker: Asker,
        person: PersonId,
        key: str,
        say: Say,
    ) -> Reply:
        before = (await self.jobs.order(job.id, person=person)).request
        order = Order(
            key=key,
            kind=KIND,
            title=name_found(found),
            person=person,
            place=asker.place,
            request=write_request(str(before["link"]), choice),
            private=before.get("private") is True,
        )
        order = address(order, asker, away=before.get("away") is True)
        started = await self.jobs.start(order)
        text = say_where(say("download-started"), order, say)
        return Reply(text, started.id, edits=True, alone=order.private)


def write_request(link: str, choice: Choice) -> dict[str, Json]:
    """What the pipeline is asked for."""
    return {
        "link": link,
        "quality": choice.quality.value,
        "start": choice.span.start or None,
        "end": choice.span.end,
        "entries": choice.entries,
        "title": "",
    }


def _read_answer(job: Job, say: Say) -> Found:
    """What a job found out. Raises `UserError` for one that did not."""
    if job.kind != LOOK or job.state is not State.DONE or job.outcome is None:
        raise outdated(say)
    facts = job.outcome.details["found"]
    if not isinstance(facts, dict):
        raise UserError(say("button-outdated"))
    return read_found(facts)
