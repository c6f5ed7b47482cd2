"""Quotas: what counts, what is refused, and when it works again."""

import pytest

from core.errors import UserError
from core.quotas import (
    DAY_SECONDS,
    PERSON,
    SERVER,
    Quota,
    Use,
    check_quota,
    read_quota,
    say_wait,
)

NOW = 10_000_000.0
HOUR = 3600.0


def use(
    hours_ago: float, *, minutes: float | None = None, size: int = 0, active: bool = False
) -> Use:
    seconds = None if minutes is None else minutes * 60
    return Use(created=NOW - hours_ago * HOUR, seconds=seconds, size=size, active=active)


def check(quota: Quota, *uses: Use, size: int = 0, whose: str = PERSON) -> str:
    """The sentence of the refusal; empty when there is none."""
    try:
        check_quota(quota, uses, size=size, now=NOW, whose=whose)
    except UserError as error:
        return str(error)
    return ""


def test_no_limit_refuses_nothing() -> None:
    busy = [use(1, minutes=10_000, size=10**15, active=True) for _ in range(500)]
    assert check(Quota(), *busy, size=10**15) == ""


def test_jobs_at_once() -> None:
    two = Quota(jobs=2)
    assert check(two, use(1, active=True), use(2, minutes=60)) == ""
    refused = check(two, use(1, active=True), use(50, active=True))
    assert refused == (
        "You have 2 jobs at work, and 2 at once is the most. "
        "Wait until one is done, or stop one: /jobs shows them."
    )


def test_minutes_a_day_and_when_it_works_again() -> None:
    hour = Quota(minutes=60)
    assert check(hour, use(1, minutes=59.9)) == ""
    assert check(hour, use(24.1, minutes=600)) == "", "what is older than a day is over"
    first, second, third = use(20, minutes=30), use(10, minutes=20), use(2, minutes=15)
    assert check(hour, third, first, second).endswith("It works again in 4 hours.")
    assert check(hour, use(20, minutes=5), second, use(2, minutes=50)).endswith("in 14 hours.")


def test_megabytes_a_day_and_when_it_works_again() -> None:
    quota = Quota(megabytes=100)
    half = use(23.5, size=50_000_000)
    assert check(quota, half, size=50_000_000) == ""
    assert check(quota, half, size=50_000_001).endswith("It works again in 30 minutes.")
    assert "Leave some out" in check(quota, size=100_000_001)


def test_a_server_is_spoken_of_as_one() -> None:
    refused = check(Quota(jobs=1), use(1, active=True), whose=SERVER)
    assert refused.startswith("This server has 1 job at work")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3600, "1 hour"),
        (DAY_SECONDS - 1, "24 hours"),
        (7260, "2 hours 1 minute"),
    ],
)
def test_a_wait_is_never_said_too_short(seconds: float, words: str) -> None:
    assert say_wait(seconds) == words


def test_of_two_quotas_the_tighter_limit_counts() -> None:
    operator, manager = Quota(jobs=5, minutes=0, megabytes=7), Quota(jobs=9, minutes=30)
    assert operator.tighter(manager) == Quota(jobs=5, minutes=30, megabytes=7)


@pytest.mark.parametrize(
    ("rules", "quota"),
    [
        ({}, Quota()),
        ({"jobs": "3", "minutes": "1e+06", "person-jobs": "1"}, Quota(jobs=3, minutes=1_000_000)),
        ({"jobs": "many", "minutes": "-5", "megabytes": "inf"}, Quota()),
    ],
)
def test_a_servers_rules_become_a_quota(rules: dict[str, str], quota: Quota) -> None:
    assert read_quota(rules) == quota


def test_rules_for_each_person_have_their_own_names() -> None:
    assert read_quota({"jobs": "3", "person-jobs": "1"}, prefix="person-") == Quota(jobs=1)
