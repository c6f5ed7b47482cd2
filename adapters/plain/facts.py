"""What the head of an answer and the first bytes of a file tell about it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote

import aiohttp
from yarl import URL

from core.errors import UserError
from core.lengths import read_length
from core.links import Found
from core.sniff import HEAD_BYTES, Format, sniff, tag_length
from core.tracks import label_of, title_from_label

LARGEST_TAG = 20_000_000
"""Bytes of a tag that are read to get to the sound behind it; a cover in it may be large."""
_MOST_TAGS = 10
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_RADIO = ("icy-name", "icy-br", "icy-metaint", "ice-audio-info")
_NAME = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_LENGTH = re.compile(r"\d{1,18}")
_ENDINGS = {"aiff": "aiff", "asf": "wma", "mov": "mp4", "matroska": "mkv"}
_SOUND_ENDINGS = (".m4a", ".m4b", ".mka", ".weba", ".oga", ".opus", ".wma")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"F4A ")
_ASF_PICTURES = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_PICTURES: Mapping[str, tuple[bytes, ...]] = {
    "mov": (b"vide",),
    "matroska": (b"V_MPEG", b"V_VP8", b"V_VP9", b"V_AV1", b"V_THEORA", b"V_MS"),
    "asf": (_ASF_PICTURES,),
    "ogg": (b"\x80theora", b"OVP80"),
}
"""What stands in the head of a file that has moving pictures, by its demuxer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as its server tells it. `size` is None when it does not say.

    `mark` is what the server calls this version of it, to go on with the same one later. `live`
    says that it is a radio, which has no end.
    """

    link: URL
    label: str
    size: int | None
    mark: str = ""
    live: bool = False

    @property
    def host(self) -> str:
        return self.link.host or ""

    @property
    def id(self) -> str:
        """Names the content: another version at the same address is another one."""
        key = "\0".join((str(self.link), self.mark, str(self.size)))
        return hashlib.sha256(key.encode()).hexdigest()[:32]


def read_source(answer: aiohttp.ClientResponse, link: URL) -> Source:
    """What `answer` says of the file that `link` stands for."""
    named = _read_name(answer.headers.get("Content-Disposition", ""))
    label = label_of(named or PurePosixPath(answer.url.path).name or answer.url.host or "")
    return Source(
        link=link,
        label=label,
        size=read_size(answer),
        mark=_read_mark(answer),
        # SHOUTcast and Icecast, which nearly all radios speak, tell the station by these.
        live=any(name.lower().startswith(_RADIO) for name in answer.headers),
    )


def _read_name(disposition: str) -> str:
    """The file name in a header, as far as it makes sense; that in UTF-8 goes first (RFC 6266)."""
    found = _NAME.search(disposition)
    if found is not None:
        return unquote(found[1], errors="ignore")
    # Mail has the same header, and its parser forgives more than aiohttp's.
    message = Message()
    message["Content-Disposition"] = disposition
    return str(message.get_filename("")).replace("\ufffd", "")


def read_size(answer: aiohttp.ClientResponse) -> int | None:
    """Bytes of the whole file, whether all of it or a part comes."""
    part = read_part(answer)
    if part is not None:
        return part[1]
    length = answer.headers.get("Content-Length", "").strip()
    return int(length) if _LENGTH.fullmatch(length) and answer.status == 200 else None


def read_part(answer: aiohttp.ClientResponse) -> tuple[int, int | None] | None:
    """Where the part starts that comes, and the size of the whole; None when all of it comes."""
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    if answer.status != 206 or found is None:
        return None
    return int(found[1]), None if found[3] == "*" else int(found[3])


def _read_mark(answer: aiohttp.ClientResponse) -> str:
    """What may stand in `If-Range` (RFC 9110, 13.1.5): a strong tag, or else a date."""
    tag = answer.headers.get("ETag", "").strip()
    if tag.startswith('"') and len(tag) < 200:
        return tag
    return answer.headers.get("Last-Modified", "").strip()[:40]


def judge(start: bytes, source: Source) -> Format:
    """What a file is, from its first bytes, tags and all. Raises `UserError` with a sentence."""
    shown = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if shown.startswith((b"<!doctype html", b"<html", b"<head")):
        raise UserError(
            f"{source.host} shows a page there, which is no file with sound. If it is a site for "
            "music or videos, I do not know it: send the file itself."
        )
    try:
        at = _skip_tags(start)
        return sniff(start[at : at + HEAD_BYTES])
    except UserError as error:
        raise UserError(f"“{source.label}” {error}") from error


def _skip_tags(start: bytes) -> int:
    """Where the sound begins, behind the tags in front of it."""
    at = 0
    for _ in range(_MOST_TAGS):
        at += tag_length(start[at : at + 16])
    if at > LARGEST_TAG:
        raise UserError(f"begins with {at / 1e6:.0f} MB of tags. Save it without its pictures.")
    return at


def count_head(start: bytes) -> int:
    """How many bytes of a file tell what it is, by its very first ones."""
    return min(tag_length(start), LARGEST_TAG) + HEAD_BYTES


def describe(source: Source, form: Format, start: bytes) -> Found:
    """What the first bytes tell; `seconds` is None where they do not say how long it plays."""
    at = _skip_tags(start)
    sound = None if source.size is None else source.size - at
    sizes = {} if source.size is None else {"best": source.size, "original": source.size}
    return Found(
        url=str(source.link),
        site="link",
        id=source.id,
        title=title_from_label(source.label),
        seconds=read_length(start[at:], form, size=sound),
        live=source.live,
        video=_has_pictures(source, form, start),
        sizes=sizes,
    )


def _has_pictures(source: Source, form: Format, start: bytes) -> bool:
    marks = _PICTURES.get(form.demuxer, ())
    if any(mark in start for mark in marks):
        return True
    if form.demuxer == "mov" and start[8:12] not in _SOUND_BRANDS and b"moov" not in start:
        # The index is at the end, so the name has to do.
        return not source.label.lower().endswith(_SOUND_ENDINGS)
    return False


def ending_of(form: Format) -> str:
    """What our own file of that format is called."""
    return _ENDINGS.get(form.demuxer, form.demuxer)
