"""The picture of a piece: its notes are where they sound, in the colours of the legend."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from adapters.pictures import draw_sheet
from adapters.pictures.roll import SIZE, draw_roll
from core.jobs import Json
from core.music.score import Score
from tests.core.music.pieces import piece

Floats = NDArray[np.float64]
_TOP = 250
"""Below the title, the sections and the chords of the first system."""
MELODY, BASS, DRUMS = (255, 107, 107), (78, 205, 196), (174, 164, 214)


def pixels(score: Score) -> Floats:
    image = draw_roll(score)
    assert image.size == SIZE
    return np.asarray(image, dtype=np.float64)


def near(picture: Floats, colour: tuple[int, int, int]) -> Floats:
    """Columns and rows of pixels whose hue is that of a colour, below the head."""
    body = picture[_TOP:]
    wanted = np.array(colour) - np.array((27, 32, 53))
    found = body - np.array((27, 32, 53))
    along = found @ wanted / (wanted @ wanted)
    off = np.linalg.norm(found - along[..., None] * wanted, axis=2)
    spots = np.argwhere((along > 0.5) & (along < 1.1) & (off < 12)) + np.array((_TOP, 0))
    found_at: Floats = spots.astype(np.float64)
    return found_at


def test_a_voice_that_is_left_out_is_not_drawn() -> None:
    score = piece("happy", seconds=12, style="pop")
    assert len(near(pixels(score), BASS)) > 500
    silent = replace(score, voices=tuple(v for v in score.voices if v.part != "bass"))
    assert len(near(pixels(silent), BASS)) == 0


def test_the_tune_lies_over_the_bass_and_the_drums_at_the_bottom() -> None:
    picture = pixels(piece("happy", seconds=12, style="pop"))
    heights = [np.median(near(picture, colour)[:, 0]) for colour in (MELODY, BASS, DRUMS)]
    assert heights == sorted(heights) and heights[0] + 100 < heights[1]


def test_a_higher_note_is_drawn_higher_and_a_later_one_further_right() -> None:
    score = piece("happy", seconds=8, style="pop")
    tune = next(voice for voice in score.voices if voice.part == "melody")
    rising = tuple(
        replace(note, pitch=60 + 2 * rank, length=200, start=400 * rank, velocity=127)
        for rank, note in enumerate(tune.notes[:8])
    )
    only = replace(score, voices=(replace(tune, notes=rising),))
    spots = near(pixels(only), MELODY)
    assert np.corrcoef(spots[:, 1], spots[:, 0])[0, 1] < -0.95


@pytest.mark.parametrize("seconds", [5.0, 40.0, 180.0, 600.0])
def test_pieces_of_all_lengths_fill_the_picture(seconds: float) -> None:
    picture = pixels(piece("energetic", seconds=seconds))
    inside = picture[180:1010, 80:1840]
    # Every band of the picture has something on it.
    assert all(part.std() > 6 for part in np.array_split(inside, 8))


async def test_cover_and_roll_are_drawn_by_the_child(tmp_path: Path) -> None:
    import json

    score = piece("dreamy", seconds=20)
    facts: dict[str, Json] = score.as_json()
    (tmp_path / "score.json").write_text(json.dumps(facts))
    sheet = await draw_sheet(
        tmp_path / "score.json", title="نجوم 夜 🌙", line="G major", seed="s", folder=tmp_path / "p"
    )
    for path, size in ((sheet.roll, SIZE), (sheet.picture, (1400, 1400))):
        with Image.open(path) as image:
            image.load()
            assert image.size == size
    with Image.open(sheet.roll) as image:
        assert np.array_equal(np.asarray(image), np.asarray(draw_roll(score)))
