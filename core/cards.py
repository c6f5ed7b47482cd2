"""What a file says of itself: title, artists, chapters; and what a part of it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.fitting import Part
from core.tracklist import Chapter

_SHORTEST_CHAPTER = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The tags of one file. `cover` is a JPEG, empty for none; `source` a link to where it is from.

    `number` of `count` is its place among the parts of `album`; 0 for a file that is whole.
    """

    title: str
    artists: tuple[str, ...] = ()
    genre: str = ""
    year: str = ""
    cover: bytes = b""
    chapters: tuple[Chapter, ...] = ()
    album: str = ""
    number: int = 0
    count: int = 0
    source: str = ""

    @property
    def artist(self) -> str:
        return ", ".join(self.artists) or "Various Artists"


def card_of_part(card: Card, parts: Sequence[Part], index: int) -> Card:
    """What one of several parts says: its place, and the chapters in it, counted from its start.

    Of a chapter that is cut, each part has its piece.
    """
    part = parts[index]
    return replace(
        card,
        title=f"{card.title} (part {index + 1} of {len(parts)})",
        chapters=_within(card.chapters, part),
        album=card.title,
        number=index + 1,
        count=len(parts),
    )


def _within(chapters: Sequence[Chapter], part: Part) -> tuple[Chapter, ...]:
    found = []
    for chapter in chapters:
        start, end = max(chapter.start, part.start), min(chapter.end, part.end)
        # Files keep milliseconds, so that a neighbour may seem to reach in by a hair.
        if end - start > min(_SHORTEST_CHAPTER, (chapter.end - chapter.start) / 2):
            found.append(Chapter(start - part.start, end - part.start, chapter.title))
    return tuple(found)


def name_part(label: str, ending: str, index: int, count: int) -> str:
    """The file name of a part: `late-night-part-2-of-3.ogg`; with one part, only a new ending."""
    stem = label.rpartition(".")[0] or label
    return f"{stem}-part-{index + 1}-of-{count}.{ending}" if count > 1 else f"{stem}.{ending}"
