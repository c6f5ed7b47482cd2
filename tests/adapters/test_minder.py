"""One child process is kept running, whatever becomes of it."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from adapters.minder import Listen, Minder
from tests.toys import read_lines, until

_CHILD = """
import os, pathlib, sys, time
with open(sys.argv[1], "a") as diary:
    diary.write(f"{os.getpid()}\\n")
sign = pathlib.Path(sys.argv[1]).with_name(str(os.getpid()))
while True:
    sign.touch()
    time.sleep(0.02)
"""


def hear(folder: Path) -> Listen:
    """A child's signs of life are the touches of its file."""

    async def listen(pid: int) -> float:
        file = folder / str(pid)
        return file.stat().st_mtime if file.exists() else 0.0

    return listen


@asynccontextmanager
async def minding(
    folder: Path, listen: Listen, hung_seconds: float = 30
) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
    """Mind a child for the length of the block; yields how to wait for the one of that number."""
    diary = folder / "diary"
    command = [sys.executable, "-I", "-S", "-c", _CHILD, str(diary)]
    minder = Minder(command, listen=listen, hung_seconds=hung_seconds)

    async def started(number: int) -> int:
        await until(
            lambda: asyncio.sleep(0, len(read_lines(diary)) >= number), what=f"child {number}"
        )
        return int(read_lines(diary)[number - 1])

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(minder.mind())
        yield started
        task.cancel()


async def test_one_that_dies_is_started_again(tmp_path: Path) -> None:
    async with minding(tmp_path, hear(tmp_path)) as started:
        os.kill(await started(1), signal.SIGKILL)
        second = await started(2)
        assert psutil.pid_exists(second)
    assert not psutil.pid_exists(second)


async def test_one_that_hangs_is_killed_and_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with minding(tmp_path, hear(tmp_path), hung_seconds=0.75) as started:
        first = await started(1)
        os.kill(first, signal.SIGSTOP)
        second = await started(2)
        assert not psutil.pid_exists(first)
        assert second != first
    assert "gave no sign of life" in caplog.text


@pytest.mark.parametrize("sign", [None, 0.0])
async def test_one_of_whom_nothing_is_known_is_left_alone(
    tmp_path: Path, sign: float | None
) -> None:
    heard: list[float] = []

    async def listen(_pid: int) -> float | None:
        heard.append(time.monotonic())
        return sign

    async with minding(tmp_path, listen, hung_seconds=0.1) as started:
        first = await started(1)
        await until(lambda: asyncio.sleep(0, heard[-1:] > [heard[0] + 0.5]), what="some looks")
        assert psutil.pid_exists(first)
    assert len(read_lines(tmp_path / "diary")) == 1
