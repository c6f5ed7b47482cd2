"""What the managers of a server may set: where Tapedeck answers there, and to whom.

Its quotas are rules too: see `core.quotas`.
"""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from core.calls import Asker
from core.options import Kind, Option

CHANNELS = "channels"
ROLES = "roles"
"""Rules that hold ids with commas between; a rule that is not set allows all."""

_MOST = 1_000_000
_ID = re.compile(r"-?\d{1,20}")


def _limit(name: str, summary: str, unit: str = "") -> Option:
    return Option(name=name, kind=Kind.NUMBER, summary=summary, least=0, most=_MOST, unit=unit)


TOGETHER = (
    _limit("jobs", "Jobs at once, of all together; 0 is no limit of the server’s own"),
    _limit("minutes", "Minutes of results in 24 hours, of all together", "minutes"),
    _limit("megabytes", "Megabytes of files in 24 hours, of all together", "MB"),
)
EACH = (
    _limit("person-jobs", "Jobs at once, of each person; 0 is no limit of the server’s own"),
    _limit("person-minutes", "Minutes of results in 24 hours, of each person", "minutes"),
    _limit("person-megabytes", "Megabytes of files in 24 hours, of each person", "MB"),
)


class Barrier(StrEnum):
    """Why a server does not let somebody ask."""

    CHANNEL = "channel"
    ROLE = "role"


def find_barrier(rules: Mapping[str, str], asker: Asker) -> Barrier | None:
    """What keeps this person from asking here; managers and operators are never kept out."""
    if asker.manages or asker.operates:
        return None
    channels, roles = read_ids(rules.get(CHANNELS, "")), read_ids(rules.get(ROLES, ""))
    if channels and asker.channel not in channels:
        return Barrier.CHANNEL
    if roles and not roles & asker.roles:
        return Barrier.ROLE
    return None


def read_ids(text: str) -> frozenset[str]:
    """The ids of a rule."""
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def find_ids(typed: str) -> frozenset[str]:
    """The ids that a person typed: as numbers or as mentions, with whatever between them."""
    return frozenset(_ID.findall(typed))


def write_ids(ids: Collection[str]) -> str | None:
    """Ids as a rule's value; None, which forgets the rule, when there is none."""
    return ",".join(sorted(ids)) or None
