"""What a message can carry beside its text, and how it is made from a file."""

import mimetypes
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import mutagen

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.files import Files, StoredFile
from tests.doubles.telegram.pictures import Picture, make_sizes

Kind = Literal["audio", "video", "document", "photo", "voice", "animation"]
KINDS: tuple[Kind, ...] = ("audio", "video", "document", "photo", "voice", "animation")


@dataclass(frozen=True, slots=True)
class Details:
    """What the sender says of a file. Lengths in seconds, sides in pixels."""

    title: str = ""
    performer: str = ""
    duration: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """One file in a message; of a photo, its largest size."""

    kind: Kind
    file: StoredFile
    details: Details = field(default_factory=Details)
    sizes: tuple[Picture, ...] = ()
    thumbnail: Picture | None = None
    cover: tuple[Picture, ...] = ()
    """What a video shows before it plays, in sizes."""

    @property
    def bytes(self) -> bytes:
        return self.file.read()

    @property
    def name(self) -> str:
        return self.file.name

    def to_json(self) -> Json:
        """The member of a message that shows it: {"audio": {...}}."""
        if self.kind == "photo":
            return {"photo": [each.to_json() for each in self.sizes]}
        shown: Json = {
            "file_id": self.file.id,
            "file_unique_id": self.file.unique_id,
            "file_size": self.file.size,
        }
        mime = mimetypes.guess_type(self.name)[0]
        if mime:
            shown["mime_type"] = mime
        if self.kind != "voice":
            shown["file_name"] = self.name
        if self.kind != "document":
            shown["duration"] = self.details.duration
        if self.kind == "audio":
            shown |= {
                name: value
                for name, value in (
                    ("title", self.details.title),
                    ("performer", self.details.performer),
                )
                if value
            }
        if self.kind in ("video", "animation"):
            shown |= {"width": self.details.width, "height": self.details.height}
        if self.cover:
            shown["cover"] = [each.to_json() for each in self.cover]
        if self.thumbnail is not None and self.kind != "voice":
            shown["thumbnail"] = self.thumbnail.to_json()
        members: Json = {self.kind: shown}
        if self.kind == "animation":
            members["document"] = {
                name: shown[name] for name in ("file_id", "file_unique_id", "file_size")
            }
        return members


def make_media(
    files: Files, kind: Kind, file: StoredFile, details: Details, thumbnail: Picture | None
) -> Media:
    """What Telegram makes of a file that was sent as that kind: what does not fit is a document."""
    if kind == "photo":
        sizes = make_sizes(files, file.path)
        return Media(kind, sizes[-1].file, sizes=sizes)
    with file.path.open("rb") as opened:
        head = opened.read(16)
    if not _fits(kind, head):
        kind = "document"
        file = files.keep("document", file.path, name=file.name)
    return Media(kind, file, details, thumbnail=thumbnail)


def _fits(kind: Kind, head: bytes) -> bool:
    """sendAudio takes MP3 and M4A, sendVoice also OGG, sendVideo MP4; by content, not by name."""
    mp3 = head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)
    mp4 = head[4:8] == b"ftyp"
    match kind:
        case "audio":
            return mp3 or mp4
        case "voice":
            return mp3 or mp4 or head.startswith(b"OggS")
        case "video":
            return mp4
        case "animation":
            return mp4 or head.startswith(b"GIF8")
    return True


def read_details(path: Path, said: Details) -> Details:
    """What an app reads from the file where its user says nothing."""
    found = mutagen.File(path, easy=True)
    if found is None:
        return said
    tags = found.tags if found.tags is not None else {}
    title, artist = tags.get("title") or [""], tags.get("artist") or [""]
    return replace(
        said,
        title=said.title or str(title[0]),
        performer=said.performer or str(artist[0]),
        duration=said.duration or round(found.info.length),
    )
