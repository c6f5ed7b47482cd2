"""The first look at a file: what ffmpeg says is in it, before anything is decoded."""

import re
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.words import explain, explain_failure
from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, run
from core.errors import UserError
from core.tracks import Tags

OPENING = Limits(seconds=20, cpu_seconds=20, memory=400 * MEGABYTE, written=0)
_STREAM = re.compile(r"Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_TAG = re.compile(
    r"^ {4,6}(title|artist|album|genre|disc|track) *: (.*)$", re.MULTILINE | re.IGNORECASE
)
GUESSED = "estimating duration from bitrate"
"""What ffmpeg says, in small letters, where a file's length is only a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a file says of itself. `seconds` is None where it does not say or only guesses.

    `tags` has what ffmpeg understands; never a cover.
    """

    rate: int
    seconds: float | None
    tags: Tags


def source_arguments(path: Path, demuxer: str) -> list[str]:
    """How every hostile file is opened: one local file, one demuxer, no guessing."""
    return ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}"]


async def read_headers(ffmpeg: str, path: Path, demuxer: str) -> tuple[str, ...]:
    """What ffmpeg says of a file without decoding it. Raises `ProgramTimeoutError`."""
    command = [ffmpeg, "-nostdin", "-hide_banner", "-threads", "1"]
    try:
        # Without an output ffmpeg describes the input and ends with an error: that is expected.
        return (await run([*command, *source_arguments(path, demuxer)], limits=OPENING)).lines
    except ProgramTimeoutError:
        raise
    except ProgramError as error:
        return error.lines


async def probe(ffmpeg: str, path: Path, demuxer: str) -> Probe:
    """Read a file's headers. Raises `UserError` with the end of a sentence about the file."""
    try:
        lines = await read_headers(ffmpeg, path, demuxer)
    except ProgramTimeoutError as error:
        raise UserError(explain_failure(error)) from error
    text = "\n".join(lines)
    stream = _STREAM.search(text)
    if stream is None:
        raise UserError(
            "has no sound in it."
            if "Stream #0:" in text and "Audio" not in text
            else explain(lines)
        )
    if stream[1] == "none" or "(enca" in text or "(drms" in text:
        raise UserError(explain(lines))
    seconds = None if GUESSED in text.lower() else read_seconds(text)
    return Probe(rate=int(stream[2]), seconds=seconds, tags=_read_tags(text))


def read_seconds(headers: str) -> float | None:
    """How long a file says that it lasts; None where it does not."""
    length = _DURATION.search(headers)
    if length is None:
        return None
    return int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])


def _read_tags(text: str) -> Tags:
    """The first value of each tag in what ffmpeg prints of the container and its stream."""
    found: dict[str, str] = {}
    for key, value in _TAG.findall(text):
        found.setdefault(key.lower(), value)
    return Tags.read(found | {"number": found.get("track", "")})
