"""The container around a bare AAC stream: M4A, or MP4 with a picture, with card and chapters."""

from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.recode import Recoded
from adapters.ffmpeg.video import escape
from adapters.process import MEGABYTE, Limits, run
from core.adts import FRAME_SAMPLES
from core.cards import Card


async def wrap(
    ffmpeg: str,
    pool: Pool,
    sound: Recoded,
    card: Card,
    *,
    seconds: float,
    out: Path,
    picture: Path | None = None,
    looped: bool = False,
    still: Path | None = None,
) -> None:
    """Put an ADTS stream into `out`, for exactly `seconds`, index in front.

    With a `picture` (an MP4 without sound, `looped` for a still) it becomes a video, without
    one the card's cover goes along. `still` is a JPEG that a video shows before it is played.
    Raises `ProgramError`.
    """
    notes = out.with_suffix(".meta")
    notes.write_text(write_metadata(card), encoding="utf-8")
    # An AAC encoder begins with one frame of nothing: it goes before zero, so that the file's
    # edit list hides it.
    early = -FRAME_SAMPLES / sound.rate
    arguments = [
        ffmpeg, "-nostdin", "-v", "error", "-y",
        "-itsoffset", f"{early:.9f}", "-f", "aac", "-i", f"file:{sound.path}",
        "-f", "ffmetadata", "-i", f"file:{notes}",
    ]  # fmt: skip
    cover = out.with_suffix(".jpg")
    maps = ["-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"]
    if picture is not None:
        loop = ["-stream_loop", "-1"] if looped else []
        arguments += [*loop, "-i", f"file:{picture}"]
        maps = ["-map", "2:v", *maps]
        if still is not None:
            arguments += ["-f", "image2", "-pattern_type", "none", "-i", f"file:{still}"]
            maps += ["-map", "3:v", "-disposition:v:1", "attached_pic"]
    elif card.cover:
        cover.write_bytes(card.cover)
        arguments += ["-f", "image2", "-pattern_type", "none", "-i", f"file:{cover}"]
        maps += ["-map", "2:v", "-disposition:v:0", "attached_pic"]
    arguments += [
        *maps, "-c", "copy", "-t", f"{seconds:.6f}", "-movflags", "+faststart",
        "-metadata:s:a", "language=und", "-f", "ipod" if picture is None else "mp4", f"file:{out}",
    ]  # fmt: skip
    try:
        async with pool.slot():
            await run(arguments, limits=Limits(seconds=600 + seconds / 10, memory=1000 * MEGABYTE))
    finally:
        for scrap in (notes, cover):
            scrap.unlink(missing_ok=True)


def write_metadata(card: Card) -> str:
    """Tags and chapters in the form that ffmpeg reads (`ffmetadata`)."""
    facts = {
        "title": card.title,
        "artist": card.artist,
        "album": card.album or card.title,
        "genre": card.genre,
        "date": card.year,
        "track": f"{card.number}/{card.count}" if card.number else "",
        "comment": card.source,
    }
    lines = [";FFMETADATA1"]
    lines += [f"{name}={escape(value)}" for name, value in facts.items() if value]
    for chapter in card.chapters:
        lines += [
            "[CHAPTER]", "TIMEBASE=1/1000", f"START={round(chapter.start * 1000)}",
            f"END={round(chapter.end * 1000)}", f"title={escape(chapter.title)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"
