"""What a person may ask of a mixtape, and the order in which its tracks come."""

import random
import re
from collections.abc import Sequence
from typing import TypeVar

from core.errors import UserError
from core.options import Kind, Option, Value, read_number

MOST_TRACKS = 200
TARGET = -14.0
"""LUFS: what Spotify, YouTube and Tidal play music at."""

TRACKS = Option(
    name="tracks",
    kind=Kind.FILES,
    summary="The tracks, in order",
    required=True,
    least=1,
    most=MOST_TRACKS,
    accepts="audio",
)
LINKS = Option(
    name="links",
    kind=Kind.TEXT,
    summary="Links to tracks or playlists, with a space between two",
    most=4000,
)
COVER = Option(name="cover", kind=Kind.FILE, summary="A picture for the cover", accepts="image")
TITLE = Option(name="title", kind=Kind.TEXT, summary="What to call it", most=200)
CROSSFADE = Option(
    name="crossfade",
    kind=Kind.NUMBER,
    summary="How long neighbours overlap",
    default=6.0,
    least=0,
    most=30,
    unit="seconds",
)
ORDER = Option(
    name="order",
    kind=Kind.CHOICE,
    summary="The order of the tracks",
    default="given",
    choices=("given", "name", "shuffle"),
)
SEED = Option(
    name="seed",
    kind=Kind.NUMBER,
    summary="A number that makes shuffle repeatable",
    least=0,
    most=2**31 - 1,
)
LOUDNESS = Option(
    name="loudness",
    kind=Kind.TEXT,
    summary="How loud, in LUFS from -30 to -8, or off",
    default=f"{TARGET:g}",
    most=10,
)
VIDEO = Option(name="video", kind=Kind.FLAG, summary="Make an MP4 too", default=True)
OPTIONS = (TRACKS, COVER, TITLE, CROSSFADE, ORDER, LOUDNESS, VIDEO, SEED)
PRIVATE = Option(
    name="private", kind=Kind.FLAG, summary="Show the result to nobody but you", default=False
)
WHERE = Option(
    name="where",
    kind=Kind.CHOICE,
    summary="Where the result goes: here, or to you as a direct message",
    default="here",
    choices=("here", "dm"),
)
CHAT_OPTIONS = (*OPTIONS, LINKS, PRIVATE, WHERE)

_LUFS = Option(name="loudness", kind=Kind.NUMBER, summary="", least=-30, most=-8, unit="LUFS")
_DIGITS = re.compile(r"(\d+)")
_T = TypeVar("_T")


def read_loudness(text: str) -> float | None:
    """The target in LUFS, or None for `off`. Raises `UserError`."""
    if text.strip().lower() == "off":
        return None
    try:
        return read_number(_LUFS, text.replace("−", "-"))
    except UserError as error:
        raise UserError(str(error).replace("LUFS,", "LUFS or off,")) from None


def read_seed(value: Value) -> int | None:
    """The number to shuffle by, None for any. Raises `UserError`."""
    if not isinstance(value, float):
        return None
    if not value.is_integer():
        raise UserError(f"“seed” must be a whole number, not {value:g}.")
    return int(value)


def order_tracks(items: Sequence[_T], names: Sequence[str], *, order: str, seed: int) -> list[_T]:
    """The items as given, by name (numbers by their value), or shuffled by `seed`."""
    indices = list(range(len(items)))
    if order == "name":
        indices.sort(key=lambda index: _natural(names[index]))
    elif order == "shuffle":
        random.Random(seed).shuffle(indices)  # noqa: S311  music, no secret
    return [items[index] for index in indices]


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = _DIGITS.split(name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
