"""Frames are what was planned: no jitter, readable words, honest colours, black at the ends."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from adapters.film.letters import set_caption
from adapters.film.lights import Grain, draw_vignette
from adapters.film.looking import study
from adapters.film.painting import Painter
from adapters.film.textures import as_planes, grade, read_rgb, reserve, split
from core.film.camera import place, see
from core.film.grade import choose_grade
from core.film.lettering import caption_box
from core.film.plan import plan_film
from core.film.terms import Caption, Film, Grade, Size, Style
from core.scenes import Mood
from tests.adapters.film.pictures import (
    CAT,
    COFFEE,
    ROCKET,
    noise_photo,
    plain_photo,
    spot_photo,
)
from tests.core.film.scenes import beats, scene

SMALL = Size(480, 270)
BARE = Grade()


def plan(style: Style, *photos: Path, frames: int = 240, **facts: Any) -> Film:
    studies = [study(photo) for photo in photos]
    known: dict[str, Any] = {"size": SMALL, **facts}
    return plan_film(
        scene(), studies, beats(frames / 30, step=0.5), frames=frames, style=style, seed=2, **known
    )


def open_painter(film: Film, *photos: Path) -> Painter:
    return Painter(film, [study(photo) for photo in photos], [str(photo) for photo in photos])


def paint(painter: Painter, size: Size, frame: int) -> Any:
    memory = reserve(size)
    painter.paint(frame, memory)
    return memory


@pytest.mark.parametrize("style", [Style.CALM, Style.FILM, Style.PULSE])
def test_motion_has_no_jitter(style: Style) -> None:
    """Between two frames a picture moves by what the camera's path says, to 0.02 pixels rms."""
    photo, size = noise_photo(), Size(640, 360)
    film = replace(
        plan(style, photo, size=size, captions=False, frames=120), grade=BARE, kicks=(), leaks=()
    )
    painter = open_painter(film, photo)
    shot = film.shots[0]
    picture = study(photo).size
    window = cv2.createHanningWindow((size.width, size.height), cv2.CV_32F)

    def look(frame: int) -> Any:
        return split(paint(painter, size, frame), size).luma.astype(np.float32)

    errors = []
    first = film.fade_in + 2
    before = look(first)
    for frame in range(first + 1, min(first + 26, shot.end - 32)):
        after = look(frame)
        (x, y), _ = cv2.phaseCorrelate(before, after, window)
        one, other = (
            place(see(film, 0, at), photo=picture, film=size, texture=picture)
            for at in (frame - 1, frame)
        )
        # Where the middle of the frame before is now.
        middle = np.array([(size.width - 1) / 2, (size.height - 1) / 2, 1])
        moved = np.linalg.inv(other) @ (one @ middle)
        moved = moved[:2] / moved[2] - middle[:2]
        errors.append((x - moved[0], y - moved[1]))
        before = after
    assert len(errors) > 8
    # While it zooms, the correlation is off by a little, which changes slowly: that is no jitter.
    steps = np.arange(len(errors))
    jitter = np.array([axis - np.polyval(np.polyfit(steps, axis, 2), steps)
                       for axis in np.array(errors).T])  # fmt: skip
    assert float(np.sqrt((jitter**2).mean())) < 0.02


@pytest.mark.parametrize("style", list(Style))
def test_a_film_comes_out_of_black_and_goes_back(style: Style) -> None:
    film = plan(style, COFFEE, captions=True, card=True)
    painter = open_painter(film, COFFEE)
    bright = [
        float(split(paint(painter, SMALL, frame), SMALL).luma.mean())
        for frame in (0, film.frames // 2, film.frames - 1)
    ]
    assert bright[0] < 19 and bright[2] == 16.0 and bright[1] > 40
    end = split(paint(painter, SMALL, film.frames - 1), SMALL)
    assert all((plane == 128).all() for plane in end.chroma)


@pytest.mark.parametrize("style", list(Style))
def test_frames_of_one_plan_are_always_the_same(style: Style) -> None:
    film = plan(style, CAT, ROCKET)
    frames = (40, 121, 200)
    one, other = open_painter(film, CAT, ROCKET), open_painter(film, CAT, ROCKET)
    for frame in frames:
        assert (paint(one, SMALL, frame) == paint(other, SMALL, frame)).all()


def test_a_dissolve_is_half_of_each_in_its_middle() -> None:
    dark, light = plain_photo(40), plain_photo(200)
    film = replace(
        plan(Style.CALM, dark, light, frames=300, captions=False), grade=BARE, fade_in=0, fade_out=0
    )
    painter = open_painter(film, dark, light)
    fading = film.shots[1]
    assert fading.fade >= 20
    levels = [
        float(split(paint(painter, SMALL, frame), SMALL).luma.mean())
        for frame in (fading.start - 1, fading.start + fading.fade // 2, film.shots[0].end + 1)
    ]
    assert levels[1] == pytest.approx((levels[0] + levels[2]) / 2, abs=4)
    assert levels[2] > levels[0] + 60


def test_luma_and_chroma_stay_in_their_places() -> None:
    """A red spot is as red where it is bright: chroma lies where luma does, to half a pixel."""
    photo = spot_photo(0.62, 0.44)
    film = replace(
        plan(Style.CALM, photo, captions=False), grade=BARE, fade_in=0, fade_out=0, leaks=()
    )
    made = split(paint(open_painter(film, photo), SMALL, 60), SMALL)
    found = []
    for plane, scale, shift in (
        (made.luma.astype(float), 1, 0.0),
        (made.red.astype(float), 2, 0),
    ):
        away = np.abs(plane - np.median(plane)) > 14
        rows, columns = np.nonzero(away)
        found.append((columns.mean() * scale + shift, rows.mean() * scale + 0.5 * (scale - 1)))
    assert found[0] == pytest.approx(found[1], abs=1.0)


def test_textures_have_the_colours_of_bt_709() -> None:
    picture = np.array([[[255, 255, 255], [255, 0, 0]], [[0, 0, 0], [0, 0, 255]]], np.uint8)
    big = np.asarray(cv2.resize(picture, (8, 8), interpolation=cv2.INTER_NEAREST), np.uint8)
    made = as_planes(big)
    assert [int(made.luma[y, x]) for y, x in ((0, 0), (0, 7), (7, 0), (7, 7))] == [219, 47, 0, 16]
    assert (made.blue[0, 0], made.red[0, 0]) == (128, 128)
    assert (made.blue[0, 3], made.red[0, 3]) == pytest.approx((102, 240), abs=1)
    assert (made.blue[3, 3], made.red[3, 3]) == pytest.approx((240, 118), abs=1)


def test_a_grade_does_what_its_numbers_say() -> None:
    picture = read_rgb(str(COFFEE))
    plain = grade(picture, BARE).astype(float)
    warm = grade(picture, Grade(warmth=0.5)).astype(float)
    grey = grade(picture, Grade(saturation=-1.0)).astype(float)
    faded = grade(picture, Grade(lift=0.08))
    bright = grade(picture, Grade(exposure=0.4)).astype(float)
    assert warm[:, :, 0].mean() > plain[:, :, 0].mean() + 2
    assert warm[:, :, 2].mean() < plain[:, :, 2].mean() - 2
    assert np.abs(grey[:, :, 0] - grey[:, :, 2]).max() <= 2
    assert faded.min() >= 19
    assert bright.mean() > plain.mean() + 8


def test_sad_films_are_cooler_and_paler_than_happy_ones() -> None:
    sad, happy = (
        choose_grade(Mood(-0.8, -0.5), Style.CALM),
        choose_grade(Mood(0.8, 0.5), Style.CALM),
    )
    picture = read_rgb(str(CAT))
    one, other = grade(picture, sad).astype(float), grade(picture, happy).astype(float)

    def warmth(image: Any) -> float:
        return float((image[:, :, 0] - image[:, :, 2]).mean())

    def colour(image: Any) -> float:
        return float((image.max(axis=2) - image.min(axis=2)).mean())

    assert warmth(one) < warmth(other) - 5 and colour(one) < colour(other) - 5


@pytest.mark.parametrize("level", [8, 128, 250])
@pytest.mark.parametrize("style", [Style.CALM, Style.FILM, Style.PULSE])
def test_words_can_be_read_on_any_ground(level: int, style: Style) -> None:
    """Around the letters there is a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""
    size = Size(960, 540)
    sprite = set_caption(Caption("Words that stay", 0, 30, 5), size, style)
    assert sprite is not None
    planes = split(reserve(size), size)
    planes.luma[:], planes.blue[:], planes.red[:] = round(level / 255 * 219), 128, 128
    sprite.lay(planes, 1.0)
    luma = planes.luma
    letters = np.zeros(luma.shape, bool)
    high, wide = sprite.keep.shape
    letters[sprite.top : sprite.top + high, sprite.left : sprite.left + wide] = sprite.add > 200
    around = cv2.dilate(letters.astype(np.uint8), np.ones((9, 9))) > 0
    around &= ~(cv2.dilate(letters.astype(np.uint8), np.ones((5, 5))) > 0)

    def light(plane: Any) -> float:
        return float(np.mean((plane / 219) ** 2.2))

    contrast = (light(luma[letters]) + 0.05) / (light(luma[around]) + 0.05)
    assert contrast > 4.5


@pytest.mark.parametrize("size", [Size(960, 540), Size(540, 960), Size(540, 540)])
def test_words_never_leave_their_safe_area(size: Size) -> None:
    text = "A long line of many words that has to be broken more than once to find its room"
    sprite = set_caption(Caption(text, 0, 30, 5), size, Style.CALM)
    assert sprite is not None
    rows, columns = np.nonzero(sprite.add > 100)
    left, top, right, bottom = caption_box(size)
    assert columns.min() + sprite.left >= left - 1 and columns.max() + sprite.left <= right + 1
    assert rows.min() + sprite.top >= top - 1
    assert rows.max() + sprite.top <= bottom + 0.02 * size.height


def test_words_that_no_font_has_are_left_out() -> None:
    assert set_caption(Caption("\U000e0001\x00", 0, 30, 5), SMALL, Style.CALM) is None


def test_grain_carries_the_black_level_and_differs_from_frame_to_frame() -> None:
    grain = Grain(SMALL, 2.0, 3)
    one, other = grain.at(1).astype(float), grain.at(2).astype(float)
    assert one.mean() == pytest.approx(16, abs=0.1) and one.std() == pytest.approx(2, abs=0.2)
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


def test_a_vignette_is_darker_only_towards_the_corners() -> None:
    mask = draw_vignette(SMALL, 0.3)
    assert mask[135, 240] == 255
    assert mask[0, 0] == pytest.approx(255 * 0.7, abs=2)


@pytest.mark.parametrize("at", [(0.25, 0.3), (0.7, 0.62), (0.5, 0.75)])
def test_what_stands_out_is_found(at: tuple[float, float]) -> None:
    best = study(spot_photo(*at)).points[0]
    assert (best.x, best.y) == pytest.approx(at, abs=0.06)


def test_a_photo_of_nothing_is_looked_at_in_its_middle() -> None:
    found = study(plain_photo(128))
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in found.points)
    assert found.luma == pytest.approx(0.5, abs=0.01)


def test_a_print_falls_and_then_lies_still() -> None:
    film = replace(plan(Style.POLAROID, COFFEE, frames=300), grade=BARE, fade_in=0)
    lands = film.cards[0].lands
    painter = open_painter(film, COFFEE)
    sizes = []
    for frame in (lands - 1, lands + 6, lands + 20):
        luma = split(paint(painter, SMALL, frame), SMALL).luma
        sizes.append(int((luma > 200).sum()))
    assert sizes[0] == 0 and sizes[1] > 0 and sizes[2] > 3000
