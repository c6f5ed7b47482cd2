"""A bot of ours with the real commands and records, whose Telegram and whose jobs a test has."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from adapters.telegram import TelegramChat, Terms
from bot.app import Stores, list_commands
from bot.dispatch import FrontDesk
from bot.words import Words
from config.settings import Settings
from core.calls import Command
from core.delivery import Parcel, Preference, Rung
from core.jobs import Job, Outcome, Product
from core.names import JobId, Place
from core.ports import ChatPlatform, Counter
from storage.database import Database, open_database
from storage.inbox import FileInbox, Room
from storage.letters import LetterTable
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.servers import ServerTable
from storage.trays import TrayTable
from tests.doubles.telegram import Chat, Message, Person, Telegram
from tests.fakes_glasses import FakeDarkroom, FakePairs
from tests.fakes_people import FakeLibrary, FakeLinks, FakePrivacy
from tests.media import Sound, make

ROOM = Room(file_bytes=3_000_000_000, person_bytes=9_000_000_000, spare_bytes=0)


@dataclass
class FakeFitting:
    """Fills `core.ports.Fitting`: halves as parts, and a link for what is much too large."""

    links: FakeLinks
    asked: list[int] = field(default_factory=list)

    async def fit(
        self,
        job: Job,
        product: Product,
        *,
        limit: int,
        preference: Preference,
        plays: Collection[str] = (),
    ) -> Parcel:
        self.asked.append(limit)
        if product.size <= limit:
            return Parcel(product=product, rung=Rung.AS_IS, files=(product,), limit=limit)
        if preference is Preference.LINK or product.size > 4 * limit:
            link = self.links.download(job.id, 0)
            return Parcel(product=product, rung=Rung.LINK, link=link, limit=limit)
        return Parcel(product=product, rung=Rung.PARTS, files=_halve(product), limit=limit)


def _halve(product: Product) -> tuple[Product, ...]:
    content, path = Path(product.path).read_bytes(), Path(product.path)
    halves = content[: len(content) // 2], content[len(content) // 2 :]
    made = []
    for number, half in enumerate(halves, 1):
        part = path.with_stem(f"{path.stem}-{number}")
        part.write_bytes(b"ID3" + half)
        made.append(replace(product, path=str(part), label=part.name, size=len(half) + 3))
    return tuple(made)


@dataclass
class House:
    """What a test holds."""

    telegram: Telegram
    database: Database
    folder: Path
    jobs: FakeLibrary
    counter: Counter
    terms: Terms
    chat: TelegramChat

    async def job_of(self, person: Person) -> Job:
        """The newest job of somebody's."""
        jobs = await self.jobs.listed(person=None, active=False)
        return next(job for job in jobs if job.person == f"telegram:{person.id}")

    def finish(self, job: JobId, *, tracks: int = 3, video: bool = False, title: str = "") -> Job:
        """Let a job be done, with real files."""
        return self.jobs.finish(job, self.outcome(title or "Late night", tracks, video=video))

    def outcome(self, title: str, tracks: int, *, video: bool) -> Outcome:
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        files = {"audio": make("mp3", Sound(wave="music", seconds=3.0))}
        if video:
            files["video"] = make("mp4", Sound(seconds=2.0))
        cover = out / "cover.jpg"
        Image.radial_gradient("L").resize((1000, 800)).convert("RGB").save(cover)
        text = out / "late-night.txt"
        text.write_text("\n".join(f"{at}:00 Song {at}" for at in range(tracks)))
        files |= {"description": text, "cover": cover}
        return Outcome(
            text=f"“{title}” is ready.",
            products=tuple(
                Product(
                    role,
                    str(path),
                    f"late-night{path.suffix}",
                    path.stat().st_size,
                    3.0 if role in ("audio", "video") else None,
                )
                for role, path in files.items()
            ),
            details={
                "title": title,
                "duration": 200.0 * tracks,
                "tracks": [
                    {"title": f"Song {n}", "artist": "Band", "start": 200.0 * n, "source": "x"}
                    for n in range(tracks)
                ],
            },
        )

    async def deliver(self, job: Job, *, delivery: str = "") -> str:
        return await self.chat.platform.deliver(job, delivery=delivery or job.id)

    def shown(self, person: Person, chat: Chat) -> list[Message]:
        """What the bot has left in a chat."""
        return [each for each in person.sees(chat) if each.sender.is_bot]


@asynccontextmanager
async def open_house(
    telegram: Telegram, home: Path, *, toys: Sequence[Command] = (), **terms: object
) -> AsyncIterator[House]:
    """The records and the bot; it listens for the length of the block."""
    async with make_house(telegram, home, toys=toys, **terms) as house:
        await house.chat.sign_in()
        async with house.chat.serve():
            yield house


@asynccontextmanager
async def make_house(
    telegram: Telegram, home: Path, *, toys: Sequence[Command] = (), **terms: object
) -> AsyncIterator[House]:
    home.mkdir(exist_ok=True)
    database = await open_database("", data=home / "data")
    uploads = home / "uploads"
    uploads.mkdir(exist_ok=True)
    jobs, links, people = FakeLibrary(), FakeLinks(), PeopleTable(database)
    servers, words = ServerTable(database), Words()
    stores = Stores(
        jobs=jobs,
        trays=TrayTable(database),
        people=people,
        servers=servers,
        links=links,
        notes=NoteTable(database),
        privacy=FakePrivacy(),
        pairs=FakePairs(),
        darkroom=FakeDarkroom(),
        words=words,
    )
    settings = Settings(data=home / "data")
    commands = [*list_commands(settings, stores), *toys]
    platforms: dict[str, ChatPlatform] = {}
    counter = Counter(
        desk=FrontDesk(commands, people, servers, words),
        jobs=jobs,
        inbox=FileInbox(database, uploads, ROOM),
        notes=NoteTable(database),
        letters=LetterTable(database),
        fitting=FakeFitting(links),
        links=links,
        people=people,
        servers=servers,
        platforms=platforms,
    )
    own: Mapping[str, object] = {
        "token": telegram.token,
        "api": telegram.base_url.removesuffix("/bot"),
        "gather_seconds": 0.1,
        **terms,
    }
    known = Terms(**own)  # type: ignore[arg-type] # fields
    chat = TelegramChat(counter, known)
    platforms["telegram"] = chat.platform
    try:
        yield House(telegram, database, home, jobs, counter, known, chat)
    finally:
        await database.close()


def place_of(chat: Chat) -> Place:
    return Place("telegram", str(chat.id))


def words_of(message: Message) -> str:
    """A message as people see it: text, then buttons."""
    rows = ["".join(f"[{button.label}]" for button in row) for row in message.buttons]
    kind = f"<{message.kind}> " if message.media else ""
    return "\n".join([kind + message.plain, *rows])
