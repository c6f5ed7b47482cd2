"""What people do in a private chat, and what they get: the real client over real sockets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image

from core.calls import Audience, Call, Entry
from core.names import PersonId
from core.options import Kind, Option
from core.screens import Reply
from tests.adapters.telegram.house import House, open_house
from tests.doubles.telegram import Chat, Limits, Message, Person, Telegram, telegram_double
from tests.media import Sound, make


def song(number: int, form: str = "mp3") -> Path:
    tags = {"title": f"Song {number}", "artist": f"Band {number}"}
    return make(form, Sound(wave="music", seconds=2.0, seed=number), tags=tags)


def has(*labels: str) -> Callable[[Message], bool]:
    return lambda message: set(labels) <= set(message.labels)


async def test_the_menu_offers_what_people_may_use(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    await telegram.until(lambda: len(telegram.calls("setMyCommands")) == 3)
    entries = [command.entry for command in house.counter.desk.commands]
    names = [entry.name for entry in entries if entry.audience is Audience.EVERYONE]
    assert anna.menu(chat) == names
    assert anna.menu(group) == bob.menu(group) == names


@dataclass(frozen=True)
class Dice:
    """A command that the adapter has never heard of."""

    entry: ClassVar[Entry] = Entry(
        name="dice",
        summary="Throw some dice",
        options=(Option(name="count", kind=Kind.NUMBER, summary="How many", default=1.0),),
    )

    async def run(self, call: Call) -> Reply:
        return Reply(f"{call.values['count']:g} thrown.")


async def test_a_new_command_is_there_by_itself(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    async with open_house(telegram, tmp_path / "house", toys=[Dice()]):
        asked = await anna.write(chat, "/dice count=3")
        answer = await anna.hears(chat, after=asked)
        assert answer.plain == "3 thrown."
        assert "dice" in anna.menu(chat)


async def test_menus_are_only_sent_when_they_changed(telegram: Telegram, tmp_path: Path) -> None:
    for _ in range(2):
        async with open_house(telegram, tmp_path / "house"):
            await telegram.until(lambda: telegram.calls("deleteWebhook"))
        assert len(telegram.calls("setMyCommands")) == 3
        telegram.world.requests[:] = [
            each for each in telegram.world.requests if each.method != "deleteWebhook"
        ]


async def test_start_and_help_tell_what_there_is(house: House, anna: Person, chat: Chat) -> None:
    started = await anna.start()
    greeting = await anna.hears(chat, after=started)
    assert "/mixtape" in greeting.plain
    asked = await anna.write(chat, "/help mixtape")
    answer = await anna.hears(chat, lambda m: "crossfade" in m.plain, after=asked)
    assert "/mixtape title: Late night" in answer.plain


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("help-library", "/library"),
        ("library", "Your library is empty."),
        ("cancel", "/cancel"),
        ("settings-crossfade", "/settings"),
        ("nothing-at_all", "There is no command “nothing”."),
    ],
)
async def test_a_deep_link_shows_and_does_nothing(
    house: House, anna: Person, chat: Chat, payload: str, words: str
) -> None:
    started = await anna.follow(f"https://t.me/tapedeck_bot?start={payload}")
    answer = await anna.hears(chat, after=started)
    assert answer.plain.startswith(words)


async def test_a_deep_link_with_a_strangers_code_gives_no_account_away(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    eve = telegram.user("Eve")
    people = house.counter.people
    code = await people.offer(await people.account(PersonId(f"telegram:{eve.id}")))
    started = await anna.follow(f"https://t.me/tapedeck_bot?start=connect-{code}")
    answer = await anna.hears(chat, after=started)
    assert answer.plain.startswith("/connect")
    assert await people.account(PersonId(f"telegram:{anna.id}")) == f"telegram:{anna.id}"


async def test_a_wrong_option_is_answered_with_the_right_ones(
    house: House, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/mixtape crosfade=8")
    answer = await anna.hears(chat, after=asked)
    assert "no option “crosfade”" in answer.plain
    assert "crossfade" in answer.plain


async def test_an_album_is_gathered_before_the_tray_answers_once(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    await anna.send_album(chat, [song(at) for at in range(1, 5)])
    tray = await anna.hears(chat, has("Mix"))
    assert "4 tracks" in tray.plain
    assert len(telegram.calls("sendMessage", chat=chat)) == 1


async def test_all_kinds_of_files_are_taken_in_their_order(
    house: House, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    Image.radial_gradient("L").convert("RGB").save(photo)
    await anna.send_audio(chat, song(1), name="one.mp3")
    await anna.send_voice(chat, song(2, "opus"), duration=2)
    await anna.send_video(chat, make("mp4", Sound(seconds=2.0)))
    await anna.send_document(chat, song(3, "flac"), name="three.flac")
    await anna.send_photo(chat, photo)
    tray = await anna.hears(chat, has("Mix"))
    assert "4 tracks" in tray.plain
    assert "Cover:" in tray.plain or "cover" in tray.plain.lower()
    lines = [line for line in tray.plain.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert [line.split()[1] for line in lines][::3] == ["one", "three"] or len(lines) == 4


async def test_a_forwarded_file_is_a_file(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    bob = telegram.user("Bob")
    other = telegram.group("Elsewhere", bob, anna, bot="left")
    sent = await bob.send_audio(other, song(1), name="gift.mp3")
    await anna.forward(sent, chat)
    tray = await anna.hears(chat, has("Mix"))
    assert "1 track" in tray.plain


async def test_the_tray_is_one_message_at_the_end(house: House, anna: Person, chat: Chat) -> None:
    await anna.send_audio(chat, song(1))
    first = await anna.hears(chat, has("Mix"))
    await anna.send_audio(chat, song(2))
    second = await anna.hears(chat, has("Mix"), after=first)
    assert "2 tracks" in second.plain
    await house.telegram.until(lambda: first.id not in chat.messages)
    press = await anna.press(second, "Reorder")
    await anna.answered(press)
    await house.telegram.until(lambda: "Done" in second.now.labels)
    assert [each.id for each in house.shown(anna, chat)] == [second.id]


async def test_an_edited_message_is_no_new_command(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/help")
    await anna.hears(chat, after=asked)
    await anna.edit(asked, "/jobs")
    said = await anna.write(chat, "/library")
    await anna.hears(chat, after=said)
    assert len(telegram.calls("sendMessage", chat=chat)) == 2


async def test_tracks_with_a_command_in_the_caption_are_mixed_at_once(
    house: House, anna: Person, chat: Chat
) -> None:
    caption = '/mixtape title="Late night" crossfade=0 no-video'
    await anna.send_album(chat, [song(1), song(2)], caption=caption)
    running = await anna.hears(chat, has("Cancel"))
    assert running.plain.startswith("Late night")
    job = await house.job_of(anna)
    request = house.jobs.orders[job.id].request
    assert request["crossfade"] == 0.0
    assert request["video"] is False


async def test_bad_files_among_good_ones_are_named(
    house: House, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    bad = tmp_path / "words.txt"
    bad.write_text("no sound at all")
    await anna.send_document(chat, bad)
    await anna.send_audio(chat, song(1))
    tray = await anna.hears(chat, has("Mix"))
    assert "words.txt" in tray.plain
    assert "1 track" in tray.plain


async def test_the_tray_is_mixed_and_its_message_tells_how_far_it_is(
    house: House, anna: Person, chat: Chat
) -> None:
    await anna.send_album(chat, [song(1), song(2)])
    tray = await anna.hears(chat, has("Mix"))
    await anna.answered(await anna.press(tray, "Mix"))
    running = await anna.hears(chat, has("Cancel"))
    assert running.id == tray.id
    job = await house.job_of(anna)
    house.jobs.run(job.id, "mixing", 40.0, 12.0)
    await house.telegram.until(lambda: "40 %" in running.now.plain)
    await anna.answered(await anna.press(running, "Cancel"))
    await house.telegram.until(lambda: (house.jobs._jobs[job.id].state.ended) or None)
    await house.deliver(house.jobs._jobs[job.id])
    assert "cancelled" in running.now.plain.lower()
    assert running.now.labels == []


async def test_a_press_that_telegram_has_forgotten_is_done_all_the_same(tmp_path: Path) -> None:
    async with telegram_double(limits=Limits(press_seconds=0.0)) as telegram:
        anna = telegram.user("Anna")
        await anna.start()
        chat = telegram.private(anna)
        async with open_house(telegram, tmp_path / "house") as house:
            await anna.send_audio(chat, song(1))
            tray = await anna.hears(chat, has("Mix"))
            await anna.press(tray, "Clear")
            await telegram.until(lambda: "Mix" not in tray.now.labels)
            assert await house.counter.notes.get("telegram", "journal") is not None


async def test_a_strangers_button_is_refused_to_them_alone(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    await anna.send_audio(chat, song(1))
    tray = await anna.hears(chat, has("Mix"))
    bob = telegram.user("Bob")
    await bob.start()
    theirs = await bob.hears(telegram.private(bob))
    for row in tray.buttons:
        for button in row:
            press = await bob.forge(theirs, button.data)
            said = await bob.answered(press)
            assert "someone else’s" in said
            assert press.alert
    assert tray.now == tray


async def test_a_bug_is_told_with_a_ticket_and_the_next_command_works(
    house: House, anna: Person, chat: Chat
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    working = house.counter.people.account
    house.counter.people.account = broken  # type: ignore[assignment, method-assign] # a bug
    asked = await anna.write(chat, "/jobs")
    answer = await anna.hears(chat, after=asked)
    assert "ticket T-" in answer.plain
    house.counter.people.account = working  # type: ignore[method-assign] # mended
    again = await anna.write(chat, "/jobs")
    assert "ticket" not in (await anna.hears(chat, after=again)).plain
