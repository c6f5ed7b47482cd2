"""Progress messages: watched once a second, edited within Telegram's patience."""

import asyncio
import logging
import time
from collections.abc import Sequence

from adapters.editing import Editor, Pace, ThrottledError, in_turn
from adapters.telegram.drawing import Drawn
from adapters.telegram.places import PLATFORM
from adapters.telegram.posting import GoneError, Poster, RefusedError, SameError
from adapters.telegram.replies import Replies, job_key
from adapters.telegram.terms import GROUP_PACE, PRIVATE_PACE
from core.errors import ServiceError
from core.jobs import Job, State
from core.names import JobId, Place
from core.ports import Counter

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_WAITING_SECONDS = 10.0
"""What waits changes slowly: fifty such messages are not worth fifty drawings a second."""


def pace_of(conversation: str) -> Pace:
    return GROUP_PACE if conversation.startswith("-") else PRIVATE_PACE


class Progress:
    """Keeps the progress messages of this platform's jobs as they are."""

    def __init__(self, poster: Poster, replies: Replies, counter: Counter) -> None:
        self._poster = poster
        self._replies = replies
        self._counter = counter
        self._editor: Editor[Drawn] = Editor(pace_of)
        self._known: dict[JobId, tuple[Place, int]] = {}
        self._drawn: dict[JobId, tuple[State, float]] = {}

    async def watch(self) -> None:
        """Go on until cancelled."""
        async with asyncio.TaskGroup() as edits:
            while True:
                for job in await self._list_here():
                    edits.create_task(self._refresh(job))
                await asyncio.sleep(_LOOK_SECONDS)

    async def find(self, job: JobId) -> tuple[Place, int] | None:
        """Where a job's progress message is."""
        if job not in self._known:
            note = await self._counter.notes.get(PLATFORM, job_key(job))
            if note is None:
                return None
            place = Place(PLATFORM, str(note["conversation"]))
            self._known[job] = place, int(str(note["message"]))
        return self._known[job]

    async def end(self, job: Job) -> tuple[Place, int] | None:
        """Show a job's end, whatever came before; None where it has no message any more."""
        shown = await self.find(job.id)
        if shown is None:
            return None
        place, message = shown
        drawn = await self._replies.draw_progress(job)
        gone = False

        async def edit(state: Drawn) -> None:
            nonlocal gone
            try:
                await self._poster.change(place, message, state)
            except SameError:
                pass
            except (GoneError, RefusedError) as error:
                _log.info("the message of job %s stays as it is: %s", job.id, error)
                gone = True

        await self._editor.finish(_key(job.id), place.conversation, drawn, edit)
        return None if gone else shown

    async def stop(self, job: JobId) -> None:
        """Edit a job's message no more: it becomes its result."""
        await self._editor.retire(_key(job))

    async def _list_here(self) -> Sequence[Job]:
        try:
            jobs = await self._counter.jobs.listed(person=None, active=True)
        except ServiceError:
            _log.warning("the jobs cannot be looked at", exc_info=True)
            return []
        active = {job.id for job in jobs}
        self._known = {job: shown for job, shown in self._known.items() if job in active}
        self._drawn = {job: drawn for job, drawn in self._drawn.items() if job in active}
        return in_turn(jobs, PLATFORM, lambda job: self._editor.edited(_key(job)))

    async def _refresh(self, job: Job) -> None:
        shown = await self.find(job.id)
        if shown is None:
            return
        place, message = shown
        key, chat = _key(job.id), place.conversation
        if self._is_fresh(job) or not self._editor.is_due(key, chat):
            return
        self._drawn[job.id] = job.state, time.monotonic()

        async def edit(state: Drawn) -> None:
            await self._edit(place, message, state)

        await self._editor.offer(key, chat, await self._replies.draw_progress(job), edit)

    def _is_fresh(self, job: Job) -> bool:
        """Whether a waiting job was drawn a short while ago."""
        state, drawn = self._drawn.get(job.id, (None, 0.0))
        waits = job.state is State.QUEUED and state is State.QUEUED
        return waits and time.monotonic() - drawn < _WAITING_SECONDS

    async def _edit(self, place: Place, message: int, drawn: Drawn) -> None:
        """Trouble with a picture of what goes on is no trouble: the next one is newer."""
        try:
            await self._poster.change(place, message, drawn, hurried=True)
        except SameError:
            return
        except ThrottledError:
            raise
        except (GoneError, RefusedError, ServiceError) as error:
            _log.info("a progress message of %s was not changed: %s", place.conversation, error)


def _key(job: JobId) -> str:
    return f"job:{job}"
