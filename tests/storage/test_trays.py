"""Trays: filled over several messages, each once, changed one after the other."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UserError
from core.jobs import Order
from core.mixtape import MOST_TRACKS
from core.names import JobId, PersonId, Place
from core.options import Attachment, attach_link
from core.trays import Item, Tray
from storage.database import Database
from storage.jobs import JobBook
from storage.trays import TrayTable

ANNA, OTTO = PersonId("toy:anna"), PersonId("toy:otto")
PICTURE = b"\x89PNG\r\n\x1a\n and so on"


def file(folder: Path, name: str, content: bytes = b"sound") -> Attachment:
    path = folder / name
    path.write_bytes(content)
    return Attachment(path, f"{name} ünï.mp3", len(content))


def labels(tray: Tray) -> list[str]:
    return [item.file.label.split()[0] for item in tray.items]


async def test_tracks_gather_in_their_order_and_a_picture_is_the_cover(
    database: Database, tmp_path: Path
) -> None:
    trays = TrayTable(database)
    one, two, photo = file(tmp_path, "1"), file(tmp_path, "2"), file(tmp_path, "p", PICTURE)
    await trays.add(ANNA, [one, photo], key="k1")
    tray = await trays.add(ANNA, [two, one], key="k2")
    assert labels(tray) == ["1", "2", "1"]
    assert len({item.id for item in tray.items}) == 3
    assert tray.cover == photo
    assert await trays.find(ANNA) == tray
    assert await trays.find(OTTO) == Tray(person=OTTO)


async def test_the_same_key_again_changes_nothing_even_once_it_is_cleared(
    database: Database, tmp_path: Path
) -> None:
    trays = TrayTable(database)
    one = file(tmp_path, "1")
    adds = [trays.add(ANNA, [one], key="k1") for _ in range(4)]
    assert {len(tray.items) for tray in await asyncio.gather(*adds)} == {1}
    await trays.clear(ANNA)
    assert (await trays.add(ANNA, [one], key="k1")).items == ()
    assert len((await trays.add(OTTO, [one], key="k1")).items) == 1


async def test_changes_come_one_after_the_other(database: Database, tmp_path: Path) -> None:
    trays = TrayTable(database)

    def append(name: str) -> None:
        (tmp_path / name).write_bytes(b"sound")

    def grow(number: int) -> "asyncio.Task[Tray]":
        item = Item(f"i{number}", Attachment(tmp_path / str(number), str(number), 1))
        return asyncio.create_task(
            trays.change(ANNA, lambda tray: replace(tray, items=(*tray.items, item)))
        )

    append("x")
    await asyncio.gather(*(grow(number) for number in range(12)))
    assert sorted(labels(await trays.find(ANNA))) == sorted(map(str, range(12)))


async def test_a_change_keeps_options_and_order_and_may_fail(
    database: Database, tmp_path: Path
) -> None:
    trays = TrayTable(database)
    tray = await trays.add(ANNA, [file(tmp_path, name) for name in "abc"], key="k")
    last = tray.items[2].id
    moved = await trays.change(
        ANNA, lambda now: replace(now, items=now.moved(last, -2), options={"title": "Late"})
    )
    assert labels(moved) == ["c", "a", "b"]

    def fail(now: Tray) -> Tray:
        now.index("gone")
        return now

    with pytest.raises(UserError, match="no longer on the tray"):
        await trays.change(ANNA, fail)
    assert await trays.find(ANNA) == moved
    assert moved.options == {"title": "Late"}


async def test_a_full_tray_takes_no_more_and_loses_nothing(
    database: Database, tmp_path: Path
) -> None:
    trays = TrayTable(database)
    one = file(tmp_path, "1")
    await trays.add(ANNA, [one] * MOST_TRACKS, key="k1")
    with pytest.raises(UserError, match="holds up to 200"):
        await trays.add(ANNA, [one], key="k2")
    assert len((await trays.find(ANNA)).items) == MOST_TRACKS
    await trays.clear(ANNA)
    assert len((await trays.add(ANNA, [one], key="k2")).items) == 1, "the key was not used up"


async def test_what_lies_on_a_tray_is_wanted(database: Database, tmp_path: Path) -> None:
    trays, book = TrayTable(database), JobBook(database)
    one, photo = file(tmp_path, "1"), file(tmp_path, "p", PICTURE)
    await trays.add(ANNA, [one, photo], key="k")
    order = Order("k", "toy", "A", ANNA, Place("toy", "here"), {"x": 1})
    await book.enter(JobId("job"), order)
    assert await book.wanted() == [{"x": 1}, {"trays": [str(one.path), str(photo.path)]}]
    await trays.clear(ANNA)
    assert await book.wanted() == [{"x": 1}]


async def test_links_lie_on_a_tray_among_files(database: Database, tmp_path: Path) -> None:
    trays, linked = TrayTable(database), attach_link("https://x.org/a?b=c//d")
    one = file(tmp_path, "1")
    await trays.add(ANNA, [one, linked], key="k1")
    tray = await trays.add(ANNA, [one], key="k2")
    assert [item.file for item in (await trays.find(ANNA)).items] == [one, linked, one]
    assert tray.items[1].file.url == "https://x.org/a?b=c//d"
