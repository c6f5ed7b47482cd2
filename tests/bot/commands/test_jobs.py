"""/jobs and /cancel: what is being made, and who may stop it."""

from dataclasses import replace

import pytest

from core.jobs import Job, State
from core.names import JobId
from tests.bot.chatting import Chat, buttons_of, find_button
from tests.fakes_people import Someone, sound

ANNA, BERT = Someone("anna"), Someone("bert")
BOSS = Someone("boss", manages=True)


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def order(chat: Chat, someone: Someone, title: str, **given: object) -> Job:
    reply = await chat.say(someone.here, "mixtape", tracks=[sound("a.mp3")], title=title, **given)
    return await chat.jobs.find(reply.job or JobId(""), person=None)


async def state(chat: Chat, job: Job) -> State:
    return (await chat.jobs.find(job.id, person=None)).state


async def test_lists_what_runs_before_what_waits(chat: Chat) -> None:
    first, second = await order(chat, ANNA, "Waits"), await order(chat, ANNA, "Runs")
    await order(chat, BERT, "Bert’s")
    chat.jobs.run(second.id, "mixing", 42.0, 125.0)
    reply = await chat.say(ANNA.here, "jobs")
    assert reply.title == "At work for you" and reply.alone
    assert reply.lines == (
        "1. Runs: 42 % · mixing · about 2 minutes left", "2. Waits: waiting: it is next",
    )  # fmt: skip
    after = await chat.tap(ANNA.here, reply, "Cancel 2")
    assert after.edits and len(after.lines) == 1 and after.text == "“Waits” is cancelled."
    assert await state(chat, first) is State.CANCELLED


async def test_where_others_read_nothing_private_is_named(chat: Chat) -> None:
    await order(chat, ANNA, "For nobody", private=True)
    await order(chat, ANNA, "For all")
    shy = Someone("anna", discreet=False)
    shown = await chat.say(shy.here, "jobs")
    which = await chat.say(shy.here, "cancel")
    for reply in (shown, which):
        assert [line.split(":")[0] for line in reply.lines] == ["1. A private job", "2. For all"]
    after = await chat.tap(shy.here, shown, "Cancel 1")
    assert after.text == "The job is cancelled."
    assert after.lines[0].startswith("1. For all") and len(after.lines) == 1


async def test_nothing_at_work_is_said(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "jobs")
    assert reply.text == "Nothing is being made for you right now." and not reply.buttons


async def test_the_last_job_that_is_cancelled_leaves_the_sentence(chat: Chat) -> None:
    await order(chat, ANNA, "One")
    after = await chat.tap(ANNA.here, await chat.say(ANNA.here, "jobs"), "Cancel 1")
    assert after.text == "“One” is cancelled." and not after.buttons


async def test_many_jobs_have_buttons_for_the_first(chat: Chat) -> None:
    for number in range(12):
        await order(chat, ANNA, f"Tape {number}")
    reply = await chat.say(ANNA.here, "jobs")
    assert len(reply.lines) == 12 and len(buttons_of(reply)) == 9
    assert len(reply.buttons) <= 5


async def test_a_job_that_ended_in_between_is_told(chat: Chat) -> None:
    job = await order(chat, ANNA, "Gone")
    listed = await chat.say(ANNA.here, "jobs")
    chat.jobs.fail(job.id, "Track 1 is empty.")
    reply = await chat.tap(ANNA.here, listed, "Cancel 1")
    assert reply.text == "That job has ended already."


async def test_cancel_stops_the_only_job(chat: Chat) -> None:
    job = await order(chat, ANNA, "Only")
    reply = await chat.say(ANNA.here, "cancel")
    assert reply.text == "“Only” is cancelled." and await state(chat, job) is State.CANCELLED
    assert (await chat.say(ANNA.here, "cancel")).text.startswith("There is nothing to cancel")


async def test_cancel_asks_which_when_there_are_several(chat: Chat) -> None:
    await order(chat, ANNA, "One")
    await order(chat, ANNA, "Two")
    reply = await chat.say(ANNA.here, "cancel")
    assert reply.text == "Which one?" and len(reply.lines) == 2
    assert (await chat.tap(ANNA.here, reply, "Cancel 1")).text == "“One” is cancelled."


async def test_cancel_takes_what_it_suggests(chat: Chat) -> None:
    job = await order(chat, ANNA, "Late night")
    await order(chat, ANNA, "Late night")
    suggested = await chat.suggest(ANNA.here, "cancel", "job", "late")
    assert len(suggested) == 2 and all(each.startswith("Late night · ") for each in suggested)
    wanted = next(each for each in suggested if each.endswith(job.id))
    await chat.say(ANNA.here, "cancel", job=wanted)
    assert await state(chat, job) is State.CANCELLED
    assert not await chat.suggest(BERT.here, "cancel", "job", "late")
    assert not await chat.suggest(ANNA.here, "cancel", "other", "late")


@pytest.mark.parametrize("typed", ["late night", "LATE", "night"])
async def test_cancel_finds_a_job_by_a_part_of_its_title(chat: Chat, typed: str) -> None:
    job = await order(chat, ANNA, "Late night")
    await order(chat, ANNA, "Morning")
    await chat.say(ANNA.here, "cancel", job=typed)
    assert await state(chat, job) is State.CANCELLED


async def test_cancel_says_when_it_is_not_clear(chat: Chat) -> None:
    await order(chat, ANNA, "Late one")
    await order(chat, ANNA, "Late two")
    many = await chat.say(ANNA.here, "cancel", job="late")
    assert many.text.startswith("2 of yours are called “late”.")
    none = await chat.say(ANNA.here, "cancel", job="early")
    assert none.text.startswith("Nothing of yours is called “early”.")


async def test_a_manager_of_the_server_may_stop_what_was_asked_there(chat: Chat) -> None:
    job = await order(chat, ANNA, "Loud")
    reply = await chat.press(BOSS.here, f"cancel.job:{job.id}")
    assert reply.text == "“Loud” is cancelled." and await state(chat, job) is State.CANCELLED


async def test_a_manager_is_not_told_the_name_of_a_private_job(chat: Chat) -> None:
    job = await order(chat, ANNA, "Secret", private="yes")
    assert (await chat.press(BOSS.here, f"cancel.job:{job.id}")).text == "The job is cancelled."


async def test_an_operator_may_stop_any_job(chat: Chat) -> None:
    job = await order(chat, ANNA, "Loud")
    operator = Someone("operator", server="toy:elsewhere")
    await chat.say(operator.here, "cancel", job=job.id)
    assert await state(chat, job) is State.CANCELLED


@pytest.mark.parametrize(
    "asker",
    [
        BERT.here,
        Someone("boss", server="toy:elsewhere", manages=True).here,
        replace(BOSS.at_home, manages=True),
        replace(BERT.here, operates=True),
    ],
    ids=["a member", "a manager of another server", "a manager at home", "who says so"],
)
async def test_nobody_else_may_stop_it_or_learn_of_it(chat: Chat, asker: object) -> None:
    job = await order(chat, ANNA, "Loud")
    for button in (f"cancel.job:{job.id}", "cancel.job:nosuchjob000"):
        reply = await chat.press(asker, button)  # type: ignore[arg-type] # an Asker, from the table
        assert reply.text == "That is not yours to stop, or it is gone."
    typed = await chat.say(asker, "cancel", job=job.id)  # type: ignore[arg-type] # likewise
    assert typed.text == "That is not yours to stop, or it is gone."
    assert await state(chat, job) is State.QUEUED


async def test_refresh_shows_it_as_it_is_now(chat: Chat) -> None:
    job = await order(chat, ANNA, "Tape")
    listed = await chat.say(ANNA.here, "jobs")
    chat.jobs.run(job.id, "mixing", 50.0, 5.0)
    fresh = await chat.press(ANNA.here, find_button(listed, "Refresh"))
    assert fresh.edits and fresh.lines == ("1. Tape: 50 % · mixing · a few seconds left",)
