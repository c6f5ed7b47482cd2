"""Accounts: linked by codes that cannot be guessed, with all that belongs to them, and parted."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.chat import Upload
from core.errors import UserError
from core.jobs import Order
from core.names import JobId, PersonId, Place
from core.options import Attachment
from core.people import CODE_SECONDS, MOST_TRIES
from storage.chat import SqlUploadBook
from storage.database import Database
from storage.jobs import JobBook
from storage.notes import NoteTable
from storage.people import PeopleTable
from storage.tickets import TicketTable
from storage.trays import TrayTable

ANNA, HER_PHONE, OTTO = PersonId("disc:1"), PersonId("tele:2"), PersonId("tele:3")


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


async def link(people: PeopleTable, host: PersonId, guest: PersonId) -> PersonId:
    return await people.join(guest, await people.offer(await people.account(host)))


def track(folder: Path, name: str) -> Attachment:
    path = folder / name
    path.write_bytes(b"sound")
    return Attachment(path, f"{name}.mp3", 5)


def order(key: str, person: PersonId) -> Order:
    return Order(key, "toy", f"Job {key}", person, Place("toy", "here"), {})


async def test_a_new_identity_is_an_account_of_its_own(database: Database) -> None:
    people = PeopleTable(database)
    assert await asyncio.gather(*(people.account(ANNA) for _ in range(5))) == [ANNA] * 5
    assert await people.identities(ANNA) == [ANNA]


async def test_a_code_links_as_it_is_typed(database: Database) -> None:
    people = PeopleTable(database, clock=Clock())
    code = await people.offer(await people.account(ANNA))
    assert await people.join(HER_PHONE, f" {code.lower().replace('-', ' ')} ") == ANNA
    assert await people.account(HER_PHONE) == ANNA
    assert await people.identities(ANNA) == [ANNA, HER_PHONE]


async def test_a_code_works_once_and_only_the_latest_one(database: Database) -> None:
    people = PeopleTable(database)
    old, new = await people.offer(ANNA), await people.offer(ANNA)
    for code, guest in ((old, HER_PHONE), (new, HER_PHONE), (new, OTTO)):
        if code == new and guest == HER_PHONE:
            await people.join(guest, code)
        else:
            with pytest.raises(UserError, match="wrong or too old"):
                await people.join(guest, code)
    assert await people.account(OTTO) == OTTO


async def test_a_look_at_a_code_spends_it_not_and_joins_nothing(database: Database) -> None:
    people = PeopleTable(database)
    code = await people.offer(await people.account(ANNA))
    for _ in range(2):
        assert await people.check(HER_PHONE, code.lower()) == ANNA
    assert await people.account(HER_PHONE) == HER_PHONE
    assert await people.join(HER_PHONE, code) == ANNA
    with pytest.raises(UserError, match="wrong or too old"):
        await people.check(OTTO, code)
    with pytest.raises(UserError, match="linked already"):
        await people.check(HER_PHONE, await people.offer(ANNA))


async def test_a_look_at_a_code_is_a_try(database: Database) -> None:
    people = PeopleTable(database)
    code = await people.offer(ANNA)
    for number in range(MOST_TRIES):
        with pytest.raises(UserError, match="wrong or too old"):
            await (people.check if number % 2 else people.join)(OTTO, f"AAAA-AAA{number}")
    for look in (people.check, people.join):
        with pytest.raises(UserError, match="Too many codes were wrong"):
            await look(OTTO, code)
    assert await people.check(HER_PHONE, code) == ANNA, "others are not kept out"


async def test_a_code_is_short_lived(database: Database) -> None:
    clock = Clock()
    people = PeopleTable(database, clock=clock)
    code = await people.offer(ANNA)
    clock.now += CODE_SECONDS
    with pytest.raises(UserError, match="wrong or too old"):
        await people.join(HER_PHONE, code)


async def test_codes_cannot_be_tried_out(database: Database) -> None:
    clock = Clock()
    people = PeopleTable(database, clock=clock)
    code = await people.offer(ANNA)
    for number in range(MOST_TRIES):
        with pytest.raises(UserError, match="wrong or too old"):
            await people.join(OTTO, f"AAAA-AAA{number}")
    with pytest.raises(UserError, match="Wait 10 minutes"):
        await people.join(OTTO, code)
    assert await people.join(HER_PHONE, code) == ANNA, "others are not kept out"
    clock.now += CODE_SECONDS
    assert await people.join(OTTO, await people.offer(ANNA)) == ANNA


async def test_of_many_who_come_with_one_code_one_gets_in(database: Database) -> None:
    people = PeopleTable(database)
    code = await people.offer(await people.account(ANNA))
    guests = [PersonId(f"tele:{number}") for number in range(4)]
    joined = await asyncio.gather(
        *(people.join(guest, code) for guest in guests), return_exceptions=True
    )
    assert [each for each in joined if not isinstance(each, UserError)] == [ANNA]
    assert len(await people.identities(ANNA)) == 2


async def test_two_who_join_each_other_at_once_are_one_account(database: Database) -> None:
    people = PeopleTable(database)
    mine, hers = await people.offer(ANNA), await people.offer(HER_PHONE)
    for each in (ANNA, HER_PHONE):
        await people.account(each)
    await asyncio.gather(
        people.join(HER_PHONE, mine), people.join(ANNA, hers), return_exceptions=True
    )
    accounts = {await people.account(ANNA), await people.account(HER_PHONE)}
    assert len(accounts) == 1
    assert len(await people.identities(accounts.pop())) == 2


async def test_linking_twice_is_told(database: Database) -> None:
    people = PeopleTable(database)
    await link(people, ANNA, HER_PHONE)
    with pytest.raises(UserError, match="linked already"):
        await link(people, ANNA, HER_PHONE)


async def test_all_that_was_theirs_goes_along(database: Database, tmp_path: Path) -> None:
    people, book, trays = PeopleTable(database), JobBook(database), TrayTable(database)
    uploads, notes = SqlUploadBook(database.engine), NoteTable(database)
    await people.account(HER_PHONE)
    await book.enter(JobId("a"), order("a", HER_PHONE))
    await uploads.add(Upload("u1", HER_PHONE, "one.mp3", 5, 1.0))
    await notes.put("tele", "slot", {"message": 7}, person=HER_PHONE)
    await trays.add(HER_PHONE, [track(tmp_path, "one")], key="k1")
    await trays.add(await people.account(ANNA), [track(tmp_path, "two")], key="k2")
    await link(people, ANNA, HER_PHONE)
    (job,) = await book.listed(person=ANNA, active=True)
    assert job.id == "a"
    assert (await uploads.find("u1", person=ANNA)).label == "one.mp3"
    assert [item.file.label for item in (await trays.find(ANNA)).items] == ["one.mp3", "two.mp3"]
    again = await trays.add(ANNA, [track(tmp_path, "one")], key="k1")
    assert len(again.items) == 2, "a key that was seen is known to the joined account"
    assert (await trays.find(HER_PHONE)).items == ()


async def test_an_order_that_came_before_the_link_was_seen_is_not_lost(database: Database) -> None:
    people, book = PeopleTable(database), JobBook(database)
    await people.account(HER_PHONE)
    await link(people, ANNA, HER_PHONE)
    job = await book.enter(JobId("late"), order("late", HER_PHONE))
    assert job.person == ANNA


async def test_the_older_accounts_settings_win(database: Database) -> None:
    people = PeopleTable(database, clock=Clock())
    await people.account(HER_PHONE)  # the older one, although it is the guest
    await people.account(ANNA)
    await people.set(HER_PHONE, "crossfade", "9")
    await people.set(ANNA, "crossfade", "3")
    await people.set(ANNA, "order", "name")
    await link(people, ANNA, HER_PHONE)
    assert await people.settings(ANNA) == {"crossfade": "9", "order": "name"}
    assert await people.settings(HER_PHONE) == {}


async def test_settings_are_kept_changed_and_forgotten(database: Database) -> None:
    people = PeopleTable(database)
    await people.set(ANNA, "order", "name")
    await people.set(ANNA, "order", "shuffle")
    await people.set(OTTO, "order", "given")
    assert await people.settings(ANNA) == {"order": "shuffle"}
    await people.set(ANNA, "order", None)
    assert await people.settings(ANNA) == {}


async def test_who_leaves_is_alone_and_the_rest_keeps_everything(
    database: Database, tmp_path: Path
) -> None:
    people, book = PeopleTable(database), JobBook(database)
    await link(people, ANNA, HER_PHONE)
    await book.enter(JobId("a"), order("a", ANNA))
    await people.set(ANNA, "order", "name")
    await people.leave(HER_PHONE)
    assert await people.account(HER_PHONE) == HER_PHONE
    assert await people.account(ANNA) == ANNA
    assert await people.settings(HER_PHONE) == {}
    assert len(await book.listed(person=ANNA, active=True)) == 1


async def test_the_rest_stays_together_when_its_namesake_leaves(database: Database) -> None:
    people, book = PeopleTable(database), JobBook(database)
    await link(people, ANNA, HER_PHONE)
    await link(people, ANNA, OTTO)
    await book.enter(JobId("a"), order("a", ANNA))
    await people.leave(ANNA)
    rest = await people.account(HER_PHONE)
    assert await people.account(ANNA) == ANNA
    assert await people.account(OTTO) == rest == HER_PHONE
    assert await book.listed(person=ANNA, active=False) == []
    assert [job.id for job in await book.listed(person=rest, active=False)] == ["a"]
    assert await link(people, ANNA, HER_PHONE) == ANNA, "and they may link again"


async def test_leaving_alone_changes_nothing(database: Database) -> None:
    people = PeopleTable(database)
    await people.set(await people.account(ANNA), "order", "name")
    await people.leave(ANNA)
    assert await people.settings(await people.account(ANNA)) == {"order": "name"}


async def test_who_leaves_takes_the_notes_of_their_platform_and_no_session(
    database: Database,
) -> None:
    people, notes, tickets = PeopleTable(database), NoteTable(database), TicketTable(database)
    await link(people, ANNA, HER_PHONE)
    await notes.put("tele", "slot", {"message": 1}, person=ANNA)
    session = await tickets.offer("session", ANNA, {}, seconds=100)
    await people.leave(HER_PHONE)
    await link(people, OTTO, HER_PHONE)
    with pytest.raises(UserError, match="no longer good"):
        await tickets.look(session, purpose="session")
    assert await notes.get("tele", "slot") == {"message": 1}


async def test_a_block_cannot_be_shaken_off(database: Database) -> None:
    people = PeopleTable(database)
    await link(people, ANNA, HER_PHONE)
    assert await people.blocked(ANNA) == ""
    await people.block(ANNA, "Too loud.")
    await people.leave(HER_PHONE)
    assert await people.blocked(HER_PHONE) == "Too loud."
    await link(people, OTTO, HER_PHONE)
    assert await people.blocked(OTTO) == "Too loud."
    await people.block(OTTO, None)
    assert await people.blocked(OTTO) == ""
    assert await people.blocked(ANNA) == "Too loud."
