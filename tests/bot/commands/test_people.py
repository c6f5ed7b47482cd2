"""/connect, /disconnect and /privacy: who a person is to us, what is kept, and its end."""

from pathlib import Path

import pytest

from core.names import PersonId, Place
from core.screens import File, Tone
from tests.bot.chatting import Chat, buttons_of, find_button
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
WRONG = "That code is wrong or too old. Ask for a new one with /connect."
SHY = Someone("anna", discreet=False)


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_a_code_of_one_chat_is_accepted_in_the_other(chat: Chat) -> None:
    offered = await chat.say(ANNA.here, "connect")
    assert offered.alone and offered.title == "CODE1"
    assert "within 10 minutes, with the code CODE1." in offered.text
    asked = await chat.say(BERT.here, "connect", code="code-1")
    assert asked.alone and find_button(asked, "Link").tone is Tone.DANGER
    assert asked.text == (
        "Link this chat with Toy? What you made here becomes that account’s, and stays there "
        "even if you unlink. Go on only if you asked for this code yourself, in your other chat."
    )
    assert await chat.people.account(BERT.person) == BERT.person, "nothing joins unasked"
    joined = await chat.tap(BERT.here, asked, "Link")
    assert (
        joined.edits
        and joined.text == "Linked: Toy. Library, tray and settings are the same there now."
    )
    await chat.made(ANNA, "Tape")
    assert "Tape" in (await chat.say(BERT.here, "library")).lines[0]
    assert (await chat.say(BERT.here, "connect")).lines == ("Linked so far: Toy",)


async def test_a_code_is_not_shown_where_others_read(chat: Chat) -> None:
    reply = await chat.say(SHY.here, "connect")
    assert reply.text == (
        "That is for your eyes only. Send me the same command in a direct message."
    )
    assert (await chat.say(SHY.at_home, "connect")).title == "CODE1"


async def test_a_wrong_code_is_told(chat: Chat) -> None:
    reply = await chat.say(BERT.here, "connect", code="WRONG")
    assert reply.text == WRONG and not reply.buttons


async def test_who_did_not_ask_for_a_code_stays_apart(chat: Chat) -> None:
    await chat.say(ANNA.here, "connect")
    asked = await chat.say(BERT.here, "connect", code="CODE1")
    kept = await chat.tap(BERT.here, asked, "Cancel")
    assert kept.edits and kept.text.startswith("Not linked.")
    assert await chat.people.account(BERT.person) == BERT.person


async def test_pressing_link_twice_links_once(chat: Chat) -> None:
    await chat.say(ANNA.here, "connect")
    asked = await chat.say(BERT.here, "connect", code="CODE1")
    once, twice = [await chat.tap(BERT.here, asked, "Link") for _ in range(2)]
    assert twice == once and once.text.startswith("Linked: Toy.")
    assert await chat.people.account(BERT.person) == ANNA.person


async def test_a_code_that_was_spent_in_the_meantime_links_nobody(chat: Chat) -> None:
    await chat.say(ANNA.here, "connect")
    asked = await chat.say(BERT.here, "connect", code="CODE1")
    other = Someone("other")
    await chat.tap(other.here, await chat.say(other.here, "connect", code="CODE1"), "Link")
    assert (await chat.tap(BERT.here, asked, "Link")).text == WRONG
    assert await chat.people.account(BERT.person) == BERT.person


async def test_nobody_links_anothers_chat(chat: Chat) -> None:
    await chat.say(ANNA.here, "connect")
    asked = await chat.say(BERT.here, "connect", code="CODE1")
    for button in buttons_of(asked):
        assert "someone else’s" in (await chat.press(Someone("other").here, button)).text
    assert (await chat.tap(BERT.here, asked, "Link")).text.startswith("Linked")


async def test_chats_are_called_by_their_names(chat: Chat) -> None:
    for identity in ("discord:1", "telegram:2", "web:3"):
        chat.people.accounts[PersonId(identity)] = ANNA.person
    reply = await chat.say(ANNA.here, "disconnect")
    assert "stays with Discord, Telegram and the web chat;" in reply.text


async def test_unlinking_is_asked_first(chat: Chat) -> None:
    await chat.say(ANNA.here, "connect")
    await chat.tap(BERT.here, await chat.say(BERT.here, "connect", code="CODE1"), "Link")
    asked = await chat.say(BERT.here, "disconnect")
    assert asked.text.startswith("Unlink this chat? What you have shared stays with Toy;")
    assert (await chat.tap(BERT.here, asked, "Keep")).text == "It stays linked."
    done = await chat.tap(BERT.here, asked, "Unlink")
    assert done.text == "Unlinked. What you had shared is still there in Toy." and done.edits
    assert await chat.people.account(BERT.person) != ANNA.person


async def test_who_is_not_linked_cannot_be_unlinked(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "disconnect")
    assert reply.text == "This chat is not linked to another one. /connect links one."


async def test_tells_what_is_kept(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(bytes(2_500_000))
    chat.privacy.kept[ANNA.person] = [
        File(str(tmp_path / "a.mp3"), "uploads/a.mp3"), File(str(tmp_path / "gone"), "gone"),
    ]  # fmt: skip
    reply = await chat.say(ANNA.here, "privacy")
    assert reply.alone and "for 72 hours" in reply.text
    assert reply.lines == ("Records: 1", "Files: 2, 2.5 MB")


async def test_an_export_is_a_job_that_comes_home(chat: Chat) -> None:
    reply = await chat.tap(ANNA.here, await chat.say(ANNA.here, "privacy"), "Export")
    assert reply.alone and reply.job is not None
    order = chat.jobs.orders[reply.job]
    assert (order.kind, order.private, order.place) == ("archive", True, Place("toy", "dm-anna"))
    assert order.request == {"person": "toy:anna", "title": "Everything about me"}


async def test_erasing_is_asked_first(chat: Chat) -> None:
    privacy = await chat.say(ANNA.here, "privacy")
    asked = await chat.tap(ANNA.here, privacy, "Erase")
    assert asked.title == "Erase everything?" and not chat.privacy.erased
    assert find_button(asked, "Erase everything").tone is Tone.DANGER
    assert (await chat.tap(ANNA.here, asked, "Keep")).title == "What I keep about you"
    done = await chat.tap(ANNA.here, asked, "Erase everything")
    assert done.text == "Everything about you is erased." and not buttons_of(done)
    assert chat.privacy.erased == [ANNA.person]


async def test_nobody_erases_or_exports_for_another(chat: Chat) -> None:
    privacy = await chat.say(ANNA.here, "privacy")
    asked = await chat.tap(ANNA.here, privacy, "Erase")
    for button in (*buttons_of(privacy), *buttons_of(asked)):
        assert "someone else’s" in (await chat.press(BERT.here, button)).text
    assert not chat.privacy.erased and not chat.jobs.orders
