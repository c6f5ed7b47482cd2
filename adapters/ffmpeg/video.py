"""The MP4: one still picture, encoded once and repeated by stream copy, under the mix."""

import re
from collections.abc import Sequence
from pathlib import Path

import ffmpeg as graphs

from adapters.ffmpeg.pool import Pool
from adapters.process import MEGABYTE, Limits, run
from core.adts import FRAME_SAMPLES
from core.tracklist import Chapter

RATE = 10
"""Frames a second. Nothing moves; ten are enough for a seek to land well and cost little."""
_GROUP_SECONDS = 20
_X264 = {
    # Nothing changes after the first frame: it gets all the bits, so that nothing is left for the
    # others to mend; the search for motion is off.
    "scenecut": 0, "rc-lookahead": 0, "sync-lookahead": 0, "mbtree": 0, "ref": 1,
    "weightp": 0, "me": "dia", "subme": 0, "ipratio": "6.0",
}  # fmt: skip
_ENCODING = Limits(seconds=120, cpu_seconds=120, memory=700 * MEGABYTE)
_SPECIAL = re.compile(r"([=;#\\\n])")


async def encode_still(ffmpeg: str, pool: Pool, frame: Path, out: Path) -> None:
    """Encode `frame` (a 1920×1080 picture of our own making) as one group of pictures."""
    # Without the pattern type a % in a folder's name asks for numbered pictures.
    picture = graphs.input(f"file:{frame}", f="image2", pattern_type="none", framerate=RATE)
    looped = picture.filter("scale", out_color_matrix="bt709", out_range="tv")
    looped = looped.filter("format", "yuv420p").filter(
        "loop", loop=RATE * _GROUP_SECONDS - 1, size=1
    )
    stream = graphs.output(
        looped, f"file:{out}", f="mp4", vcodec="libx264", preset="veryfast", tune="stillimage",
        crf=34, bf=0, g=9999, r=RATE, threads=1, pix_fmt="yuv420p",
        colorspace="bt709", color_primaries="bt709", color_trc="bt709", color_range="tv",
        **{"x264-params": ":".join(f"{name}={value}" for name, value in _X264.items())},
    )  # fmt: skip
    arguments = [ffmpeg, "-nostdin", "-v", "error", "-y", *stream.get_args()]
    async with pool.slot():
        await run(arguments, limits=_ENCODING)


async def join_video(
    ffmpeg: str,
    pool: Pool,
    *,
    still: Path,
    aac: Path,
    rate: int,
    seconds: float,
    title: str,
    artist: str,
    genre: str,
    year: int,
    chapters: Sequence[Chapter],
    out: Path,
    looped: bool = True,
) -> None:
    """Put the picture under the sound, for exactly `seconds`, with chapters, index in front.

    `still` is repeated when `looped`; else it is a video that is as long as the sound.
    """
    notes = out.with_suffix(".meta")
    notes.write_text(_metadata(title, artist, genre, year, chapters), encoding="utf-8")
    # An AAC encoder begins with one frame of nothing: it goes before zero, so that the file's
    # edit list hides it and the sound begins with the picture.
    early = -FRAME_SAMPLES / rate
    arguments = [
        ffmpeg, "-nostdin", "-v", "error", "-y",
        *(["-stream_loop", "-1"] if looped else []), "-i", f"file:{still}",
        "-itsoffset", f"{early:.9f}", "-f", "aac", "-i", f"file:{aac}",
        "-f", "ffmetadata", "-i", f"file:{notes}",
        "-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2",
        "-c", "copy", "-t", f"{seconds:.6f}", "-movflags", "+faststart",
        "-metadata:s:a", "language=und", "-f", "mp4", f"file:{out}",
    ]  # fmt: skip
    async with pool.slot():
        await run(arguments, limits=Limits(seconds=600 + seconds / 10, memory=1000 * MEGABYTE))
    notes.unlink()


def _metadata(title: str, artist: str, genre: str, year: int, chapters: Sequence[Chapter]) -> str:
    lines = [";FFMETADATA1", f"title={escape(title)}", f"artist={escape(artist)}"]
    lines += [f"album={escape(title)}", f"genre={escape(genre)}", f"date={year}"]
    for chapter in chapters:
        lines += [
            "[CHAPTER]", "TIMEBASE=1/1000", f"START={round(chapter.start * 1000)}",
            f"END={round(chapter.end * 1000)}", f"title={escape(chapter.title)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """A value as ffmpeg's metadata files want it."""
    return _SPECIAL.sub(r"\\\1", text)
