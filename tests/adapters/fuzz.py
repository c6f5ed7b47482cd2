"""Feeds damaged files to everything that reads strangers' tracks, and says how it went.

`python -m tests.adapters.fuzz FIRST COUNT FORMAT...` makes COUNT damaged files of each format and
prints one JSON object. A process of its own, so that its children's memory can be told.
"""

import asyncio
import json
import resource
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.probe import probe
from adapters.intake import take_track
from adapters.tags import read_tags
from core.errors import UserError
from tests import bad
from tests.media import FORMATS, Sound, ffmpeg, make

_SOUND = Sound(wave="music", seconds=1.5, rate=22050)
_TAGS = {"title": "Title", "artist": "Artist", "album": "Album", "track": "3/9"}
_AT_ONCE = 4
_MOST_SECONDS = 600.0
_EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF)


@dataclass
class Report:
    """What became of the cases."""

    cases: int = 0
    good: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    bugs: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def damage(content: bytes, seed: int) -> bytes:
    """Every third file is damaged as the container's own numbers and boxes can be."""
    ways: tuple[Callable[[bytes, Random], bytes], ...] = (huge_numbers, doubled, exchanged)
    chance = Random(seed)
    if seed % 3:
        return bad.corrupted(content, seed)
    return ways[seed // 3 % len(ways)](content, chance)


def huge_numbers(content: bytes, chance: Random) -> bytes:
    """Numbers of 4 or 8 bytes near the start or the end become absurd."""
    broken = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        number, order = chance.choice(_EXTREMES), chance.choice("<>")
        kind = "Q" if number > 0xFFFFFFFF else chance.choice("IQ")
        packed = struct.pack(order + kind, number)
        near = chance.randrange(min(700, len(broken) - 8))
        at = near if chance.random() < 0.7 else len(broken) - 8 - near
        broken[max(0, at) : max(0, at) + len(packed)] = packed
    return bytes(broken)


def doubled(content: bytes, chance: Random) -> bytes:
    """A block is there many times over, as a box inside itself or after itself."""
    size = chance.choice((8, 30, 120, 600, 3000))
    at = chance.randrange(max(1, min(len(content) - size, 2000)))
    block = content[at : at + size]
    return content[:at] + block * chance.choice((2, 3, 50)) + content[at:]


def exchanged(content: bytes, chance: Random) -> bytes:
    """Two blocks change places, or one of another format is put in."""
    size = chance.choice((16, 200, 2000))
    one, two = sorted(chance.randrange(max(1, len(content) - size)) for _ in range(2))
    other = make(chance.choice(list(FORMATS)), _SOUND).read_bytes()[:size]
    block = content[two : two + size] if chance.random() < 0.5 else other
    return content[:one] + block + content[one + size :]


async def meet(path: Path, case: str, report: Report) -> tuple[Path, str] | None:
    """Take, probe and analyse one file, as the pipeline does; where it went to."""
    began = time.monotonic()
    taken = None
    try:
        taken = await take_track(path, path.with_suffix(".taken"))
        assert taken.format is not None
        demuxer = taken.format.demuxer
        found = await probe(ffmpeg(), taken.path, demuxer)
        sound = await analyse(
            ffmpeg(),
            taken.path,
            found,
            demuxer=demuxer,
            most_seconds=_MOST_SECONDS,
            on_seconds=lambda _: None,
        )
        assert 0 <= sound.first < sound.last <= sound.frames
        assert sound.rate in (44100, 48000) and -70 <= sound.loudness < 100
        report.good += 1
    except UserError as error:
        report.refused[str(error)] += 1
    except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
        report.bugs.append(f"{case}: {traceback.format_exc(limit=-3)}")
    report.cases += 1
    report.slowest = max(report.slowest, (time.monotonic() - began, case))
    return (taken.path, taken.format.demuxer) if taken and taken.format else None


async def fuzz(first: int, count: int, forms: list[str], folder: Path) -> Report:
    report = Report()
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(form: str, seed: int) -> tuple[Path, str] | None:
        case = f"{form} {seed}"
        path = folder / f"{case}.mp3"
        async with room:
            content = make(form, _SOUND, tags=_TAGS).read_bytes()
            path.write_bytes(damage(content, seed))
            return await meet(path, case, report)

    async with asyncio.TaskGroup() as tasks:
        cases = [
            tasks.create_task(one(form, seed))
            for form in forms
            for seed in range(first, first + count)
        ]
    known = [taken for case in cases if (taken := case.result()) is not None]
    place = folder / "tags"
    place.mkdir()
    began = time.monotonic()
    tags = await read_tags(known, place)
    assert len(tags) == len(known)
    assert all(len(each.title) <= 200 and "\n" not in each.title for each in tags)
    report.slowest = max(report.slowest, (time.monotonic() - began, "tags"))
    return report


def main() -> None:
    first, count, *forms = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="tapedeck-fuzz-") as folder:
        report = asyncio.run(fuzz(int(first), int(count), forms, Path(folder)))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    facts = {
        "cases": report.cases,
        "good": report.good,
        "refused": report.refused.most_common(),
        "bugs": report.bugs,
        "slowest": report.slowest,
        "megabytes": used.ru_maxrss / 1000,
    }
    sys.stdout.write(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
