"""A film is planned whole: exact in length, on the beat, and readable."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from core.film.lettering import caption_box, list_lines, plan_captions, title_box
from core.film.plan import choose_size, choose_style, count_frames, plan_film
from core.film.terms import RATE, Film, Point, Size, Style
from core.film.wishes import OPTIONS, order_film
from core.options import Attachment, read_values
from tests.core.film.scenes import LINES, SQUARE, TALL, WIDE, beats, photo, scene


def film(style: Style = Style.FILM, *, photos: int = 1, seed: int = 4, **facts: Any) -> Film:
    return plan_film(
        scene(), [photo()] * photos, beats(40), frames=900, style=style, seed=seed, **facts
    )


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("photos", [1, 2, 5, 10])
def test_every_frame_shows_something_and_every_photo_is_shown(style: Style, photos: int) -> None:
    made = film(style, photos=photos)
    for frame in range(made.frames):
        assert 1 <= sum(shot.start <= frame < shot.end for shot in made.shots) <= 2, frame
    assert [shot.photo for shot in made.shots] == sorted(shot.photo for shot in made.shots)
    assert {shot.photo for shot in made.shots} == set(range(photos))


@pytest.mark.parametrize("style", list(Style))
def test_a_plan_survives_json_and_its_seed_gives_it_again(style: Style) -> None:
    made = film(style, photos=3, card=True)
    assert Film.from_json(json.loads(json.dumps(made.as_json()))) == made
    assert film(style, photos=3, card=True) == made
    assert film(style, photos=3, card=True, seed=5) != made


def test_dissolves_have_their_middle_on_a_beat() -> None:
    grid = {round(beat * RATE) for beat in beats(40)}
    made = film(Style.CALM, photos=2)
    faded = [shot for shot in made.shots if shot.fade]
    assert faded
    for shot, before in zip(made.shots[1:], made.shots, strict=False):
        assert before.end - shot.start == shot.fade
        assert shot.start + shot.fade // 2 in grid


def test_pulse_cuts_and_kicks_on_beats() -> None:
    made = film(Style.PULSE)
    assert all(shot.fade == 0 for shot in made.shots)
    cuts = {shot.start for shot in made.shots[1:]}
    strong = {round(kick.frame) for kick in made.kicks if kick.strength > 0.02}
    assert cuts and cuts <= {round(kick.frame) for kick in made.kicks}
    assert cuts <= strong


def test_without_a_beat_there_is_a_film_all_the_same() -> None:
    made = plan_film(scene(), [photo()], [], frames=300, style=Style.PULSE, seed=1)
    assert made.kicks == () and len(made.shots) > 2


def test_prints_land_one_after_the_other_on_the_beat() -> None:
    made = film(Style.POLAROID, photos=4)
    lands = [card.lands for card in made.cards]
    assert lands == sorted(lands) and len(set(lands)) == 4
    assert all(frame in {round(beat * RATE) for beat in beats(40)} for frame in lands)
    assert [card.label for card in made.cards] == [*LINES, ""]
    assert made.captions == ()


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ([WIDE], Size(1920, 1080)),
        ([TALL], Size(1080, 1920)),
        ([SQUARE], Size(1080, 1080)),
        ([TALL, WIDE, WIDE], Size(1920, 1080)),
        ([TALL, WIDE], Size(1080, 1920)),
    ],
)
def test_a_film_has_the_shape_of_most_photos(sizes: list[Size], wanted: Size) -> None:
    assert choose_size([photo(size) for size in sizes]) == wanted


def test_the_style_fits_the_mood() -> None:
    assert choose_style(scene(arousal=0.7), 1) is Style.PULSE
    assert choose_style(scene(arousal=-0.6), 1) is Style.CALM
    assert choose_style(scene(arousal=0.1), 1) is Style.FILM
    assert choose_style(scene(arousal=0.1, valence=0.5), 5) is Style.POLAROID


def test_no_frame_is_longer_than_the_music() -> None:
    assert count_frames(30.0) == 900
    assert count_frames(29.99) == 899


def test_the_first_shot_goes_towards_what_matters_most() -> None:
    made = plan_film(
        scene(), [photo(WIDE, Point(0.8, 0.3))], beats(40), frames=900, style=Style.FILM, seed=1
    )
    first, last = made.shots[0], made.shots[-1]
    assert first.finish.zoom > first.begin.zoom and first.finish.x > first.begin.x
    assert last.finish.zoom < last.begin.zoom


def test_a_photo_of_another_shape_is_gone_along_so_that_more_of_it_is_seen() -> None:
    made = film(Style.CALM, size=Size(1080, 1920))
    first = made.shots[0]
    assert abs(first.finish.x - first.begin.x) > 0.1


# --- words


def test_captions_are_read_in_their_time_and_never_overlap() -> None:
    made = film(captions=True)
    shown = made.captions
    assert [each.text for each in shown] == list(LINES)
    for each, after in itertools.pairwise(shown):
        assert each.end <= after.start
    for each in shown:
        assert (each.end - each.start) / RATE >= 1 + len(each.text) / 14 - 0.05
        assert each.end <= made.frames - made.fade_out


def test_lines_that_find_no_room_are_left_out() -> None:
    long = ["A line that takes its time to be read by anyone"] * 9
    shown = plan_captions(long, [], first=30, last=312)
    assert 1 <= len(shown) < 4


def test_without_captions_there_are_no_words() -> None:
    assert film(captions=False).captions == ()
    assert all(not card.label for card in film(Style.POLAROID, captions=False).cards)


def test_a_title_comes_first_when_it_is_wanted() -> None:
    made = film(card=True)
    assert made.captions[0].title and made.captions[0].text == "Where the morning goes"
    assert made.captions[1].start >= made.captions[0].end
    assert not any(each.title for each in film(card=False).captions)


def test_the_songs_lines_stand_in_for_captions() -> None:
    assert list_lines(scene(lines=())) == ("La la la", "lo lo lo")
    assert list_lines(scene(lines=("  two   spaces ", " "))) == ("two spaces",)


@pytest.mark.parametrize("size", [Size(1920, 1080), Size(1080, 1920), Size(1080, 1080)])
def test_words_stand_inside_safe_areas(size: Size) -> None:
    for left, top, right, bottom in (caption_box(size), title_box(size)):
        assert left >= 0.05 * size.width and right <= 0.95 * size.width
        assert top >= 0.05 * size.height and bottom <= 0.95 * size.height
        if size.height > size.width:
            assert bottom <= 0.8 * size.height


# --- what is asked for


def test_an_order_says_everything() -> None:
    photo_file = Attachment(Path("/up/a"), "a.jpg", 1)
    request = order_film(read_values(OPTIONS, {"photos": [photo_file]}), seed=7)
    assert request == {
        "photos": [{"path": "/up/a", "label": "a.jpg"}], "track": None, "style": "",
        "seconds": 30.0, "music": "", "compose": False, "title": "", "card": False,
        "captions": True, "seed": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"length": 5}, "“length” must be a number from 6 to 180 seconds, not 5."),
        ({"length": 181}, "“length” must be a number from 6 to 180 seconds, not 181."),
        ({"style": "loud"}, "“style” must be one of calm, film, pulse, polaroid, not “loud”."),
        ({"seed": 1.5}, "“seed” must be a whole number, not 1.5."),
    ],
)
def test_what_makes_no_sense_is_told(given: dict[str, object], sentence: str) -> None:
    photos = [Attachment(Path("/up/a"), "a.jpg", 1)]
    with pytest.raises(UserError) as error:
        order_film(read_values(OPTIONS, {"photos": photos, **given}), seed=0)
    assert str(error.value) == sentence
