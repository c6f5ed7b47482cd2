"""Words that are shown and never written down, such as a token of which only a hash is kept."""

import time
from collections.abc import Callable, Sequence

from core.chat import Message
from core.jobs import Json
from core.names import PersonId

_SECONDS = 600.0
_GONE = "What was here was shown once and is kept nowhere."


class Fleeting:
    """Holds lines of messages in memory, for as long as somebody may need to copy them."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}

    def hold(self, person: PersonId, key: str, lines: Sequence[str]) -> None:
        now = self._clock()
        self._held = {name: each for name, each in self._held.items() if each[0] > now}
        self._held[person, key] = now + _SECONDS, tuple(lines)

    def recall(self, message: Message) -> list[Json]:
        """The lines of a message, or one that says that they are gone."""
        until, lines = self._held.get((message.person, message.key), (0.0, ()))
        return list(lines) if until > self._clock() else [_GONE]
