"""Paired glasses and the photos that they send: tokens, bursts, orders, and how far a photo is."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from core.jobs import Job, Json, Order, State
from core.names import JobId, PersonId, Place
from core.options import Attachment

MOST_PAIRS = 10
"""Pairs of glasses of one person."""
MOST_SCENES = 10
"""Photos that become one video."""
LONGEST_BURST = 300.0
"""Seconds that may pass between two photos of one video."""
PATIENCE = 24 * 3600.0
"""For so many seconds a photo waits for its person's quota."""
VIDEO = "video"
"""The kind of job that makes a video of photos."""
VIDEO_SECONDS = 30.0
_TOKEN_BYTES = 32
_TOKEN_MARK = "tdg"  # noqa: S105  what tokens begin with, to be known where they turn up


def make_token() -> str:
    """A new pairing token, of 32 random bytes. No chat takes a part of it for its own markup."""
    return _TOKEN_MARK + secrets.token_hex(_TOKEN_BYTES)


def make_id() -> str:
    """A new id of a pair of glasses or a photo, of 10 random bytes: nobody guesses one."""
    return secrets.token_hex(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One pair of glasses, of the account `person`.

    `identity` paired it, `place` is where results go, `home` where nobody else reads, `server` the
    place's server. Photos with less than `burst` seconds from one to the next become one video.
    Times are seconds since 1970; `used` is when its last photo came.
    """

    id: str
    person: PersonId
    identity: PersonId
    name: str
    place: Place
    home: Place
    server: str = ""
    burst: float = 0.0
    created: float = 0.0
    used: float | None = None


class Fate(StrEnum):
    """Where a photo stands."""

    WAITING = "waiting"
    """It is here; its video is not ordered yet."""
    ORDERED = "ordered"
    MISSED = "missed"
    """There is no photo: the glasses failed, or its file is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo. `request` is the glasses' own name for it: the same again is the same photo.

    `received` and `taken` are seconds since 1970; `due` is when its video may be ordered. `note`
    says in words why it waits or was missed.
    """

    id: str
    person: PersonId
    pair: str
    request: str
    received: float
    due: float
    fate: Fate = Fate.WAITING
    file: Attachment | None = None
    taken: float | None = None
    job: JobId | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A photo as it is sent: the glasses' name for it, what to call its file, when it was taken."""

    request: str
    label: str
    size: int
    taken: float | None = None


def divide_bursts(photos: Sequence[Photo], *, now: float) -> list[tuple[Photo, ...]]:
    """The bursts of one pair's waiting photos that are complete, each at most `MOST_SCENES`.

    `photos` are in the order of their coming. One that comes before the one before it was due
    belongs to the same burst; a burst is complete when its last photo is due, or it is full.
    """
    if not photos:
        return []
    groups: list[list[Photo]] = [[photos[0]]]
    for before, photo in pairwise(photos):
        if photo.received < before.due and len(groups[-1]) < MOST_SCENES:
            groups[-1].append(photo)
        else:
            groups.append([photo])
    return [tuple(group) for group in groups if group[-1].due <= now or len(group) == MOST_SCENES]


def order_video(photos: Sequence[Photo], pair: Pair, *, title: str) -> Order:
    """What to order for a burst: the same burst is the same order, with the same seed."""
    first = photos[0].id
    scenes: list[Json] = [
        {"path": str(photo.file.path), "label": photo.file.label} for photo in photos if photo.file
    ]
    request: dict[str, Json] = {
        "photos": scenes,
        "track": None,
        # The one that fits what the photo shows.
        "style": "",
        "seconds": VIDEO_SECONDS,
        "captions": True,
        "seed": int.from_bytes(hashlib.sha256(first.encode()).digest()[:4], "big") >> 1,
        "title": "",
    }
    return Order(
        key=f"glasses:{first}",
        kind=VIDEO,
        title=title,
        person=pair.person,
        place=pair.place,
        request=request,
        private=pair.place == pair.home,
        server=pair.server,
    )


class Stand(StrEnum):
    """How far a photo's video is, in the words that bridges know."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """It, with whole percents and a sentence."""

    stand: Stand
    percent: int
    message: str


def tell_standing(photo: Photo, job: Job | None) -> Standing:
    """How far a photo is. `job` is its video's, None when there is none or it was deleted."""
    if photo.fate is Fate.MISSED:
        return Standing(Stand.FAILED, 0, photo.note or "There is no photo.")
    if photo.fate is Fate.WAITING:
        return Standing(Stand.QUEUED, 0, photo.note or "The photo is here.")
    if job is None:
        return Standing(Stand.FAILED, 0, "The video of this photo was deleted.")
    match job.state:
        case State.QUEUED:
            return Standing(Stand.QUEUED, 0, "The video is next in the queue.")
        case State.RUNNING:
            # 100 is only what is done.
            percent = min(99, int(job.progress.percent))
            return Standing(Stand.PROCESSING, percent, _sentence(job.progress.stage))
        case State.DONE:
            return Standing(Stand.COMPLETED, 100, "The video is ready.")
        case _:
            return Standing(Stand.FAILED, 0, job.sentence or "It was cancelled.")


def _sentence(stage: str) -> str:
    return f"{stage[0].upper()}{stage[1:]}." if stage else "The video is being made."
