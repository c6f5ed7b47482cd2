"""Covers: made from a picture that someone sent, or drawn from a title and its tracks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.pictures.asking import ask_child

_LINES = 40
_TITLE_CHARACTERS = 300
_LINE_CHARACTERS = 160
_CAPTIONS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Cover:
    """One cover in three forms.

    `picture`: JPEG, its own shape, at most 1400 pixels a side. `frame`: PNG, 1920 by 1080, for
    video. `thumbnail`: JPEG, at most 320 pixels a side and 200 kB.
    """

    picture: Path
    frame: Path
    thumbnail: Path


async def make_cover(source: Path, folder: Path) -> Cover:
    """Make a cover of a picture file. Raises `UserError` with a sentence that says why not."""
    return await _work(folder, {"work": "make", "source": str(source)})


async def draw_cover(title: str, lines: Sequence[str], seed: str, folder: Path) -> Cover:
    """Draw a cover from a title and the tracks' lines; the same seed gives the same picture."""
    return await _work(
        folder,
        {
            "work": "draw",
            "title": title[:_TITLE_CHARACTERS],
            "lines": [line[:_LINE_CHARACTERS] for line in lines[:_LINES]],
            "count": len(lines),
            "seed": seed,
        },
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pictures of a composed piece: its cover and thumbnail as JPEG, as those of `Cover`,
    and its notes as a PNG of 1920 by 1080."""

    picture: Path
    thumbnail: Path
    roll: Path


async def draw_sheet(score: Path, *, title: str, line: str, seed: str, folder: Path) -> Sheet:
    """Draw the pictures of a piece from its score, a JSON file."""
    request = {
        "work": "sheet",
        "score": str(score),
        "title": title[:_TITLE_CHARACTERS],
        "lines": [line[:_LINE_CHARACTERS]],
        "seed": seed,
    }
    await _work(folder, request)
    return Sheet(folder / "cover.jpg", folder / "thumbnail.jpg", folder / "roll.png")


async def draw_waveform(
    peaks: Sequence[float], starts: Sequence[float], cover: Path, folder: Path
) -> Path:
    """Draw `waveform.png` in the cover's colours from `peaks` (0 to 1), 1200 by 260 pixels.

    `starts` are where tracks begin, as parts of the whole.
    """
    request = {"work": "wave", "peaks": list(peaks), "starts": list(starts), "cover": str(cover)}
    await _work(folder, request)
    return folder / "waveform.png"


async def draw_captions(
    texts: Sequence[str], folder: Path, *, width: int, height: int
) -> list[Path]:
    """Draw a label each for a video of so many pixels: PNGs that are clear around the label."""
    drawn: list[Path] = []
    for at in range(0, len(texts), _CAPTIONS_AT_ONCE):
        some = [text[:_LINE_CHARACTERS] for text in texts[at : at + _CAPTIONS_AT_ONCE]]
        place = folder / f"captions-{at}"
        place.mkdir(parents=True, exist_ok=True)
        await _work(place, {"work": "captions", "texts": some, "width": width, "height": height})
        drawn += [place / f"caption-{index}.png" for index in range(len(some))]
    return drawn


async def _work(folder: Path, request: Mapping[str, object]) -> Cover:
    await ask_child({**request, "folder": str(folder)})
    return Cover(folder / "cover.jpg", folder / "frame.png", folder / "thumbnail.jpg")
