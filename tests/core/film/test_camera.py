"""The camera stays inside the photo, and moves without a jolt."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.film.camera import between, ease, hold_inside, kick_at, place, see, smooth, window
from core.film.plan import plan_film
from core.film.terms import Film, Kick, Point, Size, Study, Style, View
from tests.core.film.scenes import SQUARE, TALL, WIDE, beats, photo, scene

HD, UPRIGHT = Size(1920, 1080), Size(1080, 1920)


def film(style: Style, *studies: Study, **facts: Any) -> Film:
    photos = list(studies) or [photo()]
    return plan_film(scene(), photos, beats(40), frames=900, style=style, seed=4, **facts)


def corners(view: View, picture: Size, size: Size) -> Any:
    """The corners of what a view sees, in pixels of the picture."""
    matrix = place(view, photo=picture, film=size, texture=picture)
    edges = [(-0.5, -0.5), (size.width - 0.5, -0.5), (-0.5, size.height - 0.5),
             (size.width - 0.5, size.height - 0.5)]  # fmt: skip
    found = np.array([matrix @ (x, y, 1) for x, y in edges])
    return found[:, :2] / found[:, 2:] + 0.5


@pytest.mark.parametrize("style", [Style.CALM, Style.FILM, Style.PULSE])
@pytest.mark.parametrize("picture", [WIDE, TALL, SQUARE, Size(3000, 900)])
def test_nothing_beyond_the_edges_of_a_photo_is_ever_seen(style: Style, picture: Size) -> None:
    points = (Point(0.02, 0.03), Point(0.99, 0.5), Point(0.5, 0.98))
    made = film(style, photo(picture, *points))
    for index, shot in enumerate(made.shots):
        for frame in range(shot.start, shot.end, 7):
            seen = corners(see(made, index, frame), picture, made.size)
            assert seen.min() > -1.5, (shot, frame)
            assert (seen < (picture.width + 1.5, picture.height + 1.5)).all(), (shot, frame)


@pytest.mark.parametrize("style", list(Style))
def test_the_camera_never_jolts(style: Style) -> None:
    """Between frames of a shot, what is seen moves, and how it moves changes only little."""
    made = replace(film(style), kicks=())
    for index, shot in enumerate(made.shots):
        frames = range(shot.start, min(shot.end, made.frames))
        views = [see(made, index, frame) for frame in frames]
        x = np.array([view.x * 1920 * view.zoom for view in views])
        zoom = np.log([view.zoom for view in views]) * 1000
        for path in (x, zoom):
            assert np.abs(np.diff(path, 2)).max() < 1.0
            assert np.abs(np.diff(path)).max() < 40


def test_zooming_in_keeps_one_point_in_its_place() -> None:
    one, other = View(0.5, 0.5, 1.0), View(0.4, 0.6, 2.0)
    fixed = np.array([0.3, 0.7])  # where both windows have it at the same place
    for share in (0.0, 0.25, 0.5, 1.0):
        view = between(one, other, share)
        at = (fixed - (view.x, view.y)) * view.zoom
        assert at == pytest.approx([-0.2, 0.2])


def test_a_window_has_the_shape_of_the_film() -> None:
    assert window(WIDE, HD) == pytest.approx((1.0, 0.75))
    assert window(TALL, UPRIGHT) == pytest.approx((0.75, 1.0))


@pytest.mark.parametrize("view", [View(0.0, 1.0, 1.0), View(0.9, 0.1, 1.2, angle=5, tilt=0.06)])
def test_a_view_is_moved_until_it_sees_no_edge(view: View) -> None:
    held = hold_inside(view, WIDE, HD)
    seen = corners(held, WIDE, HD)
    assert seen.min() > -0.01 and (seen < (1600.01, 1200.01)).all()


def test_a_view_that_is_inside_stays_as_it_is() -> None:
    view = View(0.5, 0.5, 1.5)
    assert hold_inside(view, WIDE, HD) == view


def test_a_pixel_in_the_middle_of_the_film_is_the_middle_of_the_view() -> None:
    matrix = place(View(0.25, 0.5, 2.0), photo=WIDE, film=HD, texture=Size(3200, 2400))
    assert matrix @ (959.5, 539.5, 1) == pytest.approx((799.5, 1199.5, 1))
    step = matrix @ (960.5, 539.5, 1) - matrix @ (959.5, 539.5, 1)
    assert step == pytest.approx((3200 / 1920 / 2, 0, 0))


def test_a_turned_view_turns_the_picture_the_other_way() -> None:
    matrix = place(View(0.5, 0.5, 1.0, angle=90), photo=SQUARE, film=SQUARE, texture=SQUARE)
    assert matrix @ (1499, 749.5, 1) == pytest.approx((749.5, 1499, 1))


def test_a_tilted_picture_is_nearer_at_its_bottom() -> None:
    matrix = place(View(0.5, 0.5, 1.2, tilt=0.05), photo=SQUARE, film=SQUARE, texture=SQUARE)

    def wide(row: float) -> float:
        left, right = matrix @ (0, row, 1), matrix @ (1499, row, 1)
        return float(right[0] / right[2] - left[0] / left[2])

    assert wide(0) / wide(1499) == pytest.approx(1.05 / 0.95, rel=1e-3)


def test_eases_begin_and_end_where_they_should() -> None:
    assert [ease(0), ease(1), smooth(0), smooth(1)] == [0, 1, 0, 1]
    assert ease(0.5) == smooth(0.5) == 0.5
    assert smooth(0.01) < 1e-4 and ease(0.01) > 0.004


def test_a_kick_is_nearest_right_after_its_beat() -> None:
    kicks = [Kick(30.0, 0.03)]
    heights = [kick_at(kicks, frame) for frame in range(29, 60)]
    assert heights[0] == heights[1] == 0
    assert 31 <= 29 + int(np.argmax(heights)) <= 32
    assert max(heights) == pytest.approx(0.03, rel=0.05)
    assert heights[-1] < 1e-5


def test_a_held_camera_wanders_by_less_than_its_margin() -> None:
    made = film(Style.FILM)
    still = replace(made, shots=tuple(replace(s, finish=s.begin) for s in made.shots))
    for index, shot in enumerate(still.shots):
        views = [see(still, index, frame) for frame in range(shot.start, shot.end)]
        away = [math.hypot(v.x - shot.begin.x, v.y - shot.begin.y) * v.zoom for v in views]
        assert 0 < max(away) < 0.012
