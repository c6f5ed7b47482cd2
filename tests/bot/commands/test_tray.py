"""/tray gathers tracks over several messages and mixes them once."""

from pathlib import Path

import pytest

from bot.commands.tray import TrayCommand
from core.names import JobId
from core.options import Attachment, attach_link
from tests.bot.chatting import Chat, buttons_of, find_button
from tests.fakes_people import Someone
from tests.links import LINK, OTHER

ANNA, BERT = Someone("anna"), Someone("bert")
MP3 = b"\xff\xfb\x90\x00" + b"\0" * 413
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def chat() -> Chat:
    return Chat()


def make(folder: Path, name: str, content: bytes = MP3 * 3) -> Attachment:
    (folder / name).write_bytes(content)
    return Attachment(folder / name, name, len(content))


async def fill(chat: Chat, folder: Path, count: int) -> None:
    await chat.drop(ANNA.here, *(make(folder, f"Song_{n:03}.mp3") for n in range(1, count + 1)))


def names(chat_lines: tuple[str, ...]) -> list[str]:
    return [line.partition(" · ")[0] for line in chat_lines]


async def test_what_is_dropped_gathers_in_one_message(chat: Chat, tmp_path: Path) -> None:
    await chat.drop(ANNA.here, make(tmp_path, "a_side.mp3"))
    reply = await chat.drop(ANNA.here, make(tmp_path, "b_side.mp3"), make(tmp_path, "c.PNG", PNG))
    assert reply.slot == "tray"
    assert reply.lines == ("1. a side · 1 kB", "2. b side · 1 kB")
    assert reply.text == (
        "2 tracks, 3 kB.\nCover: c.PNG.\n"
        "Crossfade of 6 seconds, in this order, -14 LUFS, with a video."
    )
    assert [button.label for button in buttons_of(reply)] == ["Mix", "Options", "Reorder", "Clear"]


async def test_a_bad_file_is_named_at_once_and_the_rest_stays(chat: Chat, tmp_path: Path) -> None:
    text = make(tmp_path, "notes.mp3", b"just words")
    reply = await chat.drop(ANNA.here, make(tmp_path, "good.mp3"), text)
    assert reply.text.startswith("notes.mp3 is a text, not a sound file.\n\n1 track,")
    assert [file.label for file in reply.refused] == ["notes.mp3"]
    assert names(reply.lines) == ["1. good"]


async def test_only_bad_files_leave_an_empty_tray(chat: Chat, tmp_path: Path) -> None:
    bad = [make(tmp_path, f"{n}.txt", b"words") for n in range(8)]
    reply = await chat.drop(ANNA.here, *bad)
    first, *_, last = reply.text.partition("\n\n")[0].splitlines()
    assert (first, last) == (
        "0.txt is a text, not a sound file.", "And 3 more cannot be used.",
    )  # fmt: skip
    assert not reply.lines and not reply.buttons


async def test_a_tray_holds_two_hundred(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 199)
    reply = await chat.drop(ANNA.here, make(tmp_path, "x.mp3"), make(tmp_path, "y.mp3"))
    assert reply.lines[-1] == "200. x · 1 kB"
    assert reply.text.startswith("A tray holds 200 tracks, so the last one was left out.")


async def test_the_menu_of_a_message_adds_its_files(chat: Chat, tmp_path: Path) -> None:
    reply = await chat.say(ANNA.here, "tray", tracks=[make(tmp_path, "a.mp3")])
    assert names(reply.lines) == ["1. a"]
    assert (await chat.say(ANNA.here, "tray")).lines == reply.lines
    assert TrayCommand.entry.menu == "Add to mixtape"


async def test_an_empty_tray_says_what_to_do(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "tray")
    assert reply.text.startswith("Your tray is empty. Drop tracks here")


async def test_options_are_asked_for_and_kept(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 2)
    await chat.people.set(ANNA.person, "crossfade", "9")
    options = find_button(await chat.say(ANNA.here, "tray"), "Options")
    form = (await chat.press(ANNA.here, options)).form
    assert options.opens_form and form is not None and len(form.options) <= 5
    assert form.values == {"crossfade": "9", "order": "given", "loudness": "-14", "video": "yes"}
    given = {
        "title": "Late",
        "crossfade": "1",
        "order": "shuffle",
        "loudness": "off",
        "video": "no",
    }
    reply = await chat.press(ANNA.here, form.action, given)
    assert reply.title == "Late" and reply.edits
    assert reply.text.endswith("Crossfade of 1 second, shuffled, loudness as it is, no video.")


async def test_a_wrong_option_is_told_and_changes_nothing(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 1)
    options = find_button(await chat.say(ANNA.here, "tray"), "Options")
    reply = await chat.press(ANNA.here, options, {"loudness": "loud", "crossfade": "3"})
    assert reply.text == "“loudness” must be a number from -30 to -8 LUFS or off, not “loud”."
    assert "6 seconds" in (await chat.say(ANNA.here, "tray")).text


async def test_mixing_orders_what_is_there_and_empties_the_tray(chat: Chat, tmp_path: Path) -> None:
    cover = make(tmp_path, "c.png", PNG)
    await fill(chat, tmp_path, 3)
    await chat.drop(ANNA.here, cover)
    await chat.people.set(ANNA.person, "video", "no")
    tray = await chat.say(ANNA.here, "tray")
    reply = await chat.tap(ANNA.here, tray, "Mix")
    assert reply.text == "Mixing 3 tracks." and reply.edits and reply.job is not None
    request = chat.jobs.orders[reply.job].request
    assert request["tracks"] == [
        {"path": str(tmp_path / f"Song_{n:03}.mp3"), "label": f"Song_{n:03}.mp3"} for n in (1, 2, 3)
    ]
    assert request["cover"] == {"path": str(cover.path), "label": "c.png"}
    assert (request["crossfade"], request["video"]) == (6.0, False)
    again = await chat.tap(ANNA.here, tray, "Mix")
    assert again.job is None and "is being mixed" in again.text
    assert not (await chat.trays.find(ANNA.person)).items


async def test_a_job_that_is_refused_leaves_the_tray_as_it_was(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 2)
    tray = await chat.say(ANNA.here, "tray")
    chat.jobs.refuse("You have 3 jobs at work. Wait until one has ended.")
    reply = await chat.tap(ANNA.here, tray, "Mix")
    assert reply.text == "You have 3 jobs at work. Wait until one has ended." and reply.job is None
    assert len((await chat.trays.find(ANNA.person)).items) == 2


async def test_a_crash_before_the_tray_was_emptied_makes_no_second_job(
    chat: Chat, tmp_path: Path
) -> None:
    await fill(chat, tmp_path, 2)
    tray = await chat.trays.find(ANNA.person)
    mix = find_button(await chat.say(ANNA.here, "tray"), "Mix")
    first = await chat.press(ANNA.here, mix)
    await chat.trays.change(ANNA.person, lambda _: tray)
    second = await chat.press(ANNA.here, mix)
    assert first.job == second.job is not None
    assert not (await chat.trays.find(ANNA.person)).items


async def test_tracks_are_moved_and_removed(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 3)
    picking = await chat.tap(ANNA.here, await chat.say(ANNA.here, "tray"), "Reorder")
    picked = await chat.tap(ANNA.here, picking, "3. Song 003")
    assert picked.text == "“Song 003” is number 3 of 3. Where should it go?"
    moved = await chat.tap(ANNA.here, picked, "↑ Up")
    assert names(moved.lines) == ["1. Song 001", "▸ 2. Song 003", "3. Song 002"]
    top = await chat.tap(ANNA.here, moved, "↑ Up")
    assert names(top.lines)[0] == "▸ 1. Song 003"
    labels = [button.label for button in buttons_of(top)]
    assert labels == ["↓ Down", "Remove", "Another track", "Done"]
    removed = await chat.tap(ANNA.here, top, "Remove")
    done = await chat.tap(ANNA.here, removed, "Done")
    assert names(done.lines) == ["1. Song 001", "2. Song 002"] and done.edits
    gone = await chat.tap(ANNA.here, top, "↓ Down")
    assert gone.text == "That track is no longer on the tray. Look at the list again."


async def test_two_hundred_tracks_can_be_reached_page_by_page(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 200)
    tray = await chat.say(ANNA.here, "tray")
    assert len(tray.lines) == 200
    page = await chat.tap(ANNA.here, tray, "Reorder")
    seen = 0
    while True:
        assert len(page.buttons) <= 5 and all(len(row) <= 5 for row in page.buttons)
        seen += len(page.lines)
        if not any(button.label == "Next →" for button in buttons_of(page)):
            break
        page = await chat.tap(ANNA.here, page, "Next →")
    assert seen == 200
    picked = await chat.tap(ANNA.here, page, "200. Song 200")
    top = await chat.tap(ANNA.here, picked, "To the top")
    assert names(top.lines)[0] == "▸ 1. Song 200" and len(top.lines) == 9


async def test_clearing_is_asked_twice(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 2)
    asked = await chat.tap(ANNA.here, await chat.say(ANNA.here, "tray"), "Clear")
    assert asked.text == "Take all 2 tracks off the tray?"
    assert len((await chat.tap(ANNA.here, asked, "Keep")).lines) == 2
    cleared = await chat.tap(ANNA.here, asked, "Clear all")
    assert cleared.text == "The tray is empty again." and cleared.edits
    assert not (await chat.trays.find(ANNA.person)).items


async def test_someone_else_can_press_nothing_on_it(chat: Chat, tmp_path: Path) -> None:
    await fill(chat, tmp_path, 2)
    tray = await chat.say(ANNA.here, "tray")
    await chat.drop(BERT.here, make(tmp_path, "mine.mp3"))
    for button in buttons_of(tray):
        reply = await chat.press(BERT.here, button)
        assert reply.text == "That list is someone else’s. Ask for your own with the same command."
        assert reply.alone and not reply.edits
    assert len((await chat.trays.find(ANNA.person)).items) == 2


async def test_the_same_files_sent_twice_by_a_platform_count_once(
    chat: Chat, tmp_path: Path
) -> None:
    file = make(tmp_path, "a.mp3")
    for _ in range(2):
        reply = await chat.desk.collect([file], ANNA.here, key="same")
    assert len(reply.lines) == 1


async def test_links_gather_among_files_and_are_mixed_in_order(chat: Chat, tmp_path: Path) -> None:
    await chat.drop(ANNA.here, make(tmp_path, "a_side.mp3"), attach_link(LINK))
    reply = await chat.say(ANNA.here, "tray", links=OTHER)
    assert reply.lines == (
        "1. a side · 1 kB", "2. youtube.com/watch?v=aaaaaaaaaaa", "3. soundcloud.com/artist/song",
    )  # fmt: skip
    assert reply.text.startswith("1 track, 2 links.\n")
    mixing = await chat.tap(ANNA.here, reply, "Mix")
    tracks = chat.jobs.orders[mixing.job or JobId("")].request["tracks"]
    assert isinstance(tracks, list)
    assert [each.get("url", "a file") for each in tracks] == ["a file", LINK, OTHER]


async def test_only_links_are_counted_as_such(chat: Chat) -> None:
    reply = await chat.drop(ANNA.here, attach_link(LINK))
    assert reply.text.startswith("1 link.\n")
