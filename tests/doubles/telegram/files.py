"""The files that Telegram keeps: real bytes in a folder of the double, found by their file_id."""

import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, and how long things live in seconds. Tests may have smaller ones.

    The sizes are those of the public Bot API; `local_upload` is that of a local server.
    """

    upload: int = 50 * MEGABYTE
    photo: int = 10 * MEGABYTE
    download: int = 20 * MEGABYTE
    local_upload: int = 2000 * MEGABYTE
    link_seconds: float = 3600.0
    press_seconds: float = 15.0
    """Nobody at Telegram says how long a press waits for its answer: people report 10 to 15 s."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`kind` is what it was sent as (audio, photo, …); `size` in bytes."""

    id: str
    unique_id: str
    kind: str
    path: Path
    size: int
    name: str

    def read(self) -> bytes:
        return self.path.read_bytes()


_FOLDERS = {
    "audio": "music", "video": "videos", "document": "documents", "photo": "photos",
    "voice": "voice", "animation": "animations", "thumbnail": "thumbnails",
}  # fmt: skip


@dataclass(slots=True)
class Files:
    """Everything that anyone sent. `folder` is removed with the double."""

    folder: Path
    _files: dict[str, StoredFile] = field(default_factory=dict)
    _linked: dict[str, tuple[StoredFile, float]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_path(self, ending: str = "") -> Path:
        """A place for a file that is on its way in."""
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        return incoming / f"part_{next(self._numbers)}{ending}"

    def keep(self, kind: str, path: Path, *, name: str, move: bool = False) -> StoredFile:
        """Take a file in, by copy or for good."""
        target = self._target(kind, name)
        if move:
            path.replace(target)
        else:
            shutil.copyfile(path, target)
        return self._add(kind, target, name)

    def keep_bytes(self, kind: str, content: bytes, *, name: str) -> StoredFile:
        target = self._target(kind, name)
        target.write_bytes(content)
        return self._add(kind, target, name)

    def claim(self, kind: str, size: int, *, name: str) -> StoredFile:
        """A file of that size which takes no room: it is all holes, and reads as zeros."""
        target = self._target(kind, name)
        with target.open("wb") as hollow:
            hollow.truncate(size)
        return self._add(kind, target, name)

    def find(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def link(self, file: StoredFile, until: float) -> str:
        """The `file_path` under which it can be fetched for a while."""
        path = file.path.relative_to(self.folder).as_posix()
        self._linked[path] = (file, until)
        return path

    def linked(self, path: str, now: float) -> StoredFile | None:
        file, until = self._linked.get(path, (None, 0.0))
        return file if now < until else None

    def _target(self, kind: str, name: str) -> Path:
        folder = self.folder / _FOLDERS[kind]
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"file_{next(self._numbers)}{Path(name).suffix}"

    def _add(self, kind: str, path: Path, name: str) -> StoredFile:
        number = path.stem.removeprefix("file_")
        file = StoredFile(
            id=f"{_FOLDERS[kind][:3].upper()}QACAgIAAxkB{number:0>12}",
            unique_id=f"AgAD{number:0>8}",
            kind=kind,
            path=path,
            size=path.stat().st_size,
            name=name,
        )
        self._files[file.id] = file
        return file
