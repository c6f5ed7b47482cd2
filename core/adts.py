"""Frames of an ADTS stream (ISO 13818-7, 6.2), so that encoded pieces can be joined."""

FRAME_SAMPLES = 1024


class BrokenStreamError(ValueError):
    """The bytes are not a run of ADTS frames."""


def frame_offsets(stream: bytes) -> list[int]:
    """Where each frame of `stream` begins, and at the end the stream's length."""
    offsets = []
    at, size = 0, len(stream)
    while at + 7 <= size:
        if stream[at] != 0xFF or stream[at + 1] & 0xF0 != 0xF0:
            raise BrokenStreamError(f"no frame at byte {at}")
        length = (stream[at + 3] & 3) << 11 | stream[at + 4] << 3 | stream[at + 5] >> 5
        if length < 7 or at + length > size:
            raise BrokenStreamError(f"a frame of {length} bytes at byte {at}")
        offsets.append(at)
        at += length
    if at != size:
        raise BrokenStreamError(f"{size - at} bytes after the last frame")
    return [*offsets, size]


def cut_frames(stream: bytes, *, drop: int, keep: int | None) -> bytes:
    """`keep` frames of `stream` (all that are left when None) after the first `drop`."""
    offsets = frame_offsets(stream)
    frames = len(offsets) - 1
    last = max(drop, frames) if keep is None else drop + keep
    if last > frames:
        raise BrokenStreamError(f"{frames} frames where {last} are needed")
    return stream[offsets[drop] : offsets[last]]
