"""/library shows what was made, page by page, and deals with each result."""

import pytest

from core.errors import UserError
from core.names import Place
from core.screens import LONGEST_ACTION, Reply, Tone
from tests.bot.chatting import Chat, buttons_of, find_button
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
SHY = Someone("anna", discreet=False)


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_lists_results_newest_first_and_turns_pages(chat: Chat) -> None:
    for number in range(1, 13):
        await chat.made(ANNA, f"Tape {number}")
    first = await chat.say(ANNA.here, "library")
    assert first.text == "12 results, the newest first." and first.alone
    assert first.lines[0] == "1. Tape 12 · 3 tracks, 10:00 · 2 hours ago" and len(first.lines) == 5
    second = await chat.tap(ANNA.here, first, "Next →")
    assert second.lines[0].startswith("6. Tape 7") and second.edits
    third = await chat.tap(ANNA.here, second, "Next →")
    assert [line.split(" · ")[0] for line in third.lines] == ["11. Tape 2", "12. Tape 1"]
    assert "Next →" not in [button.label for button in buttons_of(third)]
    assert (await chat.tap(ANNA.here, third, "← Back")).lines == second.lines


async def test_searches_and_keeps_the_search_while_pages_are_turned(chat: Chat) -> None:
    for number in range(7):
        await chat.made(ANNA, f"Night: ein schöner langer Titel {number}")
    await chat.made(ANNA, "Morning")
    found = await chat.say(ANNA.here, "library", search="night: ein schöner langer titel")
    assert found.text == "7 results for “night: ein schöner la”."
    second = await chat.tap(ANNA.here, found, "Next →")
    assert len(second.lines) == 2
    item = await chat.tap(ANNA.here, second, "7")
    assert (await chat.tap(ANNA.here, item, "← Back")).lines == second.lines
    for reply in (found, second, item):
        assert all(len(each.action.encode()) <= LONGEST_ACTION for each in buttons_of(reply))


async def test_nothing_to_show_says_what_to_do(chat: Chat) -> None:
    assert (await chat.say(ANNA.here, "library")).text.startswith("Your library is empty.")
    await chat.made(ANNA, "Tape")
    reply = await chat.say(ANNA.here, "library", search="nope")
    assert reply.text == "Nothing in your library has “nope” in its title, tracks or artists."


async def test_completes_titles(chat: Chat) -> None:
    await chat.made(ANNA, "Late night")
    await chat.made(BERT, "Late, too")
    assert await chat.suggest(ANNA.here, "library", "search", "late") == ["Late night"]


async def test_one_result_with_its_tracks(chat: Chat) -> None:
    await chat.made(ANNA, "Tape")
    item = await chat.tap(ANNA.here, await chat.say(ANNA.here, "library"), "1")
    assert item.title == "Tape" and item.text == "3 tracks, 10:00. Made 2 hours ago."
    assert item.lines[1] == "3:20 Band 1 – Song 1"
    labels = [button.label for button in buttons_of(item)]
    assert labels == ["Send again", "DM me", "Download", "Make again", "Delete", "← Back"]


async def test_at_home_there_is_no_other_way_to_send(chat: Chat) -> None:
    await chat.made(ANNA, "Tape")
    item = await chat.tap(ANNA.at_home, await chat.say(ANNA.at_home, "library"), "1")
    assert "DM me" not in [button.label for button in buttons_of(item)]


async def test_sends_it_here_or_home(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape")
    item = await chat.tap(ANNA.here, await chat.say(ANNA.here, "library"), "1")
    assert (await chat.tap(ANNA.here, item, "Send again")).text == "It is on its way."
    sent = await chat.tap(ANNA.here, item, "DM me")
    assert sent.text == "It is on its way to your direct messages." and sent.alone
    assert list(chat.jobs.resent.values()) == [
        (job.id, ANNA.here.place), (job.id, Place("toy", "dm-anna")),
    ]  # fmt: skip


async def test_where_others_read_nothing_private_is_named(chat: Chat) -> None:
    await chat.made(ANNA, "For all")
    job = await chat.made(ANNA, "For nobody", private="yes")
    page = await chat.say(SHY.here, "library")
    assert page.lines[0] == "1. A private result · 2 hours ago"
    assert page.lines[1].startswith("2. For all · 3 tracks")
    item = await chat.tap(SHY.here, page, "1")
    deleting = await chat.press(SHY.here, f"library.delete:{job.id}")
    for reply in (item, deleting):
        assert reply.text.startswith("That is for your eyes only.") and not reply.lines
    alone = await chat.say(ANNA.here, "library")
    assert alone.lines[0].startswith("1. For nobody · 3 tracks")
    assert (await chat.tap(ANNA.here, alone, "1")).title == "For nobody"


async def test_what_is_private_is_sent_home_only(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape", private="yes")
    reply = await chat.press(ANNA.here, f"library.send:{job.id}")
    assert reply.text == "It is on its way to your direct messages."
    assert list(chat.jobs.resent.values()) == [(job.id, ANNA.here.home)]


async def test_files_that_are_gone_are_told(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape")
    chat.jobs.gone.add(job.id)
    reply = await chat.press(ANNA.here, f"library.dm:{job.id}")
    assert reply.text == "The files of that result are gone."


async def test_download_gives_fresh_links_to_this_person(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape")
    reply = await chat.press(ANNA.here, f"library.download:{job.id}")
    assert reply.alone and reply.title == "Tape"
    assert [(each.label, each.link) for each in buttons_of(reply)] == [
        ("MP3, 12 MB", f"https://deck.test/files/{job.id}/0"),
        ("MP4, 60 MB", f"https://deck.test/files/{job.id}/1"),
        ("JPG, 90 kB", f"https://deck.test/files/{job.id}/2"),
    ]


async def test_links_to_what_is_elsewhere_are_not_shown_where_others_read(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape", where="dm")
    reply = await chat.press(SHY.here, f"library.download:{job.id}")
    assert reply.text.startswith("That is for your eyes only.") and not reply.buttons
    assert buttons_of(await chat.press(SHY.at_home, f"library.download:{job.id}"))


async def test_deleting_is_asked_first_and_takes_the_messages_along(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape")
    asked = await chat.press(ANNA.here, f"library.delete:{job.id}")
    assert asked.text == "Delete “Tape” with all of its files? Links to it stop working."
    assert asked.alone and not asked.edits
    assert find_button(asked, "Delete it").tone is Tone.DANGER
    assert (await chat.tap(ANNA.here, asked, "Keep")).text == "Nothing was deleted."
    gone = await chat.tap(ANNA.here, asked, "Delete it")
    assert gone.text == "“Tape” is deleted." and gone.edits and gone.removed == job.id
    with pytest.raises(UserError):
        await chat.jobs.find(job.id, person=ANNA.person)
    again = await chat.tap(ANNA.here, asked, "Delete it")
    assert again.text == "That is not yours, or it is gone. /library shows what is there."


async def test_a_page_that_is_gone_shows_the_last_one(chat: Chat) -> None:
    jobs = [await chat.made(ANNA, f"Tape {number}") for number in range(6)]
    first = await chat.say(ANNA.here, "library")
    await chat.jobs.remove(jobs[0].id, person=ANNA.person)
    assert len((await chat.tap(ANNA.here, first, "Next →")).lines) == 5


async def test_the_page_in_the_browser_is_opened_for_this_person_only(chat: Chat) -> None:
    await chat.made(ANNA, "Tape")
    library = await chat.say(ANNA.here, "library")
    reply = await chat.tap(ANNA.here, library, "Open in browser")
    assert reply.alone and buttons_of(reply)[0].link == "https://deck.test/enter/toy:anna"
    public = await chat.tap(SHY.here, library, "Open in browser")
    assert public.text.startswith("That is for your eyes only.") and not public.buttons


async def test_buttons_that_make_no_sense_are_told(chat: Chat) -> None:
    own = find_button(await _library(chat), "1").action.split(":")[1]
    for action in ("library.burn:x", f"library.page:{own}:x", f"library.show:{own}", "library."):
        reply = await chat.press(ANNA.here, action)
        assert reply.text == "That button is from an older version of me. Use the command again."


async def _library(chat: Chat) -> Reply:
    await chat.made(ANNA, "Tape")
    return await chat.say(ANNA.here, "library")
