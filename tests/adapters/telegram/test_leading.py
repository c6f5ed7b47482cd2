"""Commands whose needs were left out lead to them: by questions, buttons and files."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image

from core.calls import Call, Entry
from core.options import Attachment, Kind, Option
from core.screens import Reply
from tests.adapters.telegram.house import House, open_house
from tests.adapters.telegram.test_dialogues import tap
from tests.adapters.telegram.test_talking import has, song
from tests.doubles.telegram import Chat, Message, Person, Telegram
from tests.toys import until


@dataclass(frozen=True)
class Fetch:
    """A command that cannot do without a link and a quality. `calls` are what it was given."""

    calls: list[Call] = field(default_factory=list)
    entry: ClassVar[Entry] = Entry(
        name="fetch",
        summary="Fetch a track",
        options=(
            Option(name="video", kind=Kind.FLAG, summary="The picture too", default=False),
            Option(name="link", kind=Kind.TEXT, summary="Where it is", required=True, most=60),
            Option(
                name="quality",
                kind=Kind.CHOICE,
                summary="How good",
                choices=("best", "small"),
                required=True,
            ),
        ),
    )

    async def run(self, call: Call) -> Reply:
        self.calls.append(call)
        shown = [f"{name}={value}" for name, value in sorted(call.values.items())]
        return Reply("Fetched: " + " ".join(shown))


@dataclass(frozen=True)
class Film:
    """A command that cannot do without a photo and a text."""

    entry: ClassVar[Entry] = Entry(
        name="film",
        summary="Make a film",
        options=(
            Option(
                name="photo", kind=Kind.FILE, summary="What it shows", accepts="image",
                required=True,
            ),
            Option(name="words", kind=Kind.TEXT, summary="What is sung", required=True),
        ),
    )  # fmt: skip

    async def run(self, call: Call) -> Reply:
        photo = call.values["photo"]
        assert isinstance(photo, Attachment)
        size = len(photo.path.read_bytes())
        return Reply(f"{call.values['words']} over {photo.label} of {size} bytes")


@pytest.fixture
async def house(telegram: Telegram, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(telegram, tmp_path / "house", toys=[Fetch(), Film()]) as house:
        yield house


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.radial_gradient("L").convert("RGB").save(path)
    return path


def is_question(message: Message) -> bool:
    return bool((message.markup or {}).get("force_reply"))


async def question(anna: Person, chat: Chat, *words: str, after: Message) -> Message:
    def asks(message: Message) -> bool:
        return is_question(message) and all(word in message.plain for word in words)

    return await anna.hears(chat, asks, after=after, what="a question")


async def test_what_a_command_needs_is_asked_for_and_then_it_runs(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/fetch")
    form = await anna.hears(chat, has("Start"), after=asked)
    assert form.plain.splitlines() == ["Fetch a track", "Link: –", "Quality: –", "Video: no"]
    link = await question(anna, chat, "Where it is", "Answer this message.", after=form)
    await anna.write(chat, "https://a.test/x", reply_to=link)
    await telegram.until(lambda: "best" in form.now.labels)
    assert link.id not in chat.messages
    await tap(house, anna, form, "small")
    assert "Link: https://a.test/x" in form.now.plain and "Quality: small" in form.now.plain
    await anna.answered(await anna.press(form, "Start"))
    done = await anna.hears(chat, lambda m: m.plain.startswith("Fetched"))
    assert done.plain == "Fetched: link=https://a.test/x quality=small video=False"
    assert form.id not in chat.messages


async def test_what_was_typed_already_is_not_asked_for_again(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/fetch link=https://a.test/y video")
    form = await anna.hears(chat, has("best"), after=asked)
    await tap(house, anna, form, "best")
    assert "Video: yes" in form.now.plain
    assert not [each for each in house.shown(anna, chat) if is_question(each)]
    await anna.answered(await anna.press(form, "Start"))
    done = await anna.hears(chat, lambda m: m.plain.startswith("Fetched"))
    assert done.plain.endswith("link=https://a.test/y quality=best video=True")


async def test_a_start_without_what_is_needed_says_so_and_asks_again(
    house: House, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/fetch quality=best")
    form = await anna.hears(chat, has("Start"), after=asked)
    first = await question(anna, chat, "Where it is", after=form)
    said = await anna.answered(await anna.press(form, "Start"))
    assert said == "“link” is missing: where it is."
    again = await question(anna, chat, "Where it is", after=first)
    await anna.write(chat, "x" * 61, reply_to=again)
    await anna.hears(chat, lambda m: "too long" in m.plain, after=again)
    assert "Start" in form.now.labels


async def test_what_a_dialogue_notes_is_its_persons_to_be_erased(
    house: House, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/fetch")
    form = await anna.hears(chat, has("Start"), after=asked)
    await question(anna, chat, after=form)

    async def noted() -> bool:
        async with house.database.read() as connection:
            rows = (await connection.exec_driver_sql("SELECT key, person FROM notes")).all()
        mine = {row.key.partition(":")[0]: row.person for row in rows if str(anna.id) in row.key}
        return mine == {"form": f"telegram:{anna.id}", "ask": f"telegram:{anna.id}"}

    await until(noted, what="all that has her number in it is noted as hers")


async def test_a_dialogue_can_be_given_up_with_its_question(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/fetch")
    form = await anna.hears(chat, has("Start"), after=asked)
    link = await question(anna, chat, after=form)
    await anna.answered(await anna.press(form, "Cancel"))
    await telegram.until(lambda: {form.id, link.id}.isdisjoint(chat.messages))
    said = await anna.write(chat, "hello")
    assert "/mixtape" in (await anna.hears(chat, after=said)).plain


async def test_a_file_that_is_needed_is_asked_for_and_taken(
    house: House, telegram: Telegram, anna: Person, chat: Chat, photo: Path
) -> None:
    asked = await anna.write(chat, "/film")
    form = await anna.hears(chat, has("Start"), after=asked)
    assert "Photo: –" in form.plain
    first = await question(anna, chat, "Send it as an answer", after=form)
    told = await anna.write(chat, "no", reply_to=first)
    await anna.hears(chat, lambda m: "takes files" in m.plain, after=told)
    second = await question(anna, chat, "Send it as an answer", after=told)
    await anna.send_photo(chat, photo)
    words = await question(anna, chat, "What is sung", after=second)
    assert "Photo: 1" in form.now.plain
    await anna.write(chat, "La la", reply_to=words)
    await telegram.until(lambda: "Words: La la" in form.now.plain)
    await anna.answered(await anna.press(form, "Start"))
    done = await anna.hears(chat, lambda m: m.plain.startswith("La la over"))
    assert "over photo.jpg of" in done.plain


async def test_a_file_that_came_along_waits_for_the_words_also_over_a_restart(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path, photo: Path
) -> None:
    home = tmp_path / "house"
    async with open_house(telegram, home, toys=[Film()]) as house:
        sent = await anna.send_photo(chat, photo, caption="/film")
        form = await anna.hears(chat, has("Start"), after=sent)
        words = await question(anna, chat, "What is sung", after=form)

        async def dealt_with() -> bool:
            journal = await house.counter.notes.get("telegram", "journal")
            return journal is not None and not journal["updates"]

        await until(dealt_with, what="the command was dealt with")
    async with open_house(telegram, home, toys=[Film()]) as house:
        await anna.send_audio(chat, song(1))
        tray = await anna.hears(chat, has("Mix"), after=words)
        assert "1 track" in tray.plain, "who is asked for words may send tracks meanwhile"
        await anna.write(chat, "La la", reply_to=words)
        await house.telegram.until(lambda: "Words: La la" in form.now.plain)
        await anna.answered(await anna.press(form, "Start"))
        done = await anna.hears(chat, lambda m: m.plain.startswith("La la over"))
        assert "photo.jpg" in done.plain


async def test_in_a_group_the_questions_are_for_who_asked(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    asked = await anna.write(group, "/fetch quality=best")
    form = await anna.hears(group, has("Start"), after=asked)
    assert form.reply_to == asked.id
    link = await question(anna, group, "Where it is", after=form)
    for label in form.labels:
        assert "somebody else's" in await bob.answered(await bob.press(form, label))
    await bob.write(group, "https://evil.test", reply_to=link)
    await anna.write(group, "https://a.test/x", reply_to=link)
    await telegram.until(lambda: "https://a.test/x" in form.now.plain)
    assert "evil" not in form.now.plain


async def test_library_search_asks_for_the_word(house: House, anna: Person, chat: Chat) -> None:
    for title in ("Late night", "Early bird"):
        sent = await anna.send_audio(chat, song(1), caption=f'/mixtape title="{title}"')
        await anna.hears(chat, has("Cancel"), after=sent)
        house.finish((await house.job_of(anna)).id, title=title)
    asked = await anna.write(chat, "/library search")
    form = await anna.hears(chat, has("Start"), after=asked)
    word = await question(anna, chat, "A word from a title", "with – for nothing", after=form)
    await anna.write(chat, "night", reply_to=word)
    await house.telegram.until(lambda: "Search: night" in form.now.plain)
    await anna.answered(await anna.press(form, "Start"))
    found = await anna.hears(chat, lambda m: "1 result for “night”" in m.plain, after=form)
    assert "Late night" in found.plain and "Early bird" not in found.plain
    asked = await anna.write(chat, "/library search early")
    again = await anna.hears(chat, lambda m: "for “early”" in m.plain, after=form)
    assert "Early bird" in again.plain and "Late night" not in again.plain


async def test_cancel_stops_the_only_job_and_asks_which_of_several(
    house: House, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/cancel")
    assert "nothing to cancel" in (await anna.hears(chat, after=asked)).plain
    jobs = []
    for title in ("One", "Two", "Three"):
        sent = await anna.send_audio(chat, song(1), caption=f"/mixtape title={title}")
        await anna.hears(chat, has("Cancel"), after=sent)
        jobs.append(await house.job_of(anna))
    asked = await anna.write(chat, "/cancel")
    which = await anna.hears(chat, lambda m: "Which one?" in m.plain, after=asked)
    await anna.answered(await anna.press(which, "Cancel 1"))
    asked = await anna.write(chat, "/cancel two")
    await anna.hears(chat, lambda m: "“Two” is cancelled" in m.plain, after=asked)
    asked = await anna.write(chat, "/cancel")
    await anna.hears(chat, lambda m: "is cancelled" in m.plain, after=asked)
    ended = [(await house.jobs.find(job.id, person=None)).state.ended for job in jobs]
    assert ended == [True] * 3


async def test_connect_shows_a_code_that_another_chat_takes(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, "/connect")
    code = (await anna.hears(chat, after=asked)).plain.splitlines()[0]
    bob = telegram.user("Bob")
    started = await bob.start()
    private = telegram.private(bob)
    await bob.hears(private, after=started)
    asked = await bob.write(private, f"/connect {code.lower()}")
    joining = await bob.hears(private, has("Link"), after=asked)
    people = house.counter.people
    assert joining.plain.startswith("Link this chat with Telegram?")
    assert await people.account(f"telegram:{bob.id}") == f"telegram:{bob.id}"  # type: ignore[arg-type] # an identity
    await bob.answered(await bob.press(joining, "Link"))
    await telegram.until(lambda: "Linked: Telegram" in joining.now.plain)
    account = await people.account(f"telegram:{bob.id}")  # type: ignore[arg-type] # an identity
    assert account == f"telegram:{anna.id}"
    group = telegram.supergroup("Band", anna)
    asked = await anna.write(group, "/connect")
    told = await anna.hears(group, after=asked)
    assert "your eyes only" in told.plain, "no code where others read"
    asked = await bob.write(private, "/connect code")
    form = await bob.hears(private, has("Start"), after=asked)
    wrong = await question(bob, private, "The code from your other chat", after=form)
    await bob.write(private, "AAAA-AAAA", reply_to=wrong)
    await telegram.until(lambda: "AAAA-AAAA" in form.now.plain)
    assert "wrong or too old" in await bob.answered(await bob.press(form, "Start"))
    assert "Code: AAAA-AAAA" in form.now.plain, "what failed can be mended"
    fresh = await anna.write(chat, "/connect")
    code = (await anna.hears(chat, after=fresh)).plain.splitlines()[0]
    await bob.answered(await bob.press(form, "Code: AAAA-AAAA"))
    right = await question(bob, private, "The code from your other chat", after=wrong)
    await bob.write(private, code, reply_to=right)
    await telegram.until(lambda: code in form.now.plain)
    assert "linked already" in await bob.answered(await bob.press(form, "Start"))
