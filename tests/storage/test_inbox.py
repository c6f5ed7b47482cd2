"""Files that people send: whole or not at all, once for each key, within everyone's limits."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import UserError
from core.names import PersonId
from core.options import Attachment
from storage.chat import SqlUploadBook
from storage.database import Database
from storage.files import Files
from storage.inbox import FileInbox, Room
from storage.people import PeopleTable

ANNA, OTTO = PersonId("toy:anna"), PersonId("toy:otto")
ROOM = Room(file_bytes=100, person_bytes=250, spare_bytes=0)


async def chunks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def breaking(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise ConnectionResetError("it broke")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "data")


def names(files: Files) -> set[str]:
    return {path.name for path in files.uploads.iterdir()}


async def test_a_file_comes_in_whole_under_a_name_of_ours(database: Database, files: Files) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    sent = await inbox.receive(
        ANNA, "../../etc/pass\nwd ünï.mp3", chunks(b"so", b"und"), key="k", size=5
    )
    assert sent.path.read_bytes() == b"sound"
    assert (sent.path.parent, sent.size) == (files.uploads, 5)
    assert sent.label == "pass wd ünï.mp3"
    upload = await SqlUploadBook(database.engine).find(sent.path.name, person=ANNA)
    assert (upload.size, upload.label, upload.sent is not None) == (5, sent.label, True)
    assert names(files) == {sent.path.name}


async def test_the_same_key_again_is_the_same_file(database: Database, files: Files) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    sent = await asyncio.gather(
        *(inbox.receive(ANNA, "a.mp3", chunks(b"sound"), key="k") for _ in range(4))
    )
    after = await inbox.receive(ANNA, "b.mp3", breaking(), key="k")
    other = await inbox.receive(OTTO, "a.mp3", chunks(b"other"), key="k")
    assert set(sent) == {after}
    assert other.path != after.path
    assert names(files) == {after.path.name, other.path.name}


async def test_another_process_finds_it_too(database: Database, files: Files) -> None:
    sent = await FileInbox(database, files.uploads, ROOM).receive(
        ANNA, "a.mp3", chunks(b"sound"), key="k"
    )
    again = FileInbox(database, files.uploads, ROOM)
    assert await again.receive(ANNA, "a.mp3", breaking(), key="k") == sent


async def test_a_file_that_was_swept_comes_in_again(database: Database, files: Files) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    sent = await inbox.receive(ANNA, "a.mp3", chunks(b"sound"), key="k")
    sent.path.unlink()
    again = await inbox.receive(ANNA, "a.mp3", chunks(b"sound"), key="k")
    assert again == sent
    assert again.path.read_bytes() == b"sound"


@pytest.mark.parametrize(
    ("pieces", "size", "sentence"),
    [
        ([b"x" * 101], 101, "too large: up to 0.0001 MB"),
        ([b"x" * 60, b"x" * 60], None, "too large"),
        ([b"x" * 60, b"x" * 60], 60, "too large"),
        ([b"x" * 20], 30, "did not come whole"),
        ([b"x" * 40], 30, "did not come whole"),
        ([], None, "is empty"),
        ([], 0, "is empty"),
    ],
)
async def test_what_does_not_fit_leaves_nothing(
    database: Database, files: Files, pieces: list[bytes], size: int | None, sentence: str
) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    with pytest.raises(UserError, match=sentence):
        await inbox.receive(ANNA, "a.mp3", chunks(*pieces), key="k", size=size)
    assert names(files) == set()
    assert await SqlUploadBook(database.engine).listed() == ()
    taken = await inbox.receive(ANNA, "a.mp3", chunks(b"sound"), key="k")
    assert taken.size == 5


async def test_a_broken_connection_and_a_cancelled_wait_leave_nothing(
    database: Database, files: Files
) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    with pytest.raises(ConnectionResetError):
        await inbox.receive(ANNA, "a.mp3", breaking(b"so"), key="k")
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"so"
        begun.set()
        await asyncio.Event().wait()

    receiving = asyncio.create_task(inbox.receive(ANNA, "a.mp3", endless(), key="k"))
    await begun.wait()
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert names(files) == set()


async def test_a_person_has_so_much_room_and_others_have_theirs(
    database: Database, files: Files
) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)

    async def send(person: PersonId, key: str) -> Attachment:
        return await inbox.receive(person, f"{key}.mp3", chunks(b"x" * 100), key=key, size=100)

    first = await send(ANNA, "1")
    await send(ANNA, "2")
    with pytest.raises(UserError, match="Your files take more"):
        await send(ANNA, "3")
    await send(OTTO, "3")
    first.path.unlink()
    await send(ANNA, "3")


async def test_what_is_on_its_way_counts_as_well(database: Database, files: Files) -> None:
    inbox = FileInbox(database, files.uploads, ROOM)
    sent = await asyncio.gather(
        *(
            inbox.receive(ANNA, "a.mp3", chunks(b"x" * 50, b"x" * 50), key=str(number))
            for number in range(5)
        ),
        return_exceptions=True,
    )
    taken = [each for each in sent if isinstance(each, Attachment)]
    assert len(taken) <= 2
    assert all("Your files take more" in str(each) for each in sent if each not in taken)
    assert names(files) == {each.path.name for each in taken}
    again = await inbox.receive(OTTO, "a.mp3", chunks(b"x" * 100), key="k")
    assert again.size == 100


async def test_a_full_disk_is_told_before_anything_is_written(
    database: Database, files: Files
) -> None:
    room = Room(file_bytes=100, person_bytes=250, spare_bytes=10**18)
    inbox = FileInbox(database, files.uploads, room)
    with pytest.raises(UserError, match="disk is full"):
        await inbox.receive(ANNA, "a.mp3", chunks(b"sound"), key="k")
    assert names(files) == set()


async def test_half_a_file_that_a_crash_left_is_swept_after_a_while(
    database: Database, files: Files
) -> None:

    old, young = files.uploads / ".a.1.part", files.uploads / ".b.2.part"
    for part in (old, young):
        part.write_bytes(b"ha")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    files.sweep([], wanted=[], before=0)
    assert names(files) == {young.name}


async def test_nothing_is_fetched_for_who_is_blocked(database: Database, files: Files) -> None:
    inbox, people = FileInbox(database, files.uploads, ROOM), PeopleTable(database)
    asked_for: list[bytes] = []

    async def stream() -> AsyncIterator[bytes]:
        asked_for.append(b"sound")
        yield b"sound"

    await people.block(ANNA, "Spam.")
    with pytest.raises(UserError, match=r"has blocked you here\. The reason: Spam\."):
        await inbox.receive(ANNA, "a.mp3", stream(), key="k")
    assert (asked_for, names(files)) == ([], set())
    await people.block(ANNA, None)
    assert (await inbox.receive(ANNA, "a.mp3", stream(), key="k")).size == 5
