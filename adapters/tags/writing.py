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
    TSSE,
    CTOCFlags,
    Encoding,
    PictureType,
)

from core.tracklist import Chapter

_HEADER = 10
"""Bytes before a tag's and before a frame's content (ID3v2.4, 3.1 and 4)."""
_NO_OFFSET = 0xFFFFFFFF
"""Says that the chapter's times count, not byte offsets (ID3v2 chapter addendum, 3.1)."""


def write_mp3_tags(
    path: Path,
    *,
    title: str,
    artists: Sequence[str],
    genre: str,
    year: int,
    cover: bytes,
    chapters: Sequence[Chapter],
    made_by: str,
) -> None:
    """Put the tags before the sound of the MP3 at `path`. `cover` is a JPEG.

    Raises `OSError` when the disk refuses, as when it is full.
    """
    utf8 = Encoding.UTF8
    tags = ID3()
    tags.add(TIT2(encoding=utf8, text=[title]))
    tags.add(TPE1(encoding=utf8, text=list(artists) or ["Various Artists"]))
    if len(artists) > 1:
        tags.add(TPE2(encoding=utf8, text=["Various Artists"]))
    tags.add(TALB(encoding=utf8, text=[title]))
    tags.add(TDRC(encoding=utf8, text=[str(year)]))
    tags.add(TSSE(encoding=utf8, text=[made_by]))
    if genre:
        tags.add(TCON(encoding=utf8, text=[genre]))
    tags.add(
        APIC(encoding=utf8, mime="image/jpeg", type=PictureType.COVER_FRONT, desc="", data=cover)
    )
    _add_chapters(tags, chapters)
    tags.save(path, v2_version=4)
    _order_chapters(path)


def _order_chapters(path: Path) -> None:
    """Put the CHAP frames in the order of time, where mutagen sorts frames by their size.

    Players go by the CTOC, but ffmpeg numbers chapters as they come. The size stays as it is.
    """
    with path.open("r+b") as file:
        size = _syncsafe(file.read(_HEADER)[6:])
        body = file.read(size)
        frames: list[bytes] = []
        at = 0
        while body[at : at + 1].strip(b"\0"):  # up to the padding
            length = _HEADER + _syncsafe(body[at + 4 : at + 8])
            frames.append(body[at : at + length])
            at += length
        chapters = sorted((frame for frame in frames if frame[:4] == b"CHAP"), key=_start_time)
        others = [frame for frame in frames if frame[:4] != b"CHAP"]
        file.seek(_HEADER)
        file.write(b"".join(others + chapters))


def _syncsafe(four: bytes) -> int:
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]


def _start_time(frame: bytes) -> bytes:
    """The four bytes after the element's name, which ends in a zero (chapter addendum, 3.1)."""
    after = frame.index(b"\0", _HEADER) + 1
    return frame[after : after + 4]


def _add_chapters(tags: ID3, chapters: Sequence[Chapter]) -> None:
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
                sub_frames=[TIT2(encoding=Encoding.UTF8, text=[chapter.title])],
            )
        )
    if chapters:
        length = round(chapters[-1].end * 1000)
        tags.add(TLEN(encoding=Encoding.UTF8, text=[str(length)]))


def read_mp3_chapters(path: Path, expected: int) -> None:
    """Open the MP3 as a player does. Raises `ValueError` unless its chapters are all there."""
    tags = ID3(path)
    found = len(tags.getall("CHAP"))
    if found != expected or len(tags.getall("CTOC")) != 1:
        raise ValueError(f"the MP3 has {found} chapters, not {expected}")
