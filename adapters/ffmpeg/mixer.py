"""The mixer: a child of the worker that decodes, mixes and feeds the MP3 encoder, in one stream.

`python -m adapters.ffmpeg.mixer PLAN` reads a plan (JSON, see `render.py`), writes the MP3 and
pieces of PCM, and prints one JSON object a line: how far it is, which piece is ready, and at
the end the waveform. It waits for a line on its input before it has too many pieces lying.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from adapters.ffmpeg.graphs import decoding
from adapters.ffmpeg.streams import FrameReader, as_bytes, widen
from adapters.process import MEGABYTE, Limits, confinement
from core.lame import HEADER_BYTES, sign_header
from core.measuring import Samples
from core.mixing import BLOCK, ShortSourceError, mix
from core.timeline import Segment, Timeline
from core.waveform import Waveform

SHORT_SOURCE = 3
"""The exit status that says a track ended early; its label is on standard error."""
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
            *graph.output("pipe:1", f="f32le").get_args(),
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


class _Mp3:
    """The MP3 encoder, fed through a pipe."""

    def __init__(self, ffmpeg: str, path: str, rate: int, arguments: list[str]) -> None:
        self._path = Path(path)
        command = [
            ffmpeg, "-y", "-v", "error",
            "-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "pipe:0",
            "-c:a", "libmp3lame", *arguments, "-id3v2_version", "0", "-f", "mp3", f"file:{path}",
        ]  # fmt: skip
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, preexec_fn=confinement(Limits(seconds=0))
        )
        assert self._child.stdin is not None  # noqa: S101  asked for as a pipe
        self._pipe: IO[bytes] = self._child.stdin
        widen(self._pipe.fileno())

    def write(self, block: Samples) -> None:
        self._pipe.write(as_bytes(block))

    def finish(self) -> None:
        self._pipe.close()
        if self._child.wait() != 0:
            sys.exit(1)
        with self._path.open("r+b") as file:
            signed = sign_header(file.read(HEADER_BYTES))
            file.seek(0)
            file.write(signed)


class _Pieces:
    """Cuts the mix into files of PCM that overlap, so that they can be encoded side by side.

    Piece k holds the frames from k * size - lead to (k + 1) * size + trail.
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._folder = Path(plan["folder"])
        self._size, self._lead, self._trail = plan["size"], plan["lead"], plan["trail"]
        self._most = plan["most_waiting"]
        self._at = 0
        self._open: dict[int, IO[bytes]] = {}
        self._past: Samples = np.zeros((0, 2), np.float32)
        self._unanswered = 0

    def write(self, block: Samples) -> None:
        start = 0
        while start < len(block):
            # Never past a border, where a piece begins or another is complete.
            here = self._at + start
            inside = here % self._size
            border = self._trail if inside < self._trail else self._size
            part = block[start : start + border - inside]
            self._put(part, here)
            start += len(part)
        self._at += len(block)

    def _put(self, part: Samples, here: int) -> None:
        index, inside = divmod(here, self._size)
        if index not in self._open:
            self._begin(index)
        data = as_bytes(part)
        for file in self._open.values():
            file.write(data)
        if index and inside + len(part) == self._trail:
            self._end(index - 1)
        self._past = np.concatenate([self._past, part])[-self._lead :]

    def _begin(self, index: int) -> None:
        while self._unanswered >= self._most:
            if not sys.stdin.buffer.readline():
                sys.exit(1)
            self._unanswered -= 1
        file = (self._folder / f"{index}.f32").open("wb")
        file.write(as_bytes(self._past))
        self._open[index] = file

    def _end(self, index: int) -> None:
        file = self._open.pop(index, None)
        if file is not None:
            file.close()
            self._unanswered += 1
            _say({"piece": index})

    def finish(self) -> None:
        for index in sorted(self._open):
            self._end(index)


def _say(message: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    timeline = Timeline.from_json(plan["timeline"])
    ffmpeg = plan["ffmpeg"]
    mp3 = _Mp3(ffmpeg, plan["mp3"], timeline.rate, plan["mp3_arguments"])
    pieces = _Pieces(plan["pieces"]) if plan["pieces"] else None
    waveform = Waveform(timeline.frames)
    done = said = 0
    try:
        for block in mix(
            timeline,
            lambda segment: _Decoder(ffmpeg, segment, timeline.rate),
            ceiling=plan["ceiling"],
        ):
            if not len(block):
                continue
            mp3.write(block)
            if pieces is not None:
                pieces.write(block)
            waveform.push(block)
            done += len(block)
            if done - said >= _REPORT_FRAMES:
                _say({"frames": done})
                said = done
    except ShortSourceError as error:
        sys.stderr.write(f"{error.segment.track.source}\n")
        return SHORT_SOURCE
    if pieces is not None:
        pieces.finish()
    mp3.finish()
    _say({"frames": done, "waveform": waveform.points()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
