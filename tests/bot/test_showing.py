"""A job's messages say how far it is, what came out, and what became of each file."""

from dataclasses import replace

import pytest

from bot.showing import draw_bar, show_progress, show_result
from bot.words import Words
from core.delivery import Parcel, Rung, Why
from core.jobs import Job, Outcome, Progress, State
from core.names import JobId, PersonId, Place
from core.screens import Reply, Tone
from tests.bot.chatting import buttons_of, find_button
from tests.fakes_people import mixtape_outcome

SAY = Words().to("en")
JOB = Job(
    id=JobId("abc234def567"),
    kind="mixtape",
    title="Late night",
    person=PersonId("toy:anna"),
    place=Place("toy", "channel"),
    state=State.QUEUED,
    progress=Progress("", 0.0),
    created=0.0,
)
DONE = replace(JOB, state=State.DONE, outcome=mixtape_outcome("Late night"))


def progress(state: State, **changes: object) -> Reply:
    return show_progress(replace(JOB, state=state, **changes), SAY)  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (0, "Waiting: it is next"),
        (1, "Waiting: 1 job comes first"),
        (7, "Waiting: 7 jobs come first"),
    ],
)
def test_a_waiting_job_tells_its_place(ahead: int, words: str) -> None:
    reply = progress(State.QUEUED, ahead=ahead)
    assert (reply.title, reply.text) == ("Late night", words)


def test_a_running_job_shows_a_bar_its_step_and_the_time_left() -> None:
    reply = progress(State.RUNNING, progress=Progress("mixing", 42.6, 130.0))
    assert reply.text == "█████░░░░░░░ 42 %\nMixing · about 2 minutes left"


def test_no_time_is_told_while_none_is_known() -> None:
    reply = progress(State.RUNNING, progress=Progress("listening to the tracks", 3.0))
    assert reply.text == "░░░░░░░░░░░░ 3 %\nListening to the tracks"
    assert progress(State.RUNNING).text.endswith("Starting")


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_it_can_be_cancelled_until_it_ends(state: State) -> None:
    (button,) = buttons_of(progress(state))
    assert (button.label, button.action) == ("Cancel", "cancel.job:abc234def567")
    assert button.tone is Tone.DANGER


@pytest.mark.parametrize(
    ("state", "sentence", "text"),
    [
        (State.DONE, "", "Ready."),
        (State.FAILED, "Track 2 is empty.", "Track 2 is empty."),
        (State.CANCELLED, "You cancelled this.", "You cancelled this."),
        (State.CANCELLED, "", "Cancelled."),
    ],
)
def test_an_ended_job_says_how(state: State, sentence: str, text: str) -> None:
    reply = progress(state, sentence=sentence)
    assert reply.text == text and not reply.buttons


def test_a_private_job_is_not_named_where_others_read() -> None:
    private = {"private": True, "place": Place("toy", "dm-anna")}
    assert progress(State.QUEUED, **private, asked=JOB.place).title == "A private job"
    assert progress(State.QUEUED, **private).title == "Late night"


@pytest.mark.parametrize(
    ("percent", "bar"), [(-5, "░░░░"), (0, "░░░░"), (99.9, "███░"), (100, "████")]
)
def test_the_bar_is_full_only_at_the_end(percent: float, bar: str) -> None:
    assert draw_bar(percent, 4) == bar


def test_a_result_lists_its_tracks() -> None:
    reply = show_result(DONE, [], SAY, alone=False)
    assert (reply.title, reply.text) == ("Late night", "3 tracks, 10:00.")
    assert reply.lines == ("0:00 Band 0 – Song 0", "3:20 Band 1 – Song 1", "6:40 Band 2 – Song 2")
    labels = [button.label for button in buttons_of(reply)]
    assert labels == ["Download", "DM me", "Make again", "Delete"]
    assert find_button(reply, "Make again").opens_form


def test_who_is_alone_is_offered_no_direct_message() -> None:
    labels = [button.label for button in buttons_of(show_result(DONE, [], SAY, alone=True))]
    assert labels == ["Download", "Make again", "Delete"]


def test_what_was_left_out_is_named_with_its_reason() -> None:
    one = replace(JOB, outcome=mixtape_outcome("T", rejected=1))
    assert show_result(one, [], SAY, alone=False).text == (
        "3 tracks, 10:00.\n\nLeft out: bad0.txt is a text, not a sound file."
    )
    many = replace(JOB, outcome=mixtape_outcome("T", rejected=14))
    lines = show_result(many, [], SAY, alone=False).text.splitlines()[2:]
    assert lines[:2] == ["14 files were left out:", "bad0.txt is a text, not a sound file."]
    assert lines[-1] == "And 4 more cannot be used." and len(lines) == 12


def test_what_was_done_to_fit_is_said_and_links_are_buttons() -> None:
    audio, video, _ = mixtape_outcome("T").products
    link = "https://deck.test/files/1"
    parcels = [
        Parcel(product=audio, rung=Rung.AS_IS, files=(audio,)),
        Parcel(product=video, rung=Rung.LINK, link=link, limit=10_485_760, why=Why.WISH),
    ]
    reply = show_result(DONE, parcels, SAY, alone=False)
    note = "The MP4 has 60 MB and Toy takes 10 MB here, so here is a link."
    assert reply.text == f"3 tracks, 10:00.\n\n{note}"
    (linked,) = reply.buttons[0]
    assert (linked.label, linked.link, linked.action) == ("MP4, 60 MB", link, "")


def test_a_result_of_another_kind_is_told_in_its_own_words() -> None:
    other = replace(JOB, kind="archive", outcome=Outcome("All about you.", (), {}))
    reply = show_result(other, [], SAY, alone=True)
    assert reply.text == "All about you." and not reply.lines
    assert [button.label for button in buttons_of(reply)] == ["Download", "Delete"]
