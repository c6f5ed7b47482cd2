"""Children: programs that are started with limits and never outlive the wait for them."""

import asyncio
import ctypes
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEGABYTE = 1_000_000
_TAIL_LINES = 1000
_LINE_BYTES = 64 * 1024
_PR_SET_PDEATHSIG = 1
_NICENESS = 5
_M_ARENA_MAX = -8
_LAST_WORDS_SECONDS = 0.5
_KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_OWN_VARIABLES = {
    "LC_ALL": "C.UTF-8",
    # glibc reserves 64 MB of address space for every thread's arena; under a limit it asks for
    # them again and again: the same decoding took 6.7 s instead of 0.3 s of system time.
    "MALLOC_ARENA_MAX": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one child may use. `seconds` bounds its life, `cpu_seconds` its work.

    `memory` is address space in bytes; `written` the largest file it may write, in bytes.
    """

    seconds: float
    cpu_seconds: int | None = None
    memory: int | None = None
    written: int | None = None


class ProgramError(Exception):
    """A child failed: its exit status, negative for a signal, and the last lines it wrote."""

    def __init__(self, program: str, status: int, lines: Sequence[str]) -> None:
        super().__init__(f"{program} ended with {status}: {' | '.join(lines[-3:])}")
        self.status = status
        self.lines = tuple(lines)


class ProgramTimeoutError(ProgramError):
    """A child was killed because it took longer than it may."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a child wrote: all of its standard output, the last lines of its standard error."""

    out: bytes
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A running child; `lines` is what it wrote on standard error so far (the last ones)."""

    process: asyncio.subprocess.Process
    lines: deque[str]


def confinement(limits: Limits) -> Callable[[], None]:
    """What a child does between fork and exec: only system calls, all prepared before."""
    parent = os.getpid()
    bounds = [
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_CORE, 0),
    ]

    def confine() -> None:
        # The chat's loop must win over those who only work for later.
        os.nice(_NICENESS)
        if _LIBC is not None:
            # Without this, a kill -9 of ours would leave the child running for nobody.
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
        for bound, value in bounds:
            if value is not None:
                resource.setrlimit(bound, (value, value))

    return confine


def keep_memory_low() -> None:
    """Have this process's threads share two heaps. Dozens of them keep 20 MB more for nothing."""
    if _LIBC is not None and hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 2)


def environment() -> dict[str, str]:
    """What a child sees of our environment: never a token or a key."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | _OWN_VARIABLES


@asynccontextmanager
async def child(
    command: Sequence[str],
    *,
    limits: Limits,
    stdin: int = asyncio.subprocess.DEVNULL,
    stdout: int = asyncio.subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    on_line: Callable[[str], None] | None = None,
) -> AsyncIterator[Child]:
    """Start `command` for the length of the block; leaving the block kills what still runs.

    Raises `ProgramError` when it ends with anything but 0, `ProgramTimeoutError` when it was
    still running after `limits.seconds`. Must be used from the main thread's loop: the
    kernel's death signal follows the thread that forked, not the process.
    """
    process = await _start(
        asyncio.create_subprocess_exec(
            *command,
            stdin=stdin,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
            # A group to be killed together, but no session: Linux shares the processor out among
            # sessions first, so niceness would count for nothing and the chat would wait 300 ms.
            process_group=0,
            pass_fds=pass_fds,
            limit=_LINE_BYTES,
            env=environment(),
            preexec_fn=confinement(limits),
        )
    )
    lines: deque[str] = deque(maxlen=_TAIL_LINES)
    reader = asyncio.create_task(_read_lines(process, lines, on_line))
    program = Path(command[0]).name
    try:
        async with asyncio.timeout(limits.seconds) as deadline:
            yield Child(process, lines)
            await reader
            status = await process.wait()
    except TimeoutError as error:
        if deadline.expired():
            raise ProgramTimeoutError(program, -signal.SIGKILL, tuple(lines)) from error
        raise
    finally:
        await asyncio.shield(_end(process, reader))
    if status != 0:
        raise ProgramError(program, status, tuple(lines))


async def _start(
    opening: Coroutine[Any, Any, asyncio.subprocess.Process],
) -> asyncio.subprocess.Process:
    starting = asyncio.create_task(opening)
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # asyncio would kill the child alone, not what it has started by now.
        process = await starting
        reader = asyncio.create_task(_read_lines(process, deque(), None))
        await asyncio.shield(_end(process, reader))
        raise


async def _end(process: asyncio.subprocess.Process, reader: "asyncio.Task[None]") -> None:
    # Even when the child is gone: what it started in its group may still be there.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        # A pipe that is full and that nobody reads would keep `wait` waiting for ever.
        while await process.stdout.read(_LINE_BYTES):
            pass
    await process.wait()
    # Its last words; only a process that left the group could still hold the pipe open.
    await asyncio.wait([reader], timeout=_LAST_WORDS_SECONDS)
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader


async def _read_lines(
    process: asyncio.subprocess.Process,
    lines: deque[str],
    on_line: Callable[[str], None] | None,
) -> None:
    assert process.stderr is not None  # noqa: S101  asked for as a pipe, above
    while True:
        try:
            raw = await process.stderr.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raw = error.partial
        except asyncio.LimitOverrunError as error:
            raw = await process.stderr.readexactly(error.consumed)
        if not raw:
            return
        line = raw.decode("utf-8", "replace").rstrip()
        if not line:
            continue
        lines.append(line[:1000])
        if on_line is not None:
            on_line(line)


async def run(command: Sequence[str], *, limits: Limits, out_bytes: int = 4 * MEGABYTE) -> Printed:
    """Run `command` to its end and return what it wrote, at most `out_bytes` of output."""
    async with child(command, limits=limits, stdout=asyncio.subprocess.PIPE) as running:
        stream = running.process.stdout
        assert stream is not None  # noqa: S101  asked for as a pipe, above
        parts: list[bytes] = []
        size = 0
        while part := await stream.read(65536):
            size += len(part)
            if size > out_bytes:
                raise ProgramError(Path(command[0]).name, 0, ("it wrote too much",))
            parts.append(part)
    return Printed(b"".join(parts), tuple(running.lines))
