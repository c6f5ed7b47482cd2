"""The desk knows whose a call is and who may make it, always answers, and words its errors."""

import errno
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.process import ProgramError
from bot.dispatch import FrontDesk, explain, find_ticket
from bot.words import Words
from core.calls import Asker, Audience, Call, Command, Entry, Press
from core.errors import ServiceError, UserError
from core.jobs import Order
from core.names import PersonId, Place
from core.options import Attachment, Kind, Option
from core.screens import Reply
from core.turns import Paces
from tests.fakes_people import FakeLibrary, FakePeople, FakeServers, Someone, mixtape_outcome

ANNA, OPERATOR = Someone("anna"), Someone("operator")


@dataclass(frozen=True)
class Echo:
    """Says what it was given, by every way in."""

    error: Exception | None = None
    entry: Entry = field(
        default=Entry(
            name="echo",
            summary="Say it again",
            options=(
                Option(
                    name="times", kind=Kind.NUMBER, summary="How often", default=1, least=1, most=3
                ),
            ),
            examples=("/echo times:2",),
        )
    )

    async def run(self, call: Call) -> Reply:
        if self.error is not None:
            raise self.error
        return Reply(f"{call.person} {call.values['times']}")

    async def press(self, press: Press) -> Reply:
        if self.error is not None:
            raise self.error
        return Reply(f"{press.person} {press.action} {press.argument} {press.given}")

    async def collect(
        self, person: PersonId, asker: Asker, files: Sequence[Attachment], *, key: str
    ) -> Reply:
        return Reply(f"{person} {[file.label for file in files]} {key} {asker.language}")

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        if self.error is not None:
            raise self.error
        return [f"{person} {option} {typed}"]


@dataclass(frozen=True)
class Mute:
    """A command with nothing but words."""

    audience: Audience = Audience.EVERYONE
    name: ClassVar[str] = "mute"

    @property
    def entry(self) -> Entry:
        return Entry(name=self.name, summary="Say nothing", audience=self.audience)

    async def run(self, call: Call) -> Reply:
        return Reply(f"operates: {call.asker.operates}")


@dataclass
class Room:
    """A desk, and what it finds people and servers by."""

    commands: Sequence[Command]
    people: FakePeople = field(default_factory=FakePeople)
    servers: FakeServers = field(default_factory=FakeServers)
    paces: Paces | None = None
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.desk = FrontDesk(
            self.commands,
            self.people,
            self.servers,
            Words(),
            operators=[OPERATOR.person],
            paces=self.paces,
            clock=lambda: self.now,
        )

    async def ask(self, asker: Asker, command: str = "mute") -> str:
        return (await self.desk.answer(command, asker, key="k", given={})).text


def desk_of(command: Command) -> FrontDesk:
    return Room([command]).desk


async def ask(desk: FrontDesk, command: str, **given: object) -> str:
    place = Place("toy", "here")
    asker = Asker(identity=PersonId("toy:a"), place=place, home=place)
    reply = await desk.answer(command, asker, key="k", given=given)
    return reply.text


async def test_a_command_gets_values_that_it_can_trust() -> None:
    assert await ask(desk_of(Echo()), "echo", times="2") == "toy:a 2.0"


async def test_a_wrong_option_is_told() -> None:
    assert "a number from 1 to 3" in await ask(desk_of(Echo()), "echo", times="9")


async def test_an_unknown_command_is_told_with_the_known_ones() -> None:
    room = Room([Echo(), Mute(Audience.OPERATORS)])
    assert await ask(room.desk, "ecko") == ("There is no command /ecko. The commands are: /echo.")


async def test_a_call_a_press_and_files_are_the_accounts() -> None:
    room = Room([Mute(), Echo()])
    room.people.accounts[ANNA.person] = PersonId("tele:7")
    assert await room.ask(ANNA.here, "echo") == "tele:7 1"
    pressed = await room.desk.press("echo.up:x:y", ANNA.here, key="k", given={"a": 1})
    assert pressed.text == "tele:7 up x:y {'a': 1}"
    file = Attachment(Path("/u/1"), "one.mp3", 1)
    collected = await room.desk.collect([file], ANNA.here, key="k7")
    assert collected.text == "tele:7 ['one.mp3'] k7 "
    assert await room.desk.suggest("echo", "times", ANNA.here, typed="2") == ["tele:7 times 2"]


async def test_a_blocked_person_is_told_why_whatever_they_do() -> None:
    room = Room([Echo()])
    await room.people.block(ANNA.person, "Too loud.")
    replies = [
        await room.desk.answer("echo", ANNA.here, key="k", given={}),
        await room.desk.press("echo.up:x", ANNA.here, key="k"),
        await room.desk.collect([], ANNA.here, key="k"),
    ]
    assert {(reply.text, reply.alone) for reply in replies} == {
        ("The operator has blocked you here. The reason: Too loud.", True)
    }
    assert await room.desk.suggest("echo", "times", ANNA.here, typed="") == ()


@pytest.mark.parametrize(
    ("name", "value", "barrier"),
    [
        ("channels", "1001, 1002", ""),
        ("channels", "1002", "in this channel"),
        ("roles", "55,66", ""),
        ("roles", "77", "certain roles"),
        ("channels", "", ""),
    ],
)
async def test_a_server_says_where_and_to_whom_it_is_answered(
    name: str, value: str, barrier: str
) -> None:
    room = Room([Mute()])
    await room.servers.set(ANNA.server, name, value)
    here = replace(ANNA.here, roles=frozenset({"66"}))
    answer = await room.ask(here)
    assert barrier in answer if barrier else answer == "operates: False"
    assert await room.ask(ANNA.at_home) == "operates: False"
    for unbarred in (replace(here, manages=True), OPERATOR.here):
        assert (await room.ask(unbarred)).startswith("operates: ")


@pytest.mark.parametrize(
    ("audience", "asker", "refused"),
    [
        (Audience.MANAGERS, ANNA.here, "Only those who may manage"),
        (Audience.MANAGERS, replace(ANNA.here, manages=True), ""),
        (Audience.MANAGERS, OPERATOR.here, ""),
        (Audience.OPERATORS, replace(ANNA.here, manages=True), "Only those who run"),
        (Audience.OPERATORS, replace(ANNA.here, operates=True), "Only those who run"),
        (Audience.OPERATORS, OPERATOR.here, ""),
    ],
)
async def test_a_command_is_for_its_audience(
    audience: Audience, asker: Asker, refused: str
) -> None:
    answer = await Room([Mute(audience)]).ask(asker)
    assert answer.startswith(refused or "operates: ")


async def test_a_button_is_for_its_commands_audience() -> None:
    secret = Echo(entry=replace(Echo().entry, audience=Audience.OPERATORS))
    room = Room([secret])
    refused = await room.desk.press("echo.up:x", ANNA.here, key="k")
    assert refused.text.startswith("Only those who run")
    assert (await room.desk.press("echo.up:x", OPERATOR.here, key="k")).text.startswith("toy:op")


async def test_who_asks_too_often_is_told_when_it_works_again() -> None:
    room = Room([Mute(), Echo()], paces=Paces(person=3))
    assert await room.ask(ANNA.here) == "operates: False"
    await room.desk.press("echo.up:x", ANNA.at_home, key="k")
    assert "no command /gone" in await room.ask(ANNA.here, "gone")
    room.now += 18.5
    refused = await room.desk.press("echo.up:x", ANNA.here, key="k")
    assert refused.alone and refused.text == (
        "That was fast: 3 commands and presses a minute are the most. It works again in 42 seconds."
    )
    assert refused.text == await room.ask(ANNA.here)
    assert await room.ask(Someone("otto").here) == "operates: False"
    room.now += 41.5
    assert await room.ask(ANNA.here) == "operates: False"


async def test_linked_chats_share_their_turns() -> None:
    room = Room([Mute()], paces=Paces(person=1))
    room.people.accounts[ANNA.person] = room.people.accounts[PersonId("toy:phone")] = PersonId("a")
    assert await room.ask(ANNA.here) == "operates: False"
    assert "That was fast" in await room.ask(Someone("phone").here)


async def test_a_server_has_turns_of_its_own_besides_its_people() -> None:
    room = Room([Mute()], paces=Paces(person=3, server=2))
    assert await room.ask(ANNA.here) == await room.ask(Someone("otto").here) == "operates: False"
    assert "This server asks very much" in await room.ask(Someone("ida").here)
    assert await room.ask(Someone("ida", server="toy:other").here) == "operates: False"
    assert await room.ask(ANNA.at_home) == "operates: False"


async def test_neither_files_nor_a_cancel_are_ever_turned_away() -> None:
    stop = Echo(entry=replace(Echo().entry, name="stop", always=True))
    room = Room([Echo(), stop], paces=Paces(person=1))
    file = Attachment(Path("/u/1"), "one.mp3", 1)
    await room.ask(ANNA.here, "echo")
    assert "That was fast" in await room.ask(ANNA.here, "echo")
    assert (await room.desk.press("stop.job:7", ANNA.here, key="k")).text.endswith("job 7 None")
    assert "That was" not in await room.ask(ANNA.here, "stop")
    collected = await room.desk.collect([file], ANNA.here, key="k")
    assert "one.mp3" in collected.text
    for given in ({"tracks": [file]}, {"tracks": (file,)}, {"cover": file}):
        pressed = await room.desk.press("echo.add:x", ANNA.here, key="k", given=given)
        assert "one.mp3" in pressed.text
        answered = await room.desk.answer("echo", ANNA.here, key="k", given=given)
        assert "That was fast" not in answered.text
    assert await room.desk.suggest("echo", "times", ANNA.here, typed="") != ()


async def test_progress_and_results_take_no_turn() -> None:
    jobs = FakeLibrary()
    job = await jobs.start(Order("k", "toy", "Tape", ANNA.person, Place("toy", "here"), {}))
    room = Room([Mute()], paces=Paces(person=1))
    for percent in range(50):
        await room.desk.show_progress(jobs.run(job.id, "mixing", percent))
    await room.desk.show_result(jobs.finish(job.id, mixtape_outcome("Tape")), [], alone=True)
    assert await room.ask(ANNA.here) == "operates: False"


async def test_those_who_run_the_bot_may_ask_as_often_as_they_like() -> None:
    room = Room([Mute()], paces=Paces(person=1, server=1))
    answers = {await room.ask(OPERATOR.here) for _ in range(20)}
    assert answers == {"operates: True"}
    assert await room.ask(ANNA.here) == "operates: False", "and take nobody's turn"


async def test_a_block_leaves_what_is_ones_own() -> None:
    own = Echo(entry=replace(Echo().entry, name="own", always=True))
    room = Room([Echo(), own])
    await room.people.block(ANNA.person, "Too loud.")
    assert "blocked" in await room.ask(ANNA.here, "echo")
    assert "blocked" not in await room.ask(ANNA.here, "own")
    assert (await room.desk.press("own.erase:x", ANNA.here, key="k")).text.endswith("x None")


NEEDY = Entry(
    name="needy",
    summary="Bring a link",
    options=(
        Option(name="video", kind=Kind.FLAG, summary="A video too", default=False),
        Option(name="link", kind=Kind.TEXT, summary="The address", required=True),
    ),
)


@dataclass(frozen=True)
class Needy:
    """A command that cannot do without a link."""

    entry: ClassVar[Entry] = NEEDY

    async def run(self, call: Call) -> Reply:
        return Reply(f"{call.values['link']} {call.values['video']}")


async def test_what_a_command_needs_is_asked_for_in_a_form() -> None:
    desk = desk_of(Needy())
    reply = await desk.answer("needy", ANNA.here, key="k", given={"video": True, "link": " "})
    assert reply.text == "“link” is missing: the address."
    assert reply.form is not None and reply.alone
    assert (reply.form.action, reply.form.values) == ("needy", {"video": "yes", "link": " "})
    assert [option.name for option in reply.form.options] == ["link", "video"]
    asked = await desk.press("needy", ANNA.here, key="k")
    assert asked.form == replace(reply.form, values={})
    sent = await desk.press("needy", ANNA.here, key="k", given={"link": "x", "video": "yes"})
    assert sent.text == "x True"
    assert (await desk.press("needy", ANNA.here, key="k", given={})).form is not None


async def test_a_misspelt_option_is_told_before_a_form_is_shown() -> None:
    reply = await desk_of(Needy()).answer("needy", ANNA.here, key="k", given={"linc": "x"})
    assert reply.form is None and "no option “linc”" in reply.text


async def test_a_form_is_for_its_commands_audience() -> None:
    secret = Echo(entry=replace(NEEDY, audience=Audience.OPERATORS))
    for reply in (
        await desk_of(secret).answer("needy", ANNA.here, key="k", given={}),
        await desk_of(secret).press("needy", ANNA.here, key="k"),
        await desk_of(secret).press("needy", ANNA.here, key="k", given={"link": "x"}),
    ):
        assert reply.form is None and reply.text.startswith("Only those who run")


async def test_people_hear_the_language_that_they_chose() -> None:
    room = Room([Echo()])
    await room.people.set(ANNA.person, "language", "de")
    collected = await room.desk.collect([], replace(ANNA.here, language="fr"), key="k")
    assert collected.text.endswith(" de")


@pytest.mark.parametrize("action", ["mute.up:1", "gone.up:1", "", "..::"])
async def test_a_button_that_nobody_knows_is_outdated(action: str) -> None:
    reply = await desk_of(Mute()).press(action, ANNA.here, key="k")
    assert reply.alone
    assert "older version" in reply.text


async def test_files_without_a_tray_are_told() -> None:
    reply = await desk_of(Mute()).collect([], ANNA.here, key="k")
    assert "together with a command" in reply.text


async def test_errors_of_presses_and_of_platforms_become_words() -> None:
    desk = desk_of(Echo(ServiceError("They are away.")))
    assert (await desk.press("echo.up:x", ANNA.here, key="k")).text == "They are away."
    assert desk.explain(UserError("Mend it."), ANNA.here).text == "Mend it."


async def test_a_bug_in_a_suggestion_is_in_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    desk = desk_of(Echo(ZeroDivisionError()))
    assert await desk.suggest("echo", "times", ANNA.here, typed="") == ()
    assert find_ticket(caplog.text)


@pytest.mark.parametrize("error", [UserError("Mend it."), ServiceError("They are away.")])
async def test_our_errors_are_shown_as_they_are(error: Exception) -> None:
    assert await ask(desk_of(Echo(error)), "echo") == str(error)


async def test_a_bug_is_a_ticket_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    words = await ask(desk_of(Echo(ZeroDivisionError("secret detail"))), "echo")
    ticket = find_ticket(words)
    assert ticket is not None
    assert "secret detail" not in words
    (record,) = caplog.records
    assert ticket in record.getMessage()
    assert record.exc_info is not None


def test_what_they_said_goes_to_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    error = ServiceError("They are away.")
    error.__cause__ = OSError("host 10.0.0.1 unreachable")
    with caplog.at_level(logging.WARNING):
        assert explain(error) == "They are away."
    assert "10.0.0.1" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
    ],
)
def test_a_full_disk_is_a_sentence_and_no_ticket(error: Exception) -> None:
    words = explain(error)
    assert "disk is full" in words
    assert find_ticket(words) is None


def test_a_full_disk_is_told_from_whoever_met_it() -> None:
    line = "av_interleaved_write_frame(): No space left on device"
    for error in (
        OSError(errno.ENOSPC, "full"),
        ProgramError("ffmpeg", 1, (line, "Conversion failed!", "BrokenPipeError")),
        ExceptionGroup("", [ValueError("x"), ProgramError("ffmpeg", 1, (line,))]),
    ):
        assert explain(error).startswith("The disk is full")
        assert find_ticket(explain(error)) is None
