"""Leaves out of a photo's bytes all that is no picture: where it was taken, by whom, with what.

Nothing is decoded or encoded again: the picture stays as it is, to the last bit.
"""

import zlib
from collections.abc import Iterator, Sequence

from core.errors import UserError
from core.exif import Exif, read_exif, write_exif
from core.picture_sizes import DAMAGED, Raw, big, little, take, walk_boxes, walk_jpeg

Piece = bytes | tuple[int, int]
"""New bytes, or from where to where the photo's own are kept."""

_KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_COMMENT, _EXIF_SEGMENT = 0xFE, 0xE1
_EXIF_MARK = b"Exif\0\0"
_KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
    | {b"bKGD", b"pHYs", b"cICP"}
)
_KEPT_RIFF = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"})
_RIFF_EXIF, _RIFF_XMP = 0x08, 0x04
_KEPT_PROGRAMS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_TELLING = frozenset({b"Exif", b"mime", b"uri "})
_EMPTY_TIFF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
_MOST_ITEMS = 10_000


def clean_photo(data: Raw, kind: str) -> tuple[Piece, ...]:
    """What of a `JPEG`, `PNG`, `GIF`, `WEBP` or `HEIF` may be kept, in its order.

    How it is turned and when it was taken stay. Raises `UserError` when it is damaged.
    """
    walks = {"JPEG": _clean_jpeg, "PNG": _clean_png, "GIF": _clean_gif, "WEBP": _clean_webp}
    try:
        return tuple(walks.get(kind, _clean_heif)(data))
    except (IndexError, ValueError) as error:
        raise UserError(DAMAGED) from error


def join_pieces(data: Raw, pieces: Sequence[Piece]) -> bytes:
    """The photo as it is kept."""
    return b"".join(
        piece if isinstance(piece, bytes) else data[piece[0] : piece[1]] for piece in pieces
    )


def _clean_jpeg(data: Raw) -> Iterator[Piece]:
    kept: list[Piece] = []
    exif = Exif()
    for marker, start, end in walk_jpeg(data):
        body = data[start:end].lstrip(b"\xff")[3:] if 0xE0 <= marker <= 0xEF else b""
        if marker == _EXIF_SEGMENT and body.startswith(_EXIF_MARK) and exif == Exif():
            exif = read_exif(body[len(_EXIF_MARK) :])
        if _stays(marker, body):
            kept.append((start, end))
    yield data[:2]
    if tiff := write_exif(exif):
        content = _EXIF_MARK + tiff
        yield b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
    # What is after the end, such as a film or a second picture, has tags of its own.
    yield from kept


def _stays(marker: int, body: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _KEPT_SEGMENTS and body.startswith(_KEPT_SEGMENTS[marker])
    return marker != _COMMENT


def _clean_png(data: Raw) -> Iterator[Piece]:
    yield 0, 8
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = big(data, at, 4), take(data, at + 4, 4)
        content = at + 8
        take(data, content + length, 4)
        if kind == b"eXIf" and (tiff := write_exif(read_exif(data[content : content + length]))):
            body = b"eXIf" + tiff
            yield len(tiff).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
        elif kind in _KEPT_CHUNKS:
            yield at, content + length + 4
        at = content + length + 4


def _clean_webp(data: Raw) -> Iterator[Piece]:
    end = 8 + little(data, 4, 4)
    if end > len(data) + 1:  # some programs count a last byte that is not there
        raise ValueError(end)
    end = min(end, len(data))
    at, tiff = 12, b""
    kept: list[tuple[bytes, int, int]] = []
    while at + 8 <= end:
        kind, length = take(data, at, 4), little(data, at + 4, 4)
        take(data, at + 8, length)
        if kind == b"EXIF":
            tiff = write_exif(read_exif(data[at + 8 : at + 8 + length].removeprefix(_EXIF_MARK)))
        elif kind in _KEPT_RIFF:
            kept.append((kind, at, min(end, at + 8 + length + length % 2)))
        at += 8 + length + length % 2
    last = b"EXIF" + len(tiff).to_bytes(4, "little") + tiff + bytes(len(tiff) % 2) if tiff else b""
    size = 4 + len(last) + sum(stop - start for _, start, stop in kept)
    yield b"RIFF" + size.to_bytes(4, "little") + b"WEBP"
    for kind, start, stop in kept:
        if kind == b"VP8X":
            flags = data[start + 8] & ~(_RIFF_EXIF | _RIFF_XMP)
            yield data[start : start + 8] + bytes([flags | (_RIFF_EXIF if last else 0)])
            yield start + 9, stop
        else:
            yield start, stop
    yield last


def _clean_gif(data: Raw) -> Iterator[Piece]:
    at = 13 + _palette(take(data, 10, 1)[0])
    yield 0, at
    while (mark := take(data, at, 1)) != b";":
        if mark == b",":
            end = _skip_blocks(data, at + 11 + _palette(take(data, at + 9, 1)[0]))
            yield at, end
        elif mark == b"!":
            label = take(data, at + 1, 1)
            end = _skip_blocks(data, at + 2)
            program = label == b"\xff" and data[at + 3 : at + 14] not in _KEPT_PROGRAMS
            if label != b"\xfe" and not program:
                yield at, end
        else:
            raise ValueError(at)
        at = end
    yield b";"


def _palette(flags: int) -> int:
    """Bytes of the colour table that follows."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(data: Raw, at: int) -> int:
    while length := take(data, at, 1)[0]:
        at += 1 + length
    return at + 1


def _clean_heif(data: Raw) -> Iterator[Piece]:
    """Items are found by where they are, so what tells too much is blanked and not left out."""
    at = 0
    for start, end in sorted(_list_telling(data)):
        if start < at:
            continue
        yield at, start
        yield _EMPTY_TIFF[: end - start].ljust(end - start, b"\0")
        at = end
    yield at, len(data)


def _list_telling(data: Raw) -> Iterator[tuple[int, int]]:
    """From where to where the items with metadata are (ISO/IEC 14496-12, 8.11)."""
    for kind, begins, ends in walk_boxes(data, 0, len(data)):
        if kind != b"meta":
            continue
        inside = {name: (start, end) for name, start, end in walk_boxes(data, begins + 4, ends)}
        if b"iinf" not in inside or b"iloc" not in inside:
            raise ValueError("no items")
        telling = set(_list_items(data, *inside[b"iinf"]))
        stored = inside.get(b"idat", (0, 0))[0]
        for item, start, end in _list_places(data, inside[b"iloc"][0], stored=stored):
            if item in telling:
                take(data, start, end - start)
                yield start, end


def _list_items(data: Raw, begins: int, ends: int) -> Iterator[int]:
    first = begins + 4 + (2 if data[begins] == 0 else 4)
    for kind, start, _ in walk_boxes(data, first, ends):
        wide = 4 if data[start] >= 3 else 2
        name = take(data, start + 4 + wide + 2, 4)
        if kind == b"infe" and data[start] >= 2 and name in _TELLING:
            yield big(data, start + 4, wide)


def _list_places(data: Raw, begins: int, *, stored: int) -> Iterator[tuple[int, int, int]]:
    """Each extent of each item; `stored` is where the content of the box `idat` begins."""
    version = take(data, begins, 1)[0]
    sizes = take(data, begins + 4, 2)
    offset, length, base = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index = sizes[1] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = begins + 6
    count = big(data, at, wide)
    at += wide
    for _ in range(min(count, _MOST_ITEMS)):
        item = big(data, at, wide)
        at += wide
        method = big(data, at, 2) & 15 if version else 0
        at += 4 if version else 2
        origin = big(data, at, base) + (stored if method == 1 else 0)
        at += base
        extents = big(data, at, 2)
        at += 2
        for _ in range(extents):
            start = origin + big(data, at + index, offset)
            size = big(data, at + index + offset, length)
            yield item, start, start + size if size else len(data)
            at += index + offset + length
