"""Kill -9 of the real program at any moment: every mixtape that was accepted is made, once."""

import asyncio
import os
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from core.jobs import ILLUSTRATIONS
from tests.adapters.web.sidecar import Browser
from tests.end_to_end.deck import Deck, new_jar, until_none
from tests.media import Sound, make
from tests.toys import until

KILLS = 20
ORDERS = 8
DOOMED = [(False, True), (False, True), (True, False), (False, True), (True, True)]
"""Whether the gateway dies, and whether the worker does: in turn, for each kill."""
FOLDERS = {"taking the tracks in": "in", "planning the mix": "cover", "mixing": "out/*.mp3"}
"""What each step makes, once; the step's own start would make it anew."""

Marks = dict[tuple[str, str], tuple[object, ...]]


@pytest.fixture
async def deck(tmp_path: Path) -> AsyncIterator[Deck]:
    deck = Deck(tmp_path)
    yield deck
    await asyncio.to_thread(deck.stop)


async def test_a_kill_at_any_moment_loses_repeats_and_leaves_nothing(deck: Deck) -> None:
    chance = random.Random(20261120)
    people, orders = [new_jar(), new_jar()], list[str]()
    marks, hits = Marks(), 0
    for kill in range(KILLS):
        await asyncio.to_thread(deck.start, until_ready=False)
        if len(orders) * KILLS <= kill * ORDERS:
            orders.append(await order(deck, people[len(orders) % 2], len(orders)))
        if kill % 4:  # the others may meet a worker on its way
            await let_the_worker_come(deck)
        await asyncio.sleep(chance.uniform(0, 1.2))  # the random moment
        assert needed_uploads(deck) <= deck.files()
        marks = compare(marks, look(deck))
        hits += bool(deck.tools())
        gateway, worker = DOOMED[kill % len(DOOMED)]
        await asyncio.to_thread(deck.kill, gateway=gateway, worker=worker)
        if worker:
            await until_none(deck, tools_only=not gateway)
    await asyncio.to_thread(deck.start)
    assert hits > KILLS // 4, "many kills did hit programs at work"
    await assert_all_are_made_once(deck, people, orders)
    compare(marks, look(deck))
    await until_none(deck, tools_only=True)
    await assert_swept(deck, people)


async def order(deck: Deck, jar: aiohttp.CookieJar, number: int) -> str:
    """One person's small mixtape; the answer to it is what makes it accepted."""
    async with deck.person(jar) as person:
        paths = [
            make(form, Sound(wave="music", seconds=4, seed=number * 2 + at))
            for at, form in enumerate(("mp3", "flac"))
        ]
        uploads = [await person.upload(path.name, path.read_bytes()) for path in paths]
        answer = await person.send(
            "mixtape",
            key=f"order-{number:03}",
            values={"title": f"Tape {number}", "video": number % 2 == 0},
            files={"tracks": uploads},
        )
    messages = answer["messages"]
    assert isinstance(messages, list)
    return str(messages[1]["job"])


async def let_the_worker_come(deck: Deck) -> None:
    async def present() -> bool:
        entered = deck.rows("SELECT pid FROM workers WHERE id LIKE 'worker%'")
        return any((worker.pid,) in entered for worker in deck.workers())

    await until(present, seconds=60, what="the worker has come")


def needed_uploads(deck: Deck) -> set[str]:
    """The files that a job still needs: until it has taken them in, at the least."""
    requests = deck.rows("SELECT request FROM jobs WHERE state IN ('queued', 'running')")
    return {
        f"uploads/{name}" for row in requests for name in re.findall("uploads/(\\w+)", str(row))
    }


def look(deck: Deck) -> Marks:
    """What is finished: when DBOS wrote it down, and when its files came to be."""
    marks: Marks = {}
    if not (deck.data / "dbos.db").exists():
        return marks
    finished = deck.rows(
        "SELECT workflow_uuid, function_name, completed_at_epoch_ms FROM operation_outputs",
        database="dbos.db",
    )
    for job, step, ended in finished:
        marks[str(job), str(step)] = (ended,)
        for path in (deck.data / "jobs" / str(job)).glob(FOLDERS.get(str(step), "nothing")):
            marks[str(job), f"{step}: {path.name}"] = (path.stat().st_mtime_ns,)
    return marks


def compare(before: Marks, now: Marks) -> Marks:
    repeated = {key for key in before.keys() & now.keys() if before[key] != now[key]}
    assert repeated == set(), "a finished step ran again"
    return before | now


async def assert_all_are_made_once(
    deck: Deck, people: list[aiohttp.CookieJar], orders: list[str]
) -> None:
    assert deck.rows("SELECT sentence FROM jobs WHERE state = 'failed'") == []
    told = Counter[str]()
    for jar in people:
        async with deck.person(jar) as person:
            mine = orders[people.index(jar) :: 2]

            async def all_here(person: Browser = person, count: int = len(mine)) -> bool:
                return len(await results_of(person)) >= count

            await until(all_here, seconds=120, what="all results are here")
            results = await results_of(person)
            assert sorted(str(each["job"]) for each in results) == sorted(mine)
            for message in await person.messages():
                told[f"{message['kind']} {message.get('job')}"] += message["kind"] != "said"
            for result in results:
                await assert_downloads(deck, person, result)
    assert set(told.values()) <= {0, 1}
    assert deck.rows("SELECT DISTINCT state, settled FROM jobs") == [("done", 1)]
    assert len(deck.rows("SELECT id FROM jobs")) == len(orders)


async def results_of(person: Browser) -> list[dict[str, object]]:
    return [each for each in await person.messages() if each["kind"] == "result"]


async def assert_downloads(deck: Deck, person: Browser, result: dict[str, object]) -> None:
    products = result["products"]
    assert isinstance(products, list)
    named = [each["label"] for each in products if each["role"] not in ILLUSTRATIONS]
    kept = {f"jobs/{result['job']}/out/{label}" for label in named}
    assert kept <= deck.files()
    for product in products:
        async with person.session.get(product["link"]) as answer:
            assert len(await answer.read()) == product["size"]


async def assert_swept(deck: Deck, people: list[aiohttp.CookieJar]) -> None:
    """After their time everything goes, and what a crash left; an upload not yet sent stays."""
    async with deck.person(people[0]) as person:
        waiting = await person.upload("later.mp3", b"not sent yet")
        (result, *_) = await results_of(person)
    assert await asyncio.to_thread(deck.stop) == 0
    assert deck.processes() == []
    old = time.time() - 7200
    with sqlite3.connect(deck.data / "tapedeck.db") as database:
        database.execute("UPDATE jobs SET finished = ?", (old,))
    database.close()
    (deck.data / "jobs" / "stray" / "out").mkdir(parents=True)
    for path in (deck.data / "jobs" / "stray", *(deck.data / "uploads").iterdir()):
        if path.name != waiting:
            os.utime(path, (old, old))
    await asyncio.to_thread(deck.start, TAPEDECK_RETENTION_HOURS="1")

    async def swept() -> bool:
        return deck.files() == {f"uploads/{waiting}"} and not any((deck.data / "jobs").iterdir())

    await until(swept, seconds=30, what="all is swept")
    assert deck.rows("SELECT id FROM jobs") == []
    async with deck.person(people[0]) as person:
        products = result["products"]
        assert isinstance(products, list)
        gone = await person.ask("GET", products[0]["link"], status=410)
        assert gone["error"] == "This file is no longer kept here."
