"""Chance: the same draws everywhere, and each purpose its own."""

from collections import Counter

from core.music.chance import Chance


def test_draws_are_the_same_on_every_machine_and_python() -> None:
    chance = Chance(7, "drums")
    assert [chance.below(1000) for _ in range(6)] == [297, 895, 299, 470, 569, 736]
    assert [chance.sway(10) for _ in range(6)] == [-8, 7, 3, -7, 10, 0]


def test_each_name_has_draws_of_its_own() -> None:
    one, other = Chance(7, "drums"), Chance(7, "bass")
    assert [one.below(1000) for _ in range(4)] != [other.below(1000) for _ in range(4)]


def test_weights_decide_how_often() -> None:
    chance = Chance(3, "weights")
    found = Counter(chance.weigh((("often", 9), ("rarely", 1))) for _ in range(2000))
    assert 1700 < found["often"] < 1900 and found["rarely"] == 2000 - found["often"]


def test_sways_stay_inside_and_lean_to_the_middle() -> None:
    chance = Chance(3, "sway")
    found = [chance.sway(8) for _ in range(2000)]
    assert set(found) == set(range(-8, 9))
    assert sum(abs(each) <= 4 for each in found) > 1350
