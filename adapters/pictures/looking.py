"""Looking at photos: their colours and light, and copies that are small enough to be sent away."""

import base64
from collections.abc import Sequence
from pathlib import Path

from adapters.pictures.asking import ask_child
from core.colours import Look, imagine
from core.scenes import Scene

_SIDE = 1568
"""Pixels: what is larger is only made smaller by who looks at it, and costs more."""


class ColourEye:
    """Fills the port `Eye` with nothing but colour, light, texture and the hour."""

    name = "colours"

    async def see(self, photos: Sequence[Path]) -> Scene:
        return imagine(await measure_photos(photos))


async def measure_photos(photos: Sequence[Path]) -> Look:
    """Measure photos together. Raises `UserError` when one cannot be opened."""
    request = {"sources": [str(photo) for photo in photos]}
    answer = await ask_child(request, program="adapters.pictures.eye")
    facts = answer["look"]
    return Look(**{**facts, "palette": tuple(facts["palette"])})


async def shrink_photo(photo: Path) -> bytes:
    """A JPEG of at most 1568 pixels a side, upright, without the photo's metadata.

    Raises `UserError` when the photo cannot be opened.
    """
    answer = await ask_child({"work": "shrink", "source": str(photo), "side": _SIDE})
    return base64.b64decode(answer["jpeg"])
