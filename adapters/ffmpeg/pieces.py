"""The AAC as it is heard while it is made, piece by piece: which pieces overshoot, and their sound.

Piece k is the AAC frames from k * PIECE on. Its own sound is laid down only when it overshoots,
so that it can be encoded again.
"""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np

from adapters.ffmpeg.streams import as_bytes
from core.adts import FRAME_SAMPLES
from core.loudness import CEILING, amplitude
from core.measuring import Samples
from core.truepeak import HOP, TruePeakMeter

PIECE = 430
"""AAC frames in a piece: ten seconds."""
LEAD = 86
"""AAC frames before a piece that settle the encoder; they are encoded again and dropped."""
TRAIL = 4
"""AAC frames after a piece, so that its end is encoded as if the mix went on."""


class PieceWatch:
    """Keeps the last seconds of the mix until the encoder's result has been heard.

    `feed` and `finish` are called where the mix is made, `hear` in the ear's thread. `tell`
    gets the number of each piece that overshot, in the ear's thread, and at the end in the
    other.
    """

    def __init__(self, folder: Path, tell: Callable[[int, float], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._lock = threading.Lock()
        self._past: deque[Samples] = deque()
        self._begins = 0
        """The frame of the mix at which what is kept begins."""
        self._ends = 0
        self._meter = TruePeakMeter(watch=amplitude(CEILING))
        self._heard = 0
        self._next = 0
        """The first piece that is not judged yet."""

    @property
    def peak(self) -> float:
        """The highest true peak of what did not overshoot, as an amplitude."""
        return self._meter.peak

    @property
    def kept(self) -> int:
        """Frames of the mix that it remembers now."""
        return self._ends - self._begins

    def feed(self, block: Samples) -> None:
        """Remember what goes into the encoder. The block must not change afterwards."""
        with self._lock:
            self._past.append(block)
            self._ends += len(block)

    def hear(self, block: Samples) -> None:
        """Take what came out of the encoder, decoded."""
        self._meter.push(block)
        self._heard += len(block)
        # A piece is judged when all that follows it in its file has been mixed, too.
        while self._heard >= ((self._next + 1) * PIECE + TRAIL + 2) * FRAME_SAMPLES:
            self._judge()

    def finish(self) -> None:
        """Judge what is left when all has been heard."""
        self._meter.finish()
        while self._next * PIECE * FRAME_SAMPLES < self._ends:
            self._judge()

    def _judge(self) -> None:
        """Decide about one piece and forget the sound that no later one needs."""
        index = self._next
        self._next += 1
        start = index * PIECE * FRAME_SAMPLES
        # An AAC frame sounds on into the next one: what is wrong there may come from either.
        stop = start + (PIECE + 1) * FRAME_SAMPLES
        over = [peak for at, peak in self._meter.loud if start - HOP < at < stop]
        if over:
            lead = max(0, start - LEAD * FRAME_SAMPLES)
            self._lay_down(index, lead, start + (PIECE + TRAIL) * FRAME_SAMPLES)
            self._tell(index, max(over))
        later = start + PIECE * FRAME_SAMPLES
        self._meter.loud = [each for each in self._meter.loud if each[0] > later - HOP]
        with self._lock:
            while self._past and self._begins + len(self._past[0]) <= later - LEAD * FRAME_SAMPLES:
                self._begins += len(self._past.popleft())

    def _lay_down(self, index: int, start: int, stop: int) -> None:
        with self._lock:
            sound = np.concatenate(self._past)[start - self._begins : stop - self._begins]
        (self._folder / f"{index}.f32").write_bytes(as_bytes(sound))
