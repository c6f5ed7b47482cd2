"""The picture work itself, in a process of its own: `python -m adapters.pictures.child REQUEST`.

REQUEST is JSON. Prints JSON: `{"sentence": ""}` when all is written, else why it was refused.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.pictures.poster import draw_poster, draw_square
from adapters.pictures.reading import Refusal, read_picture
from adapters.pictures.roll import draw_roll, read_score
from adapters.pictures.waveform import draw_waveform
from adapters.pictures.writing import (
    FRAME,
    fill_frame,
    write_all,
    write_cover,
    write_png,
    write_waveform,
)


def main() -> None:
    """Do what the one argument asks."""
    request = json.loads(sys.argv[1])
    folder = Path(request["folder"])
    try:
        if request["work"] == "make":
            make(Path(request["source"]), folder)
        elif request["work"] == "sheet":
            draw_sheet(request, folder)
        elif request["work"] == "wave":
            cover = read_picture(Path(request["cover"]), side=FRAME[0])
            write_waveform(folder, draw_waveform(request["peaks"], request["starts"], cover))
        else:
            cover, frame = draw_poster(
                request["title"], request["lines"], count=request["count"], seed=request["seed"]
            )
            write_all(folder, cover, frame)
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"sentence": str(refusal)}))
        return
    sys.stdout.write(json.dumps({"sentence": ""}))


def make(source: Path, folder: Path) -> None:
    """Turn one picture file into a cover."""
    picture = read_picture(source, side=FRAME[0])
    frame = fill_frame(picture)
    picture.thumbnail((1400, 1400))
    write_all(folder, picture, frame)


def draw_sheet(request: Mapping[str, Any], folder: Path) -> None:
    """Draw a composed piece: its cover and its notes."""
    cover = draw_square(request["title"], request["lines"], count=0, seed=request["seed"])
    write_cover(folder, cover)
    write_png(folder / "roll.png", draw_roll(read_score(Path(request["score"]))))


if __name__ == "__main__":
    main()
