"""Files on the disk: a folder per job, uploads, and their removal, only in the data folder."""

import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from core.jobs import Json
from core.names import JobId

_GRACE_SECONDS = 60
_PART_SECONDS = 3600


class Files:
    """Fills the port `Shelf`. Every name in here is of our making."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self.jobs = self.data / "jobs"
        self.uploads = self.data / "uploads"
        for folder in (self.jobs, self.uploads):
            folder.mkdir(parents=True, exist_ok=True)

    def folder(self, job: JobId) -> Path:
        folder = self.jobs / _plain(job)
        folder.mkdir(exist_ok=True)
        return folder

    def discard(self, job: JobId) -> None:
        folder = self.jobs / _plain(job)
        # A thread of a job that was cancelled may still write there, and a folder that is filled
        # while it is emptied stays. Under another name nobody can put anything into it.
        gone = self.jobs / f".{folder.name}"
        self.remove(gone)
        with suppress(FileNotFoundError):
            folder.rename(gone)
        self.remove(gone)

    def clear(
        self, job: JobId, request: Mapping[str, Json], *, wanted: Sequence[Mapping[str, Json]]
    ) -> None:
        self.discard(job)
        kept = self._kept(wanted)
        for path in self.named_uploads(request):
            if not _touches(path, kept):
                with suppress(OSError):
                    self.remove(path)

    def _kept(self, wanted: Sequence[Mapping[str, Json]]) -> set[Path]:
        return {path for request in wanted for path in self.named_uploads(request)}

    def named_uploads(self, request: Json) -> Iterator[Path]:
        """The uploads that a request names, wherever in it."""
        for text in _texts(request):
            path = Path(os.path.normpath(text)) if text.startswith("/") else self.uploads
            if path != self.uploads and path.is_relative_to(self.uploads):
                yield path

    def measure(self, request: Mapping[str, Json]) -> int:
        """How many bytes the uploads have that a request names, each counted once."""
        sizes = 0
        for path in set(self.named_uploads(request)):
            with suppress(FileNotFoundError):
                sizes += path.stat().st_size
        return sizes

    def remove(self, path: Path) -> None:
        """Remove a file or a folder of ours. A path outside of the data folder is a bug."""
        plain = Path(os.path.normpath(path))
        if plain == self.data or not plain.is_relative_to(self.data):
            raise ValueError(f"{path} is not inside {self.data}")
        if plain.is_symlink() or plain.is_file():
            plain.unlink(missing_ok=True)
        elif plain.is_dir():
            shutil.rmtree(plain, ignore_errors=True)

    def sweep(
        self, known: Collection[JobId], *, wanted: Sequence[Mapping[str, Json]], before: float
    ) -> int:
        return self._sweep_jobs(known) + self._sweep_uploads(wanted, before)

    def _sweep_jobs(self, known: Collection[JobId]) -> int:
        # A young folder may belong to a job that was entered after `known` was read.
        limit = time.time() - _GRACE_SECONDS
        gone = [
            folder
            for folder in self.jobs.iterdir()
            if folder.name not in known and folder.lstat().st_mtime < limit
        ]
        for folder in gone:
            self.remove(folder)
        return len(gone)

    def _sweep_uploads(self, wanted: Sequence[Mapping[str, Json]], before: float) -> int:
        kept = self._kept(wanted)
        gone = [
            path
            for path in self.uploads.iterdir()
            if self._is_old(path, before) and not _touches(path, kept)
        ]
        for path in gone:
            self.remove(path)
        return len(gone)

    def _is_old(self, path: Path, before: float) -> bool:
        # Half a file belongs to nobody once nothing was written to it for a while.
        limit = time.time() - _PART_SECONDS if path.suffix == ".part" else before
        return path.lstat().st_mtime < limit


def _touches(path: Path, kept: Collection[Path]) -> bool:
    """Whether removing a path would take one away that is to be kept, or a part of it."""
    return any(named.is_relative_to(path) or path.is_relative_to(named) for named in kept)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _plain(job: JobId) -> str:
    if not job.isalnum():
        raise ValueError(f"{job!r} is no job id of ours")
    return job
