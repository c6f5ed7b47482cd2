"""One-time entries to our web pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.jobs import Json
from core.names import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a token stands for. `expires` is in seconds since 1970."""

    purpose: str
    person: PersonId
    facts: Mapping[str, Json]
    expires: float
    spent: bool
