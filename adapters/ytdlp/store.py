"""What was fetched, kept for the next who wants it: bounded, the least recently used goes first."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_WAIT_SECONDS = 0.2
_OLD_SECONDS = 24 * 3600.0


class Store:
    """Entries by their key, each a folder; several processes may share one store.

    An entry is changed only by who holds its lock. The kernel gives a lock back when its holder
    dies. Files go out as further names of the same content, so that removing an entry takes
    nothing away from a job.
    """

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self._entries = folder / "entries"
        self._locks = folder / "locks"
        self._work = folder / "work"
        self._most = most_bytes

    @asynccontextmanager
    async def entry(self, *names: str) -> AsyncIterator[Path]:
        """An entry's folder, for nobody else as long as the block lasts."""
        key = hashlib.sha256("\0".join(names).encode()).hexdigest()[:40]
        descriptor = await self._lock(self._locks / key)
        try:
            folder = self._entries / key
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
            yield folder
            os.utime(folder)
        finally:
            os.close(descriptor)

    async def _lock(self, path: Path) -> int:
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if _take(descriptor) and _is_still(descriptor, path):
                return descriptor
            os.close(descriptor)
            # Who holds it may be another process, so there is nothing to wait for but time.
            await asyncio.sleep(_WAIT_SECONDS)

    def workshop(self) -> Path:
        """A new folder to work in, on the same disk as the entries."""
        self._work.mkdir(parents=True, exist_ok=True)
        for number in range(1 << 16):
            with suppress(FileExistsError):
                folder = self._work / f"{os.getpid()}-{time.time_ns()}-{number}"
                folder.mkdir(mode=0o700)
                return folder
        raise OSError("there is no room for another folder")

    def trim(self) -> int:
        """Remove entries until they fit, and what crashes left. How many bytes there are then."""
        found = [(path.stat().st_mtime, path) for path in _children(self._entries)]
        sizes = {path: weigh(path) for _, path in found}
        total = sum(sizes.values())
        for _, path in sorted(found):
            if total <= self._most:
                break
            if self._remove(path):
                total -= sizes[path]
        for path in _children(self._work):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _OLD_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)
        return total

    def _remove(self, entry: Path) -> bool:
        """Remove an entry that nobody uses right now."""
        lock = self._locks / entry.name
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _take(descriptor):
                return False
            shutil.rmtree(entry, ignore_errors=True)
            lock.unlink(missing_ok=True)
            return True
        finally:
            os.close(descriptor)


def hand_out(source: Path, target: Path) -> None:
    """Give a job a file of an entry: the same content under a name of its own."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def weigh(path: Path) -> int:
    """Bytes that a folder takes on the disk; a file with holes takes less than it is long."""
    total = 0
    for root, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_blocks * 512  # noqa: PTH118
    return total


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the lock is still the one that others will see, and not removed meanwhile."""
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
