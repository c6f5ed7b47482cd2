"""/download: a link alone is a question, with a quality it is an order."""

from dataclasses import replace

import pytest

from bot.commands.download import Download
from bot.pipelines.look import read_found, write_found
from core.calls import Asker
from core.downloads import name_found
from core.jobs import LOOK, Job, Json, Order, Outcome, Product
from core.links import Found, Heading
from core.names import JobId, Place
from core.screens import LONGEST_ACTION, Reply
from tests.bot.chatting import Chat, buttons_of
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
LINK = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
PIECE = Found(
    url=LINK,
    site="youtube",
    id="aaaaaaaaaaa",
    title="Late night",
    artist="Ida",
    seconds=215.0,
    video=True,
    heights=(1080, 720, 360),
    sizes={"best": 48_000_000, "720p": 21_000_000, "original": 3_400_000},
    chapters=(Heading(title="One", start=0.0, end=215.0),),
    start=30.0,
)
LIST = Found(
    url="https://www.youtube.com/playlist?list=PL1",
    site="youtubetab",
    id="PL1",
    title="All of it",
    entries=tuple(replace(PIECE, id=str(n), title=f"Piece {n}") for n in range(1, 31)),
)


@pytest.fixture
def chat() -> Chat:
    return Chat()


def ordered(chat: Chat, reply: Reply) -> Order:
    assert reply.job is not None, reply.text
    return chat.jobs.orders[reply.job]


async def looked(chat: Chat, found: Found, *, asker: Asker = ANNA.here, **given: object) -> Job:
    """A link that somebody gave alone, once a worker has looked at it."""
    reply = await chat.say(asker, "download", link=found.url, **given)
    title = name_found(found)
    return chat.jobs.finish(
        reply.job or JobId(""), Outcome(title, (), {"title": title, "found": write_found(found)})
    )


async def question(chat: Chat, found: Found, *, asker: Asker = ANNA.here, **given: object) -> Reply:
    return await chat.desk.show_progress(await looked(chat, found, asker=asker, **given))


async def test_a_link_with_a_quality_is_fetched(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "download", link=LINK, quality="mp3", start="1:30")
    order = ordered(chat, reply)
    assert (reply.text, order.kind) == ("Fetching it.", "download")
    assert order.request == {
        "link": LINK, "quality": "mp3", "start": 90.0, "end": None, "entries": "", "title": "",
    }  # fmt: skip
    assert (order.place, order.server, order.limit) == (
        ANNA.here.place, "toy:server", 10_000_000,
    )  # fmt: skip


async def test_a_link_alone_is_looked_at_by_a_worker(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "download", link=LINK)
    order = ordered(chat, reply)
    assert (reply.text, order.kind, order.request["link"]) == (
        "Looking at youtube.com.", LOOK, LINK,
    )  # fmt: skip


async def test_what_was_found_is_asked_with_lengths_and_sizes(chat: Chat) -> None:
    shown = await question(chat, PIECE)
    assert shown.title == "Ida – Late night"
    assert shown.text == "Length: 3:35. With 1 chapter. Sound or video?"
    assert [button.label for button in buttons_of(shown)] == [
        "Best video · 48 MB", "720p · 21 MB", "480p",
        "Sound as it is · 3.4 MB", "MP3 · 6.6 MB", "Opus · 4.3 MB", "M4A · 5.2 MB",
        "Only a part",
    ]  # fmt: skip
    assert all(len(button.action.encode()) <= LONGEST_ACTION for button in buttons_of(shown))


async def test_a_button_orders_its_quality_in_the_place_of_the_question(chat: Chat) -> None:
    shown = await question(chat, PIECE)
    reply = await chat.tap(ANNA.here, shown, "720p · 21 MB")
    order = ordered(chat, reply)
    assert reply.edits and order.kind == "download" and order.title == "Ida – Late night"
    assert (order.request["link"], order.request["quality"]) == (LINK, "720p")


async def test_only_a_part_asks_for_its_times_and_begins_where_the_link_does(chat: Chat) -> None:
    shown = await question(chat, PIECE)
    form = (await chat.tap(ANNA.here, shown, "Only a part")).form
    assert form is not None
    assert [option.name for option in form.options] == ["quality", "start", "end"]
    assert form.values == {"quality": "original", "start": "0:30"}
    given = {"quality": "720p", "start": "0:30", "end": "1:00"}
    order = ordered(chat, await chat.press(ANNA.here, form.action, given))
    assert (order.request["start"], order.request["end"]) == (30.0, 60.0)


async def test_a_list_shows_its_entries_and_takes_some(chat: Chat) -> None:
    shown = await question(chat, LIST)
    assert shown.text == "Length: 1:47:30. A list of 30 entries. All of it, or some?"
    assert shown.lines[0] == "1. Ida – Piece 1 · 3:35" and shown.lines[-1] == "and 5 more"
    form = (await chat.tap(ANNA.here, shown, "Pick entries")).form
    assert form is not None and form.values["entries"] == "1-30"
    given = {"entries": "2, 5-6", "quality": "mp3"}
    order = ordered(chat, await chat.press(ANNA.here, form.action, given))
    assert (order.request["entries"], order.request["quality"]) == ("2, 5-6", "mp3")


async def test_entries_that_are_not_there_are_told_at_once(chat: Chat) -> None:
    job = await looked(chat, LIST)
    reply = await chat.press(ANNA.here, f"download.choose:{job.id}", {"entries": "31"})
    assert reply.job is None and "The list has 30 entries" in reply.text


async def test_what_is_live_has_no_buttons(chat: Chat) -> None:
    shown = await question(chat, replace(PIECE, live=True))
    assert not shown.buttons and "once it is over" in shown.text


async def test_a_private_order_goes_home_by_way_of_the_question(chat: Chat) -> None:
    shown = await question(chat, PIECE, private="yes")
    reply = await chat.tap(ANNA.here, shown, "480p")
    order = ordered(chat, reply)
    assert order.private and order.place == ANNA.here.home and reply.alone


async def test_where_it_goes_is_remembered_by_the_question(chat: Chat) -> None:
    await chat.people.set(ANNA.person, "where", "dm")
    job = await looked(chat, PIECE)
    assert job.place == ANNA.here.place
    order = ordered(chat, await chat.press(ANNA.here, f"download.get:{job.id}.mp3"))
    assert order.place == Place("toy", "dm-anna") and order.asked == ANNA.here.place


async def test_another_persons_question_is_not_answered(chat: Chat) -> None:
    job = await looked(chat, PIECE)
    reply = await chat.press(BERT.here, f"download.get:{job.id}.mp3")
    assert reply.job is None and "not yours" in reply.text


@pytest.mark.parametrize("action", ["get:{}.8k", "get:{}", "eat:{}", "get:{}.mp3.mp3"])
async def test_an_unknown_button_is_refused(chat: Chat, action: str) -> None:
    job = await looked(chat, PIECE)
    reply = await chat.press(ANNA.here, f"download.{action.format(job.id)}")
    assert reply.job is None and reply.text


async def test_a_question_is_in_nobodys_library(chat: Chat) -> None:
    await looked(chat, PIECE)
    assert "Your library is empty" in (await chat.say(ANNA.here, "library")).text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"link": "song.mp3"}, "“song.mp3” is not a link"),
        ({"link": LINK, "quality": "mp3", "kind": "video"}, "no quality of a video"),
        ({"link": LINK, "quality": "mp3", "start": "soon"}, "“start” is no time"),
        ({}, "“link” is missing"),
    ],
)
async def test_what_cannot_work_is_told(chat: Chat, given: dict[str, str], words: str) -> None:
    assert words in (await chat.say(ANNA.here, "download", **given)).text


async def test_a_download_is_made_again_with_a_change(chat: Chat) -> None:
    first = await chat.say(ANNA.here, "download", link=LINK, quality="720p", start="1:00")
    product = Product("video", "/jobs/x/a.mp4", "a.mp4", 9_000_000, 60.0)
    details = {"title": "Late night", "form": "MP4"}
    done = chat.jobs.finish(first.job or JobId(""), Outcome("Ready.", (product,), details))
    form = (await chat.press(ANNA.here, f"again.job:{done.id}")).form
    assert form is not None and form.values == {
        "title": "Late night", "quality": "720p", "start": "1:00",
    }  # fmt: skip
    changed = {**form.values, "quality": "mp3", "end": "2:00"}
    order = ordered(chat, await chat.press(ANNA.here, form.action, changed))
    assert (order.kind, order.request["quality"]) == ("download", "mp3")
    assert (order.request["start"], order.request["end"]) == (60.0, 120.0)
    wrong = await chat.press(ANNA.here, form.action, {**form.values, "end": "0:30"})
    assert "“end” must come after “start”" in wrong.text


async def test_a_result_says_what_it_is(chat: Chat) -> None:
    first = await chat.say(ANNA.here, "download", link=LINK, quality="mp3")
    product = Product("audio", "/jobs/x/a.mp3", "a.mp3", 5_200_000, 215.0)
    tracks: list[Json] = [{"title": "x", "start": 0.0}]
    details: dict[str, Json] = {"title": "Late night", "form": "MP3", "tracks": tracks}
    done = chat.jobs.finish(first.job or JobId(""), Outcome("Ready.", (product,), details))
    shown = await chat.desk.show_result(done, [], alone=False)
    assert (shown.title, shown.text, shown.lines) == ("Late night", "MP3, 3:35, 5.2 MB.", ())
    assert "Make again" in [button.label for button in buttons_of(shown)]


def test_what_was_found_survives_being_kept() -> None:
    assert read_found(write_found(LIST)) == LIST


def test_its_examples_are_its_own() -> None:
    assert all(example.startswith("/download ") for example in Download.entry.examples)
