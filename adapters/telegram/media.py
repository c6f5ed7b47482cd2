"""Results as Telegram's audio, video and documents: with titles, lengths and a small picture."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import telegram
from PIL import Image

from adapters.telegram.drawing import Drawn
from core.jobs import Job, Product

PLAYS = frozenset({"mp3", "m4a"})
"""What sendAudio plays; anything else would arrive as a document."""
_SIDE, _HEAVIEST = 320, 200_000
_MOST_ARTISTS = 3
_WIDE = (1920, 1080)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as it goes out. `number` of `count` parts; `height` of a smaller video."""

    product: Product
    role: str
    number: int = 1
    count: int = 1
    height: int = 0

    @property
    def kind(self) -> str:
        ending = self.product.path.rpartition(".")[2].lower()
        if self.role == "audio" and ending in PLAYS:
            return "audio"
        return "video" if self.role == "video" and ending == "mp4" else "document"


def make_thumbnail(job: Job) -> bytes | None:
    """The job's cover as Telegram takes it: a JPEG of at most 320 pixels and 200 kB."""
    products = job.outcome.products if job.outcome is not None else ()
    covers = [product for product in products if product.role == "cover"]
    if not covers:
        return None
    with Image.open(covers[0].path) as picture:
        small = picture.convert("RGB")
        small.thumbnail((_SIDE, _SIDE))
        for quality in (88, 70, 50):
            out = io.BytesIO()
            small.save(out, "JPEG", quality=quality)
            if out.tell() < _HEAVIEST:
                return out.getvalue()
    return None


def name_artists(job: Job) -> str:
    """The artists of a mix, or that they are many; empty where none is known."""
    details = job.outcome.details if job.outcome is not None else {}
    tracks = details.get("tracks")
    named = [
        str(track.get("artist") or "")
        for track in (tracks if isinstance(tracks, Sequence) else ())
        if isinstance(track, Mapping)
    ]
    artists = [artist for artist in dict.fromkeys(named) if artist]
    return "Various artists" if len(artists) > _MOST_ARTISTS else ", ".join(artists)


@contextmanager
def opened(piece: Piece) -> Iterator[IO[bytes]]:
    with Path(piece.product.path).open("rb") as file:
        yield file


def describe(piece: Piece, job: Job, thumbnail: bytes | None) -> dict[str, Any]:
    """What Telegram is told of a file beside its bytes, by the names of the library's arguments."""
    part = f" ({piece.number}/{piece.count})" if piece.count > 1 else ""
    seconds = piece.product.seconds
    told: dict[str, Any] = {"filename": piece.product.label}
    if piece.kind == "document":
        return told
    if seconds is not None:
        told["duration"] = timedelta(seconds=round(seconds))
    if thumbnail is not None:
        told["thumbnail"] = thumbnail
    if piece.kind == "audio":
        return told | {"title": f"{job.name}{part}"[:120], "performer": name_artists(job)[:120]}
    width, height = _WIDE
    if piece.height:
        width, height = round(piece.height * width / height), piece.height
    return told | {"supports_streaming": True, "width": width, "height": height}


def input_media(
    piece: Piece, job: Job, caption: Drawn, *, file: IO[bytes], thumbnail: bytes | None
) -> telegram.InputMedia:
    """A file that takes a message's place."""
    told = describe(piece, job, thumbnail)
    upload = telegram.InputFile(
        file, filename=told["filename"], attach=True, read_file_handle=False
    )
    words: dict[str, Any] = {
        "caption": caption.text or None,
        "caption_entities": caption.entities(),
    }
    match piece.kind:
        case "audio":
            return telegram.InputMediaAudio(upload, **told, **words)
        case "video":
            return telegram.InputMediaVideo(upload, **told, **words)
    return telegram.InputMediaDocument(upload, **told, **words)
