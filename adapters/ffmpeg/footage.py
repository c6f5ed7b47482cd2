"""What a source has to be cut: its length, whether it sounds, and the shape of its pictures."""

import re
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg.probe import GUESSED, read_headers, read_seconds
from adapters.ffmpeg.words import explain, explain_failure
from adapters.process import ProgramTimeoutError
from core.errors import UserError
from core.reel import Shape
from core.timeline import rate_family

_SOUND = re.compile(r"Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz, ")
_PICTURE = re.compile(r"Stream #0:\d+.*?: Video: .*?, (\d{2,5})x(\d{2,5})\b(.*)$")
_PIXELS = re.compile(r"\bSAR (\d+):(\d+)\b")
_RATE = re.compile(r"([\d.]+)(k?) (?:fps|tbr)\b")
_TURN = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")
_USUAL_RATE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """What a file says of itself. `seconds` is None where it does not say or only guesses.

    `rate` is that of its sound in Hz as we decode it, None for a file without sound; `shape` is
    None without moving pictures.
    """

    seconds: float | None
    rate: int | None
    shape: Shape | None


async def survey(ffmpeg: str, path: Path, demuxer: str) -> Footage:
    """Read a file's headers. Raises `UserError` with the end of a sentence about the file."""
    try:
        lines = await read_headers(ffmpeg, path, demuxer)
    except ProgramTimeoutError as error:
        raise UserError(explain_failure(error)) from error
    text = "\n".join(lines)
    if "Stream #0:" not in text or "(enca" in text or "(encv" in text or "(drms" in text:
        raise UserError(explain(lines))
    sound = _SOUND.search(text)
    rate = rate_family(int(sound[2])) if sound is not None and sound[1] != "none" else None
    shape = _read_shape(lines)
    if rate is None and shape is None:
        raise UserError("has neither sound nor moving pictures in it.")
    seconds = None if GUESSED in text.lower() else read_seconds(text)
    return Footage(seconds=seconds, rate=rate, shape=shape)


def _read_shape(lines: tuple[str, ...]) -> Shape | None:
    """The first moving picture as it is shown: square pixels, turned as the file says."""
    for index, line in enumerate(lines):
        found = _PICTURE.search(line)
        if found is None or "(attached pic)" in line:
            continue
        width, height = float(found[1]), float(found[2])
        pixels = _PIXELS.search(found[3])
        if pixels is not None and int(pixels[1]) and int(pixels[2]):
            width *= int(pixels[1]) / int(pixels[2])
        turn = _TURN.search("\n".join(_about_stream(lines, index)))
        if turn is not None and round(float(turn[1]) / 90) % 2:
            width, height = height, width
        rate = _RATE.search(found[3])
        a_second = float(rate[1]) * (1000 if rate[2] else 1) if rate else _USUAL_RATE
        return Shape(width=max(2, round(width)), height=max(2, round(height)), rate=a_second)
    return None


def _about_stream(lines: tuple[str, ...], index: int) -> list[str]:
    """What is said of one stream: until the next one begins."""
    about = []
    for line in lines[index + 1 :]:
        if "Stream #0:" in line:
            break
        about.append(line)
    return about
