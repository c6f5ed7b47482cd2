"""Bursts of photos, what is ordered of them, and how far a photo is."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.glasses import (
    MOST_SCENES,
    Fate,
    Pair,
    Photo,
    divide_bursts,
    make_token,
    order_video,
    tell_standing,
)
from core.jobs import Job, Outcome, Progress, State
from core.names import JobId, PersonId, Place
from core.options import Attachment

ANNA = PersonId("toy:anna")
HOME, CHANNEL = Place("toy", "dm-anna"), Place("toy", "channel")
PAIR = Pair(id="p1", person=ANNA, identity=ANNA, name="Mine", place=HOME, home=HOME)


def photo(number: int, *, at: float = 0.0, burst: float = 0.0) -> Photo:
    return Photo(
        id=f"ph{number}",
        person=ANNA,
        pair="p1",
        request=f"r{number}",
        received=at,
        due=at + burst,
        file=Attachment(Path(f"/uploads/{number}"), f"{number}.jpg", 9),
    )


def ids(bursts: list[tuple[Photo, ...]]) -> list[list[str]]:
    return [[each.id for each in burst] for burst in bursts]


def test_without_a_window_each_photo_is_a_burst() -> None:
    photos = [photo(1, at=1.0), photo(2, at=1.0), photo(3, at=1.1)]
    assert ids(divide_bursts(photos, now=1.1)) == [["ph1"], ["ph2"], ["ph3"]]


def test_photos_within_the_window_of_the_one_before_are_one_burst() -> None:
    photos = [photo(n, at=at, burst=20) for n, at in enumerate((0, 15, 30, 51))]
    assert ids(divide_bursts(photos, now=100)) == [["ph0", "ph1", "ph2"], ["ph3"]]


def test_a_burst_that_may_go_on_waits() -> None:
    photos = [photo(n, at=at, burst=20) for n, at in enumerate((0, 15))]
    assert divide_bursts(photos, now=34.9) == []
    assert ids(divide_bursts(photos, now=35)) == [["ph0", "ph1"]]
    assert divide_bursts([], now=35) == []


def test_a_full_burst_does_not_wait() -> None:
    photos = [photo(n, at=n, burst=60) for n in range(MOST_SCENES + 2)]
    (full,) = divide_bursts(photos, now=12)
    assert len(full) == MOST_SCENES


def test_one_burst_is_one_order_with_its_photos_in_their_order() -> None:
    photos = [photo(1), photo(2)]
    order = order_video(photos, PAIR, title="Video of your photo")
    assert order == order_video(photos, PAIR, title="Video of your photo")
    assert (order.key, order.kind, order.person, order.place) == (
        "glasses:ph1",
        "video",
        ANNA,
        HOME,
    )
    assert order.request["photos"] == [
        {"path": "/uploads/1", "label": "1.jpg"},
        {"path": "/uploads/2", "label": "2.jpg"},
    ]
    assert set(order.request) == {
        *("photos", "track", "style", "seconds", "captions", "seed", "title")
    }
    assert order.request["seed"] != order_video([photo(3)], PAIR, title="").request["seed"]


def test_what_goes_home_is_private_and_what_goes_to_a_channel_counts_there() -> None:
    assert order_video([photo(1)], PAIR, title="").private
    there = replace(PAIR, place=CHANNEL, server="toy:server")
    order = order_video([photo(1)], there, title="")
    assert (order.private, order.place, order.server) == (False, CHANNEL, "toy:server")


def job(state: State, *, stage: str = "", percent: float = 0.0, sentence: str = "") -> Job:
    return Job(
        id=JobId("j"),
        kind="video",
        title="Video",
        person=ANNA,
        place=HOME,
        state=state,
        progress=Progress(stage, percent),
        created=0.0,
        sentence=sentence,
        outcome=Outcome("", (), {}) if state is State.DONE else None,
    )


@pytest.mark.parametrize(
    ("state", "percent", "stand", "shown"),
    [
        (State.QUEUED, 0.0, "queued", 0),
        (State.RUNNING, 41.7, "processing", 41),
        (State.RUNNING, 100.0, "processing", 99),
        (State.DONE, 100.0, "completed", 100),
        (State.FAILED, 60.0, "failed", 0),
        (State.CANCELLED, 60.0, "failed", 0),
    ],
)
def test_the_standing_of_a_photo_is_that_of_its_video(
    state: State, percent: float, stand: str, shown: int
) -> None:
    ordered = replace(photo(1), fate=Fate.ORDERED, job=JobId("j"))
    told = tell_standing(ordered, job(state, stage="filming", percent=percent, sentence="No sun."))
    assert (told.stand.value, told.percent) == (stand, shown)
    assert type(told.percent) is int
    assert told.message


def test_the_standing_without_a_job_says_why() -> None:
    waiting = photo(1)
    assert tell_standing(waiting, None).stand == "queued"
    assert tell_standing(replace(waiting, note="Ten at once."), None).message == "Ten at once."
    missed = replace(waiting, fate=Fate.MISSED, note="The lens is covered")
    assert tell_standing(missed, None).message == "The lens is covered"
    deleted = replace(waiting, fate=Fate.ORDERED, job=JobId("j"))
    assert tell_standing(deleted, None).message == "The video of this photo was deleted."


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {make_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("tdg") and len(token) == 67 and token.isalnum() for token in tokens)
