"""The tags of our own MP3: ID3v2.4 with cover and chapters, that players and ffprobe read."""

from collections.abc import Sequence
from pathlib import Path

from mutagen.id3 import (
    APIC,
    CHAP,
    CTOC,
    ID3,
    TALB,
    TCON,
    TDRC,
    TIT2,
    TLEN,
    TPE1,
    TPE2,
    TRCK,
    TSSE,
    WOAS,
    BitPaddedInt,
    CTOCFlags,
    Encoding,
    PictureType,
)

from core.tracklist import Chapter

_NO_OFFSET = 0xFFFFFFFF
_TITLE_BYTES = 120
"""Says that the chapter's times count, not byte offsets (ID3v2 chapter addendum, 3.1)."""


def write_mp3_tags(
    path: Path,
    *,
    title: str,
    artists: Sequence[str],
    genre: str,
    year: int | str,
    cover: bytes,
    chapters: Sequence[Chapter],
    made_by: str,
    album: str = "",
    number: tuple[int, int] | None = None,
    source: str = "",
) -> None:
    """Put the tags before the sound of the MP3 at `path`. `cover` is a JPEG, empty for none.

    `album` is the title's own when empty; `number` is the place in it and how many there are,
    `source` a link to where the sound is from.
    Raises `OSError` when the disk refuses, as when it is full.
    """
    utf8 = Encoding.UTF8
    tags = ID3()
    tags.add(TIT2(encoding=utf8, text=[title]))
    tags.add(TPE1(encoding=utf8, text=list(artists) or ["Various Artists"]))
    if len(artists) > 1:
        tags.add(TPE2(encoding=utf8, text=["Various Artists"]))
    tags.add(TALB(encoding=utf8, text=[album or title]))
    if year:
        tags.add(TDRC(encoding=utf8, text=[str(year)]))
    if number is not None:
        tags.add(TRCK(encoding=utf8, text=[f"{number[0]}/{number[1]}"]))
    tags.add(TSSE(encoding=utf8, text=[made_by]))
    if source:
        tags.add(WOAS(url=source))
    if genre:
        tags.add(TCON(encoding=utf8, text=[genre]))
    if cover:
        front = PictureType.COVER_FRONT
        tags.add(APIC(encoding=utf8, mime="image/jpeg", type=front, desc="", data=cover))
    _add_chapters(tags, chapters)
    tags.save(path, v2_version=4)
    _put_chapters_in_order(path)


def _add_chapters(tags: ID3, chapters: Sequence[Chapter]) -> None:
    if not chapters:
        return
    names = [f"chp{index}" for index in range(len(chapters))]
    tags.add(
        CTOC(
            element_id="toc",
            flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=names,
            sub_frames=[TIT2(encoding=Encoding.UTF8, text=["Tracklist"])],
        )
    )
    for name, chapter in zip(names, chapters, strict=True):
        tags.add(
            CHAP(
                element_id=name,
                start_time=round(chapter.start * 1000),
                end_time=round(chapter.end * 1000),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=[TIT2(encoding=Encoding.UTF8, text=[_shorten(chapter.title)])],
            )
        )
    if chapters:
        length = round(chapters[-1].end * 1000)
        tags.add(TLEN(encoding=Encoding.UTF8, text=[str(length)]))


def _put_chapters_in_order(path: Path) -> None:
    """mutagen sorts frames by their size; ffmpeg, and so most players, list them as they lie."""
    with path.open("r+b") as file:
        length = BitPaddedInt(file.read(10)[6:])
        body = file.read(length)
        frames: list[bytes] = []
        at = 0
        while at < length and body[at]:
            end = at + 10 + BitPaddedInt(body[at + 4 : at + 8])
            frames.append(body[at:end])
            at = end
        frames.sort(key=_chapter_start)
        file.seek(10)
        file.write(b"".join(frames))


def _chapter_start(frame: bytes) -> int:
    """The start of a CHAP frame in ms; -1 for other frames, which go first as they are."""
    return int.from_bytes(frame[10:].partition(b"\0")[2][:4]) if frame[:4] == b"CHAP" else -1


def _shorten(title: str) -> str:
    """At most 120 bytes of a chapter's title.

    ffmpeg reads the size of a frame inside a chapter as a plain number and not as a syncsafe one,
    so that from 128 bytes on it drops the chapter.
    """
    if len(title.encode()) <= _TITLE_BYTES:
        return title
    kept = title.encode()[: _TITLE_BYTES - len("…".encode())]
    return kept.decode(errors="ignore").rstrip() + "…"


def read_mp3_chapters(path: Path, expected: int) -> None:
    """Open the MP3 as a player does. Raises `ValueError` unless its chapters are all there."""
    tags = ID3(path)
    found = len(tags.getall("CHAP"))
    if found != expected or len(tags.getall("CTOC")) != 1:
        raise ValueError(f"the MP3 has {found} chapters, not {expected}")
