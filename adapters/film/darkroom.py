"""Opens the photos that people send, in a process of its own: `python -m adapters.film.darkroom`.

Its arguments are the photo, where to write it, and the longest side that is kept. Prints JSON: a
sentence when the photo is refused, else an empty one.
"""

import json
import sys
from pathlib import Path

from adapters.pictures.reading import Refusal, read_picture

_QUALITY = 95


def main() -> None:
    source, target, side = sys.argv[1:]
    sentence = ""
    try:
        picture = read_picture(Path(source), side=int(side))
        # Of what a photo says of itself (where it was taken, by whom) nothing goes along.
        picture.save(target, "JPEG", quality=_QUALITY, subsampling=0)
    except Refusal as refusal:
        sentence = str(refusal)
    sys.stdout.write(json.dumps({"sentence": sentence}))


if __name__ == "__main__":
    main()
