"""The local chat as a platform: results become messages, and open pages are told."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from adapters.web.view import job_body, result_body
from core.chat import Message
from core.jobs import Job, Json, State
from core.names import JobId, PersonId
from core.ports import ChatLog


def job_key(job: JobId) -> str:
    return f"job:{job}"


def result_key(job: JobId) -> str:
    return f"result:{job}"


class WebChat:
    """Fills `core.ports.Platform`, and rings at the pages of whoever got a message."""

    name = "web"

    def __init__(self, log: ChatLog) -> None:
        self._log = log
        self._bells: dict[PersonId, set[asyncio.Event]] = {}

    @property
    def log(self) -> ChatLog:
        return self._log

    async def deliver(self, job: Job, *, delivery: str) -> str:
        """Add the result once; the progress message becomes its end."""
        del delivery  # the log finds what is there by the job
        ended = await self._end(job)
        if job.state is not State.DONE or job.outcome is None:
            return str(ended.id)
        result = await self.say(job.person, result_key(job.id), result_body(job))
        return str(result.id)

    async def say(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Add a message, or find the one that is there, and tell the pages."""
        message = await self._log.add(person, key, body)
        self.ring(person)
        return message

    async def _end(self, job: Job) -> Message:
        body = job_body(job, text="")
        message = await self._log.add(job.person, job_key(job.id), body)
        if message.body.get("state") != job.state:
            body = {**body, "text": message.body.get("text", "")}
            message = await self._log.change(job.person, job_key(job.id), body)
        self.ring(job.person)
        return message

    def ring(self, person: PersonId) -> None:
        for bell in self._bells.get(person, ()):
            bell.set()

    @contextmanager
    def listening(self, person: PersonId, *, most: int = 20) -> Iterator[asyncio.Event | None]:
        """A bell that rings when something is new; None when `most` pages listen already."""
        bells = self._bells.setdefault(person, set())
        if len(bells) >= most:
            yield None
            return
        bell = asyncio.Event()
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop(person, None)
