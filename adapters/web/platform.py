"""The local chat as a platform: replies and results become messages, and open pages are told."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from adapters.web.enclosures import Enclosures
from adapters.web.fleeting import Fleeting
from adapters.web.people import PLATFORM
from adapters.web.replies import reply_body
from adapters.web.view import gone_body, job_body, result_body
from core.calls import Asker
from core.chat import Message
from core.errors import UserError
from core.jobs import Job, Json, State
from core.names import JobId, PersonId
from core.ports import ChatLog, Jobs, People
from core.screens import Reply


def job_key(job: JobId) -> str:
    return f"job:{job}"


def result_key(delivery: str) -> str:
    return f"result:{delivery}"


def slot_key(slot: str) -> str:
    return f"slot:{slot}"


class WebChat:
    """Fills `core.ports.ChatPlatform`, and rings at the pages of whoever got a message.

    A conversation is one browser's: its name is that identity.
    """

    name = PLATFORM

    def __init__(self, log: ChatLog, jobs: Jobs, people: People, enclosures: Enclosures) -> None:
        self._log = log
        self._jobs = jobs
        self._people = people
        self._enclosures = enclosures
        self.fleeting = Fleeting()
        self._bells: dict[PersonId, set[asyncio.Event]] = {}

    @property
    def log(self) -> ChatLog:
        return self._log

    async def deliver(self, job: Job, *, delivery: str) -> str:
        """Add the result once; the first time, the progress message becomes its end."""
        identity = PersonId(job.place.conversation)
        ended = await self._end(job) if delivery == job.id else None
        if job.state is not State.DONE or job.outcome is None or job.asks:
            return "" if ended is None else str(ended.id)
        result = await self.say(identity, result_key(delivery), result_body(job))
        return str(result.id)

    async def show(self, reply: Reply, asker: Asker) -> None:
        identity = PersonId(asker.place.conversation)
        await self.answer(identity, reply, key=secrets.token_hex(8))

    async def answer(
        self, identity: PersonId, reply: Reply, *, key: str, pressed: str = ""
    ) -> Message:
        """Keep a reply. `pressed` is the key of the message whose button was pressed."""
        if reply.removed is not None:
            await self._take_away(identity, reply.removed)
        job = await self._find(identity, reply.job)
        if job is not None:
            return await self._announce(identity, job, reply, pressed=pressed)
        known = await self._log.find(identity, f"reply:{key}")
        if known is not None:
            return known
        account = await self._people.account(identity)
        body = reply_body(reply, await self._enclosures.keep(account, reply.files))
        if reply.fleeting:
            self.fleeting.hold(identity, f"reply:{key}", reply.lines)
            return await self.say(identity, f"reply:{key}", body)
        if reply.edits and pressed:
            return await self._change(identity, pressed, body)
        if reply.slot:
            return await self._put(identity, slot_key(reply.slot), body)
        return await self.say(identity, f"reply:{key}", body)

    async def say(self, identity: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Add a message, or find the one that is there, and tell the pages."""
        message = await self._log.add(identity, key, body)
        self.ring(identity)
        return message

    async def _find(self, identity: PersonId, job: JobId | None) -> Job | None:
        if job is None:
            return None
        try:
            return await self._jobs.find(job, person=await self._people.account(identity))
        except UserError:  # a job of no pipeline's making: its words are all there is
            return None

    async def _announce(
        self, identity: PersonId, job: Job, reply: Reply, *, pressed: str
    ) -> Message:
        """A job's progress message; the message that ordered it makes way for it."""
        if reply.edits and pressed:
            await self._change(identity, pressed, gone_body())
        return await self.say(identity, job_key(job.id), job_body(job, text=reply.text))

    async def _take_away(self, identity: PersonId, job: JobId) -> None:
        """A deleted job's messages go."""
        for key in (job_key(job), result_key(job)):
            if await self._log.find(identity, key) is not None:
                await self._change(identity, key, gone_body())

    async def _put(self, identity: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Show a slot: in place while it is the last message, else at the end again."""
        last = await self._log.page(identity, most=1)
        if last and last[-1].key == key:
            return await self._change(identity, key, body)
        message = await self._log.repost(identity, key, body)
        self.ring(identity)
        return message

    async def _change(self, identity: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        message = await self._log.change(identity, key, body)
        self.ring(identity)
        return message

    async def _end(self, job: Job) -> Message:
        place = job.asked if job.asked and job.asked.platform == PLATFORM else job.place
        identity = PersonId(place.conversation)
        body = job_body(job, text="")
        message = await self._log.add(identity, job_key(job.id), body)
        if message.body.get("state") != job.state:
            body = {**body, "text": message.body.get("text", "")}
            message = await self._log.change(identity, job_key(job.id), body)
        self.ring(identity)
        return message

    def ring(self, identity: PersonId) -> None:
        for bell in self._bells.get(identity, ()):
            bell.set()

    @contextmanager
    def listening(self, identity: PersonId, *, most: int = 20) -> Iterator[asyncio.Event | None]:
        """A bell that rings when something is new; None when `most` pages listen already."""
        bells = self._bells.setdefault(identity, set())
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
                self._bells.pop(identity, None)
