"""How large a picture is, told from its header alone: nothing is decoded to find out."""

import re
from collections.abc import Iterator
from mmap import mmap

from core.errors import UserError

Raw = bytes | mmap

DAMAGED = "The photo is damaged or cut off: send it again."
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_EOI, _SOS = 0xD9, 0xDA
_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}


def measure_picture(data: Raw, kind: str) -> tuple[int, int]:
    """Width and height in pixels of a `JPEG`, `PNG`, `GIF`, `WEBP` or `HEIF`, the largest in it.

    Raises `UserError` when the header is damaged. Formats: ITU T.81, W3C PNG, GIF89a, Google's
    WebP container, ISO/IEC 23008-12.
    """
    try:
        match kind:
            case "JPEG":
                size = _measure_jpeg(data)
            case "PNG":
                size = big(data, 16, 4), big(data, 20, 4)
            case "GIF":
                size = little(data, 6, 2), little(data, 8, 2)
            case "WEBP":
                size = _measure_webp(data)
            case _:
                size = _measure_heif(data)
    except (IndexError, ValueError) as error:
        raise UserError(DAMAGED) from error
    if min(size) < 1:
        raise UserError(DAMAGED)
    return size


def big(data: Raw, at: int, length: int) -> int:
    """A whole number, the high byte first. Raises `IndexError` beyond the end."""
    return int.from_bytes(take(data, at, length), "big")


def little(data: Raw, at: int, length: int) -> int:
    """A whole number, the low byte first. Raises `IndexError` beyond the end."""
    return int.from_bytes(take(data, at, length), "little")


def take(data: Raw, at: int, length: int) -> bytes:
    """So many bytes from there. Raises `IndexError` beyond the end."""
    if at < 0 or length < 0 or at + length > len(data):
        raise IndexError(at)
    return data[at : at + length]


def walk_jpeg(data: Raw) -> Iterator[tuple[int, int, int]]:
    """The marker, start and end of each segment after SOI, a scan with its data, to EOI.

    Raises `ValueError` or `IndexError` where it is damaged or ends too early.
    """
    at, marker = 2, 0
    while marker != _EOI:
        start = at
        while take(data, at, 2) == b"\xff\xff":
            at += 1
        if data[at] != 0xFF:
            raise ValueError(at)
        marker = data[at + 1]
        at += 2
        if marker != _EOI and marker not in _BARE:
            at += big(data, at, 2)
        if marker == _SOS:
            found = _SCAN_END.search(data, at)
            if found is None:
                raise ValueError("the scan does not end")
            at = found.start()
        yield marker, start, at


def _measure_jpeg(data: Raw) -> tuple[int, int]:
    for marker, start, end in walk_jpeg(data):
        if marker in _FRAMES:
            body = data[start:end].lstrip(b"\xff")[3:]
            return big(body, 3, 2), big(body, 1, 2)
    raise ValueError("no frame")


def _measure_webp(data: Raw) -> tuple[int, int]:
    kind, body = take(data, 12, 4), take(data, 20, 10)
    if kind == b"VP8X":
        return 1 + little(body, 4, 3), 1 + little(body, 7, 3)
    if kind == b"VP8L":
        bits = little(body, 1, 4)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return little(body, 6, 2) & 0x3FFF, little(body, 8, 2) & 0x3FFF


def walk_boxes(data: Raw, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The type, and where its content begins and ends, of each box (ISO/IEC 14496-12, 4.2)."""
    at = start
    while at + 8 <= end:
        size, kind, begins = big(data, at, 4), take(data, at + 4, 4), at + 8
        if size == 1:
            size, begins = big(data, at + 8, 8), at + 16
        ends = end if size == 0 else at + size
        if not begins <= ends <= end:
            raise ValueError(at)
        yield kind, begins, ends
        at = ends


def _measure_heif(data: Raw) -> tuple[int, int]:
    found = list(_list_sizes(data, 0, len(data)))
    return max(found, key=lambda size: size[0] * size[1])


def _list_sizes(data: Raw, start: int, end: int) -> Iterator[tuple[int, int]]:
    for kind, begins, ends in walk_boxes(data, start, end):
        if kind == b"ispe":
            yield big(data, begins + 4, 4), big(data, begins + 8, 4)
        elif kind in _CONTAINERS:
            yield from _list_sizes(data, begins + _CONTAINERS[kind], ends)
