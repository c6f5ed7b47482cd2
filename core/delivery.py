"""The delivery ladder: in what form a result reaches a place that takes only so many bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.jobs import Product


class Rung(StrEnum):
    """How a file goes out, from the best to the last resort."""

    AS_IS = "as is"
    SMALLER = "smaller"
    PARTS = "parts"
    LINK = "link"


class Preference(StrEnum):
    """What a person wants of a result that cannot go out in one piece of fair quality."""

    PARTS = "parts"
    LINK = "link"


class Codec(StrEnum):
    """What sound is encoded with, by the name that people know."""

    MP3 = "MP3"
    AAC = "AAC"
    OPUS = "Opus"


PLAYED = frozenset({"mp3", "m4a", "ogg"})
"""The endings of sound files that most chats play. Each place says which ones it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How a file is encoded again: its sound in kb/s, the lines of its picture and that one's kb/s.

    `height` and `picture` are 0 for sound alone, and where the picture is copied as it is.
    """

    codec: Codec
    rate: int
    height: int = 0
    picture: int = 0


class Why(StrEnum):
    """Why a result goes out as a link."""

    WISH = "the person prefers it"
    PARTS = "there would be too many parts"
    KIND = "it is no sound or video"
    TROUBLE = "making it smaller failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One product in the form in which it goes out.

    `files` are in the order of sending: one, or parts; none for a link, which is `link` then.
    The rest is what people are told of it: the most bytes that the place takes, how it was
    encoded again, how many chapters had to be split, why it is a link.
    """

    product: Product
    rung: Rung
    files: Sequence[Product] = ()
    link: str = ""
    limit: int = 0
    coding: Coding | None = None
    split: int = 0
    why: Why | None = None
