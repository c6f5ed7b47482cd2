"""The picture of a video, made smaller or taken out as it is, for a whole or for a part."""

from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.recode import Source
from adapters.ffmpeg.weigh import Frames
from adapters.process import MEGABYTE, Limits, run
from core.delivery import Coding
from core.fitting import STILL_SECONDS, Part

_QUALITY = 22
"""x264's constant quantiser for a still: with a varying one, all later frames cost as well."""
_STILL = "scenecut=0:ref=1:weightp=0:me=dia:subme=0"
_ENCODING = Limits(seconds=300, cpu_seconds=300, memory=700 * MEGABYTE)


async def take_still(
    ffmpeg: str, pool: Pool, source: Source, frames: Frames, *, height: int, out: Path
) -> None:
    """Make `out` one group of frames of a still: the one that is there when `height` is 0, else
    one of so many lines that lasts `STILL_SECONDS`.

    Raises `ProgramError`.
    """
    opened = [ffmpeg, "-nostdin", "-v", "error", "-y", *_opened(source)]
    if not height:
        arguments = ["-map", "0:V:0", "-c", "copy", "-frames:v", str(frames.repeated)]
    else:
        # The last frame of a group has had the most bits.
        last = f"select=eq(n\\,{frames.repeated - 1})"
        count = round(STILL_SECONDS * frames.fps)
        rate = f"{frames.fps:g}"
        arguments = [
            "-map", "0:V:0", "-vf",
            f"{last},scale=-2:{height}:flags=lanczos,loop={count - 1}:1,"
            f"setpts=N/({rate}*TB)",
            "-frames:v", str(count), "-r", rate, "-c:v", "libx264", "-preset", "veryfast",
            "-tune", "stillimage", "-qp", str(_QUALITY), "-bf", "0", "-g", "9999",
            "-x264-params", _STILL, "-threads", "1", "-pix_fmt", "yuv420p",
        ]  # fmt: skip
    async with pool.slot():
        await run([*opened, *arguments, "-f", "mp4", f"file:{out}"], limits=_ENCODING)


async def take_film(
    ffmpeg: str, pool: Pool, source: Source, part: Part, coding: Coding, *, out: Path
) -> None:
    """Make `out` the moving picture of a part, encoded again, or of all as it is.

    A part begins with a key frame of its own, whatever the source has there. Raises
    `ProgramError`.
    """
    opened = [ffmpeg, "-nostdin", "-v", "error", "-y"]
    if not coding.height:
        arguments = [*_opened(source), "-map", "0:V:0", "-c", "copy"]
    else:
        arguments = [
            "-ss", f"{part.start:.6f}", *_opened(source), "-t", f"{part.seconds:.6f}",
            "-map", "0:V:0", "-vf", f"scale=-2:{coding.height}:flags=lanczos",
            "-c:v", "libx264", "-preset", "veryfast", "-b:v", f"{coding.picture}k",
            "-maxrate", f"{coding.picture}k", "-bufsize", f"{coding.picture * 4}k",
            "-threads", "1", "-pix_fmt", "yuv420p",
        ]  # fmt: skip
    limits = Limits(seconds=600 + 3 * part.seconds, memory=700 * MEGABYTE)
    async with pool.slot():
        await run([*opened, *arguments, "-f", "mp4", f"file:{out}"], limits=limits)


def _opened(source: Source) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", source.demuxer, "-i", f"file:{source.path}"]
