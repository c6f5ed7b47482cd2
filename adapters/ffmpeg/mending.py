"""Pieces of AAC that overshot are limited lower, encoded again and put in their places."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from adapters.ffmpeg.graphs import PCM_OUT, decoding
from adapters.ffmpeg.pieces import LEAD, PIECE
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.streams import FRAME_BYTES, as_bytes, hear
from adapters.process import MEGABYTE, Limits, run
from core.adts import FRAME_SAMPLES, cut_frames, read_frames
from core.limiter import Limiter
from core.loudness import CEILING, decibels
from core.mixing import BLOCK
from core.truepeak import TruePeakMeter

_log = logging.getLogger(__name__)

_TRIES = 3
_MARGIN = 0.1
_STEP = 1.5
_LIMITS = Limits(seconds=120, memory=400 * MEGABYTE)


class Mender:
    """Mends the AAC of one mix in its folder; `arguments` are the encoder's."""

    def __init__(
        self,
        ffmpeg: str,
        pool: Pool,
        folder: Path,
        *,
        arguments: Sequence[str],
        rate: int,
        frames: int,
        ceiling: float,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._pool = pool
        self._folder = folder
        self._arguments = arguments
        self._rate = rate
        self._last = (frames - 1) // (PIECE * FRAME_SAMPLES)
        self._ceiling = ceiling
        self._mended: set[int] = set()
        self.peak = -120.0
        """The highest true peak of what was mended so far, in dBTP."""

    async def mend(self, index: int, peak: float) -> None:
        """Encode piece `index`, which peaks at `peak` dBTP, so that it stays under the ceiling."""
        source = self._folder / f"{index}.f32"
        lower = self._ceiling
        async with self._pool.slot():
            for _ in range(_TRIES):
                # Not only the highest peaks overshoot, so small steps may miss those that do.
                lower -= max(peak - CEILING + _MARGIN, _STEP)
                _log.info("piece %d overshoots to %.2f dBTP, limited to %.2f", index, peak, lower)
                await asyncio.to_thread(self._limit, source, lower)
                stream = await self._encode(source)
                peak = await self._measure_peak(index, stream)
                if peak <= CEILING:
                    break
        self.peak = max(self.peak, peak)
        last = index == self._last
        own = cut_frames(stream, drop=LEAD if index else 0, keep=None if last else PIECE)
        self._part(index).write_bytes(own)
        self._mended.add(index)
        source.unlink()

    def _limit(self, source: Path, ceiling: float) -> None:
        """Lower the peaks of a piece in its file; all else in it stays as it is."""
        limiter = Limiter(self._rate, ceiling=ceiling)
        target = source.with_suffix(".limited")
        with source.open("rb") as before, target.open("wb") as after:
            while data := before.read(BLOCK * FRAME_BYTES):
                block = np.frombuffer(data, np.float32).reshape(-1, 2)
                after.write(as_bytes(limiter.push(block)))
            after.write(as_bytes(limiter.finish()))
        target.replace(source)

    async def _encode(self, source: Path) -> bytes:
        command = [
            self._ffmpeg, "-nostdin", "-v", "error",
            "-f", "f32le", "-ar", str(self._rate), "-ac", "2", "-i", f"file:{source}",
            *self._arguments, "-f", "adts", "pipe:1",
        ]  # fmt: skip
        return (await run(command, limits=_LIMITS)).out

    async def _measure_peak(self, index: int, stream: bytes) -> float:
        """The true peak, in dBTP, of what a player will make of a piece."""
        part = self._part(index)
        part.write_bytes(stream)
        meter = TruePeakMeter()
        # Its lead begins and its trail ends with a hard edge, which no listener will meet.
        lead = LEAD if index else 0
        span = {"start_sample": max(0, lead - 1) * FRAME_SAMPLES}
        if index < self._last:
            span["end_sample"] = (lead + PIECE + 2) * FRAME_SAMPLES
        command = [
            self._ffmpeg, "-nostdin", "-v", "error", "-xerror",
            *decoding(part, "aac", self._rate).filter("atrim", **span)
            .output(**PCM_OUT).get_args(),
        ]  # fmt: skip
        await hear(command, limits=_LIMITS, on_block=meter.push)
        return decibels(meter.finish())

    def _part(self, index: int) -> Path:
        return self._folder / f"{index}.aac"

    async def put_in(self, path: Path) -> None:
        """Put what was mended in its places in the stream at `path`."""
        if self._mended:
            await asyncio.to_thread(self._splice, path)

    def _splice(self, path: Path) -> None:
        target = path.with_suffix(".spliced")
        with path.open("rb") as before, target.open("wb") as after:
            for index in range(self._last + 1):
                piece = PIECE if index < self._last else None
                own = b"".join(islice(read_frames(before), piece))
                after.write(self._part(index).read_bytes() if index in self._mended else own)
                self._part(index).unlink(missing_ok=True)
        target.replace(path)
