"""How much one person, or one server, may have made: at once, and in any 24 hours."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from core.errors import UserError

DAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Jobs at once, minutes of results a day, megabytes (10^6) of input a day; 0 is no limit."""

    jobs: int = 0
    minutes: int = 0
    megabytes: int = 0

    def tighter(self, other: "Quota") -> "Quota":
        """The smaller limit of both, each."""
        pairs = {
            each.name: (getattr(self, each.name), getattr(other, each.name))
            for each in fields(Quota)
        }
        return Quota(
            **{
                name: min(one, two) if one and two else one or two
                for name, (one, two) in pairs.items()
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What the operator allows: each person, and all of one server together."""

    person: Quota
    server: Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One job that counts: when it was ordered (seconds since 1970), the seconds of its result
    (None until there is one), the bytes that it took in, and whether it is still at work."""

    created: float
    seconds: float | None
    size: int
    active: bool


RULES = ("jobs", "minutes", "megabytes")
"""A server's rules about all of it together; with `person-` before, about each of its people."""


def read_quota(rules: Mapping[str, str], *, prefix: str = "") -> Quota:
    """What a server's rules say; what they do not say, or not as a number, is no limit."""
    return Quota(**{name: _read_limit(rules.get(prefix + name, "")) for name in RULES})


def _read_limit(text: str) -> int:
    try:
        return max(0, int(float(text)))  # a large one may be written as 1e+06
    except (ValueError, OverflowError):
        return 0


PERSON = "You have"
SERVER = "This server has"


def check_quota(quota: Quota, uses: Sequence[Use], *, size: int, now: float, whose: str) -> None:
    """Raise `UserError`, which says when it will work again, unless one more job is allowed.

    `uses` are those of the past 24 hours and all that are at work; `size` is the new job's input
    in bytes, `whose` begins the sentence. How long a result will be is not known before it is
    there, so it counts from then on.
    """
    active = sum(1 for use in uses if use.active)
    if quota.jobs and active >= quota.jobs:
        raise UserError(
            f"{whose} {_count(active, 'job')} at work, and {quota.jobs} at once is the "
            "most. Wait until one is done, or stop one: /jobs shows them."
        )
    fresh = [use for use in uses if use.created > now - DAY_SECONDS]
    _check_minutes(quota, fresh, now=now, whose=whose)
    _check_bytes(quota, fresh, size=size, now=now, whose=whose)


def _check_minutes(quota: Quota, uses: Sequence[Use], *, now: float, whose: str) -> None:
    limit = quota.minutes * 60
    if not limit or sum(use.seconds or 0.0 for use in uses) < limit:
        return
    wait = _wait(uses, now, fits=lambda left: sum(use.seconds or 0.0 for use in left) < limit)
    raise UserError(
        f"{whose} made {_count(quota.minutes, 'minute')} of music in the past 24 hours, "
        f"which is the most. It works again in {wait}."
    )


def _check_bytes(quota: Quota, uses: Sequence[Use], *, size: int, now: float, whose: str) -> None:
    limit = quota.megabytes * 1_000_000
    if not limit or sum(use.size for use in uses) + size <= limit:
        return
    if size > limit:
        raise UserError(
            f"These files have {math.ceil(size / 1e6)} MB, and {quota.megabytes} MB a day is the "
            "most here. Leave some out."
        )
    wait = _wait(uses, now, fits=lambda left: sum(use.size for use in left) + size <= limit)
    raise UserError(
        f"{whose} sent in too much for now: {quota.megabytes} MB in 24 hours is the most. "
        f"It works again in {wait}."
    )


def _wait(uses: Sequence[Use], now: float, *, fits: Callable[[Sequence[Use]], bool]) -> str:
    """How long until enough of the uses are a day old."""
    left = sorted(uses, key=lambda use: use.created)
    until = now
    while left and not fits(left):
        until = left.pop(0).created + DAY_SECONDS
    return say_wait(until - now)


def say_wait(seconds: float) -> str:
    """A time to wait in words, never too short: `3 hours 20 minutes`."""
    minutes = max(1, math.ceil(seconds / 60))
    hours, rest = divmod(minutes, 60)
    parts = [_count(hours, "hour")] if hours else []
    parts += [_count(rest, "minute")] if rest else []
    return " ".join(parts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
