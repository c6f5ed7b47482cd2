"""What goes wrong with requests when a test asks for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.doubles.discord.refusals import Payload

_THROTTLED = "You are being rate limited."


@dataclass(eq=False, slots=True)
class Fault:
    """`on` is a method and a path below /api/v10 with `*` for ids: `POST /channels/*/messages`."""

    on: str
    times: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    payload: Payload | None = None
    cut_after: int | None = None
    loses_answer: bool = False
    gate: asyncio.Event | None = None


class Faults:
    """Each fault meets the next requests that fit, so many times, in the order given."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def storm(self, status: int = 503, *, on: str = "*", times: int = 1) -> None:
        """Answer with a server error that is no JSON."""
        self._faults.append(Fault(on, times, status=status))

    def throttle(
        self, on: str, *, retry_after: float, times: int = 1, scope: str = "user", via: bool = True
    ) -> None:
        """Answer 429. `scope`: user, shared, global, or empty for no such header.

        Without `via` it comes from before Discord, as when an address is banned: no JSON either.
        """
        headers = {"Retry-After": str(int(retry_after) + 1)}
        headers |= {"Via": "1.1 google"} if via else {}
        headers |= {"X-RateLimit-Scope": scope} if scope else {}
        headers |= {"X-RateLimit-Global": "true"} if scope == "global" else {}
        payload: Payload = {
            "message": _THROTTLED, "retry_after": retry_after, "global": scope == "global",
            "code": 0,
        }  # fmt: skip
        self._faults.append(
            Fault(on, times, status=429, headers=headers, payload=payload if via else None)
        )

    def cut_upload(self, on: str, *, after: int, times: int = 1) -> None:
        """Break the connection once so many bytes of the body have come in; nothing is done."""
        self._faults.append(Fault(on, times, cut_after=after))

    def lose_answer(self, on: str, *, times: int = 1) -> None:
        """Do what is asked, then break the connection instead of answering."""
        self._faults.append(Fault(on, times, loses_answer=True))

    @contextmanager
    def held(self, on: str) -> Iterator[None]:
        """Requests that fit wait at the door until the block ends."""
        fault = Fault(on, 1 << 30, gate=asyncio.Event())
        self._faults.append(fault)
        try:
            yield
        finally:
            self._faults.remove(fault)
            assert fault.gate is not None
            fault.gate.set()

    def clear(self) -> None:
        self._faults.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """What meets this request, counted down."""
        for fault in self._faults:
            if fnmatchcase(f"{method} {path}", fault.on):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
