"""Gains: every track as loud as the target, unless its peaks forbid it."""

import numpy as np
import pytest

from core.loudness import Gain, amplitude, decibels, mean_loudness, plan_gains
from tests.core.tapes import sound


def gains(
    *loudness_and_peak: tuple[float, float], joints: str = "", target: float = -14
) -> list[float]:
    sounds = [sound(60, loudness=loudness, peak=peak) for loudness, peak in loudness_and_peak]
    marks = joints or "-" * (len(sounds) - 1)
    return [*plan_gains(sounds, [mark == "=" for mark in marks], target=target)]


def test_quiet_tracks_go_up_and_loud_ones_down() -> None:
    assert gains((-20, -12), (-8, -0.1)) == [6, -6]
    assert gains((-20, -12), (-8, -0.1), target=-18) == [2, -10]


def test_without_a_target_nothing_changes() -> None:
    assert plan_gains([sound(loudness=-30), sound(loudness=-5)], [False], target=None) == [
        Gain(0),
        Gain(0),
    ]


def test_peaks_are_limited_by_eight_decibels_at_most() -> None:
    assert gains((-30, -3)) == [10]  # -3 + 10 is 8 over the ceiling of -1
    assert gains((-20, -1)) == [6]
    assert gains((-30, 0.5)) == [6.5]


def test_noise_is_not_made_into_music() -> None:
    assert gains((-69, -60)) == [24]


def test_gapless_tracks_share_one_gain() -> None:
    first, second, third = gains((-20, -9), (-10, -9), (-12, -9), joints="=-")
    assert first == second == pytest.approx(-14 - mean_loudness([(-20, 1), (-10, 1)]), abs=0.01)
    assert third == -2


def test_the_highest_peak_of_a_group_counts() -> None:
    assert gains((-30, -20), (-30, -2), joints="=") == [9, 9]
    assert gains((-30, -20), (-30, -2)) == [16, 9]


def test_groups_end_where_a_joint_ends() -> None:
    found = gains((-10, -9), (-10, -9), (-16, -9), (-18, -9), (-18, -9), joints="=--=")
    assert found == [-4, -4, 2, 4, 4]


def test_mean_loudness_is_by_energy_and_length() -> None:
    assert mean_loudness([(-14, 5), (-14, 500)]) == pytest.approx(-14)
    assert mean_loudness([(-10, 1), (-70, 1)]) == pytest.approx(-13.01, abs=0.01)
    assert mean_loudness([(-10, 3), (-20, 1)]) == pytest.approx(-11.11, abs=0.01)


@pytest.mark.parametrize(
    ("level", "factor"), [(0, 1), (6.0206, 2), (-6.0206, 0.5), (-20, 0.1), (-120, 1e-6)]
)
def test_levels_and_factors_are_each_others_inverse(level: float, factor: float) -> None:
    assert amplitude(level) == pytest.approx(factor, rel=1e-4)
    assert decibels(factor) == pytest.approx(level, abs=1e-3)


def test_nothing_is_minus_120_decibels() -> None:
    assert decibels(0.0) == -120 and decibels(float(np.float32(0))) == -120
