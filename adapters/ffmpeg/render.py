"""Rendering a timeline: one stream through the mixer, AAC encoded in pieces on all cores."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.ffmpeg.graphs import decoding
from adapters.ffmpeg.mixer import SHORT_SOURCE
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.streams import FRAME_BYTES, as_bytes, hear
from adapters.process import MEGABYTE, Child, Limits, ProgramError, child, run
from core.adts import FRAME_SAMPLES, cut_frames
from core.errors import UserError
from core.limiter import Limiter
from core.loudness import CEILING, decibels
from core.mixing import BLOCK
from core.timeline import Timeline
from core.truepeak import TruePeakMeter

_log = logging.getLogger(__name__)

MP3_ARGUMENTS = ("-q:a", "0")
# At this rate ffmpeg's manual prefers the fast coder, and it takes 65 % of the time. Noise
# substitution, intensity stereo and noise shaping are for low rates: here they only raised true
# peaks, by up to 3 dB more than without them (docs/decisions/streaming-mixer.md).
AAC_ARGUMENTS = (
    "-c:a", "aac", "-b:a", "192k", "-aac_coder", "fast",
    "-aac_pns", "0", "-aac_is", "0", "-aac_tns", "0",
)  # fmt: skip
_LEAD = 86 * FRAME_SAMPLES
"""Frames of sound before a piece that settle the encoder; their packets are dropped."""
_TRAIL = 4 * FRAME_SAMPLES
_SHORTEST_PIECE = 20.0
_LONGEST_PIECE = 116.0
_PIECES = 16
_TRIES = 4
_MARGIN = 0.1
_STEP = 1.5
_ENCODING = Limits(seconds=1200, memory=400 * MEGABYTE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The encoded mix. `aac` is a bare ADTS stream, None when no video is wanted.

    `aac_peak` is its true peak in dBTP, as it was decoded again.
    """

    mp3: Path
    aac: Path | None
    aac_peak: float
    waveform: list[float]


async def render(
    ffmpeg: str,
    pool: Pool,
    timeline: Timeline,
    folder: Path,
    *,
    ceiling: float,
    video: bool,
    on_fraction: Callable[[float], None],
) -> Rendered:
    """Mix and encode a timeline into `folder`, with true peaks of the sum under `ceiling` dBTP.

    May be run again over what an earlier try left. Raises `UserError` when a track turns out
    shorter than it was measured, `ProgramError` when a child fails otherwise.
    """
    piece = _piece_frames(timeline)
    aac = _Pieces(ffmpeg, pool, timeline, folder, size=piece, ceiling=ceiling) if video else None
    mp3 = folder / "mix.mp3"
    plan = {
        "ffmpeg": ffmpeg,
        "timeline": timeline.as_json(),
        "ceiling": ceiling,
        "mp3": str(mp3),
        "mp3_arguments": MP3_ARGUMENTS,
        "pieces": aac and {
            "folder": str(folder), "size": piece, "lead": _LEAD, "trail": _TRAIL,
            "most_waiting": pool.slots + 1,
        },
    }  # fmt: skip
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-I", "-m", "adapters.ffmpeg.mixer", str(path)]
    limits = Limits(seconds=600 + timeline.seconds)
    try:
        async with (
            asyncio.TaskGroup() as tasks,
            child(
                command,
                limits=limits,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            ) as mixer,
        ):
            waveform = await _follow(mixer, tasks, aac, timeline, on_fraction)
    except* (ProgramError, OSError) as failures:
        raise _in_our_words(failures) from failures
    if aac is None:
        return Rendered(mp3, None, -120.0, waveform)
    return Rendered(mp3, await aac.join(), aac.peak, waveform)


def _in_our_words(failures: ExceptionGroup[ProgramError | OSError]) -> Exception:
    first: BaseException = failures
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, ProgramError) and first.status == SHORT_SOURCE and first.lines:
        return UserError(
            f"“{first.lines[-1]}” ended earlier than it should while it was mixed. Send it again."
        )
    return first if isinstance(first, Exception) else failures


def _piece_frames(timeline: Timeline) -> int:
    """Long pieces waste the least, short ones keep all cores busy to the end."""
    seconds = min(max(timeline.seconds / _PIECES, _SHORTEST_PIECE), _LONGEST_PIECE)
    return round(seconds * timeline.rate / FRAME_SAMPLES) * FRAME_SAMPLES


async def _follow(
    mixer: Child,
    tasks: asyncio.TaskGroup,
    aac: "_Pieces | None",
    timeline: Timeline,
    on_fraction: Callable[[float], None],
) -> list[float]:
    """Listen to the mixer until it ends; every piece it lays down is encoded at once."""
    stdin, stdout = mixer.process.stdin, mixer.process.stdout
    assert stdin is not None  # noqa: S101  both were asked for as pipes
    assert stdout is not None  # noqa: S101
    waveform: list[float] = []
    mixed = 0

    def tell() -> None:
        # Encoding AAC is two thirds of the work where there is a video.
        share = 0.35 * mixed + 0.65 * aac.encoded if aac else float(mixed)
        on_fraction(share / timeline.frames)

    async def encode(pieces: "_Pieces", index: int) -> None:
        await pieces.encode(index)
        tell()
        if not stdin.is_closing():
            stdin.write(b"\n")

    async for line in stdout:
        message = json.loads(line)
        if "piece" in message and aac is not None:
            tasks.create_task(encode(aac, message["piece"]))
        else:
            mixed = message["frames"]
            waveform = message.get("waveform", waveform)
            tell()
    return waveform


class _Pieces:
    """The AAC side: pieces of PCM become packets, the packets one stream."""

    def __init__(
        self,
        ffmpeg: str,
        pool: Pool,
        timeline: Timeline,
        folder: Path,
        *,
        size: int,
        ceiling: float,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._ceiling = ceiling
        self._pool = pool
        self._rate = timeline.rate
        self._folder = folder
        self._size = size
        self._frames = timeline.frames
        self._last = (timeline.frames - 1) // size
        self.encoded = 0
        """Frames that are encoded so far."""
        self.peak = -120.0
        """The highest true peak of what is encoded so far, in dBTP."""

    async def encode(self, index: int) -> None:
        """Encode one piece, keep the packets that are its own, and drop the PCM."""
        source = self._folder / f"{index}.f32"
        command = [
            self._ffmpeg, "-nostdin", "-v", "error",
            "-f", "f32le", "-ar", str(self._rate), "-ac", "2", "-i", f"file:{source}",
            *AAC_ARGUMENTS, "-f", "adts", "pipe:1",
        ]  # fmt: skip
        lower = self._ceiling
        async with self._pool.slot():
            for retry in range(_TRIES):
                stream = (await run(command, limits=_ENCODING, out_bytes=50 * MEGABYTE)).out
                self._part(index).write_bytes(stream)
                peak = await self._measure_peak(index)
                _log.debug("piece %d peaks at %.2f", index, peak)
                if peak <= CEILING or retry == _TRIES - 1:
                    break
                # Not only the highest peaks overshoot, so small steps may miss those that do.
                lower -= max(peak - CEILING + _MARGIN, _STEP)
                _log.info("piece %d overshoots to %.2f dBTP, limited to %.2f", index, peak, lower)
                await asyncio.to_thread(self._limit, source, lower)
        self.peak = max(self.peak, peak)
        await asyncio.to_thread(self._keep, index, stream)
        source.unlink()
        self.encoded += min(self._size, self._frames - index * self._size)

    async def _measure_peak(self, index: int) -> float:
        """The true peak, in dBTP, of what a player will make of a piece."""
        meter = TruePeakMeter()
        # Its lead begins and its trail ends with a hard edge, which no listener will meet.
        lead = _LEAD if index else 0
        span = {"start_sample": max(0, lead - FRAME_SAMPLES)}
        if index < self._last:
            span["end_sample"] = lead + self._size + 2 * FRAME_SAMPLES
        graph = decoding(self._part(index), "aac", self._rate).filter("atrim", **span)
        command = [
            self._ffmpeg, "-nostdin", "-v", "error", "-xerror",
            *graph.output("pipe:1", f="f32le").get_args(),
        ]  # fmt: skip
        await hear(command, limits=_ENCODING, on_block=meter.push)
        return decibels(meter.finish())

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

    def _keep(self, index: int, stream: bytes) -> None:
        own = cut_frames(
            stream,
            drop=_LEAD // FRAME_SAMPLES if index else 0,
            keep=None if index == self._last else self._size // FRAME_SAMPLES,
        )
        self._part(index).write_bytes(own)

    def _part(self, index: int) -> Path:
        return self._folder / f"{index}.aac"

    async def join(self) -> Path:
        """One ADTS stream of all the pieces."""
        path = self._folder / "mix.aac"

        def write() -> None:
            with path.open("wb") as whole:
                for index in range(self._last + 1):
                    whole.write(self._part(index).read_bytes())
                    self._part(index).unlink()

        await asyncio.to_thread(write)
        return path
