"""What the local chat remembers: messages in their order, and files on their way in."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.jobs import Json
from core.names import PersonId


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person's chat. `id` gives the order.

    `revision` counts that person's changes: every add and every change takes the next number, so
    a page that was away asks for what is newer than the last one it saw. `key` is unique for the
    person; `created` is in seconds since 1970.
    """

    id: int
    person: PersonId
    key: str
    body: Mapping[str, Json]
    created: float
    revision: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person hands in piece by piece. `size` is what it will have in bytes.

    `sent` is when it went out with a call, in seconds since 1970; None while it is only attached.
    """

    id: str
    person: PersonId
    label: str
    size: int
    created: float
    sent: float | None = None
