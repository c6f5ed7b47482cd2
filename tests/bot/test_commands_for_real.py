"""The commands over the real job core, database and files: from a dropped file to its erasure."""

import itertools
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from mutagen.id3 import ID3

from adapters.ffmpeg.pool import Pool
from adapters.ytdlp import Bounds, YtDlp
from bot.app import Stores
from bot.dispatch import FrontDesk
from bot.pipelines.archive import ArchivePipeline
from bot.pipelines.download import DownloadPipeline
from bot.pipelines.look import LookPipeline
from bot.privacy import HousePrivacy
from core.jobs import State
from core.names import JobId
from core.options import Attachment
from core.ports import Pipeline
from core.screens import LONGEST_ACTION, Reply
from storage.database import open_database
from storage.estate import Estate
from storage.files import Files
from storage.inbox import FileInbox, Room
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.servers import ServerTable
from storage.trays import TrayTable
from tests.bot.chatting import WORDS, buttons_of, find_button, open_desk
from tests.doubles.tube.site import Tube
from tests.doubles.tube.videos import Video
from tests.fakes_glasses import FakeDarkroom, FakePairs
from tests.fakes_people import FakeLinks, Someone
from tests.media import ffmpeg
from tests.toys import SECRET, Bench, Toy, open_bench, until

ANNA, BERT = Someone("anna"), Someone("bert")
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


class Session:
    """A desk over real stores, and what people do at it."""

    def __init__(self, bench: Bench, desk: FrontDesk, inbox: FileInbox, stores: Stores) -> None:
        self.bench, self.desk, self.inbox, self.stores = bench, desk, inbox, stores
        self._keys = itertools.count()

    async def say(self, who: Someone, command: str, **given: object) -> Reply:
        return await self.desk.answer(command, who.here, key=self._key(), given=given)

    async def tap(self, who: Someone, reply: Reply, label: str) -> Reply:
        action = find_button(reply, label).action
        return await self.desk.press(action, who.here, key=self._key())

    async def drop(self, who: Someone, name: str, content: bytes = MP3) -> Reply:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        person = await self.stores.people.account(who.person)
        file: Attachment = await self.inbox.receive(person, name, chunks(), key=self._key())
        return await self.desk.collect([file], who.here, key=self._key())

    async def done(self, reply: Reply) -> JobId:
        assert reply.job is not None, reply.text
        job = reply.job

        async def ended() -> bool:
            return (await self.bench.engine.find(job, person=None)).state.ended

        await until(ended, what=f"the end of {job}")
        found = await self.bench.engine.find(job, person=None)
        assert found.state is State.DONE, found.sentence
        return job

    def _key(self) -> str:
        return f"key{next(self._keys)}"


@asynccontextmanager
async def open_session(folder: Path, *, more: Sequence[Pipeline] = ()) -> AsyncIterator[Session]:
    data = folder / "data"
    database = await open_database("", data=data)
    files = Files(data)
    estate = Estate(database, files, secret=SECRET)
    toy = Toy(folder / "diary.log", kind="mixtape")
    pipelines: list[Pipeline] = [toy, ArchivePipeline(estate), *more]
    try:
        async with open_bench(folder, pipelines=pipelines) as bench:
            stores = Stores(
                jobs=bench.engine,
                trays=TrayTable(database),
                people=PeopleTable(database),
                servers=ServerTable(database),
                links=FakeLinks(),
                notes=NoteTable(database),
                privacy=HousePrivacy(bench.engine, estate),
                pairs=FakePairs(),
                darkroom=FakeDarkroom(),
                words=WORDS,
            )
            room = Room(file_bytes=10**6, person_bytes=10**7, spare_bytes=0)
            inbox = FileInbox(database, files.uploads, room)
            yield Session(bench, open_desk(stores), inbox, stores)
    finally:
        await database.close()


async def test_from_dropped_files_to_their_erasure(tmp_path: Path) -> None:
    async with open_session(tmp_path) as session:
        await session.drop(ANNA, "One.mp3")
        tray = await session.drop(ANNA, "Two.mp3")
        assert tray.lines == ("1. One · 1 kB", "2. Two · 1 kB")
        picked = await session.tap(ANNA, await session.tap(ANNA, tray, "Reorder"), "2. Two")
        moved = await session.tap(ANNA, picked, "↑ Up")
        mixing = await session.tap(ANNA, await session.tap(ANNA, moved, "Done"), "Mix")
        assert mixing.text == "Mixing 2 tracks."
        first = await session.done(mixing)
        order = await session.bench.engine.order(first, person=ANNA.person)
        tracks = order.request["tracks"]
        assert isinstance(tracks, list)
        assert [track["label"] for track in tracks] == ["Two.mp3", "One.mp3"]

        again = await session.say(ANNA, "again", title="Evening")
        await session.done(again)
        library = await session.say(ANNA, "library")
        assert library.text == "2 results, the newest first."
        assert library.lines[0].startswith("1. Evening · ")
        assert (await session.say(ANNA, "library", search="even")).text == "1 result for “even”."

        export = await session.tap(ANNA, await session.say(ANNA, "privacy"), "Export")
        job = await session.bench.engine.find(await session.done(export), person=ANNA.person)
        assert job.place == ANNA.here.home and job.outcome is not None
        with zipfile.ZipFile(job.outcome.products[0].path) as archive:
            names = archive.namelist()
        assert sum(name.startswith("files/uploads/") for name in names) == 2
        assert sum(name.startswith("files/results/") for name in names) == 6
        assert {"records/jobs.json", "records/chat_uploads.json"} <= set(names)

        asked = await session.tap(ANNA, await session.say(ANNA, "privacy"), "Erase")
        assert (await session.tap(ANNA, asked, "Erase everything")).text.startswith("Everything")
        assert (await session.say(ANNA, "library")).text.startswith("Your library is empty.")
        left = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert not [path for path in left if {"jobs", "uploads"} & set(path.parts)]


async def test_linked_chats_share_and_unlinked_ones_do_not(tmp_path: Path) -> None:
    async with open_session(tmp_path) as session:
        await session.drop(BERT, "Mine.mp3")
        code = (await session.say(ANNA, "connect")).title
        asked = await session.say(BERT, "connect", code=code.lower())
        assert all(len(button.action) <= LONGEST_ACTION for button in buttons_of(asked))
        assert (await session.say(ANNA, "tray")).lines == ()
        for _ in range(2):
            assert (await session.tap(BERT, asked, "Link")).text.startswith("Linked")
        tray = await session.say(ANNA, "tray")
        assert tray.lines == ("1. Mine · 1 kB",)
        await session.done(await session.tap(BERT, tray, "Mix"))
        assert len((await session.say(ANNA, "library")).lines) == 1
        await session.tap(BERT, await session.say(BERT, "disconnect"), "Unlink")
        assert not (await session.say(BERT, "library")).lines
        assert len((await session.say(ANNA, "library")).lines) == 1


async def test_from_a_link_to_its_file(tmp_path: Path) -> None:
    """The question is asked by one worker's job, and another one brings what was chosen."""
    bounds = Bounds(seconds=600, bytes=50_000_000, kept_bytes=50_000_000)
    with Tube() as tube:
        link = tube.add(Video(id="from-a-link", title="Late night", seconds=20.0))
        fetcher = YtDlp(ffmpeg(), tmp_path / "sources", bounds, command=tube.child)
        download = DownloadPipeline(ffmpeg=ffmpeg(), pool=Pool(2), fetcher=fetcher)
        async with open_session(tmp_path, more=[LookPipeline(fetcher), download]) as session:
            looking = await session.done(await session.say(ANNA, "download", link=link))
            question = await session.desk.show_progress(
                await session.bench.engine.find(looking, person=None)
            )
            assert question.title == "A channel – Late night"
            made = await session.done(await session.tap(ANNA, question, "MP3 · 612 kB"))
            job = await session.bench.engine.find(made, person=None)
            assert job.outcome is not None
            product = job.outcome.products[0]
            assert product.label == "a-channel-late-night.mp3"
            tags = ID3(product.path)
            assert (str(tags["TIT2"]), str(tags["TPE1"])) == ("Late night", "A channel")
            assert tags.getall("APIC") and tags.getall("WOAS")[0].url == link
            library = await session.say(ANNA, "library")
            assert [line.partition(" · ")[0] for line in library.lines] == [
                "1. A channel – Late night"
            ]
            assert "Late night" not in repr(await session.say(BERT, "library"))
