"""/compose: what people type becomes an order that can be repeated, or a sentence."""

import json

import pytest

from bot.commands.compose import Compose
from core.calls import Suggesting
from core.jobs import Order
from core.music.commission import read_commission
from core.names import JobId, Place
from core.screens import Reply
from tests.bot.chatting import Chat
from tests.fakes_people import Someone

ANNA = Someone("anna")


@pytest.fixture
def chat() -> Chat:
    return Chat()


def ordered(chat: Chat, reply: Reply) -> Order:
    return chat.jobs.orders[reply.job or JobId("")]


async def test_an_order_holds_all_that_makes_the_piece(chat: Chat) -> None:
    given = {"mood": "lofi rain", "length": 90, "instruments": "piano, bass, drums"}
    reply = await chat.say(ANNA.here, "compose", **given)
    order = ordered(chat, reply)
    assert reply.text == "Composing: lofi rain."
    assert (order.kind, order.person, order.place) == ("compose", ANNA.person, ANNA.here.place)
    assert (order.server, order.limit) == ("toy:server", 10_000_000)
    request = json.loads(json.dumps(order.request))
    commission = read_commission(request)
    assert commission.seconds == 90 and commission.seed == request["seed"]
    assert [instrument.name for instrument in commission.instruments] == [
        "Acoustic Grand Piano", "Fingered Bass", "Drums",
    ]  # fmt: skip


async def test_without_a_seed_every_order_gets_its_own(chat: Chat) -> None:
    replies = [await chat.say(ANNA.here, "compose", mood="happy") for _ in range(3)]
    assert len({ordered(chat, reply).request["seed"] for reply in replies}) == 3


async def test_titles_are_cleaned(chat: Chat) -> None:
    title = "A\u202e song\nof two lines"
    reply = await chat.say(ANNA.here, "compose", mood="happy", title=title)
    assert reply.text == "Composing: A song of two lines."


async def test_the_result_goes_where_it_is_wanted(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "compose", mood="happy", private="yes")
    assert ordered(chat, reply).private and reply.alone
    assert ordered(chat, reply).place == Place("toy", "dm-anna")
    assert reply.text.endswith(
        "Nobody else will see the result: it comes to you as a direct message."
    )
    await chat.people.set(ANNA.person, "where", "dm")
    usual = await chat.say(ANNA.here, "compose", mood="happy")
    assert ordered(chat, usual).place == Place("toy", "dm-anna")
    assert ordered(chat, usual).asked == ANNA.here.place
    here = await chat.say(ANNA.here, "compose", mood="happy", where="here")
    assert ordered(chat, here).place == ANNA.here.place


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
    chat: Chat, given: dict[str, object], words: str
) -> None:
    assert words in (await chat.say(ANNA.here, "compose", **given)).text
    assert not chat.jobs.orders


async def test_moods_and_instruments_are_completed(chat: Chat) -> None:
    command = Compose(chat.jobs, chat.people, chat.words)
    assert isinstance(command, Suggesting)
    assert await command.suggest("mood", "hap", ANNA.person) == ["happy"]
    found = await command.suggest("instruments", "cello, vio", ANNA.person)
    assert found[:2] == ["cello, Violin", "cello, Viola"]
    assert 0 < len(await command.suggest("instruments", "", ANNA.person)) <= 25
