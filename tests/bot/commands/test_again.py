"""/again makes an earlier mixtape once more, with a change and the files that are still there."""

from pathlib import Path

import pytest

from core.jobs import Order
from core.options import Attachment
from core.screens import Reply
from tests.bot.chatting import Chat
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def files(tmp_path: Path) -> list[Attachment]:
    for name in ("a.mp3", "b.mp3"):
        (tmp_path / name).write_bytes(b"sound")
    return [Attachment(tmp_path / name, name, 5) for name in ("a.mp3", "b.mp3")]


def ordered(chat: Chat, reply: Reply) -> Order:
    assert reply.job is not None, reply.text
    return chat.jobs.orders[reply.job]


async def test_the_latest_is_made_again_as_it_was(chat: Chat, files: list[Attachment]) -> None:
    await chat.made(ANNA, "Old", files=files[:1])
    job = await chat.made(ANNA, "Tape", files=files, crossfade=9)
    reply = await chat.say(ANNA.here, "again")
    assert reply.text == "Mixing 2 tracks."
    assert ordered(chat, reply).request == chat.jobs.orders[job.id].request
    assert reply.job != job.id


async def test_only_what_is_asked_for_changes(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files)
    reply = await chat.say(
        ANNA.here, "again", job="tape", crossfade=2, loudness="off", title=" New  one "
    )
    before, after = chat.jobs.orders[job.id].request, ordered(chat, reply).request
    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed == {"crossfade": 2.0, "loudness": None, "title": "New one"}
    assert ordered(chat, reply).title == "New one"


async def test_shuffling_again_gives_another_order(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files, order="shuffle", seed=7)
    reply = await chat.say(ANNA.here, "again", job=job.id, order="shuffle")
    assert ordered(chat, reply).request["seed"] != 7


async def test_the_button_shows_a_form_with_what_it_was(
    chat: Chat, files: list[Attachment]
) -> None:
    job = await chat.made(ANNA, "Tape", files=files, order="shuffle", seed=7, loudness="off")
    form = (await chat.press(ANNA.here, f"again.job:{job.id}")).form
    assert form is not None and len(form.options) == 5
    assert form.values == {
        "title": "Tape", "crossfade": "6", "order": "shuffle", "loudness": "off", "video": "yes",
    }  # fmt: skip
    reply = await chat.press(ANNA.here, form.action, {**form.values, "video": "no"})
    request = ordered(chat, reply).request
    assert (request["video"], request["seed"], request["loudness"]) == (False, 7, None)


async def test_a_wrong_value_is_told(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files)
    reply = await chat.press(ANNA.here, f"again.job:{job.id}", {"crossfade": "31"})
    assert reply.text == "“crossfade” must be a number from 0 to 30 seconds, not 31."
    assert len(chat.jobs.orders) == 1


async def test_tracks_that_are_gone_are_told(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files)
    files[1].path.unlink()
    reply = await chat.say(ANNA.here, "again", job=job.id)
    assert reply.job is None
    assert reply.text.startswith("1 of its 2 tracks is no longer here")


async def test_a_cover_that_is_gone_is_done_without(
    chat: Chat, files: list[Attachment], tmp_path: Path
) -> None:
    cover = Attachment(tmp_path / "gone.png", "gone.png", 5)
    await chat.made(ANNA, "Tape", files=files, cover=cover)
    reply = await chat.say(ANNA.here, "again")
    assert ordered(chat, reply).request["cover"] is None
    assert reply.text.endswith("Its cover is no longer here, so another one is taken.")


async def test_what_was_private_stays_so(chat: Chat, files: list[Attachment]) -> None:
    await chat.made(ANNA, "Tape", files=files, private="yes")
    reply = await chat.say(ANNA.here, "again")
    order = ordered(chat, reply)
    assert order.private and order.place == ANNA.here.home and reply.alone
    public = ordered(chat, await chat.say(ANNA.here, "again", private="no"))
    assert not public.private and public.place == ANNA.here.place


async def test_it_comes_to_where_it_is_asked_for_now(chat: Chat, files: list[Attachment]) -> None:
    await chat.made(ANNA, "Tape", files=files)
    order = ordered(chat, await chat.say(ANNA.at_home, "again"))
    assert order.place == ANNA.at_home.place and order.server == ""


async def test_nothing_yet_says_what_to_do(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "again")
    assert reply.text == "There is nothing of yours to make again yet. Start with /mixtape."


async def test_another_kind_cannot_be_made_again(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "privacy")
    export = next(button for row in reply.buttons for button in row if button.label == "Export")
    job = (await chat.press(ANNA.here, export)).job
    refused = await chat.press(ANNA.here, f"again.job:{job}")
    assert refused.text == "That cannot be made again with a change."


async def test_suggests_only_what_can_be_made_again(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files)
    assert await chat.suggest(ANNA.here, "again", "job", "ta") == [f"Tape · {job.id}"]
    assert not await chat.suggest(BERT.here, "again", "job", "ta")


async def test_nobody_else_can(chat: Chat, files: list[Attachment]) -> None:
    job = await chat.made(ANNA, "Tape", files=files)
    for reply in (
        await chat.say(BERT.here, "again", job=job.id),
        await chat.press(BERT.here, f"again.job:{job.id}"),
        await chat.press(BERT.here, f"again.job:{job.id}", {"title": "Mine"}),
    ):
        assert reply.text == "That is not yours, or it is gone. /library shows what is there."
        assert reply.job is None and reply.form is None
