"""/jobs: what waits and runs for a person, and a button to stop it."""

from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import outdated, read_owned
from bot.picking import find_own
from bot.screens.jobs import say_cancelled, show_jobs
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.names import PersonId
from core.ports import Jobs
from core.screens import Reply


@dataclass(frozen=True, slots=True)
class JobsCommand:
    jobs: Jobs
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="jobs",
        summary="What is being made for you, and how long it takes",
        examples=("/jobs",),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        return await self._show(call.person, call.asker, self.words.to(call.asker.language))

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action, read_owned(press, say):
            case "show", []:
                return await self._show(press.person, press.asker, say, edits=True)
            case "cancel", [job]:
                found = await find_own(self.jobs, job, press.person, say)
                await self.jobs.cancel(found.id, person=press.person)
                note = say_cancelled(found, say, unseen=press.asker.unseen)
                return await self._show(press.person, press.asker, say, note=note, edits=True)
        raise outdated(say)

    async def _show(
        self, person: PersonId, asker: Asker, say: Say, *, note: str = "", edits: bool = False
    ) -> Reply:
        active = await self.jobs.listed(person=person, active=True)
        return show_jobs(active, person, say, unseen=asker.unseen, note=note, edits=edits)
