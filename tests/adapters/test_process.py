"""Children: kept to their limits, gone when the wait is over, and told no secrets."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from adapters.process import (
    MEGABYTE,
    Limits,
    ProgramError,
    ProgramTimeoutError,
    child,
    environment,
    run,
)

SOON = Limits(seconds=30)
HANG = 20.0
"""Seconds after which a test that waits is a test that failed."""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def all_gone(pids: list[int]) -> bool:
    """Whether they end: a killed process that is nobody's child takes a moment to be reaped."""
    for _ in range(200):
        if not any(alive(pid) for pid in pids):
            return True
        await asyncio.sleep(0.01)
    return False


async def pids_in(path: Path, count: int) -> list[int]:
    """The numbers that children wrote into a file, when there are as many as expected."""
    async with asyncio.timeout(HANG):
        while True:
            found = path.read_text().split() if path.exists() else []
            if len(found) >= count:
                return [int(pid) for pid in found]
            await asyncio.sleep(0.01)


def wait_for_pids(path: Path, count: int) -> list[int]:
    """The same, while the loop stands still."""
    for _ in range(round(HANG * 100)):
        found = path.read_text().split() if path.exists() else []
        if len(found) >= count:
            break
        time.sleep(0.01)
    return [int(pid) for pid in found]


def family(path: Path) -> list[str]:
    """A shell with a child and a grandchild, all of whose numbers are in the file."""
    inner = f"echo $$ >> {path}; sleep 300 & echo $! >> {path}; wait"
    return ["sh", "-c", f"echo $$ >> {path}; sh -c '{inner}'; true"]


async def test_output_and_last_words_are_given_back() -> None:
    printed = await run(["sh", "-c", "printf hello; echo 'first\nsecond' >&2"], limits=SOON)
    assert printed.out == b"hello" and printed.lines == ("first", "second")


async def test_a_failure_says_how_it_ended_and_what_it_said() -> None:
    with pytest.raises(ProgramError) as caught:
        await run(["sh", "-c", "echo 'no such song' >&2; exit 7"], limits=SOON)
    assert caught.value.status == 7 and caught.value.lines == ("no such song",)
    assert str(caught.value) == "sh ended with 7: no such song"


async def test_what_takes_too_long_is_killed_with_all_it_started(tmp_path: Path) -> None:
    with pytest.raises(ProgramTimeoutError):
        await run(family(tmp_path / "pids"), limits=Limits(seconds=1))
    assert await all_gone(await pids_in(tmp_path / "pids", 3))


async def test_a_child_that_will_not_hear_is_killed_all_the_same(tmp_path: Path) -> None:
    script = f"trap '' TERM INT HUP; echo $$ > {tmp_path / 'pids'}; while :; do sleep 0.1; done"
    with pytest.raises(ProgramTimeoutError):
        await run(["sh", "-c", script], limits=Limits(seconds=1))
    assert await all_gone(await pids_in(tmp_path / "pids", 1))


async def test_cancelling_leaves_no_process(tmp_path: Path) -> None:
    task = asyncio.create_task(run(family(tmp_path / "pids"), limits=SOON))
    pids = await pids_in(tmp_path / "pids", 3)
    task.cancel()
    async with asyncio.timeout(HANG):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await all_gone(pids)


async def test_cancelling_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    task = asyncio.create_task(run(family(tmp_path / "pids"), limits=SOON))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # now it is forked, and our side of its pipes is not there yet
    pids = wait_for_pids(tmp_path / "pids", 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await all_gone(pids)


async def test_what_a_child_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    script = f"sleep 300 2>/dev/null >/dev/null & echo $! > {tmp_path / 'pids'}"
    await run(["sh", "-c", script], limits=SOON)
    assert await all_gone(await pids_in(tmp_path / "pids", 1))


async def test_an_orphan_that_keeps_the_pipe_is_a_timeout_and_ends(tmp_path: Path) -> None:
    script = f"sleep 300 & echo $! > {tmp_path / 'pids'}; exit 0"
    with pytest.raises(ProgramTimeoutError):
        await run(["sh", "-c", script], limits=Limits(seconds=1))
    assert await all_gone(await pids_in(tmp_path / "pids", 1))


async def test_a_child_that_writes_for_ever_is_stopped_at_the_limit() -> None:
    async with asyncio.timeout(HANG):
        with pytest.raises(ProgramError, match="wrote too much"):
            await run(["yes", "x" * 200], limits=SOON, out_bytes=100_000)


async def test_leaving_while_the_pipe_is_full_does_not_hang() -> None:
    async with asyncio.timeout(HANG):
        with pytest.raises(ProgramError) as caught:
            async with child(["yes"], limits=SOON, stdout=asyncio.subprocess.PIPE) as running:
                assert running.process.stdout is not None
                await running.process.stdout.readexactly(10)
                raise ProgramError("yes", 0, ("enough",))
    assert caught.value.lines == ("enough",)


async def test_an_error_inside_the_block_passes_and_ends_the_child(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="someone else's"):
        async with child(family(tmp_path / "pids"), limits=SOON):
            pids = await pids_in(tmp_path / "pids", 3)
            raise TimeoutError("someone else's")
    assert await all_gone(pids)


async def test_memory_is_limited() -> None:
    script = "x = bytearray(300_000_000); print('got it')"
    command = [sys.executable, "-I", "-c", script]
    assert (await run(command, limits=SOON)).out == b"got it\n"
    with pytest.raises(ProgramError) as caught:
        await run(command, limits=Limits(seconds=30, memory=200 * MEGABYTE))
    assert "MemoryError" in caught.value.lines[-1]


async def test_the_size_of_files_is_limited(tmp_path: Path) -> None:
    target = tmp_path / "big"
    command = ["head", "-c", "5000000", "/dev/zero"]
    limits = Limits(seconds=30, written=MEGABYTE)
    with pytest.raises(ProgramError) as caught, target.open("wb") as file:
        async with child(command, limits=limits, stdout=file.fileno()):
            pass
    assert caught.value.status == -signal.SIGXFSZ or "File too large" in caught.value.lines[-1]
    assert target.stat().st_size <= MEGABYTE


async def test_work_is_limited() -> None:
    with pytest.raises(ProgramError) as caught:
        await run(["sh", "-c", "while :; do :; done"], limits=Limits(seconds=60, cpu_seconds=1))
    assert caught.value.status in (-signal.SIGXCPU, -signal.SIGKILL)


async def test_children_give_way_and_leave_no_cores() -> None:
    printed = await run(["sh", "-c", "nice; ulimit -c"], limits=SOON)
    assert printed.out.split() == [str(os.nice(0) + 5).encode(), b"0"]


async def test_children_stay_in_our_session() -> None:
    """Linux shares the processor out among sessions first: alone they are not nice."""
    script = "import os; print(os.getsid(0), os.getpgid(0), os.getpid())"
    printed = await run([sys.executable, "-I", "-c", script], limits=SOON)
    session, group, pid = map(int, printed.out.split())
    assert session == os.getsid(0) and group == pid != os.getpgid(0)


async def test_no_secret_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TAPEDECK_TELEGRAM_TOKEN", "TAPEDECK_SECRET", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "hunter2")
    printed = await run([sys.executable, "-I", "-c", "import os; print(os.environ)"], limits=SOON)
    assert b"PATH" in printed.out
    assert b"hunter2" not in printed.out and b"TAPEDECK_" not in printed.out
    assert "hunter2" not in environment().values()


async def test_endless_lines_are_read_and_shortened() -> None:
    script = "import sys; sys.stderr.write('x' * 3_000_000 + sys.argv[1] + 'the end')"
    whole = await run([sys.executable, "-I", "-c", script, "\n"], limits=SOON)
    assert whole.lines[-1] == "the end"
    for printed in (whole, await run([sys.executable, "-I", "-c", script, ""], limits=SOON)):
        assert 1 <= max(len(line) for line in printed.lines) <= 1000


async def test_only_the_last_lines_are_kept_but_all_are_heard() -> None:
    heard: list[str] = []
    command = ["sh", "-c", "seq 1 5000 >&2"]
    async with child(command, limits=SOON, on_line=heard.append) as running:
        pass
    assert len(heard) == 5000 and heard[-1] == running.lines[-1] == "5000"
    assert len(running.lines) == 1000


async def test_what_is_no_text_is_read_as_far_as_it_is() -> None:
    printed = await run(["sh", "-c", r"printf '\377\376 caf\303\251\n\n' >&2"], limits=SOON)
    assert printed.lines == ("\ufffd\ufffd café",)


async def test_a_program_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        await run(["/nowhere/at/all"], limits=SOON)


_PARENT = """
import asyncio, sys
from adapters.process import Limits, run
asyncio.run(run(["sh", "-c", "echo $$ > " + sys.argv[1] + "; exec sleep 300"],
                limits=Limits(seconds=300)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
async def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    command = [sys.executable, "-I", "-c", _PARENT, str(path)]
    parent = subprocess.Popen(command)
    try:
        pids = await pids_in(path, 1)
        assert all(alive(pid) for pid in pids)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert await all_gone(pids)


async def test_many_at_once_all_come_to_their_own_end() -> None:
    began = [run(["sh", "-c", f"echo {number}"], limits=SOON) for number in range(20)]
    assert [int(done.out) for done in await asyncio.gather(*began)] == list(range(20))
