"""Running a command while looking at what it and all its children take."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one run took. `tree` is the sum of proportional set sizes (a page that several share
    counts once), `resident` the sum of resident sizes, `main` the first process; all peaks, MB."""

    wall: float
    cpu: float
    tree: float
    resident: float
    main: float


def run_watched(
    command: Sequence[str], *, cwd: Path, environment: dict[str, str] | None = None
) -> Taken:
    """Run `command` to its end. Raises `CalledProcessError` when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peaks = [0.0, 0.0, 0.0]
    root = psutil.Process(process.pid)
    while process.poll() is None:
        peaks = [max(pair) for pair in zip(peaks, _look(root), strict=True)]
        time.sleep(_EVERY)
    wall = time.perf_counter() - started
    said = process.stderr.read() if process.stderr else b""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Taken(wall=wall, cpu=cpu, tree=peaks[0], resident=peaks[1], main=peaks[2])


def _look(root: psutil.Process) -> tuple[float, float, float]:
    tree = resident = main = 0.0
    try:
        processes = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0, 0, 0
    for process in processes:
        try:
            memory = process.memory_full_info()
        except psutil.Error:
            continue  # it has just ended
        tree += memory.pss / 1e6
        resident += memory.rss / 1e6
        if process.pid == root.pid:
            main = memory.rss / 1e6
    return tree, resident, main
