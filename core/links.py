"""Links as values: what one stands for, what is wanted of it, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Medium(StrEnum):
    """What is wanted of a source that may have both."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a source, in seconds; `end` None is the source's own."""

    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A chapter of a source, in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a link stands for, before anything is fetched.

    `url` is the canonical address of the page, which is shown to people. `site` is the
    extractor's key in small letters (`youtube`), or `link` for a plain file; `(site, id)` names
    the content. `seconds` is None when unknown. `start` is that of a link's own `?t=`. `video`
    says that it has moving pictures, `heights` are the lines on offer, tallest first. `sizes` are
    bytes by the quality's name (`best`, `1080p`, `original`) where they are known. `entries` are
    those of a playlist or an album; then the rest but `title` is empty.
    """

    url: str
    site: str
    id: str
    title: str
    artist: str = ""
    album: str = ""
    seconds: float | None = None
    live: bool = False
    start: float = 0.0
    video: bool = False
    heights: tuple[int, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    chapters: tuple[Heading, ...] = ()
    entries: tuple["Found", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What to bring of a link. `height` is the most lines of a picture, None for the best."""

    url: str
    medium: Medium
    height: int | None = None
    span: Span = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was brought: a file in the job's folder, under a name of ours.

    `span` is the part of the source that the file holds: at least what was wanted, perhaps more
    (whole groups of pictures). `found` is what is known of the source by now.
    """

    path: Path
    found: Found
    span: Span
    cover: Path | None = None
