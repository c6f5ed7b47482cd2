"""Starts the child, hands it a request, and hears how far it is."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, child
from adapters.ytdlp.store import weigh
from adapters.ytdlp.troubles import SiteTroubleError, Trouble

_log = logging.getLogger(__name__)

CHILD = (sys.executable, "-I", "-m", "adapters.ytdlp.child")
_LOOK_SECONDS = 0.5
_SCRAP_BYTES = 20 * MEGABYTE
_ANSWER_BYTES = 64 * MEGABYTE


async def ask(
    command: Sequence[str],
    request: Mapping[str, Any],
    folder: Path,
    *,
    limits: Limits,
    most_bytes: int,
    report: Callable[[float], None],
) -> dict[str, Any]:
    """What the child answers. It may fill `folder` with `most_bytes`.

    Raises `SiteTroubleError`. When the wait is cancelled the child ends, too.
    """
    path = folder / "answer.json"
    words = json.dumps({**request, "answer": str(path)}).encode()
    try:
        await _run(command, words, folder, limits=limits, most_bytes=most_bytes, report=report)
    except ProgramTimeoutError as error:
        raise SiteTroubleError(Trouble.NETWORK, str(error)) from error
    except ProgramError as error:
        raise SiteTroubleError(Trouble.BROKEN, "\n".join(error.lines[-20:])) from error
    if not path.is_file() or path.stat().st_size > _ANSWER_BYTES:
        raise SiteTroubleError(Trouble.BROKEN, "the child gave no answer")
    found: dict[str, Any] = json.loads(await asyncio.to_thread(path.read_text, "utf-8"))
    path.unlink()
    if "trouble" in found:
        raise SiteTroubleError(Trouble(found["trouble"]), str(found["detail"]))
    return found


async def _run(
    command: Sequence[str],
    words: bytes,
    folder: Path,
    *,
    limits: Limits,
    most_bytes: int,
    report: Callable[[float], None],
) -> None:
    pipe = asyncio.subprocess.PIPE
    watching = asyncio.create_task(_watch_disk(folder, most_bytes))
    listening = asyncio.create_task(_talk(command, words, limits=limits, pipe=pipe, report=report))
    try:
        await asyncio.wait({watching, listening}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done() and not listening.done():
            await watching
        await listening
    finally:
        for task in (watching, listening):
            task.cancel()
        # The child is gone only when its task is.
        await asyncio.gather(watching, listening, return_exceptions=True)


async def _talk(
    command: Sequence[str],
    words: bytes,
    *,
    limits: Limits,
    pipe: int,
    report: Callable[[float], None],
) -> None:
    async with child(command, limits=limits, stdin=pipe, stdout=pipe) as running:
        stdin, stdout = running.process.stdin, running.process.stdout
        assert stdin is not None  # noqa: S101  asked for as pipes
        assert stdout is not None  # noqa: S101
        try:
            stdin.write(words)
            await stdin.drain()
            stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            _log.warning("the child was gone before it was asked")
        async for line in stdout:
            report(_read_progress(line))


def _read_progress(line: bytes) -> float:
    try:
        return float(json.loads(line)["done"])
    except (ValueError, KeyError, TypeError):
        return 0.0  # some library of the child's printed something


async def _watch_disk(folder: Path, most_bytes: int) -> None:
    """Raise `SiteTroubleError` when the folder takes more than it may, whoever fills it."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if await asyncio.to_thread(weigh, folder) > most_bytes + _SCRAP_BYTES:
            raise SiteTroubleError(Trouble.TOO_LARGE, f"more than {most_bytes} bytes on the disk")
