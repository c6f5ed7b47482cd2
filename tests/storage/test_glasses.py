"""Paired glasses and their photos: no token is kept, nothing is another's, each comes once."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import UserError
from core.glasses import MOST_PAIRS, Fate, Pair, Photo
from core.jobs import Order
from core.names import JobId, PersonId, Place
from core.options import Attachment
from storage.database import Database
from storage.expiry import Expiry
from storage.glasses import GlassesTable
from storage.jobs import JobBook
from storage.people import PeopleTable
from storage.photos import PhotoTable

ANNA, HER_PHONE, OTTO = PersonId("disc:1"), PersonId("tele:2"), PersonId("tele:3")
HOME = Place("disc", "@1")


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def pair_of(person: PersonId, name: str = "Mine", *, burst: float = 0.0) -> Pair:
    return Pair(
        id=f"{person}-{name}",
        person=person,
        identity=person,
        name=name,
        place=HOME,
        home=HOME,
        burst=burst,
    )


def photo_of(pair: Pair, number: int, *, at: float = 100.0) -> Photo:
    return Photo(
        id=f"{pair.id}-{number}",
        person=pair.person,
        pair=pair.id,
        request=f"r{number}",
        received=at,
        due=at + pair.burst,
        file=Attachment(Path(f"/uploads/{number}"), f"{number}.jpg", 9),
        taken=5.0,
    )


async def everything(database: Database) -> str:
    """All that is in the two tables, as text."""
    async with database.read() as connection:
        rows = [
            str(row)
            for table in ("glasses", "photos")
            for row in await connection.execute(sa.text(f"SELECT * FROM {table}"))  # noqa: S608 ours
        ]
    return "\n".join(rows)


async def test_a_token_finds_its_pair_and_is_kept_nowhere(database: Database) -> None:
    pairs = GlassesTable(database, clock=Clock())
    token = await pairs.pair(pair_of(ANNA))
    found = await pairs.find(token)
    assert found == replace(pair_of(ANNA), created=1_000_000.0)
    assert token not in await everything(database)
    assert token.removeprefix("tdg") not in await everything(database)
    for wrong in ("", token[:-1], token + "x", token.upper(), found.id):
        assert await pairs.find(wrong) is None


async def test_one_pair_is_revoked_and_the_others_go_on(database: Database) -> None:
    pairs = GlassesTable(database)
    first = await pairs.pair(pair_of(ANNA, "First"))
    second = await pairs.pair(pair_of(ANNA, "Second"))
    await pairs.drop(pair_of(ANNA, "First").id, person=ANNA)
    assert await pairs.find(first) is None
    assert await pairs.find(second) is not None
    assert [pair.name for pair in await pairs.listed(ANNA)] == ["Second"]
    with pytest.raises(UserError, match="not paired any more"):
        await pairs.drop(pair_of(ANNA, "First").id, person=ANNA)


async def test_another_persons_pair_is_not_touched(database: Database) -> None:
    pairs = GlassesTable(database)
    token = await pairs.pair(pair_of(ANNA))
    with pytest.raises(UserError, match="not paired"):
        await pairs.drop(pair_of(ANNA).id, person=OTTO)
    with pytest.raises(UserError, match="not paired"):
        await pairs.change(replace(pair_of(ANNA), person=OTTO, place=Place("tele", "3")))
    found = await pairs.find(token)
    assert found is not None and found.place == HOME
    assert await pairs.listed(OTTO) == []


async def test_a_pair_gets_another_place(database: Database) -> None:
    pairs = GlassesTable(database)
    token = await pairs.pair(pair_of(ANNA))
    there = Place("disc", "77")
    await pairs.change(replace(pair_of(ANNA), place=there, server="disc:7", burst=20.0))
    found = await pairs.find(token)
    assert found is not None
    assert (found.place, found.home, found.server, found.burst) == (there, HOME, "disc:7", 20.0)


async def test_a_person_has_only_so_many_pairs(database: Database) -> None:
    pairs = GlassesTable(database)
    for number in range(MOST_PAIRS):
        await pairs.pair(pair_of(ANNA, f"{number}"))
    with pytest.raises(UserError, match="unpair one with /glasses first"):
        await pairs.pair(pair_of(ANNA, "more"))
    await pairs.pair(pair_of(OTTO))
    await pairs.drop(pair_of(ANNA, "0").id, person=ANNA)
    await pairs.pair(pair_of(ANNA, "more"))


async def test_the_same_request_is_one_photo_and_pairs_do_not_mix(database: Database) -> None:
    photos, mine, other = PhotoTable(database), pair_of(ANNA), pair_of(ANNA, "Other")
    first = photo_of(mine, 1)
    added = await asyncio.gather(
        *(photos.add(replace(first, id=f"try{number}")) for number in range(4))
    )
    assert len({each.id for each in added}) == 1
    elsewhere = await photos.add(replace(photo_of(other, 1), id="elsewhere"))
    assert elsewhere.id == "elsewhere"
    seen = await photos.seen(mine.id, "r1")
    assert seen == added[0]
    assert seen.file == first.file and seen.taken == 5.0
    assert await photos.seen(mine.id, "r2") is None


async def test_a_photo_that_was_missed_may_still_come(database: Database) -> None:
    photos, mine = PhotoTable(database), pair_of(ANNA)
    missed = replace(photo_of(mine, 1), id="m", file=None, fate=Fate.MISSED, note="Too dark")
    await photos.add(missed)
    came = await photos.add(photo_of(mine, 1))
    assert (came.id, came.fate, came.note) == ("m", Fate.WAITING, "")
    assert came.file == photo_of(mine, 1).file
    again = await photos.add(replace(missed, id="n"))
    assert (again.id, again.fate) == ("m", Fate.WAITING), "a late failure takes nothing back"


async def test_only_ones_own_photos_are_seen(database: Database) -> None:
    photos = PhotoTable(database)
    for number in range(3):
        await photos.add(photo_of(pair_of(ANNA), number, at=100.0 + number))
    await photos.add(photo_of(pair_of(OTTO), 9))
    found, total = await photos.page(ANNA, after=1, most=1)
    assert ([each.request for each in found], total) == (["r1"], 3)
    named, count = await photos.page(ANNA, request="r2")
    assert ([each.request for each in named], count) == (["r2"], 1)
    assert (await photos.page(OTTO, request="r2"))[1] == 0
    with pytest.raises(UserError, match="no such photo of yours"):
        await photos.find(found[0].id, person=OTTO)


async def pair_up(database: Database, pair: Pair) -> Pair:
    await GlassesTable(database).pair(pair)
    return pair


async def test_what_is_due_is_gathered_until_it_is_ordered(database: Database) -> None:
    photos, mine = PhotoTable(database), await pair_up(database, pair_of(ANNA, burst=10.0))
    for number, at in enumerate((100.0, 105.0)):
        await photos.add(photo_of(mine, number, at=at))
    assert await photos.gather(now=114.0) == []
    ((pair, burst),) = await photos.gather(now=115.0)
    assert (pair.id, [each.request for each in burst]) == (mine.id, ["r0", "r1"])
    await photos.add(photo_of(mine, 2, at=116.0))
    ((_, again),) = await photos.gather(now=120.0)
    assert [each.request for each in again] == ["r0", "r1"], "a burst that was begun stays so"
    ids = [each.id for each in again]
    assert await photos.mark_ordered(ids, JobId("job"))
    assert not await photos.mark_ordered(ids, JobId("job"))
    ((_, rest),) = await photos.gather(now=126.0)
    assert [each.request for each in rest] == ["r2"]
    assert (await photos.find(ids[0], person=ANNA)).job == "job"


async def test_what_must_wait_is_gathered_later(database: Database) -> None:
    photos, mine = PhotoTable(database), await pair_up(database, pair_of(ANNA))
    added = await photos.add(photo_of(mine, 1))
    await photos.gather(now=100.0)
    await photos.postpone([added.id], until=130.0, note="Ten at once.")
    assert await photos.gather(now=129.0) == []
    ((_, burst),) = await photos.gather(now=130.0)
    assert burst[0].note == "Ten at once."
    assert await photos.mark_missed([added.id], note="It is over.")
    assert await photos.gather(now=500.0) == []


async def test_a_revoked_pairs_photos_are_still_made(database: Database) -> None:
    pairs, photos = GlassesTable(database), PhotoTable(database)
    mine = await pair_up(database, pair_of(ANNA))
    await photos.add(photo_of(mine, 1))
    await pairs.drop(mine.id, person=ANNA)
    assert len(await photos.gather(now=100.0)) == 1


async def test_files_of_waiting_photos_are_wanted(database: Database) -> None:
    photos, mine = PhotoTable(database), await pair_up(database, pair_of(ANNA))
    added = await photos.add(photo_of(mine, 1))
    book = JobBook(database)
    assert await book.wanted() == [{"photos": ["/uploads/1"]}]
    await photos.mark_ordered([added.id], JobId("job"))
    assert await book.wanted() == []


async def test_linked_chats_share_their_glasses_and_part_with_their_own(database: Database) -> None:
    people, pairs, photos = PeopleTable(database), GlassesTable(database), PhotoTable(database)
    await people.account(ANNA)
    hers = await pair_up(database, pair_of(HER_PHONE, "Phone's"))
    await photos.add(photo_of(hers, 1))
    await people.join(HER_PHONE, await people.offer(ANNA))
    mine = pair_of(ANNA, "Mine")
    await pairs.pair(mine)
    await photos.add(photo_of(mine, 2))
    assert {pair.name for pair in await pairs.listed(ANNA)} == {"Mine", "Phone's"}
    assert (await photos.page(ANNA))[1] == 2
    await people.leave(HER_PHONE)
    assert [pair.name for pair in await pairs.listed(ANNA)] == ["Mine"]
    assert [pair.name for pair in await pairs.listed(HER_PHONE)] == ["Phone's"]
    assert [each.request for each in (await photos.page(HER_PHONE))[0]] == ["r1"]


async def test_old_photos_and_revoked_pairs_go_but_nothing_that_is_needed(
    database: Database,
) -> None:
    pairs, photos, clock = GlassesTable(database, clock=Clock()), PhotoTable(database), Clock()
    gone, kept = await pair_up(database, pair_of(ANNA, "Gone")), pair_of(ANNA, "Kept")
    await pairs.pair(kept)
    await pairs.drop(gone.id, person=ANNA)
    states = {"waiting": None, "running": JobId("busy"), "over": JobId("unknown")}
    for number, (name, job) in enumerate(states.items()):
        added = await photos.add(replace(photo_of(gone, number), request=name))
        if job is not None:
            await photos.mark_ordered([added.id], job)
    order = Order("k", "video", "Video", ANNA, HOME, {})
    await JobBook(database).enter(JobId("busy"), order)
    expiry = Expiry(database, clock=clock)
    await expiry.expire(before=2_000_000.0)
    assert {each.request for each in (await photos.page(ANNA))[0]} == {"waiting", "running"}
    assert gone.id in await everything(database), "a photo of it still waits"
    await photos.mark_missed([f"{gone.id}-0"], note="")
    await expiry.expire(before=2_000_000.0)
    assert [pair.name for pair in await pairs.listed(ANNA)] == ["Kept"]
    async with database.read() as connection:
        names = await connection.execute(sa.text("SELECT name FROM glasses"))
        assert [row.name for row in names] == ["Kept"]
