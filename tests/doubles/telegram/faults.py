"""Bad days, on demand: servers that fail, connections that drop, answers that are slow."""

import fnmatch
from dataclasses import dataclass
from typing import Literal

Deed = Literal["refuse", "hang up", "lose the answer", "delay"]


@dataclass(slots=True)
class Fault:
    """One kind of trouble, for the next `times` requests whose method fits the pattern."""

    deed: Deed
    pattern: str
    times: int
    code: int = 0
    seconds: float = 0.0


class Faults:
    """What goes wrong next. Patterns are a method's name or a glob ("send*", "download")."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def refuse(self, code: int = 502, *, method: str = "*", times: int = 1) -> None:
        """Answer with this 5xx and do nothing."""
        self._waiting.append(Fault("refuse", method, times, code=code))

    def flood(self, seconds: int, *, method: str = "*", times: int = 1) -> None:
        """Answer 429 with `retry_after` and do nothing."""
        self._waiting.append(Fault("refuse", method, times, code=429, seconds=seconds))

    def hang_up(self, *, method: str = "*", times: int = 1) -> None:
        """Close the connection while the request is still coming in, and do nothing."""
        self._waiting.append(Fault("hang up", method, times))

    def lose_answer(self, *, method: str = "*", times: int = 1) -> None:
        """Do what is asked, then close the connection: the client sees an error."""
        self._waiting.append(Fault("lose the answer", method, times))

    def delay(self, seconds: float, *, method: str = "*", times: int = 1) -> None:
        """Do what is asked, and answer so many of the double's seconds later."""
        self._waiting.append(Fault("delay", method, times, seconds=seconds))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The trouble that this request meets; polling meets none that is not meant for it."""
        for fault in self._waiting:
            if not fnmatch.fnmatchcase(method, fault.pattern):
                continue
            if method == "getUpdates" and fault.pattern != method:
                continue
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
            return fault
        return None
