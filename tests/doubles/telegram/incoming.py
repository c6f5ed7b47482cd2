"""One request of a bot: its method, its words and the files that came with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import BodyPartReader, web

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.files import Files
from tests.doubles.telegram.refusals import bad_request, too_large

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """An uploaded file, as it came; `size` in bytes."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """`words` are the parameters as they stood on the wire, JSON where it was JSON."""

    method: str
    words: Mapping[str, str]
    parts: Mapping[str, Part] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.words.get(name, "")

    def required(self, name: str) -> str:
        word = self.text(name)
        if not word:
            raise bad_request(f'parameter "{name}" is required')
        return word

    def integer(self, name: str, default: int = 0) -> int:
        """As Telegram reads it: what is no number is taken as 0."""
        word = self.text(name)
        try:
            return int(word) if word else default
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def thing(self, name: str) -> Json:
        """A JSON object; empty when it is not given."""
        value = self._json(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def things(self, name: str) -> Sequence[object]:
        """A JSON array; empty when it is not given."""
        value = self._json(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array as {name.replace('_', ' ')}")
        return value

    def _json(self, name: str) -> object:
        word = self.text(name)
        if not word:
            return None
        try:
            return json.loads(word)
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error


async def read_request(
    request: web.Request, method: str, files: Files, *, largest: int
) -> Incoming:
    """Take the whole request in, files onto the disk. Too large a file is read off and refused."""
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request, method, files, largest)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        words = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in body.items()
        }
    else:
        words = {name: str(value) for name, value in (await request.post()).items()}
    return Incoming(method, {**request.query, **words})


async def _read_multipart(
    request: web.Request, method: str, files: Files, largest: int
) -> Incoming:
    words: dict[str, str] = dict(request.query)
    parts: dict[str, Part] = {}
    refused = False
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.filename is None:
            words[part.name or ""] = (await part.read(decode=True)).decode()
            continue
        path = files.new_path(Path(part.filename).suffix)
        size = await _save(part, path, largest)
        refused = refused or size > largest
        parts[part.name or ""] = Part(part.filename, path, size)
    if refused:
        raise too_large()
    return Incoming(method, words, parts)


async def _save(part: BodyPartReader, path: Path, largest: int) -> int:
    """How many bytes came; what is beyond `largest` is not kept."""
    size = 0
    with path.open("wb") as file:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if size <= largest:
                file.write(chunk)
    return size
