"""The splicer: a child of the worker that decodes, fades and encodes a reel's pictures, in one
stream.

`python -m adapters.ffmpeg.splicer PLAN` reads a plan (JSON, see `splice.py`), writes an H.264
stream in an MP4 without sound, and prints one JSON object a line: how many frames are done. Every
shot comes out of a decoder of its own, already in the common size and rate; at any time at most
two of them are open, and a handful of frames is in memory.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from adapters.ffmpeg.streams import widen
from adapters.process import MEGABYTE, Limits, confinement

Planes = NDArray[np.uint8]
"""A frame as yuv420p: the bytes of its three planes, one after the other."""

NO_PICTURE, NO_ENCODER = 3, 4
"""Exit statuses: a shot gave not even one frame, its number is on standard error; the encoder."""
_DECODER = Limits(seconds=0, memory=1000 * MEGABYTE)
_ENCODER = Limits(seconds=0, memory=1500 * MEGABYTE)
_REPORT_FRAMES = 15
_CAPTION_RAMP = 12
"""Frames in which a caption comes and goes."""
_MOST_PIXELS = 40_000_000
BLACK = 16
_NEUTRAL = 128


class NoPictureError(Exception):
    """A shot's decoder gave nothing; the text is the shot's number."""


class _Shot:
    """One shot's frames, as they come out of its decoder. A short source holds its last one."""

    def __init__(self, plan: Mapping[str, Any], shot: Mapping[str, Any], number: int) -> None:
        self._width, self._height = plan["width"], plan["height"]
        self._size = self._width * self._height * 3 // 2
        self._number = number
        self._last: Planes | None = None
        self._caption = _Caption(shot["caption"], plan) if shot["caption"] else None
        self._at = 0
        self._child: subprocess.Popen[bytes] | None = None
        if shot["path"] is not None:
            self._child = _start_decoder(plan, shot)

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            if self._child.stdout is not None:
                self._child.stdout.close()

    def take(self) -> Planes:
        """The next frame, which is not to be changed."""
        frame = self._read()
        if self._caption is not None:
            frame = self._caption.draw(frame, self._at)
        self._at += 1
        return frame

    def _read(self) -> Planes:
        if self._child is None:
            if self._last is None:
                self._last = _black(self._width, self._height)
            return self._last
        assert self._child.stdout is not None  # noqa: S101  asked for as a pipe
        data = self._child.stdout.read(self._size)
        if len(data) == self._size:
            self._last = np.frombuffer(data, np.uint8)
        elif self._last is None:
            raise NoPictureError(str(self._number))
        return self._last


def _black(width: int, height: int) -> Planes:
    frame = np.full(width * height * 3 // 2, _NEUTRAL, np.uint8)
    frame[: width * height] = BLACK
    return frame


def _start_decoder(plan: Mapping[str, Any], shot: Mapping[str, Any]) -> "subprocess.Popen[bytes]":
    width, height, rate = plan["width"], plan["height"], plan["rate"]
    # `dar` is the shape as it is shown, with pixels that are not square.
    wide = f"if(gt(dar,{width}/{height}),{width},2*round({height}*dar/2))"
    high = f"if(gt(dar,{width}/{height}),2*round({width}/dar/2),{height})"
    graph = (
        f"scale=w='max(2,{wide})':h='max(2,{high})':flags=bicubic"
        ":out_color_matrix=bt709:out_range=tv,"
        f"setsar=1,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black,format=yuv420p"
    )
    if shot["still"]:
        opening = [
            "-f", "image2", "-pattern_type", "none", "-loop", "1", "-framerate", str(rate),
            "-i", f"file:{shot['path']}",
        ]  # fmt: skip
    else:
        seek = max(0.0, shot["at"] - plan["lead"])
        # Without accurate seeking the frames from the last key frame on come too, with times
        # before zero: one of them may be what is seen at the cut.
        opening = ["-noaccurate_seek", "-ss", f"{seek:.6f}"] if seek else []
        opening += [
            "-protocol_whitelist", "file", "-max_pixels", str(_MOST_PIXELS), "-f", shot["demuxer"],
            "-i", f"file:{shot['path']}",
        ]  # fmt: skip
        # First to the common rate: what is dropped need not be scaled.
        shift = shot["at"] - seek
        graph = f"setpts=PTS-{shift:.6f}/TB,fps=fps={rate}:start_time=0:round=near,{graph}"
    command = [
        plan["ffmpeg"], "-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1",
        *opening, "-map", "0:V:0", "-vf", graph, "-frames:v", str(shot["frames"]),
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1",
    ]  # fmt: skip
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=confinement(_DECODER),
    )  # fmt: skip
    assert child.stdout is not None  # noqa: S101  asked for as a pipe
    widen(child.stdout.fileno())
    return child


class _Caption:
    """A label over a shot: comes after its fade, stays for a while, and goes."""

    def __init__(self, caption: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
        self._first, self._last = caption["first"], caption["last"]
        self._stretches = _read_caption(plan, caption["path"])

    def draw(self, frame: Planes, at: int) -> Planes:
        """The frame with as much of the caption as is there at that frame of the shot."""
        shown = min(at - self._first + 1, self._last - at, _CAPTION_RAMP)
        if shown <= 0:
            return frame
        drawn = frame.copy()
        for place, colours, cover in self._stretches:
            weight = cover * np.uint16(256 * shown // _CAPTION_RAMP) >> np.uint16(8)
            mixed = frame[place] * (np.uint16(255) - weight) + colours * weight
            drawn[place] = mixed // np.uint16(255)
        return drawn


def _read_caption(
    plan: Mapping[str, Any], path: str
) -> list[tuple[slice, NDArray[np.uint16], NDArray[np.uint16]]]:
    """Where in a frame a picture with alpha is seen: a stretch of each plane, as yuv420p, with
    how much each byte covers (0 to 255)."""
    width, height = plan["width"], plan["height"]
    command = [
        plan["ffmpeg"], "-nostdin", "-v", "error", "-f", "image2", "-pattern_type", "none",
        "-i", f"file:{path}", "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuva420p",
        "-frames:v", "1", "-f", "rawvideo", "pipe:1",
    ]  # fmt: skip
    read = subprocess.run(
        command, capture_output=True, check=True, timeout=60, preexec_fn=confinement(_DECODER)
    )
    planes = np.frombuffer(read.stdout, np.uint8).astype(np.uint16)
    pixels = width * height
    colours, alpha = planes[: pixels * 3 // 2], planes[pixels * 3 // 2 :].reshape(height, width)
    small = alpha[::2, ::2].reshape(-1)
    covers = (alpha.reshape(-1), small, small)
    stretches, start = [], 0
    for cover in covers:
        seen = np.flatnonzero(cover)
        if len(seen):
            first, last = int(seen[0]), int(seen[-1]) + 1
            place = slice(start + first, start + last)
            stretches.append((place, colours[place], cover[first:last]))
        start += len(cover)
    return stretches


def fade(leaving: Planes, entering: Planes, index: int, frames: int) -> Planes:
    """Frame `index` of a fade over `frames`: its middle is half of both."""
    weight = np.uint16(round(256 * (index + 0.5) / frames))
    mixed = leaving * (np.uint16(256) - weight) + entering * weight + np.uint16(128)
    return (mixed >> np.uint16(8)).astype(np.uint8)


def _splice(plan: Mapping[str, Any]) -> Iterator[Planes]:
    """All frames of the reel, in order."""
    shots: Sequence[Mapping[str, Any]] = plan["shots"]
    fades = [*(shot["fade"] for shot in shots[1:]), 0]
    seen: list[_Shot] = []
    try:
        for number, (shot, fade_out) in enumerate(zip(shots, fades, strict=True)):
            seen.append(_Shot(plan, shot, number))
            if len(seen) == 2:
                for index in range(shot["fade"]):
                    yield fade(seen[0].take(), seen[1].take(), index, shot["fade"])
                seen.pop(0).close()
            for _ in range(shot["frames"] - shot["fade"] - fade_out):
                yield seen[0].take()
    finally:
        for each in seen:
            each.close()


def _start_encoder(plan: Mapping[str, Any]) -> "subprocess.Popen[bytes]":
    rate = plan["rate"]
    command = [
        plan["ffmpeg"], "-nostdin", "-v", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{plan['width']}x{plan['height']}",
        "-framerate", str(rate), "-i", "pipe:0",
        "-c:v", "libx264", *plan["x264"], "-g", str(rate * 4), "-threads", str(plan["threads"]),
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-color_range", "tv", "-f", "mp4", f"file:{plan['out']}",
    ]  # fmt: skip
    return subprocess.Popen(command, stdin=subprocess.PIPE, preexec_fn=confinement(_ENCODER))


def _make(plan: Mapping[str, Any]) -> int:
    """Write all of it; the frames that were written. Raises `OSError` when the encoder ended."""
    encoder = _start_encoder(plan)
    pipe: IO[bytes] | None = encoder.stdin
    assert pipe is not None  # noqa: S101  asked for as a pipe
    widen(pipe.fileno())
    done = 0
    try:
        for frame in _splice(plan):
            pipe.write(frame.data)
            done += 1
            if done % _REPORT_FRAMES == 0:
                _say(done)
        pipe.close()
        if encoder.wait() != 0:
            raise OSError(f"the encoder ended with {encoder.returncode}")
    finally:
        encoder.kill()
        encoder.wait()
    return done


def _say(frames: int) -> None:
    os.write(sys.stdout.fileno(), json.dumps({"frames": frames}).encode() + b"\n")


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        _say(_make(plan))
    except NoPictureError as error:
        sys.stderr.write(f"{error}\n")
        return NO_PICTURE
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return NO_ENCODER
    return 0


if __name__ == "__main__":
    sys.exit(main())
