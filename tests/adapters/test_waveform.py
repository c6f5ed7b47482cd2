"""The picture of a mix's sound: as high as it is loud, in the cover's colours."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from adapters.pictures import draw_waveform
from adapters.pictures import waveform as drawing
from core.errors import UserError

Colour = tuple[int, int, int]


def cover(folder: Path, *colours: str) -> Path:
    """Stripes of colours."""
    image = Image.new("RGB", (600, 600))
    for index, colour in enumerate(colours):
        box = (index * 600 // len(colours), 0, 600, 600)
        ImageDraw.Draw(image).rectangle(box, fill=colour)
    image.save(folder / "cover.png")
    return folder / "cover.png"


def columns(image: Image.Image) -> list[int]:
    """How many pixels of each column are no ground."""
    ground = image.getpixel((0, 0))
    width, height = image.size
    return [sum(image.getpixel((x, y)) != ground for y in range(height)) for x in range(width)]


async def test_bars_are_as_high_as_the_sound_and_nothing_reaches_the_edge(tmp_path: Path) -> None:
    peaks = [0.1] * 200 + [0.8] * 200 + [0.0] * 200
    path = await draw_waveform(peaks, [0.0], cover(tmp_path, "#204060", "#e04030"), tmp_path)
    image = Image.open(path).convert("RGB")
    assert image.size == (1200, 260)
    assert path == tmp_path / "waveform.png" and path.stat().st_size < 60_000
    high = columns(image)
    quiet, loud, silent = (max(high[start : start + 300]) for start in (60, 460, 850))
    assert 0 < silent <= quiet < loud / 4
    assert 180 < loud <= 260 - 2 * 25
    assert not any(high[:24]) and not any(high[-24:])


async def test_tracks_are_told_apart_by_the_colours_of_the_cover(tmp_path: Path) -> None:
    picture = cover(tmp_path, "#101820", "#e04030", "#20a0a0")
    path = await draw_waveform([0.5] * 600, [0.0, 0.5], picture, tmp_path)
    image = Image.open(path).convert("RGB")
    tones = {_bar(image, 0.25), _bar(image, 0.75)}
    assert len(tones) == 2
    for expected in ((224, 64, 48), (32, 160, 160)):
        assert min(_far(tone, expected) for tone in tones) < 60
    red, green, blue = _pixel(image, 0, 0)
    assert red + green + blue < 120, "the ground is dark"


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#777777"])
def test_a_cover_of_one_colour_still_gives_bars_that_can_be_seen(colour: str) -> None:
    image = drawing.draw_waveform([0.5] * 600, [0.0, 0.5], Image.new("RGB", (50, 50), colour))
    ground = _pixel(image, 0, 0)
    bars = [_bar(image, 0.25), _bar(image, 0.75)]
    assert all(_far(bar, ground) > 200 for bar in bars)


def test_silence_and_very_short_mixes_can_be_drawn() -> None:
    plain = Image.new("RGB", (50, 50), "#4060a0")
    for peaks in ([], [0.0] * 600, [0.7], [0.2, 0.9]):
        assert drawing.draw_waveform(peaks, [0.0], plain).size == drawing.SIZE


async def test_a_broken_cover_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "cover.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(UserError, match="damaged"):
        await draw_waveform([0.5], [0.0], broken, tmp_path)


def _pixel(image: Image.Image, x: int, y: int) -> Colour:
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return int(value[0]), int(value[1]), int(value[2])


def _bar(image: Image.Image, share: float) -> Colour:
    """The brightest pixel near that place on the middle line: within a bar."""
    middle = round(image.width * share)
    near = [_pixel(image, x, image.height // 2) for x in range(middle - 6, middle + 6)]
    ground = _pixel(image, 0, 0)
    return max(near, key=lambda pixel: _far(pixel, ground))


def _far(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
