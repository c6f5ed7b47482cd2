"""Colours and light feel like what Valdez and Mehrabian measured, and say no more than that."""

import colorsys

import numpy as np
import pytest

from core.colours import Look, Pixels, feel, imagine, measure_look, name_colour


def flat(colour: str) -> Pixels:
    values = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return np.full((60, 80, 3), values, np.uint8)


def hsv(hue: float, saturation: float, value: float) -> Pixels:
    rgb = [round(255 * part) for part in colorsys.hsv_to_rgb(hue, saturation, value)]
    return np.full((60, 80, 3), rgb, np.uint8)


def look(*pictures: Pixels, hour: int | None = None) -> Look:
    return measure_look(pictures, hour=hour)


@pytest.mark.parametrize(
    ("brightness", "saturation"), [(1.0, 0.0), (0.5, 1.0), (0.8, 0.4), (0.5, 0.2)]
)
def test_the_weights_are_those_of_the_source(brightness: float, saturation: float) -> None:
    found = look(hsv(0.6, saturation, brightness))
    assert found.pleasure == pytest.approx(0.69 * brightness + 0.22 * saturation, abs=0.01)
    assert found.arousal == pytest.approx(-0.31 * brightness + 0.60 * saturation, abs=0.01)
    assert found.dominance == pytest.approx(-0.76 * brightness + 0.32 * saturation, abs=0.01)


def test_brighter_is_more_pleasant_and_more_vivid_is_more_awake() -> None:
    dark, bright = feel(look(hsv(0.6, 0.3, 0.25))), feel(look(hsv(0.6, 0.3, 0.8)))
    dull, vivid = feel(look(hsv(0.6, 0.1, 0.6))), feel(look(hsv(0.6, 0.9, 0.6)))
    assert bright.valence > dark.valence + 0.3
    assert vivid.arousal > dull.arousal + 0.3


def test_a_dark_night_is_not_lively_for_its_deep_blue() -> None:
    night = feel(look(hsv(0.6, 0.8, 0.15)))
    assert night.arousal < 0.15 and night.valence < -0.5


def test_texture_wakes_and_night_calms() -> None:
    chance = np.random.default_rng(1)
    rough = chance.integers(0, 256, (60, 80, 3), np.uint8)
    smooth = np.full_like(rough, 128)
    assert feel(look(rough)).arousal > feel(look(smooth)).arousal
    grey = hsv(0.6, 0.3, 0.5)
    assert feel(look(grey, hour=23)).arousal < feel(look(grey, hour=12)).arousal


def test_a_mood_never_leaves_its_range() -> None:
    for hue in np.linspace(0, 1, 7):
        for saturation in (0.0, 0.5, 1.0):
            for value in (0.0, 0.5, 1.0):
                mood = feel(look(hsv(float(hue), saturation, value), hour=3))
                assert -1 <= mood.valence <= 1 and -1 <= mood.arousal <= 1


def test_the_palette_has_unlike_colours_with_the_striking_first() -> None:
    picture = np.concatenate([flat("#808080"), flat("#828282"), flat("#d02020"), flat("#2040c0")])
    found = look(picture).palette
    assert set(found) == {"#818181", "#d02020", "#2040c0"} and found[-1] == "#818181"


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"),
        ("#ffffff", "white"),
        ("#808080", "grey"),
        ("#d02020", "red"),
        ("#e08020", "orange"),
        ("#704018", "brown"),
        ("#e8d840", "yellow"),
        ("#20a040", "green"),
        ("#203060", "deep blue"),
        ("#a8c0e8", "pale blue"),
        ("#d040a0", "pink"),
    ],
)
def test_colours_have_names(colour: str, name: str) -> None:
    assert name_colour(colour) == name


def test_a_scene_speaks_of_colours_and_not_of_people_or_things() -> None:
    scene = imagine(look(hsv(0.62, 0.7, 0.35), hour=21))
    assert scene.words.startswith("Colours feel ") and "taken in the evening" in scene.words
    assert scene.title == "Deep Blue Evening" and scene.by == "colours"
    assert scene.lyrics == () and all(scene.captions)
    assert scene.tempo is not None and 50 <= scene.tempo <= 200
    assert "you" not in scene.words


def test_the_time_is_left_out_when_it_is_not_known() -> None:
    scene = imagine(look(hsv(0.62, 0.7, 0.35)))
    assert "taken" not in scene.words and len(scene.captions) == 2


def test_moods_ask_for_different_music() -> None:
    happy = imagine(look(hsv(0.12, 0.8, 0.95)))
    sad = imagine(look(hsv(0.62, 0.15, 0.2)))
    assert happy.tempo is not None and sad.tempo is not None and happy.tempo > sad.tempo + 20
    assert "major" in happy.direction and "minor" in sad.direction


def test_several_pictures_count_together() -> None:
    one, two = hsv(0.6, 0.2, 0.2), hsv(0.1, 0.8, 0.9)
    both = feel(look(one, two)).valence
    assert feel(look(one)).valence < both < feel(look(two)).valence
