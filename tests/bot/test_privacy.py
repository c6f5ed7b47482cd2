"""What is kept about a person is shown to them in full, and erased without a trace."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from adapters.dbos import Limits
from bot.privacy import HousePrivacy
from core.glasses import Pair, Photo
from core.jobs import Mail, State
from core.names import PersonId, Place
from core.quotas import Quota, Quotas
from storage.chat import SqlChatLog
from storage.estate import Estate
from storage.glasses import GlassesTable
from storage.inbox import FileInbox, Room
from storage.letters import LetterTable
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.photos import PhotoTable
from storage.servers import ServerTable
from storage.tickets import TicketTable
from storage.trays import TrayTable
from tests.storage.test_inbox import chunks
from tests.toys import SECRET, Bench, open_bench, order, until

ANNA, PHONE, WEB = PersonId("toy:anna"), PersonId("tele:anna-phone"), PersonId("web:anna-browser")
OTTO = PersonId("toy:otto")
MANY = Limits(slots=6, poll_seconds=0.05)
MARKS = ("anna", "Anna")


async def settle(bench: Bench, person: PersonId, name: str) -> None:
    """Live in the house for a while, so that a row is in every table that there is."""
    database = bench.database
    people = PeopleTable(database)
    account = await people.account(person)
    inbox = FileInbox(
        database, bench.files.uploads, Room(file_bytes=100, person_bytes=1000, spare_bytes=0)
    )
    for number in range(2):
        sent = await inbox.receive(account, f"{name}{number}.mp3", chunks(b"x"), key=f"k{number}")
        await TrayTable(database).add(account, [sent], key=f"{name}-{number}")
    for title, more in (("done", {}), ("running", {"seconds": 60}), ("failing", {"act": "bug"})):
        job = await bench.engine.start(
            order(f"{name} {title}", person=account, track=str(sent.path), **more)
        )
        if title != "running":
            await until(lambda job=job: bench.book.settled(job.id), what="it ends")  # type: ignore[misc] # a default argument
        await NoteTable(database).put("toy", f"job:{job.id}", {"by": name}, person=account)
        await LetterTable(database).claim(job.id, "audio")
    done = (await bench.engine.page(account))[0][0]
    await bench.engine.resend(done.id, Place("toy", f"home of {name}"), person=account, key="k")
    await people.set(account, "title", f"by {name}")
    await people.block(account, f"{name} is loud")
    await people.offer(account)
    await TicketTable(database).offer("enter", account, {"for": name}, seconds=100)
    home = Place("toy", f"home of {name}")
    pair = Pair(
        id=f"glasses of {name}", person=account, identity=account, name=name, place=home, home=home
    )
    await GlassesTable(database).pair(pair)
    shot = Photo(
        id=f"photo of {name}",
        person=account,
        pair=pair.id,
        request="r1",
        received=1.0,
        due=9e9,
        file=sent,
    )
    await PhotoTable(database).add(shot)


def rows(folder: Path) -> Iterator[tuple[str, str]]:
    """Every row of every table of both databases, as text."""
    for file in ("tapedeck.db", "dbos.db"):
        with closing(sqlite3.connect(folder / "data" / file, timeout=30)) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name of ours
                    yield table, str(row)


def traces(folder: Path, *marks: str) -> set[str]:
    """The tables in which one of the marks is anywhere."""
    return {table for table, row in rows(folder) if any(mark in row for mark in marks)}


def files(bench: Bench) -> set[str]:
    found = (*bench.files.uploads.rglob("*"), *bench.files.jobs.rglob("*"))
    return {path.name for path in found}


async def test_erasing_leaves_no_trace_of_one_and_all_of_another(tmp_path: Path) -> None:
    quotas = Quotas(person=Quota(jobs=50), server=Quota())
    async with open_bench(tmp_path, quotas=quotas, limits=MANY) as bench:
        people, log = PeopleTable(bench.database), SqlChatLog(bench.database.engine)
        await settle(bench, OTTO, "Otto")
        others = files(bench)
        await people.join(PHONE, await people.offer(await people.account(ANNA)))
        await people.join(WEB, await people.offer(ANNA))
        await settle(bench, ANNA, "Anna")
        await log.add(WEB, "said:1", {"text": "Anna was here"})
        await bench.engine.start(order("anna-server", person=ANNA))
        jobs = [job.id for job in await bench.engine.listed(person=ANNA, active=False)]
        seen = traces(tmp_path, *MARKS, *jobs)
        assert seen >= {
            *("jobs", "uses", "deliveries", "letters", "identities", "person_settings", "blocks"),
            *("link_codes", "tickets", "trays", "tray_items", "tray_keys", "notes"),
            *("chat_uploads", "chat_messages", "chat_people", "workflow_status"),
            *("glasses", "photos"),
        }
        before = traces(tmp_path, "otto", "Otto")
        await HousePrivacy(bench.engine, Estate(bench.database, bench.files, secret=SECRET)).erase(
            ANNA
        )
        assert traces(tmp_path, *MARKS, *jobs) == {"blocks"}, "an operator's block stays"
        kept = [row for table, row in rows(tmp_path) if table == "blocks" and "Otto" not in row]
        assert len(kept) == 3 and all("Anna is loud" in row for row in kept)
        for each in (ANNA, PHONE, WEB):
            assert await people.blocked(each) == "Anna is loud"
        assert traces(tmp_path, "otto", "Otto") == before
        assert files(bench) == others
        assert await people.identities(ANNA) == []
        assert await people.account(PHONE) == PHONE
        assert len(await bench.engine.listed(person=OTTO, active=False)) == 3


async def test_of_who_is_not_blocked_nothing_stays(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=MANY) as bench:
        await settle(bench, ANNA, "Anna")
        await PeopleTable(bench.database).block(ANNA, None)
        await HousePrivacy(bench.engine, Estate(bench.database, bench.files, secret=SECRET)).erase(
            ANNA
        )
        assert traces(tmp_path, *MARKS) == set()


async def test_what_a_server_used_up_stays_so_without_a_name(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        asked = replace(order("anna-1", person=ANNA), server="toy:server")
        job = await bench.engine.start(asked)
        await until(lambda: bench.book.settled(job.id), what="it ends")
        await HousePrivacy(bench.engine, Estate(bench.database, bench.files, secret=SECRET)).erase(
            ANNA
        )
        assert traces(tmp_path, "anna", job.id) == set()
        (use,) = [row for table, row in rows(tmp_path) if table == "uses"]
        assert "toy:server" in use


async def test_what_is_shown_is_all_of_ones_own_and_no_secret(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=MANY) as bench:
        await settle(bench, OTTO, "Otto")
        await settle(bench, ANNA, "Anna")
        await SqlChatLog(bench.database.engine).add(ANNA, "said:1", {"text": "hello"})
        estate = Estate(bench.database, bench.files, secret=SECRET)
        shown = await estate.records(ANNA)
        listed = await estate.files(ANNA)
    text = json.dumps(shown)
    assert "otto" not in text.lower()
    assert "digest" not in text
    assert set(shown) >= {"jobs", "uses", "trays", "tray_items", "notes", "tickets", "link_codes"}
    assert set(shown) >= {"glasses", "photos"}
    (done,) = [job for job in shown["jobs"] if job["state"] == State.DONE]
    assert isinstance(done["request"], dict)
    assert [letter["state"] for letter in shown["letters"]] == [Mail.SENDING] * 3
    labels = [file.label for file in listed]
    assert len(labels) == len(set(labels)) == 5
    assert sum(label.startswith("results/Job Anna done-") for label in labels) == 3
    assert sum(label.startswith("uploads/") and label.endswith(".mp3") for label in labels) == 2
    assert all(Path(file.path).is_file() for file in listed)


async def test_rules_of_a_server_are_nobodys(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await ServerTable(bench.database).set("toy:server", "channels", "5")
        await HousePrivacy(bench.engine, Estate(bench.database, bench.files, secret=SECRET)).erase(
            ANNA
        )
        assert await ServerTable(bench.database).rules("toy:server") == {"channels": "5"}
