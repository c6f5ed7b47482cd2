"""What of a photo's EXIF is worth keeping: how it is turned, and when it was taken. Not where."""

import re
import struct
from dataclasses import dataclass

_ORIENTATION, _EXIF, _TAKEN = 0x0112, 0x8769, 0x9003
_SHORT, _LONG, _ASCII = 3, 4, 2
_MOST_ENTRIES = 500
_DATE = re.compile(rb"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\0")


@dataclass(frozen=True, slots=True)
class Exif:
    """`orientation` is from 1 (upright) to 8, `taken` as EXIF writes it, empty when unknown."""

    orientation: int = 1
    taken: bytes = b""


def read_exif(tiff: bytes) -> Exif:
    """Read a TIFF structure, as in EXIF 2.32; one that is broken says nothing."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return Exif()
    try:
        main = _read_entries(tiff, order, struct.unpack_from(order + "I", tiff, 4)[0])
        inner = _read_entries(tiff, order, main[_EXIF][1]) if _EXIF in main else {}
        kind, value = main.get(_ORIENTATION, (_SHORT, 1))
        at = inner.get(_TAKEN, (0, 0))[1]
    except struct.error:
        return Exif()
    found = _DATE.match(tiff, at) if at else None
    upright = kind != _SHORT or not 1 <= value <= 8
    return Exif(1 if upright else value, found[0] if found else b"")


def _read_entries(tiff: bytes, order: str, at: int) -> dict[int, tuple[int, int]]:
    """The type and the value, or where it is, of each tag of a directory."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    found = {}
    for number in range(min(count, _MOST_ENTRIES)):
        start = at + 2 + 12 * number
        tag, kind = struct.unpack_from(order + "HH", tiff, start)
        form = "H" if kind == _SHORT else "I"
        found[tag] = kind, struct.unpack_from(order + form, tiff, start + 8)[0]
    return found


def write_exif(exif: Exif) -> bytes:
    """A TIFF structure with nothing else in it; empty when there is nothing to say."""
    if exif == Exif():
        return b""
    entries = [struct.pack("<HHIHH", _ORIENTATION, _SHORT, 1, exif.orientation, 0)]
    if exif.taken:
        inner = 8 + 2 + 2 * 12 + 4
        entries.append(struct.pack("<HHII", _EXIF, _LONG, 1, inner))
    main = struct.pack("<4sIH", b"II*\0", 8, len(entries)) + b"".join(entries) + bytes(4)
    if not exif.taken:
        return main
    at = len(main) + 2 + 12 + 4
    more = struct.pack("<HHHII", 1, _TAKEN, _ASCII, len(exif.taken), at) + bytes(4)
    return main + more + exif.taken
