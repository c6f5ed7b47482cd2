"""When a photo was taken, by its own clock."""

import re
from io import BytesIO
from pathlib import Path

from PIL import Image

from adapters.pictures.reading import DAMAGE, MOST_BYTES, register_heif, sniff

_EXIF_IFD = 0x8769
_TAKEN = 0x9003
_CLOCK = re.compile(r"\d{4}:\d\d:\d\d (\d\d):\d\d:\d\d")


def read_hour(path: Path) -> int | None:
    """The hour, 0 to 23, at which a photo says that it was taken; None when it does not.

    Nothing else of its metadata is looked at. The file has been opened before.
    """
    raw = path.read_bytes()[:MOST_BYTES]
    kind = sniff(raw[:512])
    if kind == "HEIF":
        register_heif()
    try:
        with Image.open(BytesIO(raw), formats=[kind]) as opened:
            told = opened.getexif().get_ifd(_EXIF_IFD).get(_TAKEN)
    except DAMAGE:
        return None  # broken EXIF does not spoil the picture
    found = _CLOCK.match(told) if isinstance(told, str) else None
    hour = int(found[1]) if found else 24
    return hour if hour < 24 else None
