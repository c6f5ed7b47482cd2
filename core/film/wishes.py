"""What a person may ask of a music video, and what is ordered then."""

from collections.abc import Mapping

from core.errors import UserError
from core.film.terms import Style
from core.jobs import Json
from core.options import Attachment, Kind, Option, Value
from core.tracks import clean_text

MOST_PHOTOS = 10
SHORTEST, LONGEST = 6.0, 180.0
"""Seconds."""

PHOTOS = Option(
    name="photos",
    kind=Kind.FILES,
    summary="The photos, in order",
    required=True,
    least=1,
    most=MOST_PHOTOS,
    accepts="image",
)
TRACK = Option(
    name="track",
    kind=Kind.FILE,
    summary="A track of yours as the music; else music is made",
    accepts="audio",
)
STYLE = Option(
    name="style",
    kind=Kind.CHOICE,
    summary="How it looks and moves; else what fits the mood",
    choices=tuple(style.value for style in Style),
)
LENGTH = Option(
    name="length",
    kind=Kind.NUMBER,
    summary="How long the video is",
    default=30.0,
    least=SHORTEST,
    most=LONGEST,
    unit="seconds",
)
MUSIC = Option(
    name="music",
    kind=Kind.TEXT,
    summary="What the music is like, in words; else what fits the photos",
    most=200,
)
COMPOSE = Option(
    name="compose",
    kind=Kind.FLAG,
    summary="Have the music written here, and ask no service",
    default=False,
)
TITLE = Option(name="title", kind=Kind.TEXT, summary="What to call it", most=200)
CARD = Option(name="card", kind=Kind.FLAG, summary="Begin with the title", default=False)
CAPTIONS = Option(
    name="captions", kind=Kind.FLAG, summary="Show words over the pictures", default=True
)
SEED = Option(
    name="seed",
    kind=Kind.NUMBER,
    summary="A number that gives the same video again",
    least=0,
    most=2**31 - 1,
)
OPTIONS = (PHOTOS, TRACK, STYLE, LENGTH, MUSIC, COMPOSE, TITLE, CARD, CAPTIONS, SEED)


def order_film(values: Mapping[str, Value], *, seed: int) -> dict[str, Json]:
    """What was asked for, as the JSON that the pipeline takes. `seed` stands in for none.

    Raises `UserError` when a value makes no sense.
    """
    photos, track, given = values["photos"], values["track"], values["seed"]
    if isinstance(given, float) and not given.is_integer():
        raise UserError(f"“seed” must be a whole number, not {given:g}.")
    length = values["length"]
    return {
        "photos": [_file(photo) for photo in photos] if isinstance(photos, tuple) else [],
        "track": _file(track) if isinstance(track, Attachment) else None,
        "style": str(values["style"] or ""),
        "seconds": length if isinstance(length, float) else 30.0,
        "music": clean_text(str(values["music"] or "")),
        "compose": values["compose"] is True,
        "title": clean_text(str(values["title"] or "")),
        "card": values["card"] is True,
        "captions": values["captions"] is not False,
        "seed": int(given) if isinstance(given, float) else seed,
    }


def _file(file: Attachment) -> dict[str, Json]:
    return {"path": str(file.path), "label": file.label}
