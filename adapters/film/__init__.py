"""Films: photos are studied, and a planned film is painted and encoded, in children with limits."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, child, run
from core.errors import ServiceError, UserError
from core.film.terms import RATE, Film, Study

X264 = (
    "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "22",
    "-maxrate", "10M", "-bufsize", "20M", "-g", "60", "-bf", "2",
    "-x264-params", "subme=1:trellis=0:ref=1:me=dia",
)  # fmt: skip
_SIDE = 2560
"""Pixels of a photo's long side that are kept: for every way that the camera goes near enough."""
# Pictures are hostile: see adapters/pictures. This one is larger when it is ready.
_DEVELOPING = Limits(seconds=30, cpu_seconds=20, memory=520 * MEGABYTE, written=40 * MEGABYTE)
_STUDYING = Limits(seconds=60, cpu_seconds=60, memory=1500 * MEGABYTE, written=MEGABYTE)
_MEMORY = 3000 * MEGABYTE
_BYTES_PER_SECOND = 1_600_000


@dataclass(frozen=True, slots=True)
class Painted:
    """A film without sound, and one of its frames as a JPEG."""

    video: Path
    cover: Path


async def develop(source: Path, target: Path) -> None:
    """Make a JPEG of a photo that somebody sent: upright, in sRGB, with nothing but its pixels.

    Raises `UserError` with a sentence that says why it cannot be used.
    """
    command = [
        sys.executable, "-I", "-m", "adapters.film.darkroom", str(source), str(target), str(_SIDE)
    ]  # fmt: skip
    try:
        printed = await run(command, limits=_DEVELOPING)
    except ProgramTimeoutError as error:
        raise UserError("takes too long to open: send another one.") from error
    except ProgramError as error:
        if any("No space left on device" in line for line in error.lines):
            raise ServiceError("There is no room left on the disk for the photo.") from error
        raise UserError("is damaged or cannot be opened: send another one.") from error
    sentence = json.loads(printed.out)["sentence"]
    if sentence:
        raise UserError(f"cannot be used. {sentence}")


async def study_photos(photos: Sequence[Path], folder: Path) -> list[Study]:
    """What matters in photos of our own making. Raises `ProgramError`."""
    plan = {"work": "study", "photos": [str(photo) for photo in photos]}
    printed = await run(_command(plan, folder), limits=_STUDYING)
    return [Study.from_json(facts) for facts in json.loads(printed.out)["studies"]]


async def paint_film(
    ffmpeg: str,
    film: Film,
    studies: Sequence[Study],
    photos: Sequence[Path],
    folder: Path,
    *,
    on_fraction: Callable[[float], None],
) -> Painted:
    """Paint and encode a film of photos of our own making into `folder`.

    May be run again over what an earlier try left. Raises `ProgramError`.
    """
    painted = Painted(folder / "film.mp4", folder / "still.jpg")
    plan = {
        "work": "paint",
        "ffmpeg": ffmpeg,
        "film": film.as_json(),
        "studies": [study.as_json() for study in studies],
        "photos": [str(photo) for photo in photos],
        "arguments": X264,
        "out": str(painted.video),
        "cover": str(painted.cover),
        "cover_frame": choose_cover_frame(film),
    }
    # Painting takes a third of the time that the film lasts; twelve times that is trouble.
    limits = Limits(
        seconds=120 + 12 * film.seconds,
        cpu_seconds=int(120 + 12 * film.seconds),
        memory=_MEMORY,
        written=50 * MEGABYTE + round(film.seconds * _BYTES_PER_SECOND),
    )
    command = _command(plan, folder)
    async with child(command, limits=limits, stdout=asyncio.subprocess.PIPE) as painter:
        assert painter.process.stdout is not None  # noqa: S101  asked for as a pipe
        async for line in painter.process.stdout:
            on_fraction(json.loads(line)["frames"] / film.frames)
    return painted


def _command(plan: Mapping[str, object], folder: Path) -> list[str]:
    path = folder / f"{plan['work']}.plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return [sys.executable, "-I", "-m", "adapters.film.child", str(path)]


def choose_cover_frame(film: Film) -> int:
    """A frame from the first third in which nothing is dissolving and no title stands."""
    for frame in range(film.fade_in + RATE // 2, film.frames):
        over = [shot for shot in film.shots if shot.start <= frame < shot.end]
        titled = any(each.start <= frame < each.end for each in film.captions)
        falling = any(card.lands - RATE < frame < card.lands + RATE for card in film.cards)
        if len(over) == 1 and not titled and not falling:
            return frame
    return film.frames // 2
