"""The double's own time."""

import pytest

from tests.doubles.discord.clock import Changes, Clock


async def test_time_stands_still_until_it_is_advanced() -> None:
    clock = Clock(Changes(), runs=False)
    before = clock.now()
    assert clock.now() == before
    clock.advance(2.5)
    assert clock.now() == before + 2.5


async def test_a_running_clock_never_goes_back() -> None:
    clock = Clock(Changes(), runs=True)
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)
    assert times[-1] > times[0]


async def test_ids_rise_with_and_without_time() -> None:
    clock = Clock(Changes(), runs=False)
    first, second = clock.new_id(), clock.new_id()
    clock.advance(1)
    assert int(first) < int(second) < int(clock.new_id())


async def test_who_waits_in_vain_is_told_for_what() -> None:
    with pytest.raises(AssertionError, match="in vain for rain"):
        await Changes().until(lambda: False, "rain", seconds=0)
