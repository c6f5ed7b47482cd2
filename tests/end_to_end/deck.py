"""The running program: `tapedeck run` on a free port, with its own data, seen from outside."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import psutil

from tests.adapters.web.sidecar import SCRIPT, Browser
from tests.toys import until

PROGRAM = str(Path(sys.executable).with_name("tapedeck"))
_READY_SECONDS = 60
_TOOLS = (
    "ffmpeg", "adapters.ffmpeg.mixer", "adapters.ffmpeg.bedding", "adapters.tags.child",
    "adapters.pictures.child", "adapters.synth.child", "adapters.film.darkroom",
    "adapters.film.child",
)  # fmt: skip


class Deck:
    """One program, its worker included, that may be killed, stopped and started again."""

    def __init__(self, folder: Path, *, program: Sequence[str] = (PROGRAM,)) -> None:
        self._folder = folder
        self._program = tuple(program)
        self.data = folder / "data"
        self.url = ""
        self.places: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, *, until_ready: bool = True, **settings: str) -> None:
        """Start it where it is not running, and wait until it answers, with a worker."""
        if self.process is not None and self.process.poll() is None:
            return
        kept = {name: value for name, value in os.environ.items() if "TAPEDECK" not in name}
        self.process = subprocess.Popen(
            [*self._program, "run"],
            cwd=self._folder,
            env={**kept, "TAPEDECK_DATA": str(self.data), "TAPEDECK_PORT": "0", **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Ready on http://127.0.0.1:"), line
        self.places = line.removeprefix("Ready on ").strip().split(", ")
        self.url = self.places[0].rstrip("/")
        deadline = time.monotonic() + _READY_SECONDS
        while until_ready and not self._ready():
            assert time.monotonic() < deadline, "it is not ready in time"
            time.sleep(0.1)

    def stop(self) -> int:
        """Ask it to go, and say with what status it went."""
        assert self.process is not None and self.process.stdout is not None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(30)
        finally:
            self.kill(gateway=True, worker=True)

    def kill(self, *, gateway: bool, worker: bool) -> None:
        """Kill -9, without a warning."""
        assert self.process is not None and self.process.stdout is not None
        doomed = self.workers() if worker else []
        if gateway:
            self.process.kill()
        for each in doomed:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        if gateway:
            self.process.wait()
            self.process.stdout.close()

    def workers(self) -> list[psutil.Process]:
        return [each for each in self.processes() if "--role" in _words(each)]

    def tools(self) -> list[psutil.Process]:
        """The programs that work for it now: ffmpeg, the mixer and their like."""
        return [
            each
            for each in self.processes()
            if any(tool in word for word in _words(each)[:4] for tool in _TOOLS)
        ]

    def processes(self) -> list[psutil.Process]:
        """All that runs on this machine for it, found by its data folder, not by its parents."""
        found = []
        for each in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if each.status() == psutil.STATUS_ZOMBIE:
                    continue
                named = each.environ().get("TAPEDECK_DATA") == str(self.data)
                if named or any(str(self.data) in word for word in each.cmdline()):
                    found.append(each)
        return found

    def files(self) -> set[str]:
        """Every file of every job, and every upload, by its path in the data folder."""
        folders = [self.data / "jobs", self.data / "uploads"]
        return {
            str(path.relative_to(self.data))
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        }

    def rows(self, query: str, *, database: str = "tapedeck.db") -> list[tuple[object, ...]]:
        address = f"file:{self.data / database}?mode=ro"
        with sqlite3.connect(address, uri=True, timeout=30) as connection:
            return connection.execute(query).fetchall()

    @asynccontextmanager
    async def person(self, jar: aiohttp.CookieJar | None = None) -> AsyncIterator[Browser]:
        """Somebody who talks to it over HTTP; the same jar is the same person."""
        jar = jar if jar is not None else new_jar()
        async with aiohttp.ClientSession(self.url, cookie_jar=jar, headers=SCRIPT) as session:
            browser = Browser(session)
            await browser.ask("POST", "/api/hello")
            yield browser

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=5) as answer:  # noqa: S310 ours
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False


def new_jar() -> aiohttp.CookieJar:
    return aiohttp.CookieJar(unsafe=True)  # keeps cookies of 127.0.0.1


async def until_none(deck: Deck, *, tools_only: bool = False, seconds: float = 10) -> None:
    """Wait until nothing runs for it any more, or none of its tools."""

    async def gone() -> bool:
        return not await asyncio.to_thread(deck.tools if tools_only else deck.processes)

    await until(gone, seconds=seconds, what="its processes are gone")


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
