"""One-time tickets: what a random token stands for, for a while and until it is spent."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.jobs import Json
from core.names import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What one ticket is good for. `person` is the account whose ticket it is.

    `purpose` says which door it opens, `facts` are that door's own. `expires` is in seconds since
    1970.
    """

    purpose: str
    person: PersonId
    facts: Mapping[str, Json]
    expires: float
