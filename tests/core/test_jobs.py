"""Progress, time left and place in the queue."""

import pytest

from core.jobs import (
    Job,
    Progress,
    Stage,
    State,
    count_ahead,
    estimate_left,
    plan_progress,
    smooth_left,
)
from core.names import JobId, PersonId, Place

STAGES = (Stage("take in", 1), Stage("render", 3))


def job(number: int, person: str, state: State = State.QUEUED) -> Job:
    return Job(
        JobId(f"j{number}"),
        "toy",
        "A",
        PersonId(person),
        Place("toy", "x"),
        state,
        Progress("", 0),
        created=number,
    )


@pytest.mark.parametrize(
    ("stage", "fraction", "percent"),
    [("take in", 0, 0), ("take in", 1, 25), ("render", 0.5, 62.5), ("render", 7, 100)],
)
def test_percent_follows_the_weights(stage: str, fraction: float, percent: float) -> None:
    assert plan_progress(STAGES, stage, fraction=fraction) == percent


def test_time_left_is_unknown_at_first_and_then_the_pace_so_far() -> None:
    assert estimate_left(2, 100) is None
    assert estimate_left(50, 0.5) is None
    assert estimate_left(25, 10) == 30


def test_time_left_runs_down_and_is_pulled_gently() -> None:
    assert smooth_left(None, 30, passed=1) == 30
    assert smooth_left(30, 29, passed=1) == pytest.approx(29)
    pulled = smooth_left(30, 60, passed=1)
    assert pulled is not None
    assert 29 < pulled < 40
    assert smooth_left(30, None, passed=1) is None


def test_people_take_turns_in_the_queue() -> None:
    heavy = [job(number, "heavy") for number in range(20)]
    light = job(30, "light")
    assert count_ahead(light, [*heavy, light]) == 1
    assert count_ahead(heavy[5], [*heavy, light]) == 5
    assert count_ahead(job(40, "light"), [*heavy, light]) == 3
    assert count_ahead(job(1, "light", State.RUNNING), heavy) == 0
