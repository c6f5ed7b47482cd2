"""/compose: what people type becomes an order that can be repeated, or a sentence."""

import json
from typing import cast

import pytest

from bot.commands.compose import Compose
from bot.dispatch import FrontDesk
from core.calls import Asker, Suggesting
from core.music.commission import read_commission
from core.names import PersonId, Place
from core.ports import Jobs
from core.screens import Reply
from tests.fakes import FakeJobs

PERSON = PersonId("toy:a")


async def ask(jobs: FakeJobs, **given: object) -> Reply:
    place = Place("toy", "here")
    asker = Asker(identity=PERSON, place=place, home=place, server="toy:1", limit=9)
    # What a command needs of the jobs is to start one.
    desk = FrontDesk([Compose(cast("Jobs", jobs))])
    return await desk.answer("compose", asker, key="k", given=given)


async def test_an_order_holds_all_that_makes_the_piece() -> None:
    jobs = FakeJobs()
    reply = await ask(jobs, mood="lofi rain", length=90, instruments="piano, bass, drums")
    (order,) = jobs.orders.values()
    assert reply.text == "Composing: lofi rain." and reply.job is not None
    assert (order.kind, order.person, order.server, order.limit) == ("compose", PERSON, "toy:1", 9)
    request = json.loads(json.dumps(order.request))
    commission = read_commission(request)
    assert commission.seconds == 90 and commission.seed == request["seed"]
    assert [instrument.name for instrument in commission.instruments] == [
        "Acoustic Grand Piano", "Fingered Bass", "Drums",
    ]  # fmt: skip


async def test_without_a_seed_every_order_gets_its_own() -> None:
    seeds = set()
    for _ in range(3):
        jobs = FakeJobs()
        await ask(jobs, mood="happy")
        (order,) = jobs.orders.values()
        seeds.add(order.request["seed"])
    assert len(seeds) == 3


async def test_titles_are_cleaned() -> None:
    jobs = FakeJobs()
    reply = await ask(jobs, mood="happy", title="A\u202e song\nof two lines")
    assert reply.text == "Composing: A song of two lines."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "“mood” is missing"),
        ({"mood": "happy", "length": 4}, "from 5 to 600 seconds"),
        ({"mood": "happy", "key": "X"}, "such as C, F#m, Bb major or D dorian"),
        ({"mood": "???"}, "names no feeling that I know"),
        ({"mood": "sad", "instruments": "theremin"}, "names no instrument that I know"),
    ],
)
async def test_what_makes_no_sense_is_told_and_nothing_is_started(
    given: dict[str, object], words: str
) -> None:
    jobs = FakeJobs()
    assert words in (await ask(jobs, **given)).text
    assert not jobs.orders


async def test_moods_and_instruments_are_completed() -> None:
    command = Compose(cast("Jobs", FakeJobs()))
    assert isinstance(command, Suggesting)
    assert await command.suggest("mood", "hap", PERSON) == ["happy"]
    found = await command.suggest("instruments", "cello, vio", PERSON)
    assert found[:2] == ["cello, Violin", "cello, Viola"]
    assert 0 < len(await command.suggest("instruments", "", PERSON)) <= 25
