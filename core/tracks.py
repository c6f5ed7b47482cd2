"""What is known of one track: its tags, and what was measured of its sound."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

_LABEL_LENGTH = 200
_COUNT = re.compile(r"\s*(\d{1,4})")
_INVISIBLE = frozenset(
    "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says of itself; empty where it says nothing."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    disc: int = 0
    number: int = 0
    cover: str = ""
    """Path of the embedded picture, copied out into the job's folder."""

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> Self:
        """Tags out of a stranger's texts, named as here: cleaned, counts as numbers."""
        return cls(
            title=clean_text(texts.get("title", "")),
            artist=clean_text(texts.get("artist", "")),
            album=clean_text(texts.get("album", "")),
            genre=clean_text(texts.get("genre", "")),
            disc=read_count(texts.get("disc", "")),
            number=read_count(texts.get("number", "")),
            cover=texts.get("cover", ""),
        )

    def or_else(self, other: "Tags") -> "Tags":
        """These tags, with the other's where there is nothing here."""
        return Tags(
            **{
                field.name: getattr(self, field.name) or getattr(other, field.name)
                for field in fields(self)
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What was measured of one track, decoded to stereo at `rate` (44,100 or 48,000 Hz).

    `frames` is the whole length; `first` and `last` bound what is not silence (frames).
    `loudness` is integrated LUFS (BS.1770-4), `peak` the sample peak in dBFS.
    `starts_sounding` and `ends_sounding` say that there is no silence at that end.
    """

    rate: int
    frames: int
    first: int
    last: int
    loudness: float
    peak: float
    starts_sounding: bool
    ends_sounding: bool

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One track that is fit to be mixed. `source` is the label that the person knows it by."""

    path: str
    demuxer: str
    source: str
    digest: str
    tags: Tags
    sound: Sound

    @property
    def title(self) -> str:
        return self.tags.title or title_from_label(label_of(self.source))

    @property
    def artist(self) -> str:
        return self.tags.artist


def clean_text(text: str, *, most: int = _LABEL_LENGTH) -> str:
    """Text that is safe to show on one line: no control or direction marks, not too long."""
    kept = "".join(" " if _is_control(mark) else mark for mark in text if mark not in _INVISIBLE)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _is_control(mark: str) -> bool:
    code = ord(mark)
    # Half a surrogate pair is how Python shows a file name that is no UTF-8.
    return code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or mark in "\u2028\u2029"


def label_of(name: str) -> str:
    """What to call a file of this name: the last part of a path, cleaned."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return clean_text(last) or "untitled"


def read_count(text: str) -> int:
    """The number in `3`, `03` or `3/12`; 0 where there is none."""
    found = _COUNT.match(text)
    return int(found[1]) if found else 0


def title_from_label(label: str) -> str:
    """A title from a file's label: no ending, underscores as spaces."""
    stem, dot, ending = label.rpartition(".")
    name = stem if dot and stem and len(ending) <= 5 and ending.isalnum() else label
    return clean_text(name.replace("_", " ")) or "Untitled"
