"""Request bodies: JSON, or multipart with the real bytes of files."""

import json
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import BodyPartReader, web

from tests.doubles.discord.clock import Clock
from tests.doubles.discord.refusals import Form, Payload, RefusalError, too_large
from tests.doubles.discord.world import Attachment, Channel, fit_name

_PART = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way: a name and its bytes."""

    name: str
    data: bytes

    @classmethod
    def of(cls, source: "Upload | Path") -> "Upload":
        return source if isinstance(source, Upload) else cls(source.name, source.read_bytes())


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carried; files by their number in the form."""

    json: object = None
    files: dict[int, Upload] = field(default_factory=dict)

    @property
    def payload(self) -> Payload:
        """The JSON object. Raises `RefusalError` when it is something else."""
        if self.json is None:
            return {}
        if not isinstance(self.json, dict):
            raise RefusalError(400, 50109, "The request body contains invalid JSON.")
        return self.json


async def read_body(request: web.Request) -> Body:
    """Raises `RefusalError` for a body that is no JSON and no form of Discord's kind."""
    if not request.can_read_body:
        return Body()
    if not request.content_type.startswith("multipart/"):
        return Body(_read_json(await request.text()))
    payload: object = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise _bad_form("a form inside the form")
        match = _PART.fullmatch(part.name or "")
        if part.name == "payload_json":
            payload = _read_json(await part.text())
        elif match and part.filename:
            data = await part.read(decode=False)
            files[int(match.group(1))] = Upload(part.filename, bytes(data))
        else:
            raise _bad_form(f"a part named {part.name!r}")
    return Body(payload, files)


def _read_json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise RefusalError(400, 50109, "The request body contains invalid JSON.") from None


def _bad_form(what: str) -> RefusalError:
    return RefusalError(400, 50035, f"Invalid Form Body: {what}")


class Storage:
    """Takes files in, up to what is promised, or less where a test says so."""

    def __init__(self, clock: Clock) -> None:
        self.refuses_over: int | None = None
        self._clock = clock

    def check(self, files: Iterable[Upload], promised: int) -> None:
        """Raises `RefusalError` (413, 40005) for a file over `promised` or what truly holds."""
        most = promised if self.refuses_over is None else min(promised, self.refuses_over)
        if any(len(each.data) > most for each in files):
            raise too_large()

    def store(
        self, channel: Channel, upload: Upload, *, ephemeral: bool = False, about: str | None = None
    ) -> Attachment:
        filename = fit_name(upload.name)
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        return Attachment(
            id=self._clock.new_id(),
            channel_id=channel.id,
            filename=filename,
            data=upload.data,
            content_type=kind,
            title=None if filename == upload.name else Path(upload.name).stem,
            description=about,
            ephemeral=ephemeral,
        )


def match_files(
    body: Payload, files: dict[int, Upload], kept: list[Attachment]
) -> list[Attachment]:
    """Which of a message's present files an edit keeps. Raises `RefusalError` for unknown ids."""
    if body.get("attachments") is None:
        return kept
    known = {each.id: each for each in kept}
    stays: list[Attachment] = []
    form = Form()
    for index, given in enumerate(body["attachments"]):
        number = str(given.get("id"))
        if number in known:
            stays.append(known[number])
        elif not number.isdigit() or int(number) not in files:
            form.wrong(f"attachments.{index}", "ATTACHMENT_NOT_FOUND", "No such attachment.")
    form.finish()
    return stays


def describe(body: Payload, number: int) -> str | None:
    """The text that a request gives to its file of that number."""
    for given in body.get("attachments") or []:
        if str(given.get("id")) == str(number):
            text: str | None = given.get("description")
            return text
    return None
