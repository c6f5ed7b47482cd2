"""A service in trouble is left alone for a while, longer each time, and asked again."""

from core.breaker import Breaker


def test_a_failure_or_two_change_nothing() -> None:
    breaker = Breaker().failed(0.0).failed(1.0)
    assert breaker.wait(1.0) == 0


def test_three_failures_open_it_for_a_minute() -> None:
    breaker = Breaker().failed(0.0).failed(1.0).failed(2.0)
    assert breaker.wait(2.0) == 60
    assert breaker.wait(62.0) == 0


def test_a_refusal_opens_it_at_once() -> None:
    assert Breaker().failed(5.0, at_once=True).wait(5.0) == 60


def test_after_a_rest_one_failure_is_enough_and_the_next_rest_is_longer() -> None:
    rested = Breaker().failed(0.0, at_once=True)
    again = rested.failed(100.0)
    assert again.wait(100.0) == 120


def test_no_rest_is_longer_than_a_quarter_of_an_hour() -> None:
    breaker = Breaker()
    for _ in range(12):
        breaker = breaker.failed(breaker.until)
    assert breaker.wait(breaker.until - 900) == 900
