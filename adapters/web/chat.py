"""The chat itself: the page, the history, calls, and stopping jobs."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, select_autoescape

from adapters.web.guard import SCRIPT_HEADER
from adapters.web.labels import tidy
from adapters.web.links import SignedLinks
from adapters.web.people import greet, known_person, person_of
from adapters.web.platform import WebChat, job_key
from adapters.web.refusal import RefusalError, read_object, read_upload_id, whole_number
from adapters.web.terms import Terms
from adapters.web.uploads import Uploads
from adapters.web.view import draw_command, draw_message, job_body, said_body
from core.calls import Asker, Command
from core.chat import Message
from core.errors import UserError
from core.jobs import Json, State
from core.names import JobId, PersonId, Place
from core.options import Attachment
from core.ports import Desk, Jobs
from core.screens import Reply

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_LONGEST_TEXT = 4000
_PAGE = 30
_ENDED = {state.value for state in State if state.ended}


@dataclass(frozen=True, slots=True)
class Given:
    """A call as the page sent it, with its files found."""

    key: str
    command: str
    text: str
    values: Mapping[str, object]
    files: Mapping[str, tuple[Attachment, ...]]
    uploads: tuple[str, ...]

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(file for files in self.files.values() for file in files)


class Chat:
    """Serves the page and what its scripts ask for."""

    def __init__(
        self,
        desk: Desk,
        jobs: Jobs,
        chat: WebChat,
        uploads: Uploads,
        links: SignedLinks,
        terms: Terms,
    ) -> None:
        self._desk = desk
        self._jobs = jobs
        self._chat = chat
        self._uploads = uploads
        self._links = links
        self._terms = terms
        pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape()
        )
        self._page = pages.get_template("chat.html").render(script_header=SCRIPT_HEADER)

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        path = _STATIC / request.match_info["name"]
        if not path.is_file():  # a name without folders, as the route's pattern demands
            raise RefusalError(404, "There is no such file.")
        response = web.FileResponse(path)
        response.headers[hdrs.CONTENT_TYPE] = _TYPES[path.suffix]
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        return response

    async def hello(self, request: web.Request) -> web.Response:
        """Who is new gets a cookie; everyone gets the catalogue."""
        response = web.json_response(
            {
                "commands": [draw_command(command) for command in self._desk.commands],
                "upload_bytes": self._terms.upload_bytes,
                "link_seconds": self._terms.link_seconds,
            }
        )
        if known_person(request) is None:
            greet(response, secure=self._terms.public_url.startswith("https:"))
        return response

    async def history(self, request: web.Request) -> web.Response:
        person = person_of(request)
        before = request.query.get("before")
        messages = await self._chat.log.page(
            person,
            before=None if before is None else whole_number(before, "before"),
            most=_PAGE + 1,
        )
        shown = messages[-_PAGE:]
        return web.json_response(
            {
                "messages": [await self.draw(message) for message in shown],
                "more": len(messages) > _PAGE,
                "revision": max((message.revision for message in shown), default=0),
            }
        )

    async def message(self, request: web.Request) -> web.Response:
        person = person_of(request)
        message = await self._chat.log.find(person, request.match_info["key"])
        if message is None:
            raise RefusalError(404, "That message is no longer here.")
        return web.json_response(await self.draw(message))

    async def call(self, request: web.Request) -> web.Response:
        """Take one message in, answer it, and keep both. The same key again changes nothing."""
        person = person_of(request)
        given = await self._read(person, await read_object(request))
        said = await self._chat.say(
            person,
            f"said:{given.key}",
            said_body(
                text=given.text,
                command=given.command,
                values={name: _show(value) for name, value in given.values.items()},
                files=given.attachments,
            ),
        )
        reply = await self._answer(person, given)
        if reply.job is not None:  # a call that was turned down leaves its files to be sent again
            await self._uploads.mark_sent(given.uploads)
        answer = await self._keep(person, given.key, reply)
        return web.json_response({"messages": [await self.draw(said), await self.draw(answer)]})

    async def cancel(self, request: web.Request) -> web.Response:
        person = person_of(request)
        job = await self._jobs.cancel(JobId(request.match_info["job"]), person=person)
        self._chat.ring(person)
        return web.json_response(job_body(job, text=""))

    async def draw(self, message: Message) -> dict[str, Json]:
        """A message as the page sees it now."""
        body = message.body
        if body.get("kind") != "job" or body.get("state") in _ENDED:
            return draw_message(message, links=self._links)
        try:
            job = await self._jobs.find(JobId(str(body["job"])), person=message.person)
        except UserError:
            return draw_message(message, links=self._links)
        return draw_message(message, links=self._links, job=job)

    async def _read(self, person: PersonId, given: Mapping[str, object]) -> Given:
        key = str(given.get("key") or "")
        if not _KEY.fullmatch(key):
            raise RefusalError(400, "“key” must be 8 to 64 letters, digits or dashes.")
        text = str(given.get("text") or "").strip()
        if len(text) > _LONGEST_TEXT:
            raise RefusalError(
                413, f"That is too long: up to {_LONGEST_TEXT} characters are taken."
            )
        values, listed = given.get("values", {}), given.get("files", {})
        if not isinstance(values, dict) or not isinstance(listed, dict):
            raise RefusalError(400, "“values” and “files” must be objects.")
        named = {str(option): _names(names) for option, names in listed.items()}
        uploads = tuple(name for names in named.values() for name in names)
        found = await self._uploads.attachments(person, uploads)
        return Given(
            key=key,
            command=str(given.get("command") or "").lstrip("/")[:64],
            text=text,
            values={str(name): value for name, value in values.items()},
            files={option: tuple(found[name] for name in names) for option, names in named.items()},
            uploads=uploads,
        )

    async def _answer(self, person: PersonId, given: Given) -> Reply:
        if not given.command:
            return Reply(explain(given.text, self._desk.commands))
        return await self._desk.answer(
            given.command,
            _asker(person),
            key=f"{person}:{given.key}",
            given={**given.values, **given.files},
        )

    async def _keep(self, person: PersonId, key: str, reply: Reply) -> Message:
        body: dict[str, Json] = {"kind": "reply", "text": reply.text}
        if reply.job is None:
            return await self._chat.say(person, f"reply:{key}", body)
        try:
            job = await self._jobs.find(reply.job, person=person)
        except UserError:  # a job of no pipeline's making: its words are all there is
            return await self._chat.say(person, f"reply:{key}", body)
        return await self._chat.say(person, job_key(job.id), job_body(job, text=reply.text))


def _asker(person: PersonId) -> Asker:
    place = Place("web", person)
    return Asker(identity=person, place=place, home=place)


def explain(text: str, commands: Sequence[Command]) -> str:
    """The answer to words that are no command."""
    words = re.findall(r"[a-z]+", text.lower())
    names = [command.entry.name for command in commands]
    close = [near for word in words for near in difflib.get_close_matches(word, names, 1, 0.75)]
    if close:
        return f"Did you mean /{close[0]}? Type it with the slash, and I show its options."
    menu = "\n".join(f"/{command.entry.name}: {command.entry.summary}" for command in commands)
    return f"I understand commands. Type / or drop some files here.\n{menu}"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return tidy(str(value))


def _names(given: object) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise RefusalError(400, "“files” must hold lists of uploads.")
    return tuple(read_upload_id(name) for name in given)
