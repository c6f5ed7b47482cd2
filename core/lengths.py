"""How long a file plays, from its first bytes: an answer before all of it was fetched."""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from core.sniff import Format, frame_length, read_box

_LONGEST = 100 * 3600.0
"""Seconds; what claims to be longer says nonsense."""
_MOST_PARTS = 1000
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_SEGMENT_FACTS = b"\x15\x49\xa9\x66"
_TIME_SCALE = b"\x2a\xd7\xb1"
_DURATION = b"\x44\x89"
_FRAMES_FLAG = 1
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def read_length(start: bytes, form: Format, *, size: int | None) -> float | None:
    """Seconds that a file plays; None where its beginning does not tell.

    `start` are its first bytes behind any ID3v2 tag, `size` all of its bytes from there on.
    """
    try:
        if form.demuxer in _SIZED_READERS:
            seconds = _SIZED_READERS[form.demuxer](start, size)
        else:
            seconds = _READERS[form.demuxer](start) if form.demuxer in _READERS else None
    except (struct.error, IndexError, ZeroDivisionError, OverflowError):
        # Cut off, or nonsense.
        return None
    return seconds if seconds is not None and 0 < seconds < _LONGEST else None


def _read_wav(start: bytes, size: int | None) -> float | None:
    """Bytes of sound by bytes in a second (RIFF, `fmt ` and `data`)."""
    pace = 0
    for kind, at, length in _list_chunks(start, "little"):
        if kind == b"fmt ":
            pace = struct.unpack_from("<I", start, at + 8)[0]
        if kind == b"data":
            there = None if size is None else size - at
            # Who writes into a pipe does not know, and puts the largest number.
            known = there if length >= 0xFFFF0000 or length == 0 else length
            return None if known is None else known / pace
    return None


def _read_aiff(start: bytes) -> float | None:
    """Frames by their rate, which is an extended float (AIFF 1.3, the Common Chunk)."""
    for kind, at, _ in _list_chunks(start, "big"):
        if kind == b"COMM":
            frames = struct.unpack_from(">I", start, at + 2)[0]
            exponent, mantissa = struct.unpack_from(">HQ", start, at + 8)
            return float(frames / (mantissa * 2.0 ** (exponent - 16383 - 63)))
    return None


def _list_chunks(start: bytes, order: Literal["little", "big"]) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place of the content, and its length, of each chunk of a RIFF or AIFF file."""
    at = 12
    for _ in range(_MOST_PARTS):
        if at + 8 > len(start):
            return
        length = int.from_bytes(start[at + 4 : at + 8], order)
        yield start[at : at + 4], at + 8, length
        at += 8 + length + length % 2


def _read_flac(start: bytes) -> float | None:
    """Samples by their rate (RFC 9639, 8.2)."""
    facts = int.from_bytes(start[18:26], "big")
    return (facts & (1 << 36) - 1) / (facts >> 44)


def _read_mp3(start: bytes, size: int | None) -> float | None:
    """Frames as its Xing header counts them, or its size by theirs, if all are alike."""
    at = _find_frame(start)
    if at is None:
        return None
    version, rate_index = start[at + 1] >> 3 & 3, start[at + 2] >> 2 & 3
    rate = _RATES[version][rate_index]
    samples = 1152 if version == 3 else 576
    mono = start[at + 3] >> 6 == 3
    side = (17 if mono else 32) if version == 3 else (9 if mono else 17)
    xing = at + 4 + side
    if start[xing : xing + 4] in (b"Xing", b"Info") and start[xing + 7] & _FRAMES_FLAG:
        frames: int = struct.unpack_from(">I", start, xing + 8)[0]
        return frames * samples / rate
    bits = {start[each + 2] >> 4 for each in _list_frames(start, at)}
    if size is None or len(bits) > 1:
        return None
    padding = start[at + 2] >> 1 & 1
    return (size - at) / (frame_length(start, at) - padding) * samples / rate


def _list_frames(start: bytes, at: int) -> Iterator[int]:
    while length := frame_length(start, at):
        yield at
        at += length


def _find_frame(start: bytes) -> int | None:
    at = start.find(b"\xff")
    while 0 <= at < len(start) - 4:
        length = frame_length(start, at)
        if length and frame_length(start, at + length):
            return at
        at = start.find(b"\xff", at + 1)
    return None


def _read_mp4(start: bytes) -> float | None:
    """The movie's length, when its index is in front (ISO 14496-12, 8.2.2 and 8.8.2)."""
    index = _find_box(start, b"moov")
    if index is None:
        return None
    head = _find_box(index, b"mvhd")
    if head is None:
        return None
    wide = head[0] == 1
    scale, length = struct.unpack_from(">IQ" if wide else ">II", head, 20 if wide else 12)
    if length:
        return float(length / scale)
    fragments = _find_box(_find_box(index, b"mvex") or b"", b"mehd")
    if fragments is None:
        return _add_fragments(start)
    return float(struct.unpack_from(">Q" if fragments[0] == 1 else ">I", fragments, 4)[0] / scale)


def _add_fragments(start: bytes) -> float | None:
    """The sum of an index of fragments (ISO 14496-12, 8.16.3)."""
    index = _find_box(start, b"sidx")
    if index is None:
        return None
    scale = struct.unpack_from(">I", index, 8)[0]
    at = 28 if index[0] == 1 else 20
    count = struct.unpack_from(">H", index, at + 2)[0]
    lengths = (struct.unpack_from(">I", index, at + 4 + 12 * turn + 4)[0] for turn in range(count))
    return float(sum(lengths) / scale)


def _find_box(boxes: bytes, wanted: bytes) -> bytes | None:
    """The content of the first box of a kind; what there is of it when the rest is not here."""
    at = 0
    for _ in range(_MOST_PARTS):
        if at + 8 > len(boxes):
            return None
        kind, length = read_box(boxes[at : at + 16])
        if kind == wanted:
            head = 16 if boxes[at : at + 4] == b"\0\0\0\x01" else 8
            return boxes[at + head : at + length]
        at += length
    return None


def _read_matroska(start: bytes) -> float | None:
    """Duration by its scale (RFC 9559, 5.1.2)."""
    at = start.find(_SEGMENT_FACTS)
    if at < 0:
        return None
    facts = start[at : at + 512]
    scale = facts.find(_TIME_SCALE)
    width = facts[scale + 3] & 0x0F if scale >= 0 else 0
    nanoseconds = int.from_bytes(facts[scale + 4 : scale + 4 + width], "big") or 1_000_000
    length = facts.find(_DURATION)
    if length < 0:
        return None
    ticks = struct.unpack_from(">d" if facts[length + 2] & 0x0F == 8 else ">f", facts, length + 3)[
        0
    ]
    return float(ticks) * nanoseconds / 1e9


def _read_asf(start: bytes) -> float | None:
    """The time that it plays, in 100 ns, less what is buffered first, in ms (ASF 1.2, 3.2)."""
    at = start.find(_ASF_PROPERTIES)
    if at < 0:
        return None
    plays, _, preroll = struct.unpack_from("<QQQ", start, at + 64)
    return float(plays / 1e7 - preroll / 1e3)


_READERS: Mapping[str, Callable[[bytes], float | None]] = {
    "aiff": _read_aiff,
    "flac": _read_flac,
    "mov": _read_mp4,
    "matroska": _read_matroska,
    "asf": _read_asf,
}
_SIZED_READERS: Mapping[str, Callable[[bytes, int | None], float | None]] = {
    "wav": _read_wav,
    "mp3": _read_mp3,
}
"""Those that may have to reckon with the size of the whole."""
