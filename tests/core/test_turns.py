"""Turns: so many in any minute, and not one more."""

from hypothesis import given
from hypothesis import strategies as st

from core.turns import MINUTE_SECONDS, Turns


def ask(turns: Turns, who: str, now: float) -> bool:
    """Ask as somebody who may be refused; whether it was allowed."""
    if turns.wait(who, now=now) > 0:
        return False
    turns.count(who, now=now)
    return True


def test_no_limit_refuses_nobody_and_remembers_nothing() -> None:
    turns = Turns(0)
    assert all(ask(turns, "anna", 1.0) for _ in range(1000))
    assert len(turns) == 0


def test_one_too_many_waits_until_the_oldest_is_a_minute_old() -> None:
    turns = Turns(3)
    assert [ask(turns, "anna", at) for at in (0.0, 10.0, 20.0, 30.0)] == [True, True, True, False]
    assert turns.wait("anna", now=30.0) == 30.0
    assert ask(turns, "anna", 60.0)
    assert turns.wait("anna", now=60.0) == 10.0


def test_what_is_refused_does_not_lengthen_the_wait() -> None:
    turns = Turns(1)
    ask(turns, "anna", 0.0)
    assert not any(ask(turns, "anna", at) for at in (10.0, 20.0, 59.0))
    assert ask(turns, "anna", 60.0)


def test_each_has_turns_of_their_own_and_who_went_is_forgotten() -> None:
    turns = Turns(1)
    assert all(ask(turns, f"person {at}", 0.0) for at in range(100))
    assert len(turns) == 100
    assert ask(turns, "anna", 61.0)
    assert len(turns) == 1


@given(st.integers(1, 5), st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_ever_has_more_and_none_waits_longer_than_one(
    most: int, gaps: list[float]
) -> None:
    turns, now, allowed = Turns(most), 0.0, list[float]()
    for gap in gaps:
        now += gap
        assert turns.wait("anna", now=now) <= MINUTE_SECONDS
        if ask(turns, "anna", now):
            allowed.append(now)
    for at in allowed:
        assert len([each for each in allowed if at <= each < at + MINUTE_SECONDS]) <= most
