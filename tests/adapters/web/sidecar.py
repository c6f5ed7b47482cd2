"""A whole sidecar on a real socket, with fakes behind it and SQLite under it."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from adapters.web import Check, Enclosures, Ports, SignedLinks, Terms, WebChat, create_app
from bot.darkroom import PhotoDarkroom
from bot.words import Words
from core.calls import Asker
from core.errors import ServiceError
from core.figures import Figures, Load, Steps
from core.jobs import Job, Json, Outcome, Product
from core.names import JobId, PersonId
from core.ports import ChatPlatform
from core.screens import Reply
from storage.chat import SqlChatLog, SqlUploadBook
from storage.database import open_database
from storage.glasses import GlassesTable
from storage.inbox import FileInbox, Room
from storage.people import PeopleTable
from storage.photos import PhotoTable
from storage.tickets import TicketTable
from tests.adapters.web.toys import ToyDesk, ToyShelf, ToyTray
from tests.fakes import FakeHelp, FakeMixtape
from tests.fakes_people import FakeLibrary

SCRIPT = {"X-Tapedeck": "1"}
SECRET = b"only for tests, 32 bytes or more"
TERMS = Terms(poll_seconds=0.02, spare_bytes=0)
ROOM = Room(file_bytes=50_000_000, person_bytes=200_000_000, spare_bytes=0)


class OtherChat:
    """A chat elsewhere that hears of what happened on a web page."""

    name = "other"

    def __init__(self) -> None:
        self.shown: list[tuple[Reply, Asker]] = []
        self.lost = False

    async def show(self, reply: Reply, asker: Asker) -> None:
        if self.lost:
            raise ServiceError("The other chat does not answer.")
        self.shown.append((reply, asker))

    async def deliver(self, job: Job, *, delivery: str) -> str:
        return delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What a test may look at and turn."""

    server: TestServer
    jobs: FakeLibrary
    tray: ToyTray
    terms: Terms
    people: PeopleTable
    tickets: TicketTable
    links: SignedLinks
    other: OtherChat
    chat: WebChat
    book: SqlUploadBook
    darkroom: PhotoDarkroom
    uploads: Path
    folder: Path
    checks: dict[str, Check]

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def folder_of(self, job: JobId) -> Path:
        return self.folder / job

    @asynccontextmanager
    async def browser(self, *, greet: bool = True) -> AsyncIterator["Browser"]:
        jar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of 127.0.0.1
        async with aiohttp.ClientSession(self.url, cookie_jar=jar, headers=SCRIPT) as session:
            browser = Browser(session)
            if greet:
                await browser.ask("POST", "/api/hello")
            yield browser

    async def person(self, key: str) -> PersonId:
        """Whose job it is."""
        return (await self.jobs.find(JobId(key), person=None)).person


@dataclass(frozen=True, slots=True)
class Browser:
    """One person's side of the socket."""

    session: aiohttp.ClientSession
    uploads: str = "/api/uploads"

    async def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, status: int = 200
    ) -> dict[str, object]:
        async with self.session.request(method, path, json=body) as response:
            answer = await response.json()
            assert response.status == status, answer
            assert isinstance(answer, dict)
            return answer

    async def upload(self, label: str, content: bytes) -> str:
        begun = await self.ask("POST", self.uploads, {"label": label, "size": len(content)}, 201)
        async with self.session.put(
            f"{self.uploads}/{begun['id']}?offset=0", data=content
        ) as response:
            assert response.status == 200
        return str(begun["id"])

    async def send(
        self,
        command: str = "",
        *,
        key: str = "a-key-of-its-own",
        text: str = "",
        values: Mapping[str, object] | None = None,
        files: Mapping[str, list[str]] | None = None,
        status: int = 200,
    ) -> dict[str, object]:
        body = {
            "key": key, "command": command, "text": text, "values": values or {},
            "files": files or {},
        }  # fmt: skip
        return await self.ask("POST", "/api/calls", body, status)

    async def messages(self) -> list[dict[str, object]]:
        page = await self.ask("GET", "/api/messages")
        messages = page["messages"]
        assert isinstance(messages, list)
        return messages

    async def order(self, key: str = "a-key-of-its-own", **values: object) -> JobId:
        """Have a mixtape made of one small file, and say which job it is."""
        upload = await self.upload("one.mp3", b"some sound")
        answer = await self.send("mixtape", key=key, values=values, files={"tracks": [upload]})
        messages = answer["messages"]
        assert isinstance(messages, list)
        return JobId(messages[1]["job"])


@asynccontextmanager
async def running(tmp_path: Path, terms: Terms = TERMS, port: int = 0) -> AsyncIterator[Sidecar]:
    """Start it; the data stay in `tmp_path`, so that a second one finds what the first left."""
    uploads, folder = tmp_path / "uploads", tmp_path / "jobs"
    uploads.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    database = await open_database("", data=tmp_path)
    people, tickets = PeopleTable(database), TicketTable(database)
    jobs, checks, other = FakeLibrary(), dict[str, Check](), OtherChat()
    book = SqlUploadBook(database.engine)
    chat = WebChat(SqlChatLog(database.engine), jobs, people, Enclosures(book, uploads))
    tray = ToyTray(jobs)
    desk = ToyDesk([FakeMixtape(jobs), FakeHelp(), tray, ToyShelf(jobs, tmp_path)])
    links = SignedLinks(SECRET, tickets, public_url=terms.public_url, seconds=terms.link_seconds)
    platforms: dict[str, ChatPlatform] = {chat.name: chat, other.name: other}
    darkroom = PhotoDarkroom(
        pairs=GlassesTable(database),
        photos=PhotoTable(database),
        inbox=FileInbox(database, uploads, ROOM),
        jobs=jobs,
        people=people,
        platforms=platforms,
        words=Words(),
    )
    ports = Ports(
        desk=desk,
        jobs=jobs,
        people=people,
        tickets=tickets,
        platforms=platforms,
        links=links,
        chat=chat,
        book=book,
        darkroom=darkroom,
    )
    app = create_app(
        ports,
        uploads_folder=uploads,
        folder_of=lambda job: folder / job,
        count=_count,
        checks=checks,
        terms=terms,
    )
    server = TestServer(app, port=port or None)
    async with server:
        yield Sidecar(
            server=server,
            jobs=jobs,
            tray=tray,
            terms=terms,
            people=people,
            tickets=tickets,
            links=links,
            other=other,
            chat=chat,
            book=book,
            darkroom=darkroom,
            uploads=uploads,
            folder=folder,
            checks=checks,
        )
    await database.close()


def listed(given: object) -> list[dict[str, Any]]:
    """A list of objects out of an answer."""
    assert isinstance(given, list)
    assert all(isinstance(each, dict) for each in given)
    return given


def whose(browser: Browser) -> PersonId:
    """The identity of whoever chats in a browser."""
    cookies = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
    return PersonId("web:" + hashlib.sha256(cookies["tapedeck"].encode()).hexdigest()[:32])


async def _count() -> Figures:
    return Figures(
        jobs={("mixtape", "queued"): 2, ("mixtape", "done"): 5},
        steps={("mixtape", "render"): Steps(5, 12.5)},
        load=Load(slots=4, busy=1, waiting=3),
    )


def make_outcome(
    folder: Path, *, files: Mapping[str, tuple[str, bytes]] | None = None, **details: Json
) -> Outcome:
    """An outcome whose files lie in a job's folder: role to (name, content)."""
    folder.mkdir(parents=True, exist_ok=True)
    products = []
    for role, (name, content) in (files or {"audio": ("tape.mp3", b"0123456789")}).items():
        (folder / name).write_bytes(content)
        products.append(Product(role, str(folder / name), name, len(content)))
    return Outcome("Your tape is ready.", tuple(products), details)


async def finish(sidecar: Sidecar, job: JobId, outcome: Outcome) -> Job:
    """What the job core does at the end: the job is done, and it is delivered."""
    done = sidecar.jobs.finish(job, outcome)
    await sidecar.chat.deliver(done, delivery=done.id)
    return done
