"""The mixer: a child of the worker that decodes, mixes, encodes and measures, in one stream.

`python -m adapters.ffmpeg.mixer PLAN` reads a plan (JSON, see `render.py`), writes the MP3 and
the AAC, and prints one JSON object a line: how far it is, which piece of the AAC overshot, and
at the end what was measured. It waits for a line on its input for each piece before too many
lie about.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from adapters.ffmpeg.encoding import EncoderError, Encoding
from adapters.ffmpeg.graphs import PCM_OUT, decoding, read_loudness
from adapters.ffmpeg.pieces import PieceWatch
from adapters.ffmpeg.signing import sign_mp3
from adapters.ffmpeg.streams import FrameReader, widen
from adapters.process import MEGABYTE, Limits, confinement
from core.loudness import decibels
from core.measuring import Samples
from core.mixing import BLOCK, ShortSourceError, mix
from core.timeline import Segment, Timeline
from core.truepeak import TruePeakMeter
from core.waveform import Waveform

SHORT_SOURCE = 3
"""The exit status that says a track ended early; its label is on standard error."""
MOST_WAITING = 8
"""Pieces of AAC that wait to be mended, 5 MB each, before the mix waits for them."""
_CHILD = Limits(seconds=0, memory=400 * MEGABYTE)
_REPORT_FRAMES = 20 * BLOCK


class _Decoder:
    """One track's decoder and the pipe from it; a Source for the mix."""

    def __init__(self, ffmpeg: str, segment: Segment, rate: int) -> None:
        graph = decoding(Path(segment.track.path), segment.track.demuxer, rate).filter(
            "atrim", start_sample=segment.skip, end_sample=segment.skip + segment.length
        )
        command = [
            ffmpeg, "-nostdin", "-v", "error", "-filter_threads", "1",
            *graph.output(**PCM_OUT).get_args(),
        ]  # fmt: skip
        self._child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            preexec_fn=confinement(_CHILD),
        )  # fmt: skip
        assert self._child.stdout is not None  # noqa: S101  asked for as a pipe
        widen(self._child.stdout.fileno())
        self._reader = FrameReader(os.dup(self._child.stdout.fileno()), BLOCK)
        self._child.stdout.close()

    def read(self, frames: int) -> Samples:
        return self._reader.read(frames)

    def close(self) -> None:
        self._reader.close()
        self._child.kill()
        self._child.wait()


def _say(message: Mapping[str, object]) -> None:
    # In one piece, because the ear of the AAC speaks from a thread of its own.
    os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")


class _Mp3:
    """The MP3: encoded, heard, and signed."""

    def __init__(self, ffmpeg: str, path: Path, rate: int, arguments: Sequence[str]) -> None:
        self._meter = TruePeakMeter()
        self.encoding = Encoding(
            ffmpeg, path, rate, ["-c:a", "libmp3lame", *arguments],
            muxer="mp3", options=":id3v2_version=0", spoken=":write_xing=0",
            loudness=True, hear=self._meter.push,
        )  # fmt: skip

    def finish(self) -> dict[str, float]:
        said = self.encoding.finish()
        sign_mp3(self.encoding.path)
        return {
            "loudness": read_loudness(said),
            "true_peak": round(decibels(self._meter.finish()), 2),
        }


class _Aac:
    """The AAC: encoded and heard, its overshooting pieces told."""

    def __init__(self, ffmpeg: str, path: Path, rate: int, arguments: Sequence[str]) -> None:
        self._watch = PieceWatch(path.parent, self._tell)
        self._told = self._mended = 0
        self.encoding = Encoding(
            ffmpeg, path, rate, arguments, muxer="adts", demuxer="aac", hear=self._watch.hear
        )

    def write(self, block: Samples) -> None:
        while self._told - self._mended > MOST_WAITING:
            if not sys.stdin.buffer.readline():
                raise EncoderError("nobody is there to mend what overshoots")
            self._mended += 1
        self._watch.feed(block)
        self.encoding.write(block)

    def finish(self) -> dict[str, float]:
        self.encoding.finish()
        self._watch.finish()
        return {"aac_peak": decibels(self._watch.peak)}

    def _tell(self, piece: int, peak: float) -> None:
        self._told += 1
        _say({"piece": piece, "peak": decibels(peak)})


def _mix(plan: Mapping[str, Any]) -> dict[str, object]:
    """Make all of the mix; the last message. Raises `ShortSourceError` and `EncoderError`."""
    timeline = Timeline.from_json(plan["timeline"])
    ffmpeg, rate, folder = plan["ffmpeg"], timeline.rate, Path(plan["folder"])
    waveform = Waveform(timeline.frames)
    done = said = 0
    with ExitStack() as open_ones:
        mp3 = _Mp3(ffmpeg, folder / "mix.mp3", rate, plan["mp3"])
        open_ones.enter_context(mp3.encoding)
        aac = None
        if plan["aac"] is not None:
            aac = _Aac(ffmpeg, folder / "mix.aac", rate, plan["aac"])
            open_ones.enter_context(aac.encoding)
        for block in mix(
            timeline, lambda segment: _Decoder(ffmpeg, segment, rate), ceiling=plan["ceiling"]
        ):
            if not len(block):
                continue
            mp3.encoding.write(block)
            if aac is not None:
                aac.write(block)
            waveform.push(block)
            done += len(block)
            if done - said >= _REPORT_FRAMES:
                _say({"frames": done})
                said = done
        measured = mp3.finish() | (aac.finish() if aac is not None else {})
    return {"frames": done, "waveform": waveform.points(), **measured}


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        _say(_mix(plan))
    except ShortSourceError as error:
        sys.stderr.write(f"{error.segment.track.source}\n")
        return SHORT_SOURCE
    except EncoderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
