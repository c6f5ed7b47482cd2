"""/cancel: stop a job, by whoever ordered it, manages its server, or runs the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import outdated
from bot.picking import find_in_charge, match_jobs, pick_job, read_id, suggest_jobs
from bot.screens.jobs import say_cancelled, show_jobs
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.jobs import Job
from core.names import PersonId
from core.options import Kind, Option
from core.ports import Jobs
from core.screens import Reply


@dataclass(frozen=True, slots=True)
class Cancel:
    jobs: Jobs
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="cancel",
        summary="Stop a job",
        options=(
            Option(
                name="job",
                kind=Kind.TEXT,
                summary="Which one, if there are several",
                most=100,
                suggests=True,
            ),
        ),
        examples=("/cancel", "/cancel job: Late night"),
        alone=True,
        always=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        active = await self.jobs.listed(person=call.person, active=True)
        typed = call.values["job"]
        if isinstance(typed, str):
            job = await self._pick(active, typed, call, say)
            return await self._cancel(job, call.person, call.asker, say)
        if len(active) == 1:
            return await self._cancel(active[0], call.person, call.asker, say)
        if not active:
            raise UserError(say("cancel-none"))
        unseen = call.asker.unseen
        return show_jobs(active, call.person, say, unseen=unseen, note=say("cancel-which"))

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        if press.action != "job":
            raise outdated(say)
        found = await find_in_charge(self.jobs, press.argument, press.person, press.asker, say)
        return await self._cancel(found, press.person, press.asker, say)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        if option != "job":
            return []
        return suggest_jobs(await self.jobs.listed(person=person, active=True), typed)

    async def _pick(self, active: Sequence[Job], typed: str, call: Call, say: Say) -> Job:
        named = read_id(typed)
        if named is not None and not match_jobs(active, typed):
            return await find_in_charge(self.jobs, named, call.person, call.asker, say)
        return pick_job(active, typed, say)

    async def _cancel(self, job: Job, person: PersonId, asker: Asker, say: Say) -> Reply:
        own = job.person == person
        await self.jobs.cancel(job.id, person=person if own else None)
        return Reply(say_cancelled(job, say, unseen=own and asker.unseen), alone=True)
