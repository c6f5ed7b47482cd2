"""What is shown once is gone after a while."""

from dataclasses import dataclass

from adapters.web.fleeting import Fleeting
from core.chat import Message
from core.names import PersonId

ANNA = PersonId("web:anna")


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def message(key: str, person: PersonId = ANNA) -> Message:
    return Message(id=1, person=person, key=key, body={}, created=0.0, revision=1)


def test_lines_are_held_for_ten_minutes_and_for_their_message_only() -> None:
    clock = Clock()
    fleeting = Fleeting(clock=clock)
    fleeting.hold(ANNA, "reply:1", ["Token: abc"])
    assert fleeting.recall(message("reply:1")) == ["Token: abc"]
    for other in (message("reply:2"), message("reply:1", PersonId("web:ben"))):
        assert fleeting.recall(other) == ["What was here was shown once and is kept nowhere."]
    clock.now = 601
    assert "abc" not in str(fleeting.recall(message("reply:1")))
    fleeting.hold(ANNA, "reply:3", ["Token: def"])
    assert "abc" not in str(vars(fleeting)), "nor is it in memory any longer"
