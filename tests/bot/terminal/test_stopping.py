"""Stopping what runs: by `tapedeck cancel`, by Ctrl-C, by a kill; and going on after that."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.terminal.program import Shell, family, until_gone
from tests.media import MUSIC, Sound, make
from tests.toys import until

LONG = Sound(seconds=120.0)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stopping-data")


@pytest.fixture
def shell(tmp_path: Path, data: Path) -> Shell:
    make("flac", LONG, to=tmp_path / "long.flac")
    make("mp3", MUSIC, to=tmp_path / "eight.mp3")
    return Shell(tmp_path, {"TAPEDECK_DATA": str(data)})


@asynccontextmanager
async def mixing(shell: Shell, *, tracks: int = 80) -> AsyncIterator[asyncio.subprocess.Process]:
    """A mixtape that will take a minute, with its children at work."""
    given = ["long.flac"] * tracks
    async with shell.start("mixtape", *given, "--json", "--out", "out") as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            while b"mixing" not in (line := await process.stderr.readline()):
                assert line, "it ended too early"
        await until(lambda: asyncio.sleep(0, len(family(process)) > 2), what="children at work")
        yield process


def results(shell: Shell) -> list[str]:
    """What lies in the folder of the result and in those of the jobs."""
    jobs = [path for path in shell.data.glob("jobs/*") if any(path.rglob("*"))]
    return [str(path) for path in (*(shell.folder / "out").iterdir(), *jobs)]


async def test_a_second_terminal_cancels_and_nothing_is_left(shell: Shell) -> None:
    async with mixing(shell) as process:
        children = family(process)
        (job,) = await shell.jobs()
        assert (job["state"], job["stage"], job["kind"]) == ("running", "mixing", "mixtape")
        assert 0 < job["percent"] < 100
        listed = await shell.run("jobs")
        assert listed.out.startswith(job["id"]) and "% mixing" in listed.out
        cancelled = await shell.run("cancel", job["id"])
        assert (cancelled.status, cancelled.out) == (0, "Cancelled “Mixtape”.\n")
        async with asyncio.timeout(3):
            out, words = await process.communicate()
        assert (process.returncode, out) == (1, b"")
        assert words.decode().splitlines()[-1] == "This was cancelled."
        await until_gone(children)
        assert results(shell) == []
        again = await shell.run("cancel", job["id"])
        assert "has already ended" in again.refusal
    assert await shell.jobs() == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_a_closed_window_leave_nothing(how: signal.Signals, shell: Shell) -> None:
    async with mixing(shell) as process:
        children = family(process)
        process.send_signal(how)
        began = time.monotonic()
        async with asyncio.timeout(10):
            out, words = await process.communicate()
        assert time.monotonic() - began < 3
        assert (process.returncode, out) == (128 + how, b"")
        assert b"Traceback" not in words
        await until_gone(children)
        assert results(shell) == []
    assert await shell.jobs() == []


async def test_ctrl_c_while_it_starts_is_quiet(shell: Shell) -> None:
    for wait in (0.0, 0.2, 0.5):
        data = shell.folder / f"data-{wait}"
        settings = {"TAPEDECK_DATA": str(data)}
        async with shell.start("mixtape", "eight.mp3", "--out", "out", **settings) as process:
            # Before this, it is Python that starts, which says what it likes.
            log = data / "tapedeck.log"
            await until(lambda log=log: asyncio.sleep(0, log.exists()), what="a log")  # type: ignore[misc]
            await asyncio.sleep(wait)
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(10):
                _, words = await process.communicate()
        assert process.returncode == 130
        assert b"Traceback" not in words
        if (data / "tapedeck.db").exists():
            assert (await shell.run("jobs", **settings)).out == "No jobs.\n"


async def test_a_killed_one_is_finished_by_a_worker_once(shell: Shell) -> None:
    async with mixing(shell, tracks=2) as process:
        children = family(process)
        (job,) = await shell.jobs()
        process.kill()
        await process.communicate()
        await until_gone(children)
    assert results(shell) != []
    async with shell.start("run", "--role", "worker") as worker:

        async def handed_over() -> bool:
            return any((shell.folder / "out").glob("*.json"))

        await until(handed_over, what="the worker has handed it over", seconds=90)
        seen = {path: path.stat().st_mtime_ns for path in (shell.folder / "out").iterdir()}
        assert sorted(path.suffix for path in seen) == [".cue", ".json", ".mp3", ".mp4", ".txt"]
        worker.terminate()
        async with asyncio.timeout(30):
            await worker.communicate()
    everything = (await shell.run("jobs", "--all", "--json")).result["jobs"]
    assert [each["state"] for each in everything if each["id"] == job["id"]] == ["done"]
    assert {path: path.stat().st_mtime_ns for path in (shell.folder / "out").iterdir()} == seen
