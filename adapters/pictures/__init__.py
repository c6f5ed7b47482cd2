"""Covers: made from a picture that someone sent, or drawn from a title and its tracks."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, run
from core.errors import ServiceError, UserError

# Pictures are hostile: a file of 284 bytes was seen to take 654 MB. Of this address space some
# 70 MB are libraries, so that less than 400 MB are ever in memory.
_LIMITS = Limits(seconds=30, cpu_seconds=20, memory=460 * MEGABYTE, written=40 * MEGABYTE)
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
    asked = json.dumps({**request, "folder": str(folder)})
    command = [sys.executable, "-I", "-m", "adapters.pictures.child", asked]
    try:
        printed = await run(command, limits=_LIMITS)
    except ProgramTimeoutError as error:
        raise UserError("The picture takes too long to open: send another one.") from error
    except ProgramError as error:
        if any("No space left on device" in line for line in error.lines):
            raise ServiceError("There is no room left on the disk for the cover.") from error
        raise UserError("The picture is damaged or cannot be opened: send another one.") from error
    sentence = json.loads(printed.out)["sentence"]
    if sentence:
        raise UserError(sentence)
    return Cover(folder / "cover.jpg", folder / "frame.png", folder / "thumbnail.jpg")
