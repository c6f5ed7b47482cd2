"""The tags of files of our own making: read whole, and written for each container."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mutagen.flac import Picture
from mutagen.id3 import ID3, ID3NoHeaderError, PictureType
from mutagen.mp4 import MP4, MP4StreamInfoError
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from adapters.tags.writing import write_mp3_tags
from core.cards import Card
from core.tracklist import Chapter


def read_card(path: Path, *, title: str, seconds: float) -> Card:
    """What an MP3 or MP4 of ours says of itself; only the `title` of any other file.

    `seconds` is its length, where the last chapter ends. Not for strangers' files.
    """
    match path.suffix:
        case ".mp3":
            return _read_mp3(path, title, seconds)
        case ".mp4" | ".m4a":
            return _read_mp4(path, title, seconds)
    return Card(title=title, chapters=(Chapter(0.0, seconds, title),))


def _read_mp3(path: Path, title: str, seconds: float) -> Card:
    try:
        tags = ID3(path)
    except ID3NoHeaderError:
        return Card(title=title, chapters=(Chapter(0.0, seconds, title),))
    chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    starts = [chapter.start_time / 1000 for chapter in chapters]
    titles = [_first(chapter.sub_frames, "TIT2") for chapter in chapters]
    pictures = tags.getall("APIC")
    return Card(
        title=_first(tags, "TIT2") or title,
        artists=tuple(str(name) for frame in tags.getall("TPE1") for name in frame.text),
        genre=_first(tags, "TCON"),
        year=_first(tags, "TDRC"),
        cover=bytes(pictures[0].data) if pictures else b"",
        chapters=_chain(starts, titles, seconds, title=_first(tags, "TIT2") or title),
    )


def _first(tags: Any, name: str) -> str:
    frames = tags.getall(name)
    return str(frames[0].text[0]) if frames and frames[0].text else ""


def _read_mp4(path: Path, title: str, seconds: float) -> Card:
    try:
        file = MP4(path)
    except MP4StreamInfoError:
        return Card(title=title, chapters=(Chapter(0.0, seconds, title),))
    tags: Any = file.tags or {}

    def first(name: str) -> str:
        values = tags.get(name) or [""]
        return str(values[0])

    covers = tags.get("covr") or [b""]
    marks = list(file.chapters or ())
    return Card(
        title=first("\xa9nam") or title,
        artists=tuple(str(name) for name in tags.get("\xa9ART") or ()),
        genre=first("\xa9gen"),
        year=first("\xa9day"),
        cover=bytes(covers[0]),
        chapters=_chain(
            [mark.start for mark in marks],
            [mark.title for mark in marks],
            seconds,
            title=first("\xa9nam") or title,
        ),
    )


def _chain(
    starts: Sequence[float], titles: Sequence[str], seconds: float, *, title: str
) -> tuple[Chapter, ...]:
    """Chapters without gaps from 0 to the end; one of everything where there is none."""
    if not starts:
        return (Chapter(0.0, seconds, title),)
    ends = [*starts[1:], seconds]
    chapters = [
        Chapter(0.0 if index == 0 else start, end, name)
        for index, (start, end, name) in enumerate(zip(starts, ends, titles, strict=True))
    ]
    return tuple(chapter for chapter in chapters if chapter.end > chapter.start)


def write_mp3_card(path: Path, card: Card, *, made_by: str) -> None:
    """Put a card before the sound of an MP3. Raises `OSError`."""
    write_mp3_tags(
        path,
        title=card.title,
        artists=card.artists,
        genre=card.genre,
        year=card.year,
        cover=card.cover,
        chapters=card.chapters,
        made_by=made_by,
        album=card.album,
        number=(card.number, card.count) if card.number else None,
        source=card.source,
    )


def write_ogg_card(path: Path, card: Card, *, made_by: str) -> None:
    """Put a card into Ogg Opus or Vorbis: comments with the cover and CHAPTERnnn marks."""
    file = _open_ogg(path)
    tags: Any = file.tags
    tags.clear()
    tags["TITLE"] = card.title
    tags["ARTIST"] = list(card.artists) or ["Various Artists"]
    tags["ALBUM"] = card.album or card.title
    tags["ENCODED-BY"] = made_by
    for name, value in (("GENRE", card.genre), ("DATE", card.year)):
        if value:
            tags[name] = value
    if card.source:
        tags["COMMENT"] = card.source
    if card.number:
        tags["TRACKNUMBER"], tags["TRACKTOTAL"] = str(card.number), str(card.count)
    for index, chapter in enumerate(card.chapters):
        tags[f"CHAPTER{index:03}"] = _vorbis_time(chapter.start)
        tags[f"CHAPTER{index:03}NAME"] = chapter.title
    if card.cover:
        tags["METADATA_BLOCK_PICTURE"] = _as_block(card.cover)
    file.save()


def _open_ogg(path: Path) -> OggOpus | OggVorbis:
    with path.open("rb") as file:
        return OggOpus(path) if b"OpusHead" in file.read(100) else OggVorbis(path)


def _vorbis_time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _as_block(cover: bytes) -> str:
    picture = Picture()
    picture.type = PictureType.COVER_FRONT
    picture.mime = "image/jpeg"
    picture.data = cover
    return base64.b64encode(picture.write()).decode()
