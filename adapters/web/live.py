"""Live events: an open page hears of new messages and of its jobs' progress."""

import asyncio
import weakref
from collections.abc import Mapping

from aiohttp import WSCloseCode, web

from adapters.web.metrics import Metrics
from adapters.web.people import identity_of
from adapters.web.platform import WebChat, job_key
from adapters.web.refusal import RefusalError, whole_number
from adapters.web.shown import Shown
from adapters.web.view import job_body
from core.errors import UserError
from core.jobs import Job, Json
from core.names import JobId, PersonId
from core.ports import Jobs, People

# News of other processes come without a bell; this is how long they may take at most.
_QUIET_SECONDS = 5.0


class Live:
    """Serves the WebSocket.

    A page says which revision it saw last and gets what is newer, so a broken connection loses
    nothing. Jobs are asked for `poll_seconds` only while the person has some.
    """

    def __init__(
        self,
        shown: Shown,
        events: WebChat,
        jobs: Jobs,
        people: People,
        metrics: Metrics,
        *,
        poll_seconds: float,
    ) -> None:
        self._shown = shown
        self._events = events
        self._jobs = jobs
        self._people = people
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._sockets: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        identity = identity_of(request)
        since = whole_number(request.query.get("since", "0"), "since")
        with self._events.listening(identity) as bell:
            if bell is None:
                raise RefusalError(429, "Tapedeck is open in too many windows: close some.")
            socket = web.WebSocketResponse(heartbeat=20, max_msg_size=1024)
            await socket.prepare(request)
            self._sockets.add(socket)
            self._metrics.pages(1)
            try:
                await self._serve(_Page(socket, identity, since), bell)
            finally:
                self._metrics.pages(-1)
        return socket

    async def close(self, _app: web.Application) -> None:
        """Let go of every page, so that stopping does not wait for them."""
        for socket in set(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restarting")

    async def _serve(self, page: "_Page", bell: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell(page, bell))
            async for _ in page.socket:  # the page has nothing to say; this answers its pings
                pass
            # Not cancelled: a query that is cut short while the loop closes never lets go of it,
            # because aiosqlite is then stopped twice.
            page.gone = True
            bell.set()

    async def _tell(self, page: "_Page", bell: asyncio.Event) -> None:
        try:
            while not page.gone:
                bell.clear()
                await self._tell_messages(page)
                busy = await self._tell_jobs(page)
                try:
                    async with asyncio.timeout(self._poll_seconds if busy else _QUIET_SECONDS):
                        await bell.wait()
                except TimeoutError:
                    continue
        except ConnectionError:
            return  # the page is gone: reading ends as well

    async def _tell_messages(self, page: "_Page") -> None:
        for message in await self._events.log.since(page.identity, page.revision):
            drawn = await self._shown.draw(message)
            await page.socket.send_json({"type": "message", "message": drawn})
            page.revision = message.revision

    async def _tell_jobs(self, page: "_Page") -> bool:
        person = await self._people.account(page.identity)
        active = {job.id: job for job in await self._jobs.listed(person=person, active=True)}
        ended = [await self._find(job, person) for job in set(page.told) - set(active)]
        for job in [*filter(None, ended), *active.values()]:
            drawn = job_body(job, text="")
            if page.told.get(job.id) != drawn:
                page.told[job.id] = drawn
                await page.socket.send_json({"type": "job", "key": job_key(job.id), "job": drawn})
        for job_id in set(page.told) - set(active):
            del page.told[job_id]
        return bool(active)

    async def _find(self, job: JobId, person: PersonId) -> Job | None:
        try:
            return await self._jobs.find(job, person=person)
        except UserError:
            return None


class _Page:
    """One open page: whose it is, and what it has been told."""

    def __init__(self, socket: web.WebSocketResponse, identity: PersonId, revision: int) -> None:
        self.socket = socket
        self.identity = identity
        self.revision = revision
        self.gone = False
        self.told: dict[JobId, Mapping[str, Json]] = {}
