"""Small records: notes, letters, tickets, server rules; and how the old ones go."""

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.errors import UserError
from core.jobs import Mail, Order
from core.names import JobId, PersonId, Place
from core.options import Attachment
from core.quotas import Quota, Quotas
from storage.database import Database
from storage.expiry import Expiry
from storage.jobs import JobBook
from storage.letters import LetterTable
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.quotas import QuotaBook
from storage.servers import ServerTable
from storage.tickets import TicketTable
from storage.trays import TrayTable

ANNA = PersonId("toy:anna")


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_note_is_kept_replaced_and_dropped(database: Database) -> None:
    notes = NoteTable(database)
    await notes.put("disc", "tray:1", {"message": 7}, person=ANNA)
    await notes.put("tele", "tray:1", {"message": 8})
    await notes.put("disc", "tray:1", {"message": 9, "ünï": [None]}, person=ANNA)
    assert await notes.get("disc", "tray:1") == {"message": 9, "ünï": [None]}
    await notes.drop("disc", "tray:1")
    assert await notes.get("disc", "tray:1") is None
    assert await notes.get("tele", "tray:1") == {"message": 8}


async def test_a_letter_remembers_how_far_it_was(database: Database) -> None:
    letters = LetterTable(database)
    assert await letters.claim("d1", "audio") == (Mail.INTENDED, "")
    assert await letters.claim("d1", "audio") == (Mail.SENDING, ""), "as after a crash"
    await letters.close("d1", "audio", Mail.SENT, message="m7")
    assert await letters.claim("d1", "audio") == (Mail.SENT, "m7")
    assert await letters.claim("d1", "video") == (Mail.INTENDED, "")
    await letters.close("d1", "video", Mail.INTENDED)
    assert await letters.claim("d1", "video") == (Mail.INTENDED, "")
    assert await letters.claim("d1", "video") == (Mail.SENDING, "")


async def test_a_letter_that_may_have_gone_out_counts_as_sending_again(database: Database) -> None:
    letters = LetterTable(database)
    await letters.claim("d1", "audio")
    await letters.close("d1", "audio", Mail.FAILED)
    assert await letters.claim("d1", "audio") == (Mail.FAILED, "")
    assert await letters.claim("d1", "audio") == (Mail.SENDING, "")


async def test_of_two_who_claim_a_letter_one_is_first(database: Database) -> None:
    letters = LetterTable(database)
    claims = await asyncio.gather(*(letters.claim("d1", "audio") for _ in range(4)))
    assert sorted(mail for mail, _ in claims) == [Mail.INTENDED, *[Mail.SENDING] * 3]


async def test_a_ticket_says_what_it_is_for_and_is_spent_once(database: Database) -> None:
    tickets = TicketTable(database)
    token = await tickets.offer("upload", ANNA, {"place": ["toy", "here"]}, seconds=60)
    ticket = await tickets.look(token, purpose="upload")
    assert (ticket.person, ticket.facts, ticket.spent) == (ANNA, {"place": ["toy", "here"]}, False)
    spent = await asyncio.gather(
        *(tickets.spend(token, purpose="upload") for _ in range(4)), return_exceptions=True
    )
    refused = [each for each in spent if isinstance(each, UserError)]
    assert len(refused) == 3
    assert all("works once" in str(each) for each in refused)
    assert (await tickets.look(token, purpose="upload")).spent


async def test_a_ticket_opens_no_other_door(database: Database) -> None:
    tickets = TicketTable(database)
    token = await tickets.offer("upload", ANNA, {}, seconds=60)
    for deed in (tickets.look, tickets.spend):
        with pytest.raises(UserError, match="no longer good"):
            await deed(token, purpose="enter")
        with pytest.raises(UserError, match="no longer good"):
            await deed("forged", purpose="upload")


async def test_a_ticket_gets_old_and_can_be_dropped(database: Database) -> None:
    clock = Clock()
    tickets = TicketTable(database, clock=clock)
    old, dropped = [await tickets.offer("enter", ANNA, {}, seconds=60) for _ in range(2)]
    await tickets.drop(dropped)
    with pytest.raises(UserError, match="no longer good"):
        await tickets.look(dropped, purpose="enter")
    await tickets.look(old, purpose="enter")
    clock.now += 60
    for deed in (tickets.look, tickets.spend):
        with pytest.raises(UserError, match="no longer good"):
            await deed(old, purpose="enter")


async def test_a_token_is_long_and_not_in_the_database(database: Database) -> None:
    token = await TicketTable(database).offer("enter", ANNA, {}, seconds=60)
    assert len(token) >= 43
    async with database.read() as connection:
        rows = await connection.exec_driver_sql("SELECT * FROM tickets")
        assert token not in str(rows.all())


async def test_a_servers_rules_are_its_own(database: Database) -> None:
    servers = ServerTable(database)
    await servers.set("disc:1", "channels", "5")
    await servers.set("disc:1", "channels", "5,6")
    await servers.set("disc:2", "jobs", "3")
    assert await servers.rules("disc:1") == {"channels": "5,6"}
    await servers.set("disc:1", "channels", None)
    assert await servers.rules("disc:1") == {}
    assert await servers.rules("disc:2") == {"jobs": "3"}


async def test_a_group_that_moves_takes_its_rules_and_what_it_used_up_along(
    database: Database,
) -> None:
    servers, book = ServerTable(database), JobBook(database)
    quotas = Quotas(person=Quota(), server=Quota(jobs=1))
    gate = QuotaBook(database, quotas, measure=lambda request: 0, secret="s")
    for name, value in {"channels": "-5,77", "jobs": "9", "minutes": "60"}.items():
        await servers.set("tele:-5", name, value)
    await servers.set("tele:-1005", "jobs", "2")
    asked = Order("k", "toy", "Job", ANNA, Place("tele", "-5"), {}, server="tele:-5")
    await gate.admit(JobId("a"), asked)
    await book.enter(JobId("a"), asked)
    for _ in range(2):
        await servers.move("tele:-5", "tele:-1005")
    assert await servers.rules("tele:-5") == {}
    assert await servers.rules("tele:-1005") == {
        "channels": "-1005,77",
        "jobs": "2",
        "minutes": "60",
    }
    with pytest.raises(UserError, match="This server has 1 job at work"):
        await gate.admit(JobId("b"), replace(asked, key="b", server="tele:-1005"))


async def test_where_messages_of_gone_jobs_and_old_forms_are_is_forgotten(
    database: Database,
) -> None:
    notes, book = NoteTable(database), JobBook(database)
    await book.enter(JobId("there"), Order("k", "toy", "Job", ANNA, Place("disc", "1"), {}))
    gone = {"job:gone", "result:gone", "form:1:2", "ask:1:a"}
    for key in (*gone, "job:there", "result:there", "slot:gone", "jobs:gone", "forms"):
        await notes.put("disc", key, {"message": 1}, person=ANNA)

    async def left() -> set[str]:
        async with database.read() as connection:
            rows = await connection.exec_driver_sql("SELECT key FROM notes")
            return {row.key for row in rows}

    everything = await left()
    await Expiry(database).expire(before=0)
    assert await left() == everything, "what is fresh stays: its job may just be entered"
    await Expiry(database).expire(before=time.time() + 1)
    assert await left() == everything - gone


async def test_what_has_had_its_time_goes_and_the_rest_stays(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    tickets, people = TicketTable(database, clock=clock), PeopleTable(database, clock=clock)
    trays, letters = TrayTable(database), LetterTable(database)
    old = await tickets.offer("enter", ANNA, {}, seconds=60)
    fresh = await tickets.offer("enter", ANNA, {}, seconds=6000)
    code = await people.offer(ANNA)
    (tmp_path / "a").write_bytes(b"sound")
    await trays.add(ANNA, [Attachment(tmp_path / "a", "a.mp3", 5)], key="k")
    await letters.claim("gone", "audio")
    clock.now += 3600
    expiry = Expiry(database, clock=clock)
    await expiry.expire(before=0)
    assert len((await trays.find(ANNA)).items) == 1
    assert await letters.claim("gone", "audio") == (Mail.SENDING, "")
    await expiry.expire(before=1e12)
    assert (await trays.find(ANNA)).items == ()
    assert await letters.claim("gone", "audio") == (Mail.INTENDED, "")
    await tickets.look(fresh, purpose="enter")
    async with database.read() as connection:
        for table in ("link_codes", "tickets"):
            count = (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 - a constant
            assert count == (1 if table == "tickets" else 0)
    with pytest.raises(UserError):
        await tickets.look(old, purpose="enter")
    with pytest.raises(UserError):
        await people.join(PersonId("toy:b"), code)
