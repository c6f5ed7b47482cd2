"""Sound as numbers: stereo float32 frames out of a pipe."""

import os
from typing import BinaryIO

import numpy as np

from core.measuring import Samples

FRAME_BYTES = 8
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031


def widen(descriptor: int) -> None:
    """Give a pipe a megabyte where the kernel allows it: fewer switches between processes."""
    try:
        import fcntl

        fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        # A small pipe only costs time.
        return


class FrameReader:
    """Reads whole frames into one buffer that is used again."""

    def __init__(self, descriptor: int, frames: int) -> None:
        self._file: BinaryIO = os.fdopen(descriptor, "rb", buffering=0)
        self._buffer = np.empty((frames, 2), np.float32)
        self._bytes = self._buffer.view(np.uint8).reshape(-1).data

    def read(self, frames: int) -> Samples:
        """Up to `frames` frames, fewer only at the end; valid until the next call."""
        wanted = min(frames * FRAME_BYTES, len(self._bytes))
        filled = 0
        while filled < wanted:
            count = self._file.readinto(self._bytes[filled:wanted])  # type: ignore[attr-defined]
            if not count:
                break
            filled += count
        return self._buffer[: filled // FRAME_BYTES]

    def close(self) -> None:
        self._file.close()
