"""The darkroom with the real job core: what was taken in becomes one video, whatever happens."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.dbos import Role
from bot.darkroom import PhotoDarkroom
from bot.words import Words
from core.errors import UserError
from core.glasses import PATIENCE, Fate, Pair, Photo, Shot, order_video
from core.jobs import Job, Order, State
from core.names import PersonId, Place
from core.ports import Jobs
from core.quotas import Quota, Quotas
from storage.glasses import GlassesTable
from storage.inbox import FileInbox, Room
from storage.people import PeopleTable
from storage.photos import PhotoTable
from tests.bot.toys_video import Listener, ToyVideo
from tests.camera import photo
from tests.storage.test_inbox import chunks
from tests.toys import Bench, open_bench, until

ANNA = PersonId("toy:anna")
HOME = Place("toy", "dm-anna")
JPEG = photo("JPEG")


@dataclass
class Clock:
    late: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.late


@dataclass(frozen=True)
class Stage:
    """A darkroom over a bench, with a pair of Anna's."""

    bench: Bench
    darkroom: PhotoDarkroom
    chat: Listener
    pair: Pair
    clock: Clock

    async def take(self, request: str, content: bytes = JPEG) -> Photo:
        shot = Shot(request=request, label=f"{request}.jpg", size=len(content))
        return await self.darkroom.accept(self.pair, shot, chunks(content))

    async def stand(self, photo: Photo) -> Photo:
        return (await self.darkroom.look(photo.id, person=ANNA))[0]

    @property
    def films(self) -> list[str]:
        diary = self.bench.folder / "films.log"
        return diary.read_text().splitlines() if diary.exists() else []


@asynccontextmanager
async def open_room(
    folder: Path,
    *,
    role: Role = Role.WORKER,
    burst: float = 0.0,
    quotas: Quotas | None = None,
    seconds: float = 0.05,
    inbox: Room | None = None,
) -> AsyncIterator[Stage]:
    chat, clock = Listener(), Clock()
    quotas = quotas or Quotas(person=Quota(), server=Quota())
    video = ToyVideo(folder / "films.log", seconds=seconds)
    async with open_bench(
        folder, role, platforms=[chat], pipelines=[video], quotas=quotas
    ) as bench:
        database = bench.database
        pairs, room = (
            GlassesTable(database),
            inbox or Room(file_bytes=10**7, person_bytes=10**8, spare_bytes=0),
        )
        darkroom = PhotoDarkroom(
            pairs=pairs,
            photos=PhotoTable(database),
            inbox=FileInbox(database, bench.files.uploads, room),
            jobs=bench.engine,
            people=PeopleTable(database),
            platforms={"toy": chat},
            words=Words(),
            clock=clock,
        )
        if not await pairs.listed(ANNA):
            pair = Pair(
                id="p1", person=ANNA, identity=ANNA, name="Mine", place=HOME, home=HOME, burst=burst
            )
            await pairs.pair(pair)
        yield Stage(bench, darkroom, chat, (await pairs.listed(ANNA))[0], clock)


async def all_delivered(room: Stage, count: int) -> None:
    async def come() -> bool:
        return len(room.chat.delivered) >= count

    await until(come, what=f"{count} results")


async def test_a_photo_becomes_a_video_in_its_persons_chat(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        taken = await room.take("r1")
        ordering = asyncio.create_task(room.darkroom.keep_ordering())
        await all_delivered(room, 1)
        ordering.cancel()
        (job,) = room.chat.delivered
        assert (job.state, job.place, job.person, job.private) == (State.DONE, HOME, ANNA, True)
        assert job.name == "Evening"
        ((reply, asker),) = room.chat.shown
        assert reply.job == job.id and (asker.identity, asker.place) == (ANNA, HOME)
        found, same = await room.darkroom.look(taken.id, person=ANNA)
        assert found.fate is Fate.ORDERED and same is not None and same.id == job.id


async def test_ten_at_once_are_ten_videos(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await asyncio.gather(*(room.take(f"r{number}") for number in range(10)))
        await asyncio.gather(*(room.darkroom.order_due() for _ in range(3)))
        await all_delivered(room, 10)
        assert len(room.films) == len({job.id for job in room.chat.delivered}) == 10


async def test_a_burst_is_one_video_of_its_photos_in_their_order(tmp_path: Path) -> None:
    async with open_room(tmp_path, burst=30.0) as room:
        sizes = []
        for number in range(3):
            content = JPEG + bytes(number)
            sizes.append(len(content))
            await room.take(f"r{number}", content)
        await room.darkroom.order_due()
        assert await room.bench.engine.listed(person=ANNA, active=False) == []
        room.clock.late = 31.0
        await room.darkroom.order_due()
        await all_delivered(room, 1)
        (film,) = room.films
        assert film.endswith(str(sizes))


async def test_what_was_taken_in_before_a_crash_is_ordered_after_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, role=Role.GATEWAY) as before:
        for number in range(3):
            await before.take(f"r{number}")
        # As after a kill between the naming of bursts and the orders, and in the midst of these.
        ((pair, first), *_) = await before.darkroom.photos.gather(now=time.time())
        await before.darkroom.jobs.start(order_video(first, pair, title="Video"))
        assert before.chat.shown == []
    async with open_room(tmp_path) as after:
        await after.darkroom.order_due()
        await after.darkroom.order_due()
        await all_delivered(after, 3)
        assert len(after.films) == 3, "one of them was ordered twice, and is one job"
        assert len(after.chat.shown) == 3


async def test_a_quota_makes_a_photo_wait_and_loses_none(tmp_path: Path) -> None:
    quotas = Quotas(person=Quota(jobs=1), server=Quota())
    async with open_room(tmp_path, quotas=quotas, seconds=0.3) as room:
        first, second = [await room.take(f"r{number}") for number in range(2)]
        await room.darkroom.order_due()
        assert (await room.stand(first)).fate is Fate.ORDERED
        waiting = await room.stand(second)
        assert waiting.fate is Fate.WAITING and waiting.note
        room.clock.late = 29.0
        await room.darkroom.order_due()
        await all_delivered(room, 1)
        room.clock.late = 31.0
        await room.darkroom.order_due()
        await all_delivered(room, 2)
        texts = [reply.text for reply, _ in room.chat.shown]
        assert [text.partition(":")[0] for text in texts] == [
            "A photo came from “Mine”. I make a video of it.",
            "A photo came from “Mine” and waits",
            "A photo came from “Mine”. I make a video of it.",
        ]


async def test_a_photo_that_waited_for_a_day_is_given_up_with_a_word(tmp_path: Path) -> None:
    quotas = Quotas(person=Quota(jobs=1), server=Quota())
    async with open_room(tmp_path, quotas=quotas, seconds=60) as room:
        await room.take("r0")
        await room.darkroom.order_due()
        late = await room.take("r1")
        await room.darkroom.order_due()
        room.clock.late = PATIENCE + 1
        await room.darkroom.order_due()
        assert (await room.stand(late)).fate is Fate.MISSED
        assert room.chat.shown[-1][0].text.startswith("A photo of “Mine” is missing: ")


async def test_a_photo_whose_file_is_gone_is_told_and_spoils_no_burst(tmp_path: Path) -> None:
    async with open_room(tmp_path, burst=30.0) as room:
        lost, _ = [await room.take(f"r{number}") for number in range(2)]
        assert lost.file is not None
        lost.file.path.unlink()
        room.clock.late = 31.0
        await room.darkroom.order_due()
        await all_delivered(room, 1)
        assert (await room.stand(lost)).note == "Its file is no longer kept."
        assert len(room.films) == 1


async def test_a_person_without_room_is_told_at_once(tmp_path: Path) -> None:
    small = Room(file_bytes=10**6, person_bytes=len(JPEG) + 10, spare_bytes=0)
    async with open_room(tmp_path, inbox=small) as room:
        await room.take("r1")
        with pytest.raises(UserError, match="Your files take more than"):
            await room.take("r2")
        assert await room.darkroom.photos.seen("p1", "r2") is None


@dataclass(frozen=True)
class Moody:
    """The job core, but for one photo's job it has a bug."""

    jobs: Any
    victim: str

    async def start(self, order: Order) -> Job:
        if self.victim in str(order.request):
            raise ZeroDivisionError("a bug")
        found: Job = await self.jobs.start(order)
        return found


async def test_trouble_with_one_photo_keeps_no_other_back(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        first, _ = await room.take("r0"), await room.take("r1")
        assert first.file is not None
        moody = Moody(room.bench.engine, str(first.file.path))
        troubled = replace(room.darkroom, jobs=cast("Jobs", moody))
        await troubled.order_due()
        await all_delivered(room, 1)
        assert (await room.stand(first)).fate is Fate.WAITING
        room.clock.late = 31.0
        await room.darkroom.order_due()
        await all_delivered(room, 2)


async def test_a_chat_that_does_not_answer_keeps_no_video_back(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        lonely = replace(room.darkroom, platforms={})
        await room.take("r1")
        await lonely.order_due()
        await all_delivered(room, 1)
        assert room.chat.shown == []


async def test_people_hear_of_it_in_their_language(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.darkroom.people.set(ANNA, "language", "en")
        await room.darkroom.note_failure(room.pair, "r1", reason="Too dark")
        await room.darkroom.note_failure(room.pair, "r1", reason="Too dark")
        ((reply, _),) = room.chat.shown
        assert reply.text == "A photo of “Mine” is missing: Too dark"
