"""What a person may ask of a download: kind, quality, the part, and which entries of a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import UserError
from core.links import Found, Medium, Span
from core.options import Kind, Option
from core.times import read_time

MOST_ENTRIES = 100
"""Entries of a list in one download."""


class Quality(StrEnum):
    """What comes out: the first four are videos, the others sound."""

    BEST = "best"
    P1080 = "1080p"
    P720 = "720p"
    P480 = "480p"
    ORIGINAL = "original"
    MP3 = "mp3"
    OPUS = "opus"
    M4A = "m4a"

    @property
    def medium(self) -> Medium:
        return Medium.VIDEO if self in VIDEOS else Medium.AUDIO

    @property
    def height(self) -> int | None:
        """The most lines of the picture; None for as many as there are."""
        return int(self.value[:-1]) if self.value.endswith("0p") else None


VIDEOS = (Quality.BEST, Quality.P1080, Quality.P720, Quality.P480)
SOUNDS = (Quality.ORIGINAL, Quality.MP3, Quality.OPUS, Quality.M4A)
_KILOBITS = {Quality.MP3: 245, Quality.OPUS: 160, Quality.M4A: 192}
"""What encoders give on average; MP3 is V0."""

LINK = Option(name="link", kind=Kind.TEXT, summary="The link", required=True, most=2000)
KIND = Option(
    name="kind",
    kind=Kind.CHOICE,
    summary="Sound or video; without it I show what there is",
    choices=tuple(medium.value for medium in Medium),
)
QUALITY = Option(
    name="quality",
    kind=Kind.CHOICE,
    summary="How good a video, or which kind of sound file",
    choices=tuple(quality.value for quality in Quality),
)
START = Option(name="start", kind=Kind.TEXT, summary="Where to begin, such as 1:30", most=20)
END = Option(name="end", kind=Kind.TEXT, summary="Where to end, such as 2:45", most=20)
ENTRIES = Option(
    name="entries",
    kind=Kind.TEXT,
    summary="Which of a list, such as 1-3, 7; all when left out",
    most=200,
)
OPTIONS = (LINK, KIND, QUALITY, START, END, ENTRIES)

_STRETCH = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?")


_ALL = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted of a link."""

    quality: Quality
    span: Span = _ALL
    entries: str = ""


def read_choice(given: Mapping[str, object]) -> Choice | None:
    """What somebody chose; None when they named neither a kind nor a quality.

    Raises `UserError` when that does not fit together.
    """
    kind, quality = given.get("kind"), given.get("quality")
    span = read_span(given.get("start"), given.get("end"))
    entries = str(given.get("entries") or "")
    if quality:
        chosen = Quality(str(quality))
        if kind and Medium(str(kind)) is not chosen.medium:
            fitting = VIDEOS if Medium(str(kind)) is Medium.VIDEO else SOUNDS
            raise UserError(
                f"“{chosen}” is no quality of {'a video' if kind == 'video' else 'sound'}: take "
                f"one of {', '.join(fitting)}."
            )
    elif kind:
        chosen = Quality.BEST if Medium(str(kind)) is Medium.VIDEO else Quality.ORIGINAL
    else:
        return None
    return Choice(quality=chosen, span=span, entries=entries)


def read_span(start: object, end: object) -> Span:
    """The part between two times as people write them. Raises `UserError`."""
    first = _read_time("start", start) if start else 0.0
    last = _read_time("end", end) if end else None
    if last is not None and last <= first:
        raise UserError(f"“end” must come after “start”, and {end} does not come after {start}.")
    return Span(first, last)


def _read_time(name: str, given: object) -> float:
    try:
        return read_time(str(given))
    except UserError as error:
        raise UserError(f"“{name}” is no time: {str(given)[:40]}. {error}") from None


def read_entries(text: str, count: int) -> list[int]:
    """Places in a list of `count`, from 0 on, in the order in which they were named.

    `1-3, 7`; nothing means all. Raises `UserError`.
    """
    wanted: list[int] = []
    for part in filter(None, re.split(r"[,;\s]+(?![-–])(?<![-–]\s)", text.strip())):
        stretch = _STRETCH.fullmatch(part.strip())
        if stretch is None:
            raise UserError(f"“entries” must be numbers such as 1-3, 7, not “{part[:40]}”.")
        first, last = int(stretch[1]), int(stretch[2] or stretch[1])
        if not 1 <= first <= last <= count:
            raise UserError(f"The list has {count} entries, so “{part}” is not in it.")
        wanted += range(first - 1, last)
    places = list(dict.fromkeys(wanted)) or list(range(count))
    if len(places) > MOST_ENTRIES:
        raise UserError(
            f"{len(places)} entries are too many: {MOST_ENTRIES} at once is the most. Pick some "
            f"of them, such as 1-{MOST_ENTRIES}."
        )
    return places


def offer(found: Found) -> tuple[Quality, ...]:
    """The qualities that there really are, best first: no 1080p of what has 720 lines."""
    videos: list[Quality] = []
    if found.video or found.entries:
        tallest = found.heights[0] if found.heights else None
        videos = [
            quality
            for quality in VIDEOS
            if quality.height is None or tallest is None or quality.height < tallest
        ]
        if tallest is None and not found.entries:
            videos = [Quality.BEST]
    return (*videos, *SOUNDS)


def estimate(found: Found, quality: Quality) -> int | None:
    """Bytes that a quality has, as the site says, or as encoders usually make them."""
    if quality.value in found.sizes:
        return found.sizes[quality.value]
    rate = _KILOBITS.get(quality)
    if rate is None or found.seconds is None:
        return None
    return round(found.seconds * rate * 125)


def name_found(found: Found) -> str:
    """`Artist – Title`, or the title alone where it has the artist in it already."""
    named = found.artist and found.artist.casefold() not in found.title.casefold()
    return f"{found.artist} – {found.title}" if named else found.title or found.id


def total_seconds(entries: Sequence[Found]) -> float | None:
    """How long all entries last; None where one does not say."""
    lengths = [entry.seconds for entry in entries]
    return None if None in lengths else sum(length or 0.0 for length in lengths)
