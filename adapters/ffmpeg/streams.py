"""Sound as numbers: stereo float32 frames out of a pipe."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO

import numpy as np

from adapters.process import Limits, child
from core.measuring import Samples

if sys.platform == "linux":
    import fcntl

FRAME_BYTES = 8
_BLOCK = 1 << 15
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031


def widen(descriptor: int) -> None:
    """Give a pipe a megabyte where the kernel allows it: fewer switches between processes."""
    if sys.platform == "linux":
        with suppress(OSError):  # a small pipe only costs time
            fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_BYTES)


def as_bytes(block: Samples) -> memoryview:
    """The bytes of some frames, as an encoder wants them."""
    return np.ascontiguousarray(block).view(np.uint8).reshape(-1).data


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


async def hear(
    command: Sequence[str],
    *,
    limits: Limits,
    on_block: Callable[[Samples], None],
    stdin: int = asyncio.subprocess.DEVNULL,
) -> tuple[str, ...]:
    """Run a child that writes frames on its standard output, and hear them in a thread.

    `on_block` is called in that thread and must not keep the block. `stdin` is a descriptor that
    the child reads. Returns the child's last lines. Raises `ProgramError`.
    """
    reading, writing = os.pipe()
    widen(reading)
    reader = FrameReader(reading, _BLOCK)

    def consume() -> None:
        while len(block := reader.read(_BLOCK)):
            on_block(block)

    try:
        async with child(command, limits=limits, stdin=stdin, stdout=writing) as running:
            os.close(writing)
            writing = -1
            await asyncio.to_thread(consume)
    finally:
        if writing >= 0:
            os.close(writing)
        reader.close()
    return tuple(running.lines)
