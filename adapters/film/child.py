"""The work on pictures itself, in a process of its own: `python -m adapters.film.child PLAN`.

PLAN is a JSON file. Studies are printed as JSON; while a film is painted, how many frames are
done. It ends with the status of the encoder, if that failed.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Queue
from typing import Any

import cv2

from adapters.film.looking import study
from adapters.film.painting import Painter, save_picture
from adapters.film.textures import Pixels, reserve
from adapters.process import MEGABYTE, Limits, confinement
from core.film.terms import RATE, Film, Size, Study

_ENCODER = Limits(seconds=0, memory=1500 * MEGABYTE)
_WAITING = 3
"""Frames that are painted while the encoder still works on earlier ones."""
_REPORT = 15
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    # The encoder needs the other cores.
    cv2.setNumThreads(1)
    if plan["work"] == "study":
        _say({"studies": [study(Path(path)).as_json() for path in plan["photos"]]})
        return 0
    return _paint(plan)


def _paint(plan: Mapping[str, Any]) -> int:
    film = Film.from_json(plan["film"])
    studies = [Study.from_json(facts) for facts in plan["studies"]]
    painter = Painter(film, studies, plan["photos"])
    encoder = _start_encoder(plan["ffmpeg"], film.size, plan["arguments"], plan["out"])
    assert encoder.stdin is not None  # noqa: S101  asked for as a pipe
    free: Queue[Pixels] = Queue()
    ready: Queue[Pixels | None] = Queue()
    for _ in range(_WAITING):
        free.put(reserve(film.size))
    broken = threading.Event()

    def feed(pipe: Any) -> None:
        while (planes := ready.get()) is not None:
            try:
                pipe.write(planes.data)
            except BrokenPipeError:
                broken.set()
            free.put(planes)

    feeder = threading.Thread(target=feed, args=(encoder.stdin,))
    feeder.start()
    for frame in range(film.frames):
        planes = free.get()
        if broken.is_set():
            break
        painter.paint(frame, planes)
        if frame == plan["cover_frame"]:
            save_picture(planes, film.size, Path(plan["cover"]))
        ready.put(planes)
        if frame % _REPORT == 0:
            _say({"frames": frame})
    ready.put(None)
    feeder.join()
    if not broken.is_set():
        encoder.stdin.close()
    # The encoder has said on our standard error what went wrong.
    return encoder.wait()


def _start_encoder(
    ffmpeg: str, size: Size, arguments: list[str], out: str
) -> "subprocess.Popen[bytes]":
    colours = [
        "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
        "-color_trc", "bt709",
    ]  # fmt: skip
    command = [
        ffmpeg, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
        "-s", f"{size.width}x{size.height}", "-r", str(RATE), *colours, "-i", "pipe:0",
        *arguments, *colours, "-f", "mp4", f"file:{out}",
    ]  # fmt: skip
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE, preexec_fn=confinement(_ENCODER))
    if sys.platform == "linux" and encoder.stdin is not None:
        import fcntl

        fcntl.fcntl(encoder.stdin.fileno(), _F_SETPIPE_SZ, _PIPE_BYTES)
    return encoder


def _say(message: Mapping[str, object]) -> None:
    os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
