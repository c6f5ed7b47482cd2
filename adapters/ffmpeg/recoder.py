"""The recoder: a child of the worker that decodes a stretch, limits its peaks and encodes it.

`python -m adapters.ffmpeg.recoder PLAN` reads a plan (JSON, see `recode.py`) and writes one
file. It ends with the status of the child that failed, if one did.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from adapters.ffmpeg.graphs import decoding
from adapters.ffmpeg.streams import FrameReader, as_bytes, widen
from adapters.process import MEGABYTE, Limits, confinement
from core.limiter import Limiter
from core.mixing import BLOCK

_CHILD = Limits(seconds=0, memory=400 * MEGABYTE)


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rate = int(plan["rate"])
    span = {"start_sample": plan["start"]}
    if plan["end"] is not None:
        span["end_sample"] = plan["end"]
    graph = decoding(Path(plan["source"]), plan["demuxer"], rate).filter("atrim", **span)
    decoder = subprocess.Popen(
        [plan["ffmpeg"], "-nostdin", "-v", "error", "-filter_threads", "1",
         *graph.output("pipe:1", f="f32le").get_args()],
        stdout=subprocess.PIPE, preexec_fn=confinement(_CHILD),
    )  # fmt: skip
    encoder = subprocess.Popen(
        [plan["ffmpeg"], "-y", "-v", "error", "-f", "f32le", "-ar", str(rate), "-ac", "2",
         "-i", "pipe:0", *plan["arguments"], f"file:{plan['out']}"],
        stdin=subprocess.PIPE, preexec_fn=confinement(_CHILD),
    )  # fmt: skip
    assert decoder.stdout is not None  # noqa: S101  both were asked for as pipes
    assert encoder.stdin is not None  # noqa: S101
    widen(decoder.stdout.fileno())
    widen(encoder.stdin.fileno())
    reader = FrameReader(os.dup(decoder.stdout.fileno()), BLOCK)
    decoder.stdout.close()
    limiter = Limiter(rate, ceiling=plan["ceiling"])
    try:
        while len(block := reader.read(BLOCK)):
            encoder.stdin.write(as_bytes(limiter.push(block)))
        encoder.stdin.write(as_bytes(limiter.finish()))
        encoder.stdin.close()
    except BrokenPipeError:
        decoder.kill()  # the encoder has said why
        return encoder.wait() or 1
    return decoder.wait() or encoder.wait()


if __name__ == "__main__":
    sys.exit(main())
