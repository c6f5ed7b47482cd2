"""The encoders inside the mixer: each is fed through a pipe and heard again while it works."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from adapters.ffmpeg.graphs import PCM_OUT, hearing
from adapters.ffmpeg.streams import FrameReader, as_bytes, widen
from adapters.process import MEGABYTE, Limits, confinement
from core.measuring import Samples
from core.mixing import BLOCK

# From 112 kb/s ffmpeg's manual prefers the fast coder, and it takes 65 % of the time. Noise
# substitution, intensity stereo and noise shaping are for low rates: here they only raised true
# peaks, by up to 3 dB more than without them (docs/decisions/streaming-mixer.md).
FAST_AAC = ("-aac_coder", "fast", "-aac_pns", "0", "-aac_is", "0", "-aac_tns", "0")
_LIMITS = Limits(seconds=0, memory=400 * MEGABYTE)


class EncoderError(Exception):
    """An encoder, or the decoder that hears it, gave up; the text is what it said."""


class Encoding:
    """One encoder, and an ear on what it makes.

    Its packets go into a file and, in the same moment, to a decoder whose sound `hear` takes
    in a thread: the result is measured as a player will play it, and nobody waits for that.
    """

    def __init__(
        self,
        ffmpeg: str,
        path: Path,
        rate: int,
        arguments: Sequence[str],
        *,
        muxer: str,
        demuxer: str = "",
        options: str = "",
        spoken: str = "",
        loudness: bool = False,
        hear: Callable[[Samples], None],
    ) -> None:
        self.path = path
        self._hear = hear
        # Whole buffers, because a write for every packet costs a tenth of encoding it.
        form = f"f={muxer}:flush_packets=0{options}"
        # Relative, because the tee muxer gives a meaning to many characters.
        outputs = f"[{form}]file:{path.name}|[{form}{spoken}]pipe:1"
        self._encoder = _start(
            [
                ffmpeg, "-y", "-v", "error", "-f", "f32le", "-ar", str(rate), "-ac", "2",
                "-i", "pipe:0", "-map", "0:a", *arguments, "-f", "tee", outputs,
            ],
            stdin=subprocess.PIPE, folder=path.parent,
        )  # fmt: skip
        assert self._encoder.stdin is not None  # noqa: S101  asked for as pipes
        assert self._encoder.stdout is not None  # noqa: S101
        self._pipe: IO[bytes] = self._encoder.stdin
        widen(self._pipe.fileno())
        self._said = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115  until the end
        graph = hearing(demuxer or muxer, loudness=loudness)
        self._decoder = _start(
            [
                ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-xerror", "-filter_threads", "1",
                *graph.output(**PCM_OUT).get_args(),
            ],
            stdin=self._encoder.stdout, stderr=self._said, folder=path.parent,
        )  # fmt: skip
        self._encoder.stdout.close()
        self._thread = ThreadPoolExecutor(1)
        self._heard: Future[None] = self._thread.submit(self._listen)

    def _listen(self) -> None:
        assert self._decoder.stdout is not None  # noqa: S101  asked for as a pipe
        widen(self._decoder.stdout.fileno())
        reader = FrameReader(os.dup(self._decoder.stdout.fileno()), BLOCK)
        self._decoder.stdout.close()
        try:
            while len(block := reader.read(BLOCK)):
                self._hear(block)
        finally:
            reader.close()

    def write(self, block: Samples) -> None:
        """Encode the next frames. Raises `EncoderError`."""
        try:
            self._pipe.write(as_bytes(block))
        except BrokenPipeError as error:
            raise EncoderError(self._last_words()) from error

    def finish(self) -> list[str]:
        """Wait until all is encoded and heard; what the decoder said. Raises `EncoderError`."""
        try:
            self._pipe.close()
        except BrokenPipeError as error:
            raise EncoderError(self._last_words()) from error
        statuses = self._encoder.wait(), self._decoder.wait()
        self._heard.result()
        if any(statuses):
            raise EncoderError(self._last_words())
        return self._lines()

    def _last_words(self) -> str:
        # What the encoder said is on our own standard error already.
        return "\n".join([f"{self.path.name} could not be encoded", *self._lines()[-3:]])

    def _lines(self) -> list[str]:
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace").splitlines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in (self._encoder, self._decoder):
            child.kill()
            child.wait()
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._thread.shutdown()
        self._said.close()


def _start(
    command: Sequence[str], *, stdin: int | IO[bytes], folder: Path, stderr: IO[bytes] | None = None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
        cwd=folder, preexec_fn=confinement(_LIMITS),
    )  # fmt: skip
