"""What a result becomes: letters in the order of sending, each with at most one large file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.delivery import Parcel
from core.jobs import Job, Product

SENT_ROLES = ("audio", "video", "wav", "midi", "picture", "archive")
PLAYED = frozenset({"mp3", "m4a", "ogg"})
WAVEFORM = "waveform"
_PICTURES = ("cover", "thumbnail", WAVEFORM)
_COVER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: `name` is the same whenever the same thing is sent. The first has the words."""

    name: str
    file: Product | None = None
    picture: Product | None = None


def list_products(job: Job) -> list[Product]:
    """What is handed over in the chat; the rest of a result is found behind its buttons."""
    products = job.outcome.products if job.outcome else ()
    return [product for role in SENT_ROLES for product in products if product.role == role]


def find_picture(job: Job, *, limit: int) -> Product | None:
    """The best picture that is small enough to go along where a file may have `limit` bytes.

    The cover, else a smaller one of it, else the waveform.
    """
    products = job.outcome.products if job.outcome else ()
    most = min(_COVER_BYTES, limit // 4)
    small = {each.role: each for each in reversed(products) if each.size <= most}
    return next((small[role] for role in _PICTURES if role in small), None)


def plan_letters(parcels: Mapping[int, Parcel], picture: Product | None) -> Sequence[Letter]:
    """The letters for parcels by the number of their product. There is always a first one."""
    files = [
        (f"{number}.{part}", file)
        for number, parcel in sorted(parcels.items())
        for part, file in enumerate(parcel.files)
    ]
    first = files.pop(0)[1] if files and files[0][0] == "0.0" else None
    return [Letter("0", first, picture), *(Letter(name, file) for name, file in files)]
