"""The real `tapedeck` program, as somebody starts it from a shell."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.toys import until

PROGRAM = str(Path(sys.executable).with_name("tapedeck"))
_MOST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit status and all that it wrote."""

    status: int
    out: str
    words: str

    @property
    def result(self) -> dict[str, Any]:
        """The one JSON object on standard output; no other byte may be there."""
        assert self.status == 0, self.words
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def refusal(self) -> str:
        """The one line that says why the request cannot be met."""
        assert (self.status, self.out) == (1, ""), (self.status, self.out, self.words)
        lines = [line for line in self.words.splitlines() if " % " not in line]
        assert len(lines) == 1 and "Traceback" not in self.words, self.words
        return lines[0]


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to be in, and settings for what is started there."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return Path(self.settings.get("TAPEDECK_DATA", str(self.folder / "data")))

    async def run(self, *arguments: str | bytes | Path, **settings: str) -> Ended:
        """Run `tapedeck` to its end."""
        async with self.start(*arguments, **settings) as process, asyncio.timeout(_MOST_SECONDS):
            out, words = await process.communicate()
        assert b"Traceback" not in words, words.decode()
        return Ended(process.returncode or 0, out.decode(), words.decode())

    @asynccontextmanager
    async def start(
        self, *arguments: str | bytes | Path, **settings: str
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start `tapedeck` and kill what is left of it at the end of the block."""
        kept = {name: value for name, value in os.environ.items() if "TAPEDECK" not in name}
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, *arguments),
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # A shell starts what runs in the background deaf to Ctrl-C, perhaps these tests, too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**kept, "TAPEDECK_DATA": str(self.data), **self.settings, **settings},
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def jobs(self) -> list[dict[str, Any]]:
        """What `tapedeck jobs --json` lists: the jobs that have not ended."""
        return list((await self.run("jobs", "--json")).result["jobs"])


def family(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    """All that descends from a program that runs."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


async def until_gone(processes: list[psutil.Process], *, seconds: float = 2.0) -> None:
    async def gone() -> bool:
        return not any(lives(process) for process in processes)

    await until(gone, seconds=seconds, what="all its children are gone")


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
