"""The mix itself: a timeline's segments, faded into each other with equal power, in blocks."""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.limiter import Limiter
from core.loudness import amplitude
from core.measuring import Samples
from core.timeline import Segment, Timeline

BLOCK = 1 << 15
"""Frames that are worked on at a time: small enough for a cache, large enough for numpy."""
_LENIENT_SECONDS = 0.25


class Source(Protocol):
    """A track that is being decoded, at the timeline's rate, from where its segment begins."""

    def read(self, frames: int) -> Samples:
        """The next frames, fewer only when the track ends; valid until the next call."""
        ...

    def close(self) -> None: ...


class ShortSourceError(Exception):
    """A track ended before its segment did, although it was measured to be long enough."""

    def __init__(self, segment: Segment) -> None:
        super().__init__(f"{segment.track.source} ended early")
        self.segment = segment


def mix(
    timeline: Timeline, open_source: Callable[[Segment], Source], *, ceiling: float
) -> Iterator[Samples]:
    """Yield the finished mix: gains, crossfades, and true peaks under `ceiling` (dBTP).

    Blocks have shape (frames, 2), float32; together exactly `timeline.frames` frames. At any
    time at most two sources are open. Raises `ShortSourceError`.
    """
    limiter = Limiter(timeline.rate, ceiling=ceiling)
    for block in _sum(timeline, open_source):
        decided = limiter.push(block)
        if len(decided):
            yield decided
    yield limiter.finish()


def _sum(timeline: Timeline, open_source: Callable[[Segment], Source]) -> Iterator[Samples]:
    segments = timeline.segments
    fades = [segment.fade for segment in segments[1:]] + [0]
    sounding: list[_Voice] = []
    try:
        for segment, fade_out in zip(segments, fades, strict=True):
            sounding.append(_Voice(segment, open_source(segment), timeline.rate))
            if len(sounding) == 2:
                yield from _cross(sounding[0], sounding[1], segment.fade)
                sounding.pop(0).close()
            yield from sounding[0].blocks(segment.length - segment.fade - fade_out)
    finally:
        for voice in sounding:
            voice.close()


def _cross(leaving: "_Voice", entering: "_Voice", frames: int) -> Iterator[Samples]:
    for start in range(0, frames, BLOCK):
        count = min(BLOCK, frames - start)
        fade_in, fade_out = equal_power(start, count, frames)
        yield leaving.take(count) * fade_out + entering.take(count) * fade_in


def equal_power(
    start: int, count: int, frames: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factors (in, out), shape (count, 1), of a fade over `frames` from its frame `start` on.

    A quarter of a sine and of a cosine: their squares sum to one, so that unlike material
    keeps its power, where linear fades dip by 3 dB in the middle.
    """
    angle = (np.arange(start, start + count, dtype=np.float64) + 0.5) * (np.pi / 2 / frames)
    return (
        np.sin(angle).astype(np.float32)[:, None],
        np.cos(angle).astype(np.float32)[:, None],
    )


class _Voice:
    """One source with its gain, read exactly as far as its segment needs."""

    def __init__(self, segment: Segment, source: Source, rate: int) -> None:
        self._segment = segment
        self._source = source
        self._factor = np.float32(amplitude(segment.gain))
        self._lenient = int(_LENIENT_SECONDS * rate)
        self.close = source.close

    def blocks(self, frames: int) -> Iterator[Samples]:
        for start in range(0, frames, BLOCK):
            yield self.take(min(BLOCK, frames - start))

    def take(self, frames: int) -> Samples:
        got = self._source.read(frames)
        if len(got) == frames:
            return got * self._factor
        # Another ffmpeg, or a resampler's rounding, may give a few frames less.
        missing = frames - len(got)
        self._lenient -= missing
        if self._lenient < 0:
            raise ShortSourceError(self._segment)
        return np.concatenate([got * self._factor, np.zeros((missing, 2), np.float32)])
