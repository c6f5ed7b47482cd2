"""What may be asked of a mixtape: the order of tracks, and how loud."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import UserError
from core.mixtape import OPTIONS, TRACKS, order_tracks, read_loudness
from core.options import read_values


def by_name(*names: str) -> list[str]:
    return order_tracks(names, names, order="name", seed=0)


def test_given_is_as_given() -> None:
    assert order_tracks("cab", "cab", order="given", seed=5) == ["c", "a", "b"]


def test_numbers_in_names_count_by_their_value() -> None:
    assert by_name("10 b", "9 a", "1 z", "09 a", "100 c") == ["1 z", "9 a", "09 a", "10 b", "100 c"]
    assert by_name("side2-10", "side10-1", "side2-9") == ["side2-9", "side2-10", "side10-1"]


def test_names_sort_without_regard_to_case_and_numbers_come_first() -> None:
    assert by_name("b", "A", "ä", "1", "C", "") == ["", "1", "A", "b", "C", "ä"]


def test_equal_names_keep_their_order() -> None:
    assert order_tracks([1, 2, 3], ["x", "X", "x"], order="name", seed=0) == [1, 2, 3]


@given(some.lists(some.text(), max_size=30))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(by_name(*names)) == sorted(names)


def test_a_seed_is_one_order_for_ever() -> None:
    """Recipes in people's hands rely on exactly this order."""
    found = order_tracks(range(8), [""] * 8, order="shuffle", seed=7)
    assert found == [6, 7, 2, 4, 0, 3, 1, 5]
    others = [order_tracks(range(8), [""] * 8, order="shuffle", seed=seed) for seed in range(20)]
    assert len({tuple(order) for order in others}) == 20


@pytest.mark.parametrize(
    ("text", "target"),
    [("-14", -14), (" −14 ", -14), ("-9,5", -9.5), ("-30", -30), ("-8", -8), ("OFF ", None)],
)
def test_loudness_is_read(text: str, target: float | None) -> None:
    assert read_loudness(text) == target


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("-31", "not -31."),
        ("-7.9", "not -7.9."),
        ("14", "not 14."),
        ("nan", "not nan."),
        ("loud", "not “loud”."),
        ("", "not “”."),
    ],
)
def test_what_is_no_loudness_is_told(text: str, end: str) -> None:
    with pytest.raises(UserError) as caught:
        read_loudness(text)
    assert str(caught.value) == f"“loudness” must be a number from -30 to -8 LUFS or off, {end}"


def test_the_defaults_are_those_of_the_contract() -> None:
    assert read_values([option for option in OPTIONS if option != TRACKS], {}) == {
        "cover": None, "title": None, "crossfade": 6.0, "order": "given", "loudness": "-14",
        "video": True, "seed": None,
    }  # fmt: skip


@pytest.mark.parametrize("crossfade", ["-1", "31", "nan", "inf", "six"])
def test_an_impossible_crossfade_is_told(crossfade: str) -> None:
    with pytest.raises(UserError, match="must be a number from 0 to 30 seconds"):
        read_values([option for option in OPTIONS if option != TRACKS], {"crossfade": crossfade})
