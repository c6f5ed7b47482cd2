"""What the managers of a server may set: where Tapedeck answers there, and to whom.

Its quotas are rules too: see `core.quotas`.
"""

from collections.abc import Mapping
from enum import StrEnum

from core.calls import Asker

CHANNELS = "channels"
ROLES = "roles"
"""Rules that hold ids with commas between; a rule that is not set allows all."""


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
