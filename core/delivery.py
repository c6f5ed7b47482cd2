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


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One product in the form in which it goes out.

    `files` are in the order of sending: one, or parts; none for a link, which is `link` then.
    `note` says in a sentence what was done and why, empty for as it is.
    """

    product: Product
    rung: Rung
    files: Sequence[Product] = ()
    link: str = ""
    note: str = ""
