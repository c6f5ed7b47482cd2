"""What the managers of a server may rule: where, for whom, and how much."""

import re
from collections.abc import Mapping
from enum import StrEnum

from core.calls import Asker
from core.options import Kind, Option

CHANNELS, ROLES = "channels", "roles"
"""Rules whose value is a list of ids; where there is none, all are meant."""
_MOST = 1_000_000
_ID = re.compile(r"-?\d{1,20}")


def _limit(name: str, summary: str, unit: str = "") -> Option:
    return Option(name=name, kind=Kind.NUMBER, summary=summary, least=0, most=_MOST, unit=unit)


TOGETHER = (
    _limit("jobs", "Jobs at once, all together; 0 is no limit"),
    _limit("minutes", "Minutes of music a day, all together; 0 is no limit", "minutes"),
    _limit("megabytes", "Megabytes sent in a day, all together; 0 is no limit", "MB"),
)
EACH = (
    _limit("person-jobs", "Jobs at once, per person; 0 is no limit"),
    _limit("person-minutes", "Minutes of music a day, per person; 0 is no limit", "minutes"),
    _limit("person-megabytes", "Megabytes sent in a day, per person; 0 is no limit", "MB"),
)


def read_ids(text: str) -> tuple[str, ...]:
    """The ids in a text, each once: as numbers or as mentions, with whatever between them."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def write_ids(ids: "tuple[str, ...] | frozenset[str]") -> str | None:
    """The ids as a rule's value; None, which forgets the rule, when there is none."""
    return ",".join(sorted(ids)) or None


def rename_channel(rules: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """The same rules after a channel got another id."""
    channels = [new if each == old else each for each in read_ids(rules.get(CHANNELS, ""))]
    text = write_ids(frozenset(channels))
    return {**rules, CHANNELS: text} if text else dict(rules)


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
    if roles and not asker.roles.intersection(roles):
        return Barrier.ROLE
    return None
