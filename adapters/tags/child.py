"""Reads the tags of strangers' files, in a child: parsers meet anything in them.

`python -m adapters.tags.child LIST FOLDER` takes a JSON list of {"path", "demuxer"} and prints
one JSON object a line, in order; pictures are written into FOLDER by the file's place.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mutagen import FileType
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

_READERS: Mapping[str, tuple[Callable[[str], Any], ...]] = {
    "mp3": (MP3,),
    "aac": (AAC, ID3),
    "flac": (FLAC,),
    "ogg": (OggVorbis, OggOpus, OggFLAC),
    "wav": (WAVE,),
    "aiff": (AIFF,),
    "asf": (ASF,),
    "mov": (MP4,),
}
_NAMES = ("title", "artist", "album", "genre", "disc", "number")
_ID3 = ("TIT2", "TPE1", "TALB", "TCON", "TPOS", "TRCK")
_MP4 = ("\xa9nam", "\xa9ART", "\xa9alb", "\xa9gen", "disk", "trkn")
_ASF = (
    "Title", "Author", "WM/AlbumTitle", "WM/Genre", "WM/PartOfSet", "WM/TrackNumber",
)  # fmt: skip
_VORBIS = ("title", "artist", "album", "genre", "discnumber", "tracknumber")
_MOST_TEXT = 500
_MOST_PICTURE = 20_000_000
_FRONT_COVER = 3


def _open(path: str, demuxer: str) -> Any:
    for reader in _READERS.get(demuxer, ()):
        try:
            found = reader(path)
        except Exception:  # noqa: BLE001, S112  hostile files raise anything; here it ends
            continue
        tags = found.tags if isinstance(found, FileType) else found
        if tags:
            return tags
    return {}


def _texts(tags: Any, keys: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name, key in zip(_NAMES, keys, strict=True):
        try:
            value = tags[key]
        except (KeyError, ValueError):
            continue
        value = getattr(value, "text", value)
        values = value if isinstance(value, list) else [value]
        # Some programs write the same value under two names, which mutagen puts together.
        distinct = dict.fromkeys(_plain(part) for part in values[:20])
        found[name] = ", ".join(distinct)[:_MOST_TEXT]
    return found


def _plain(part: Any) -> str:
    if isinstance(part, tuple):
        return str(part[0]) if part else ""
    return str(part)[:_MOST_TEXT]


def _read(tags: Any) -> tuple[dict[str, str], bytes]:
    name = type(tags).__name__
    if isinstance(tags, ID3):
        frames = sorted(tags.getall("APIC"), key=lambda frame: frame.type != _FRONT_COVER)
        return _texts(tags, _ID3), frames[0].data if frames else b""
    if name == "MP4Tags":
        covers = tags.get("covr") or [b""]
        return _texts(tags, _MP4), bytes(covers[0])
    if name == "ASFTags":
        return _texts(tags, _ASF), _asf_picture(tags)
    if hasattr(tags, "keys"):
        return _texts(tags, _VORBIS), _vorbis_picture(tags)
    return {}, b""


def _asf_picture(tags: Any) -> bytes:
    """The data in WM/Picture: type, length, two UTF-16 texts that end in zeros, the picture."""
    pictures = tags.get("WM/Picture") or []
    if not pictures:
        return b""
    value = bytes(pictures[0].value)
    at = 5
    for _ in range(2):
        while value[at : at + 2] not in (b"\0\0", b""):
            at += 2
        at += 2
    return value[at:]


def _vorbis_picture(tags: Any) -> bytes:
    import base64

    for encoded in (tags.get("metadata_block_picture") or [])[:4]:
        picture = Picture(base64.b64decode(encoded))
        if picture.data:
            return bytes(picture.data)
    return b""


def _flac_picture(path: str) -> bytes:
    pictures = FLAC(path).pictures
    front = sorted(pictures, key=lambda picture: picture.type != _FRONT_COVER)
    return bytes(front[0].data) if front else b""


def _describe(path: str, demuxer: str, cover: Path) -> dict[str, str]:
    tags = _open(path, demuxer)
    facts: dict[str, str] = {}
    picture = b""
    try:
        facts, picture = _read(tags)
        if demuxer == "flac" and not picture:
            picture = _flac_picture(path)
    except Exception:  # noqa: BLE001  as above: what could be read so far is kept
        facts["broken"] = "yes"
    if 0 < len(picture) <= _MOST_PICTURE:
        cover.write_bytes(picture)
        facts["cover"] = str(cover)
    return facts


def main() -> int:
    files = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2])
    for index, file in enumerate(files):
        facts = _describe(file["path"], file["demuxer"], folder / f"embedded-{index}")
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
