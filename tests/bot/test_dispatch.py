"""The desk always answers, and only it turns errors into words."""

import errno
import logging
from dataclasses import dataclass
from typing import ClassVar

import pytest

from adapters.process import ProgramError
from bot.dispatch import FrontDesk, explain, find_ticket
from core.calls import Asker, Call, Entry
from core.errors import ServiceError, UserError
from core.names import PersonId, Place
from core.options import Kind, Option
from core.screens import Reply


@dataclass(frozen=True)
class Echo:
    error: Exception | None = None
    entry: ClassVar[Entry] = Entry(
        name="echo",
        summary="Say it again",
        options=(
            Option(name="times", kind=Kind.NUMBER, summary="How often", default=1, least=1, most=3),
        ),
        examples=("/echo times:2",),
    )

    async def run(self, call: Call) -> Reply:
        if self.error is not None:
            raise self.error
        return Reply(f"{call.person} {call.values['times']}")


async def ask(desk: FrontDesk, command: str, **given: object) -> str:
    place = Place("toy", "here")
    asker = Asker(identity=PersonId("toy:a"), place=place, home=place)
    reply = await desk.answer(command, asker, key="k", given=given)
    return reply.text


async def test_a_command_gets_values_that_it_can_trust() -> None:
    assert await ask(FrontDesk([Echo()]), "echo", times="2") == "toy:a 2.0"


async def test_a_wrong_option_is_told() -> None:
    assert "a number from 1 to 3" in await ask(FrontDesk([Echo()]), "echo", times="9")


async def test_an_unknown_command_is_told_with_the_known_ones() -> None:
    assert await ask(FrontDesk([Echo()]), "ecko") == (
        "There is no command /ecko. The commands are: /echo."
    )


@pytest.mark.parametrize("error", [UserError("Mend it."), ServiceError("They are away.")])
async def test_our_errors_are_shown_as_they_are(error: Exception) -> None:
    assert await ask(FrontDesk([Echo(error)]), "echo") == str(error)


async def test_a_bug_is_a_ticket_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    words = await ask(FrontDesk([Echo(ZeroDivisionError("secret detail"))]), "echo")
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
