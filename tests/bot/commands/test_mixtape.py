"""/mixtape mixes what comes along, or what is on the tray, as the person usually wants it."""

import pytest

from core.names import JobId, Place
from tests.bot.chatting import Chat
from tests.fakes_people import Someone, sound

ANNA = Someone("anna")


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_tracks_that_come_along_are_mixed(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3"), sound("b.mp3")])
    assert reply.text == "Mixing 2 tracks."
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.place == ANNA.here.place and order.asked is None and not order.private
    assert (order.server, order.limit) == ("toy:server", 10_000_000)
    assert order.request["crossfade"] == 6.0 and order.request["order"] == "given"


async def test_a_single_track_is_mastered(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")])
    assert reply.text == "Mastering 1 track."


async def test_what_is_left_out_comes_from_the_settings(chat: Chat) -> None:
    for name, value in {"crossfade": "8", "video": "no", "where": "dm", "language": "en"}.items():
        await chat.people.set(ANNA.person, name, value)
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")], crossfade=2)
    assert reply.text == "Mastering 1 track. The result comes to you as a direct message."
    order = chat.jobs.orders[reply.job or JobId("")]
    assert (order.request["crossfade"], order.request["video"]) == (2.0, False)
    assert order.place == Place("toy", "dm-anna") and order.asked == ANNA.here.place
    assert order.limit is None


async def test_a_private_result_goes_home(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")], private="yes")
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.private and order.place == ANNA.here.home and reply.alone
    assert "Nobody else will see the result" in reply.text


async def test_at_home_there_is_nowhere_else_to_go(chat: Chat) -> None:
    reply = await chat.say(ANNA.at_home, "mixtape", tracks=[sound("a.mp3")], where="dm")
    order = chat.jobs.orders[reply.job or JobId("")]
    assert reply.text == "Mastering 1 track." and order.asked is None
    assert order.limit == 10_000_000


async def test_without_tracks_the_tray_is_mixed(chat: Chat) -> None:
    tracks = [sound("a.mp3"), sound("b.mp3")]
    tray = await chat.trays.add(ANNA.person, tracks, key="k")
    await chat.trays.change(
        ANNA.person,
        lambda now: type(tray)(
            person=now.person, items=now.items, options={"title": "T", "crossfade": "1"}
        ),
    )
    reply = await chat.say(ANNA.here, "mixtape", crossfade=3)
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.title == "T" and order.request["crossfade"] == 3.0
    assert reply.text == "Mixing 2 tracks."
    assert not (await chat.trays.find(ANNA.person)).items


async def test_tracks_that_come_along_leave_the_tray_alone(chat: Chat) -> None:
    await chat.trays.add(ANNA.person, [sound("a.mp3")], key="k")
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("b.mp3")])
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.request["tracks"] == [{"path": "/uploads/b.mp3", "label": "b.mp3"}]
    assert len((await chat.trays.find(ANNA.person)).items) == 1


async def test_nothing_at_all_says_what_to_do(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape")
    assert reply.text.startswith("There is nothing to mix yet. Attach tracks")
