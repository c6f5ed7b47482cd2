"""Brings the picture that a site shows beside a piece. Runs in the child."""

import sys
from pathlib import Path
from typing import Any

from yt_dlp.networking import Request
from yt_dlp.utils import YoutubeDLError

_MOST_BYTES = 10_000_000


def bring_picture(program: Any, url: str, target: Path) -> Path | None:
    """The picture at `url`, whatever its kind; None where there is none to be had.

    A piece without its cover is still the piece.
    """
    if not url.startswith(("http://", "https://")):
        return None
    try:
        with program.urlopen(Request(url)) as answer:
            picture = answer.read(_MOST_BYTES + 1)
    except (YoutubeDLError, OSError) as error:
        sys.stderr.write(f"no cover: {error}\n")
        return None
    if not picture or len(picture) > _MOST_BYTES:
        return None
    target.write_bytes(picture)
    return target
