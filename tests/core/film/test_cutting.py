"""Shots begin on beats."""

from itertools import pairwise

import pytest

from core.film.cutting import choose_cuts, share_out
from core.film.terms import RATE
from tests.core.film.scenes import beats


def lengths(cuts: list[int]) -> list[float]:
    return [(after - before) / RATE for before, after in pairwise(cuts)]


@pytest.mark.parametrize("step", [0.3, 0.4545, 0.6, 0.923, 1.2])
@pytest.mark.parametrize("seconds", [2.6, 6.5, 12.0])
def test_every_cut_is_on_a_beat_to_the_frame(step: float, seconds: float) -> None:
    grid = {round(beat * RATE) for beat in beats(60, step=step)}
    cuts = choose_cuts(60 * RATE, beats(60, step=step), seconds=seconds)
    assert cuts[0] == 0 and cuts[-1] == 60 * RATE and len(cuts) > 3
    assert set(cuts[1:-1]) <= grid
    assert all(0.55 * seconds < length < 2.3 * seconds for length in lengths(cuts))


def test_cuts_count_whole_bars_from_the_first_beat() -> None:
    cuts = choose_cuts(900, [0.2 + 0.5 * n for n in range(60)], seconds=4.0)
    assert cuts[1:-1] == [126, 246, 366, 486, 606, 726]


def test_without_beats_all_shots_have_one_length() -> None:
    assert choose_cuts(900, [], seconds=6.5) == [0, 180, 360, 540, 720, 900]


def test_there_is_a_shot_for_every_photo_however_few_beats_there_are() -> None:
    cuts = choose_cuts(180, [1.0, 3.0, 5.0, 6.0], seconds=12.0, least=10)
    assert len(cuts) == 11 and cuts == sorted(set(cuts))


def test_a_beat_that_is_near_is_waited_for() -> None:
    cuts = choose_cuts(300, [3.1, 6.2], seconds=5.0, least=3)
    assert cuts == [0, 93, 186, 300]


def test_photos_are_shown_in_their_order_equally_often() -> None:
    assert share_out(3, 7) == [0, 0, 0, 1, 1, 2, 2]
    assert share_out(1, 3) == [0, 0, 0]
