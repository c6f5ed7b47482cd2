"""The picture work itself, in a process of its own: `python -m adapters.pictures.child REQUEST`.

REQUEST is JSON. Prints JSON: `{"sentence": ""}` when all is written, else why it was refused;
and what was found when something was asked.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from adapters.pictures.captions import draw_caption
from adapters.pictures.poster import draw_poster, draw_square
from adapters.pictures.reading import Refusal, read_picture
from adapters.pictures.roll import draw_roll, read_score
from adapters.pictures.waveform import draw_waveform
from adapters.pictures.writing import (
    FRAME,
    fill_frame,
    write_all,
    write_cover,
    write_picture,
    write_png,
    write_waveform,
)


def main() -> None:
    """Do what the one argument asks."""
    request = json.loads(sys.argv[1])
    try:
        found = _WORK[request["work"]](request)
    except Refusal as refusal:
        found = {"sentence": str(refusal)}
    sys.stdout.write(json.dumps({"sentence": "", **found}))


def make(request: Mapping[str, Any]) -> dict[str, Any]:
    """Turn one picture file into a cover."""
    picture = read_picture(Path(request["source"]), side=FRAME[0])
    frame = fill_frame(picture)
    picture.thumbnail((1400, 1400))
    write_all(Path(request["folder"]), picture, frame)
    return {}


def draw(request: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a cover from words."""
    cover, frame = draw_poster(
        request["title"], request["lines"], count=request["count"], seed=request["seed"]
    )
    write_all(Path(request["folder"]), cover, frame)
    return {}


def draw_sheet(request: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a composed piece: its cover and its notes."""
    folder = Path(request["folder"])
    cover = draw_square(request["title"], request["lines"], count=0, seed=request["seed"])
    write_cover(folder, cover)
    write_png(folder / "roll.png", draw_roll(read_score(Path(request["score"]))))
    return {}


def draw_wave(request: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a waveform in the colours of a cover."""
    cover = read_picture(Path(request["cover"]), side=FRAME[0])
    picture = draw_waveform(request["peaks"], request["starts"], cover)
    write_waveform(Path(request["folder"]), picture)
    return {}


def draw_captions(request: Mapping[str, Any]) -> dict[str, Any]:
    """Draw each caption as a picture of its own, to be laid over a video."""
    for index, text in enumerate(request["texts"]):
        picture = draw_caption(text, request["width"], request["height"])
        write_picture(Path(request["folder"]) / f"caption-{index}.png", picture)
    return {}


def shrink(request: Mapping[str, Any]) -> dict[str, Any]:
    """A small JPEG of a photo with nothing but its pixels."""
    picture, packed = read_picture(Path(request["source"]), side=request["side"]), BytesIO()
    picture.save(packed, "JPEG", quality=85)
    return {"jpeg": base64.b64encode(packed.getvalue()).decode()}


_WORK: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "make": make,
    "draw": draw,
    "sheet": draw_sheet,
    "wave": draw_wave,
    "captions": draw_captions,
    "shrink": shrink,
}


if __name__ == "__main__":
    main()
