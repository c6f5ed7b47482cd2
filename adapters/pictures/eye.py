"""Measuring photos, in a process of its own: `python -m adapters.pictures.eye REQUEST`.

REQUEST is JSON with the `sources`. Prints JSON: their `look`, or the `sentence` that says why not.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from adapters.pictures.hours import read_hour
from adapters.pictures.reading import Refusal, read_picture
from core.colours import measure_look

_SIDE = 160
"""Pixels. Of one size, because what counts as an edge depends on it."""


def main() -> None:
    """Look at the photos that the one argument names."""
    request = json.loads(sys.argv[1])
    try:
        found = {"sentence": "", "look": look([Path(source) for source in request["sources"]])}
    except Refusal as refusal:
        found = {"sentence": str(refusal)}
    sys.stdout.write(json.dumps(found))


def look(photos: Sequence[Path]) -> dict[str, Any]:
    """Colours and light of photos, and the hour of the first one that tells."""
    pictures = [np.asarray(read_picture(photo, side=_SIDE)) for photo in photos]
    hours = (read_hour(photo) for photo in photos)
    hour = next((hour for hour in hours if hour is not None), None)
    return asdict(measure_look(pictures, hour=hour))


if __name__ == "__main__":
    main()
