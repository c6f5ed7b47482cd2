"""Who this process is, and whether another one on this machine still lives."""

import os
import platform
import uuid
from pathlib import Path

from core.jobs import Worker

_GONE = frozenset("ZXx")


def introduce(role: str) -> Worker:
    """This process, under an id that no other one ever had."""
    pid = os.getpid()
    return Worker(f"{role}-{uuid.uuid4().hex}", name_host(), pid, read_birth(pid) or "")


def name_host() -> str:
    """The machine, since its start, and the numbering of its processes (containers differ)."""
    boot = _read("/proc/sys/kernel/random/boot_id").strip()
    try:
        numbering = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - not a path, a kernel's name
    except OSError:
        numbering = ""
    return f"{platform.node()} {boot} {numbering}"


def is_alive(worker: Worker) -> bool:
    """Whether a process of this machine runs: a later one may have been given its number."""
    if Path("/proc/self/stat").exists():
        return read_birth(worker.pid) == worker.born
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_birth(pid: int) -> str | None:
    """When a process started, in the kernel's ticks; None when it has ended."""
    # The name in brackets may hold anything, so the fields are counted from its end.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 20 or fields[0] in _GONE:
        return None
    return fields[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
