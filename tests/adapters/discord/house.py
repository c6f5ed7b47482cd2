"""A house for the Discord adapter: the real desk, commands and storage; jobs go as a test says."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.discord import Discord
from bot.app import Stores, list_commands
from bot.dispatch import FrontDesk
from bot.words import Words
from config.settings import Settings
from core.calls import Command
from core.jobs import Job, Json, Outcome, Product
from core.names import JobId
from core.ports import Counter
from storage.database import open_database
from storage.files import Files
from storage.inbox import FileInbox, Room
from storage.letters import LetterTable
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.servers import ServerTable
from storage.trays import TrayTable
from tests.doubles.discord import Channel, Guild, Message, Person, Upload, discord_double
from tests.doubles.discord import Discord as Double
from tests.fakes_glasses import FakeDarkroom, FakePairs
from tests.fakes_people import FakeFitting, FakeLibrary, FakeLinks, FakePrivacy
from tests.media import Sound, make

ROOM = Room(file_bytes=2_000_000, person_bytes=50_000_000, spare_bytes=0)


@dataclass
class House:
    """What a test turns: `double` is Discord, `jobs` how far each job is."""

    double: Double
    folder: Path
    jobs: FakeLibrary
    counter: Counter
    guild: Guild
    channel: Channel
    anna: Person
    ben: Person
    fitting: FakeFitting
    hears_all: bool = False
    chat: Discord = field(init=False)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Sign in and be there."""
        known = self.double.gateway.identified
        self.chat = Discord(self.double.token, self.counter, hears_all=self.hears_all)
        await self.chat.sign_in()
        await self._running.enter_async_context(self.chat.serve())
        await self.double.ready(known + 1)

    async def stop(self) -> None:
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def order(self, title: str = "Late night", **options: object) -> tuple[Job, Message]:
        """Anna orders a mixtape of one track in the channel; the job and its progress message."""
        exchange = await self.anna.use(
            self.channel, "mixtape", track1=track(), title=title, **options
        )
        async with asyncio.timeout(10):
            job = await self.jobs.accepted.get()
        return job, await exchange.filled()

    def make_result(self, job: JobId, **sizes: int) -> Outcome:
        return make_result(self.folder, job, **sizes)

    async def finish(self, job: Job, **sizes: int) -> str:
        """The job ends well, and is handed over."""
        done = self.jobs.finish(job.id, self.make_result(job.id, **sizes))
        return await self.chat.platform.deliver(done, delivery=job.id)

    def seen(self, person: Person | None = None) -> list[Message]:
        """What a person sees in the channel."""
        return (person or self.anna).sees(self.channel)


def track(name: str = "one.mp3") -> Upload:
    return Upload(name, make("mp3", Sound(seconds=1)).read_bytes())


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    extra: Sequence[Command] = (),
    hears_all: bool = False,
    start: bool = True,
    tier: int = 0,
) -> AsyncIterator[House]:
    """A house at a Discord where Anna and Ben share a server; Anna owns it."""
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(discord_double())
        counter, jobs, fitting = await stack.enter_async_context(open_counter(folder, extra=extra))
        anna, ben = double.user("anna"), double.user("ben")
        guild = double.guild("Studio", ben, owner=anna, tier=tier)
        house = House(
            double,
            folder,
            jobs,
            counter,
            guild,
            double.channel(guild),
            anna,
            ben,
            fitting,
            hears_all,
        )
        if start:
            await house.start()
        stack.push_async_callback(house.stop)
        yield house


def make_result(
    folder: Path,
    job: JobId,
    *,
    audio: int = 2000,
    video: int = 0,
    cover: int = 500,
    waveform: int = 0,
    tracks: int = 2,
) -> Outcome:
    """Files of so many bytes; a result with none when they are 0."""
    files = {
        "audio": ("mp3", audio),
        "video": ("mp4", video),
        "cover": ("jpg", cover),
        "waveform": ("png", waveform),
    }
    products = []
    for role, (ending, size) in files.items():
        if size:
            path = folder / f"{job}.{ending}"
            path.write_bytes(role.encode() + b"." * (size - len(role)))
            products.append(Product(role, str(path), f"Late night.{ending}", size, 10.0))
    listed: Sequence[Mapping[str, Json]] = [
        {"title": f"Song {n}", "artist": "A*Band", "source": f"{n}.mp3", "start": 5.0 * n}
        for n in range(tracks)
    ]
    details: dict[str, Json] = {
        "title": "Late night", "duration": 10.0, "tracks": listed, "rejected": [],
    }  # fmt: skip
    return Outcome("“Late night” is ready.", tuple(products), details)


@asynccontextmanager
async def open_counter(
    folder: Path, *, extra: Sequence[Command] = ()
) -> AsyncIterator[tuple[Counter, FakeLibrary, FakeFitting]]:
    """The desk with all commands and `extra`, on real records; a test says how jobs go."""
    database = await open_database("", data=folder)
    people, servers, links, words = (
        PeopleTable(database),
        ServerTable(database),
        FakeLinks(),
        Words(),
    )
    jobs, fitting = FakeLibrary(), FakeFitting(links)
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
    commands = [*list_commands(Settings(), stores), *extra]
    counter = Counter(
        desk=FrontDesk(commands, people, servers, words),
        jobs=jobs,
        inbox=FileInbox(database, Files(folder).uploads, ROOM),
        notes=NoteTable(database),
        letters=LetterTable(database),
        fitting=fitting,
        links=links,
        people=people,
        servers=servers,
        platforms={},
    )
    try:
        yield counter, jobs, fitting
    finally:
        await database.close()


def of(job: Job, **changes: object) -> Job:
    return replace(job, **changes)  # type: ignore[arg-type] # a test's own changes
