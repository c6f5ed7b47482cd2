"""Asks the child for the tags of many files at once; a file that kills it costs only itself."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from adapters.process import MEGABYTE, Limits, ProgramError, child
from core.tracks import Tags

_LIMITS = Limits(seconds=60, cpu_seconds=60, memory=400 * MEGABYTE, written=20 * MEGABYTE)


async def read_tags(files: Sequence[tuple[Path, str]], folder: Path) -> list[Tags]:
    """Tags of files given as (path, demuxer), in their order; empty where nothing can be read.

    Embedded pictures are written into `folder`.
    """
    found: list[Tags] = []
    while len(found) < len(files):
        found += await _ask(files[len(found) :], folder, offset=len(found))
        if len(found) < len(files):
            # The child died of this one: it has no tags, and the next child goes on after it.
            found.append(Tags())
    return found


async def _ask(files: Sequence[tuple[Path, str]], folder: Path, *, offset: int) -> list[Tags]:
    place = folder / f"from-{offset}"
    place.mkdir(exist_ok=True)
    listed = place / "files.json"
    listed.write_text(json.dumps([{"path": str(path), "demuxer": kind} for path, kind in files]))
    command = [sys.executable, "-I", "-m", "adapters.tags.child", str(listed), str(place)]
    found: list[Tags] = []
    with suppress(ProgramError):  # what it said before it died is true all the same
        async with child(command, limits=_LIMITS, stdout=asyncio.subprocess.PIPE) as running:
            assert running.process.stdout is not None  # noqa: S101  asked for as a pipe
            async for line in running.process.stdout:
                found.append(Tags.read(json.loads(line)))  # noqa: PERF401  kept when the child dies
    return found
