"""The picture work itself, in a process of its own: `python -m adapters.pictures.child REQUEST`.

REQUEST is JSON. Prints JSON: `{"sentence": ""}` when all is written, else why it was refused.
"""

import json
import sys
from pathlib import Path

from adapters.pictures.captions import draw_caption
from adapters.pictures.poster import draw_poster
from adapters.pictures.reading import Refusal, read_picture
from adapters.pictures.waveform import draw_waveform
from adapters.pictures.writing import FRAME, fill_frame, write_all, write_picture, write_waveform


def main() -> None:
    """Do what the one argument asks."""
    request = json.loads(sys.argv[1])
    folder = Path(request["folder"])
    try:
        if request["work"] == "make":
            make(Path(request["source"]), folder)
        elif request["work"] == "wave":
            cover = read_picture(Path(request["cover"]), side=FRAME[0])
            write_waveform(folder, draw_waveform(request["peaks"], request["starts"], cover))
        elif request["work"] == "captions":
            for index, text in enumerate(request["texts"]):
                picture = draw_caption(text, request["width"], request["height"])
                write_picture(folder / f"caption-{index}.png", picture)
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


if __name__ == "__main__":
    main()
