"""Frames of an ADTS stream (ISO 13818-7, 6.2), so that encoded pieces can be joined."""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

FRAME_SAMPLES = 1024
_HEAD_BYTES = 7


class BrokenStreamError(ValueError):
    """The bytes are not a run of ADTS frames."""


def read_frames(source: BinaryIO) -> Iterator[bytes]:
    """The frames from where `source` stands to its end, one at a time."""
    at = 0
    while head := source.read(_HEAD_BYTES):
        if len(head) < _HEAD_BYTES:
            raise BrokenStreamError(f"{len(head)} bytes after the last frame")
        if head[0] != 0xFF or head[1] & 0xF0 != 0xF0:
            raise BrokenStreamError(f"no frame at byte {at}")
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        body = source.read(max(0, length - _HEAD_BYTES))
        if length != _HEAD_BYTES + len(body):
            raise BrokenStreamError(f"a frame of {length} bytes at byte {at}")
        at += length
        yield head + body


def cut_frames(stream: bytes, *, drop: int, keep: int | None) -> bytes:
    """`keep` frames of `stream` (all that are left when None) after the first `drop`."""
    frames = list(read_frames(BytesIO(stream)))
    last = max(drop, len(frames)) if keep is None else drop + keep
    if last > len(frames):
        raise BrokenStreamError(f"{len(frames)} frames where {last} are needed")
    return b"".join(frames[drop:last])
