"""What was fetched is kept within its bound, and nobody gets in another's way."""

import asyncio
import os
from pathlib import Path

import pytest

from adapters.ytdlp.store import Store, hand_out, weigh

KILOBYTE = 1024


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept", most_bytes=100 * KILOBYTE)


async def fill(store: Store, name: str, *, size: int, used: float) -> Path:
    async with store.entry(name) as entry:
        (entry / "media").write_bytes(os.urandom(size))
    os.utime(entry, (used, used))
    return entry


async def test_the_least_recently_used_goes_first(store: Store) -> None:
    entries = [
        await fill(store, name, size=40 * KILOBYTE, used=used)
        for name, used in (("a", 300), ("b", 100), ("c", 200))
    ]
    assert store.trim() <= 100 * KILOBYTE
    assert [entry.exists() for entry in entries] == [True, False, True]


async def test_using_an_entry_keeps_it(store: Store) -> None:
    old = await fill(store, "old", size=60 * KILOBYTE, used=100)
    new = await fill(store, "new", size=60 * KILOBYTE, used=200)
    async with store.entry("old"):
        pass
    store.trim()
    assert old.exists() and not new.exists()


async def test_what_is_in_use_is_not_removed(store: Store) -> None:
    old = await fill(store, "old", size=90 * KILOBYTE, used=100)
    await fill(store, "new", size=90 * KILOBYTE, used=200)
    async with store.entry("old") as entry:
        os.utime(entry, (50, 50))
        store.trim()
        assert (old / "media").exists()


async def test_an_entry_is_for_one_at_a_time(store: Store) -> None:
    inside, most = 0, 0

    async def use() -> None:
        nonlocal inside, most
        async with store.entry("same"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(use() for _ in range(4)))
    assert most == 1


async def test_another_entry_does_not_wait(store: Store) -> None:
    async with store.entry("one"), asyncio.timeout(5), store.entry("other"):
        pass


async def test_removing_an_entry_takes_nothing_from_a_job(store: Store, tmp_path: Path) -> None:
    entry = await fill(store, "a", size=200 * KILOBYTE, used=100)
    hand_out(entry / "media", tmp_path / "mine")
    store.trim()
    assert not entry.exists()
    assert (tmp_path / "mine").stat().st_size == 200 * KILOBYTE


async def test_an_entry_comes_back_after_it_was_removed(store: Store) -> None:
    await fill(store, "a", size=200 * KILOBYTE, used=100)
    store.trim()
    async with store.entry("a") as entry:
        assert list(entry.iterdir()) == []


def test_a_file_with_holes_weighs_what_it_takes(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(100_000_000)
        file.write(b"x" * 4096)
    assert weigh(tmp_path) < 1_000_000


def test_a_name_is_no_path(store: Store, tmp_path: Path) -> None:
    async def name() -> Path:
        async with store.entry("../../etc", "passwd\0") as entry:
            return entry

    assert asyncio.run(name()).parent == tmp_path / "kept" / "entries"
