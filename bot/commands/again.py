"""/again: make something earlier once more, with a change."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from bot.buttons import outdated
from bot.ordering import address
from bot.picking import MOST_SUGGESTIONS, find_own, label_job, match_jobs, pick_job, read_id
from bot.remakes import REMAKES, Remake
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.jobs import Job, Json, Order
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, PRIVATE, TITLE, VIDEO, WHERE
from core.names import PersonId
from core.options import Kind, Option, Value, read_values
from core.ports import Jobs, People
from core.preferences import personal, read_texts
from core.screens import Form, Reply

FIELDS = (TITLE, CROSSFADE, ORDER, LOUDNESS, VIDEO)
"""What can be said in the command itself: the form asks for what the kind of job has."""
_LOOKED_THROUGH = 100


@dataclass(frozen=True, slots=True)
class Again:
    jobs: Jobs
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="again",
        summary="Make an earlier result again, with a change",
        options=(
            Option(
                name="job",
                kind=Kind.TEXT,
                summary="Which one; the latest when left out",
                most=100,
                suggests=True,
            ),
            *personal((*FIELDS, PRIVATE, WHERE)),
        ),
        examples=("/again crossfade: 3", "/again job: Late night, order: shuffle"),
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        job = await self._pick(call, say)
        return await self._order(call.person, call.asker, job, call.values, key=call.key, say=say)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        if option != "job":
            return []
        found, _ = await self.jobs.page(person, search=typed.strip(), most=MOST_SUGGESTIONS)
        return [label_job(job) for job in found if job.kind in REMAKES]

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        if press.action != "job":
            raise outdated(say)
        job = await find_own(self.jobs, press.argument, press.person, say)
        order, remake = await self._find_order(job, press.person, say)
        before, fields = remake.texts(order, job), remake.fields
        if press.given is None:
            action, title = f"again.job:{job.id}", say("again-form")
            return Reply("", form=Form(action=action, title=title, options=fields, values=before))
        after = read_texts(fields, press.given)
        changed = {name: text for name, text in after.items() if text != before.get(name)}
        values = read_values(personal(fields), changed)
        return await self._order(press.person, press.asker, job, values, key=press.key, say=say)

    async def _pick(self, call: Call, say: Say) -> Job:
        typed = call.values["job"]
        if not isinstance(typed, str):
            found, _ = await self.jobs.page(call.person, most=_LOOKED_THROUGH)
            latest = next((job for job in found if job.kind in REMAKES), None)
            if latest is None:
                raise UserError(say("again-nothing"))
            return latest
        found, _ = await self.jobs.page(call.person, most=_LOOKED_THROUGH)
        named = read_id(typed)
        if named is not None and not match_jobs(found, typed):
            return await find_own(self.jobs, named, call.person, say)
        return pick_job(found, typed, say)

    async def _find_order(self, job: Job, person: PersonId, say: Say) -> tuple[Order, Remake]:
        if job.kind not in REMAKES:
            raise UserError(say("again-kind"))
        return await self.jobs.order(job.id, person=person), REMAKES[job.kind]

    async def _order(
        self,
        person: PersonId,
        asker: Asker,
        job: Job,
        values: Mapping[str, Value],
        *,
        key: str,
        say: Say,
    ) -> Reply:
        before, remake = await self._find_order(job, person, say)
        request = remake.change(before.request, _fitting(values, remake))
        request, notes = await _require_files(request, say)
        defaults = await self.people.settings(person)
        asked_private = values.get("private")
        private = before.private if asked_private is None else bool(asked_private)
        away = private or (values.get("where") or defaults.get("where")) == "dm"
        order = replace(
            before,
            key=key,
            title=remake.title(request, job),
            person=person,
            request=request,
            private=private,
        )
        order = address(order, asker, away=away)
        started = await self.jobs.start(order)
        return Reply(" ".join([remake.announce(order, say), *notes]), started.id, alone=private)


def _fitting(values: Mapping[str, Value], remake: Remake) -> dict[str, Value]:
    """What was said of what this kind of job has; the rest is another kind's."""
    names = {option.name for option in remake.fields}
    return {name: value for name, value in values.items() if name in names}


async def _require_files(request: dict[str, Json], say: Say) -> tuple[dict[str, Json], list[str]]:
    """The request without a cover that is gone. Raises `UserError` when tracks are gone."""
    tracks = [*_files(request.get("tracks")), *_files(request.get("files"))]
    cover = _files([request.get("cover")])
    gone = await asyncio.to_thread(_list_missing, [*tracks, *cover])
    missing = [file for file in tracks if file.get("path") in gone]
    if missing:
        raise UserError(say("again-gone", count=len(missing), total=len(tracks)))
    if any(file["path"] in gone for file in cover):
        return {**request, "cover": None}, [say("again-cover-gone")]
    return request, []


def _files(value: Json) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [file for file in value if isinstance(file, Mapping)]


def _list_missing(files: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    paths = [str(file["path"]) for file in files if "path" in file]
    return frozenset(path for path in paths if not Path(path).is_file())
