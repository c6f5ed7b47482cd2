"""What a sound file really is, told from its first bytes and never from its name."""

import re
from dataclasses import dataclass

from core.errors import UserError

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A container we accept: the name people know and ffmpeg's demuxer for it."""

    name: str
    demuxer: str


MP3 = Format("MP3", "mp3")
_AAC = Format("AAC", "aac")
_FLAC = Format("FLAC", "flac")
_OGG = Format("OGG", "ogg")
_WAV = Format("WAV", "wav")
_AIFF = Format("AIFF", "aiff")
_WMA = Format("WMA", "asf")
_MP4 = Format("MP4", "mov")
_MATROSKA = Format("Matroska", "matroska")

_ASF_GUID = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_PLAYLISTS = (b"#EXTM3U", b"[playlist]", b"ffconcat version", b"<asx", b"<?xml", b"<playlist")
_MOV_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_REFUSED = (
    (b"PK\x03\x04", "is a ZIP archive. Unpack it and send the tracks themselves."),
    (b"Rar!", "is a RAR archive. Unpack it and send the tracks themselves."),
    (b"7z\xbc\xaf", "is a 7-Zip archive. Unpack it and send the tracks themselves."),
    (b"\x1f\x8b", "is a compressed archive. Unpack it and send the tracks themselves."),
    (b"%PDF", "is a PDF document, not a sound file."),
    (b"\x89PNG", "is a picture, not a sound file. Send it as the cover."),
    (b"\xff\xd8\xff", "is a picture, not a sound file. Send it as the cover."),
    (b"GIF8", "is a picture, not a sound file. Send it as the cover."),
    (b"MThd", "is a MIDI file, which holds notes and no sound. Send an MP3 or WAV of it."),
    (b"\x7fELF", "is a program, not a sound file."),
    (b"MZ", "is a program, not a sound file."),
)
_INPUTS = "MP3, M4A, OGG, Opus, FLAC, WAV, AIFF, WMA, MP4, MOV, WebM or MKV"

_ENCRYPTED = re.compile(rb"stsd.{12}enca", re.DOTALL)

_BITRATES_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_FRAMES_IN_A_ROW = 3


def tag_length(head: bytes) -> int:
    """Bytes that an ID3v2 tag at the start of `head` takes, 0 without one (ID3v2.4, 3.1)."""
    if len(head) < 10 or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def sniff(head: bytes) -> Format:
    """Name the format of a file from its first `HEAD_BYTES`, any ID3v2 tag already skipped.

    Raises `UserError` with the end of a sentence that begins with the file's name.
    """
    if not head.strip(b"\0"):
        raise UserError(
            "is empty. Send it again."
            if not head
            else "holds nothing but zeros: its download broke. Send it again."
        )
    found = _container(head)
    refused = next((words for magic, words in _REFUSED if head.startswith(magic)), "")
    if found is None and not refused:
        # Only now: an archive may hold an MP3 as it is, which is no MP3 for that.
        found = _bare_stream(head)
    if found is None:
        raise UserError(refused or _refusal(head))
    return found


def _container(head: bytes) -> Format | None:
    if head[:4] == b"fLaC":
        return _FLAC
    if head[:4] == b"OggS":
        return _OGG
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return _WAV
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _AIFF
    if head[:16] == _ASF_GUID:
        return _WMA
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _MATROSKA
    return _mov(head)


def _mov(head: bytes) -> Format | None:
    if head[4:8] == b"ftyp":
        if head[8:12] in _PICTURE_BRANDS:
            raise UserError("is a picture, not a sound file. Send it as the cover.")
        return _MP4
    return _MP4 if head[4:8] in _MOV_ATOMS else None


def _bare_stream(head: bytes) -> Format | None:
    start = len(head) - len(head.lstrip(b"\0"))
    if _adts_run(head, start):
        return _AAC
    at = head.find(b"\xff", start)
    while 0 <= at < len(head) - 4:
        if _mp3_run(head, at):
            return MP3
        at = head.find(b"\xff", at + 1)
    return None


def _adts_run(head: bytes, at: int) -> bool:
    """Whether ADTS frames (ISO 13818-7, 6.2) follow each other from `at`."""
    for count in range(_FRAMES_IN_A_ROW):
        if at + 7 > len(head):
            return count > 0
        if head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0:
            return False
        length = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
        if length < 7:
            return False
        at += length
    return True


def _mp3_run(head: bytes, at: int) -> bool:
    """Whether MPEG layer III frames of one kind follow each other from `at`."""
    first = frame_length(head, at)
    if first == 0:
        return False
    kind = head[at + 1] & 0xFE, head[at + 2] & 0x0C
    for count in range(_FRAMES_IN_A_ROW):
        if at + 4 > len(head):
            # Two whole frames that fill the file to its end are a (very short) track.
            return count > 1
        if (head[at + 1] & 0xFE, head[at + 2] & 0x0C) != kind:
            return False
        length = frame_length(head, at)
        if length == 0:
            return False
        at += length
    return True


def frame_length(head: bytes, at: int) -> int:
    """Bytes of the MPEG layer III frame whose header is at `at`; 0 when there is none."""
    if at + 4 > len(head) or head[at] != 0xFF or head[at + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[at + 1] >> 3 & 3, head[at + 1] >> 1 & 3
    bitrate, rate = head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = (_BITRATES_V1 if version == 3 else _BITRATES_V2)[bitrate]
    samples = 144000 if version == 3 else 72000
    return samples * kilobits // _RATES[version][rate] + (head[at + 2] >> 1 & 1)


def _refusal(head: bytes) -> str:
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(start.startswith(mark.lower()) for mark in _PLAYLISTS):
        return "is a playlist or a text that names other files. Send the tracks themselves."
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, not a sound file: its download went wrong. Fetch the track again."
    if b"\0" not in head[:4096] and _is_text(head[:4096]):
        return "is a text, not a sound file."
    return f"is not a sound file that I know. Send {_INPUTS}."


def _is_text(start: bytes) -> bool:
    try:
        start.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        # A character may be cut in two where the excerpt ends.
        return error.start >= len(start) - 4
    return True


def read_box(head: bytes) -> tuple[bytes, int]:
    """The kind of an MP4 box and its length in bytes, from its first 16 (ISO 14496-12, 4.2).

    A box that goes on to the end of the file, or says nonsense, is longer than any file.
    """
    length = int.from_bytes(head[:4], "big")
    if length == 1:
        length = int.from_bytes(head[8:16], "big")
    return head[4:8], length if length >= 8 else 1 << 63


def is_encrypted(index: bytes) -> bool:
    """Whether an MP4's `moov` box says that its sound is encrypted (ISO 23001-7, 4.1)."""
    return _ENCRYPTED.search(index) is not None


def declared_size(head: bytes) -> int | None:
    """How many bytes a WAV, AIFF or WMA file says it has; None where it says nothing."""
    if head[:4] == b"RIFF":
        size = int.from_bytes(head[4:8], "little")
        # Programs that write into a pipe cannot know, and put one of these.
        return None if size in (0, 0xFFFFFFFF) or size > 0xFFFF0000 else size + 8
    if head[:4] == b"FORM":
        return int.from_bytes(head[4:8], "big") + 8
    at = head.find(_ASF_PROPERTIES) if head[:16] == _ASF_GUID else -1
    if at >= 0:
        return int.from_bytes(head[at + 40 : at + 48], "little") or None
    return None


def ends_in_a_page(tail: bytes) -> bool:
    """Whether the last page in the `tail` of an OGG file is whole (RFC 3533, 6)."""
    at = tail.rfind(b"OggS")
    if at < 0 or at + 27 > len(tail):
        return False
    lacing = tail[at + 27 : at + 27 + tail[at + 26]]
    return len(lacing) == tail[at + 26] and at + 27 + len(lacing) + sum(lacing) <= len(tail)
