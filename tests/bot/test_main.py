"""The command line from outside: exit statuses, sentences, tickets, and the bot itself."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from bot.__main__ import main
from core.jobs import Job
from tests.toys import until

HEAVY = ("pydantic", "sqlalchemy", "dbos", "aiohttp", "numpy", "alembic", "asyncio")


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # The log turns it off for the whole process.
    monkeypatch.setattr(logging, "raiseExceptions", True)


async def tapedeck(*arguments: str, **settings: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **settings},
    )
    async with asyncio.timeout(60):
        out, words = await process.communicate()
    return process.returncode or 0, out.decode(), words.decode()


async def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom bot.__main__ import build_parser\nbuild_parser().format_help()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_version_and_usage() -> None:
    status, out, _ = await tapedeck("--version")
    assert (status, out.split()[0]) == (0, "tapedeck")
    for wrong in ((), ("nonsense",), ("cancel",)):
        status, out, words = await tapedeck(*wrong)
        assert (status, out) == (2, "")
        assert "usage:" in words


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The same, in this process: starting a new one takes longer than what it does."""
    status = main(arguments)
    return status, *capsys.readouterr()


def test_jobs_of_a_new_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "jobs") == (0, "No jobs.\n", "")
    status, out, words = called(capsys, "jobs", "--json", "--all")
    assert (status, json.loads(out), words) == (0, {"jobs": []}, "")


def test_a_request_that_cannot_be_met_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "There is no job “nothing” of yours.\n"
    assert called(capsys, "cancel", "nothing") == (1, "", sentence)


def test_a_wrong_setting_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPEDECK_PORT", "many")
    status, out, words = called(capsys, "jobs")
    assert (status, out) == (1, "")
    assert (
        words == "The setting TAPEDECK_PORT must be a whole number from 0 to 65535, not “many”.\n"
    )


def test_a_bug_is_a_ticket_that_the_log_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tapedeck.db").write_bytes(b"this is no database, " * 100)
    status, out, words = called(capsys, "jobs")
    assert (status, out) == (70, "")
    assert "Traceback" not in words
    ticket = words.split("ticket ")[1].split(".")[0]
    log = (tmp_path / "data" / "tapedeck.log").read_text()
    assert ticket in log
    assert "Traceback" in log


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_jobs: list[Job]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("json.dumps", interrupt)
    assert main(["jobs", "--json"]) == 130


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all that serve: making its tables takes a while."""
    return tmp_path_factory.mktemp("served")


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TAPEDECK_PORT": "0", "TAPEDECK_DATA": str(data)},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert (await process.stdout.readline()).startswith(b"Ready on http://127.0.0.1:")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def workers(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    """The live workers of a gateway."""
    return [child for child in psutil.Process(process.pid).children() if lives(child)]


def lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_run_starts_a_worker_minds_it_and_stops_gently(served: Path) -> None:
    async with serving(served) as process:
        await until(lambda: asyncio.sleep(0, len(workers(process)) == 1), what="a worker")
        (first,) = workers(process)
        first.kill()

        async def another() -> bool:
            return any(worker.pid != first.pid for worker in workers(process))

        await until(another, what="another worker")
        (second,) = workers(process)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0
        assert not lives(second)


async def test_a_worker_goes_when_its_gateway_was_killed(served: Path) -> None:
    async with serving(served) as process:
        await until(lambda: asyncio.sleep(0, len(workers(process)) == 1), what="a worker")
        (worker,) = workers(process)
        process.kill()
        await process.wait()
        await until(lambda: asyncio.sleep(0, not lives(worker)), what="the worker goes")
