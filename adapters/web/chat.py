"""The chat itself: the history, calls, files without a word, and stopping jobs."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.web.given import Given, read_given
from adapters.web.people import asker_of, greet, identity_of, known_identity
from adapters.web.platform import WebChat
from adapters.web.refusal import RefusalError, read_object, whole_number
from adapters.web.shown import Shown
from adapters.web.terms import Terms
from adapters.web.uploads import Uploads
from adapters.web.view import draw_command, job_body, said_body
from core.calls import Asker, Collecting, Command
from core.link_texts import find_links
from core.names import JobId
from core.options import attach_link
from core.ports import Desk, Jobs, People
from core.screens import Reply

_LONGEST_TEXT = 4000
_PAGE = 30


@dataclass(frozen=True, slots=True)
class Chat:
    """Serves what the chat page's script asks for."""

    desk: Desk
    jobs: Jobs
    people: People
    platform: WebChat
    uploads: Uploads
    shown: Shown
    terms: Terms

    async def hello(self, request: web.Request) -> web.Response:
        """Who is new gets a cookie; everyone gets the catalogue."""
        response = web.json_response(
            {
                "commands": [draw_command(command) for command in self.desk.commands],
                "collects": any(isinstance(each, Collecting) for each in self.desk.commands),
                "upload_bytes": self.terms.upload_bytes,
                "link_seconds": self.terms.link_seconds,
            }
        )
        if known_identity(request) is None:
            greet(response, secure=self.terms.secure)
        return response

    async def history(self, request: web.Request) -> web.Response:
        identity = identity_of(request)
        before = request.query.get("before")
        messages = await self.platform.log.page(
            identity,
            before=None if before is None else whole_number(before, "before"),
            most=_PAGE + 1,
        )
        shown = messages[-_PAGE:]
        return web.json_response(
            {
                "messages": await self.shown.draw_all(shown),
                "more": len(messages) > _PAGE,
                "revision": max((message.revision for message in shown), default=0),
            }
        )

    async def message(self, request: web.Request) -> web.Response:
        identity = identity_of(request)
        message = await self.platform.log.find(identity, request.match_info["key"])
        if message is None:
            raise RefusalError(404, "That message is no longer here.")
        return web.json_response(await self.shown.draw(message))

    async def call(self, request: web.Request) -> web.Response:
        """Take one message in, answer it, and keep both. The same key again changes nothing."""
        asker = asker_of(request)
        person = await self.people.account(asker.identity)
        body = await read_object(request)
        given = await read_given(body, person=person, uploads=self.uploads)
        command = str(body.get("command") or "").lstrip("/")[:64]
        text = str(body.get("text") or "").strip()
        if len(text) > _LONGEST_TEXT:
            raise RefusalError(
                413, f"That is too long: up to {_LONGEST_TEXT} characters are taken."
            )
        said = await self.platform.say(
            asker.identity,
            f"said:{given.key}",
            said_body(text=text, command=command, values=given.shown, files=given.attachments),
        )
        reply = await self._answer(asker, command, text, given)
        # A call that was turned down leaves its files to be sent again.
        taken = reply.job is not None or bool(reply.slot)
        if taken:
            await self.uploads.mark_sent(given.without(reply.refused))
        answer = await self.platform.answer(asker.identity, reply, key=given.key)
        drawn = await self.shown.draw_all([said, answer])
        return web.json_response({"messages": drawn, "taken": taken})

    async def cancel(self, request: web.Request) -> web.Response:
        identity = identity_of(request)
        person = await self.people.account(identity)
        job = await self.jobs.cancel(JobId(request.match_info["job"]), person=person)
        self.platform.ring(identity)
        return web.json_response(job_body(job, text=""))

    async def _answer(self, asker: Asker, command: str, text: str, given: Given) -> Reply:
        key = f"{asker.identity}:{given.key}"
        if command:
            return await self.desk.answer(command, asker, key=key, given=given.merged)
        links = [attach_link(link) for link in find_links(text)]
        if given.uploads or links:
            return await self.desk.collect([*given.attachments, *links], asker, key=key)
        return Reply(explain(text, self.desk.commands))


def explain(text: str, commands: Sequence[Command]) -> str:
    """The answer to words that are no command."""
    words = re.findall(r"[a-z]+", text.lower())
    names = [command.entry.name for command in commands]
    close = [near for word in words for near in difflib.get_close_matches(word, names, 1, 0.75)]
    if close:
        return f"Did you mean /{close[0]}? Type it with the slash, and I show its options."
    menu = "\n".join(f"/{command.entry.name}: {command.entry.summary}" for command in commands)
    return f"I understand commands. Type / or drop some files here.\n{menu}"
