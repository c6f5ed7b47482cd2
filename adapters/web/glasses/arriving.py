"""What glasses and bridges send: forms and JSON, streamed to the disk within limits."""

import asyncio
import base64
import binascii
import json
import math
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aiohttp import BodyPartReader, ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.web.labels import tidy, tidy_name
from adapters.web.refusal import RefusalError

_FIELD_BYTES = 4096
_CHUNK = 64 * 1024
_MOST_PARTS = 40
_JSON_AT_ONCE = 4
_JSON_SLACK = 64 * 1024
_LONGEST_REQUEST = 200
_LONGEST_REASON = 300
_FILES = frozenset({"photo", "file"})
_DATA_URL = "data:"
_EMPTY = "There is no photo in that: send it as “photo”."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request: a photo in a file of ours that goes with the request, or why there is none.

    `request` is empty when none was named. `taken` is in seconds since 1970.
    """

    request: str = ""
    label: str = "photo.jpg"
    path: Path | None = None
    taken: float | None = None
    failure: str = ""


class Arrivals:
    """Takes requests in. Files of at most `most` bytes lie in `folder` for as long as needed."""

    def __init__(self, folder: Path, *, most: int, seconds: float) -> None:
        self._folder = folder
        self._most = most
        self._seconds = seconds
        # JSON cannot be streamed: so many are in memory at a time, and the others wait.
        self._reading = asyncio.Semaphore(_JSON_AT_ONCE)

    @asynccontextmanager
    async def receive(self, request: web.Request) -> AsyncIterator[Sent]:
        """What a request brings; its file is gone after the block. Raises `RefusalError`."""
        path = self._folder / f".glasses-{secrets.token_hex(8)}.part"
        try:
            yield await self._read(request, path)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _read(self, request: web.Request, path: Path) -> Sent:
        try:
            async with asyncio.timeout(self._seconds):
                if request.content_type == "multipart/form-data":
                    return await self._read_form(request, path)
                if request.content_type == "application/json":
                    async with self._reading:
                        return await self._read_json(request, path)
        except TimeoutError:
            raise RefusalError(408, "The photo took too long to come: send it again.") from None
        except (ClientPayloadError, ConnectionError) as error:
            raise RefusalError(400, "The connection broke: send the photo again.") from error
        raise RefusalError(
            415, "This address takes a form (multipart/form-data) or JSON with a photo in it."
        )

    async def _read_form(self, request: web.Request, path: Path) -> Sent:
        self._check_length(request, self._most + _JSON_SLACK)
        fields: dict[str, str] = {}
        sent = Sent()
        try:
            reader = await request.multipart()
            for _ in range(_MOST_PARTS):
                part = await reader.next()
                if part is None:
                    return _complete(sent, fields)
                if not isinstance(part, BodyPartReader):
                    raise ValueError("a form in a form")  # noqa: TRY004, TRY301  it is damaged
                if part.name not in _FILES:
                    fields[str(part.name)[:100]] = await _read_field(part)
                elif sent.path is not None:
                    raise RefusalError(400, "One photo at a time: this form has two.")
                else:
                    await self._pour(part, path)
                    sent = replace(sent, path=path, label=tidy_name(part.filename or "photo.jpg"))
        except (ValueError, RuntimeError, HttpProcessingError) as error:
            raise RefusalError(400, "That form is damaged or cut off: send it again.") from error
        raise RefusalError(400, "That form has too many fields.")

    def _check_length(self, request: web.Request, most: int) -> None:
        """What says that it is too large is not read."""
        if (request.content_length or 0) > most:
            raise self._too_large()

    def _too_large(self) -> RefusalError:
        size = self._most / (1 << 20)
        return RefusalError(413, f"That photo is too large: up to {size:g} MiB are taken.")

    async def _pour(self, part: BodyPartReader, path: Path) -> None:
        received = 0
        file = await asyncio.to_thread(path.open, "xb")
        try:
            while chunk := await part.read_chunk(_CHUNK):
                received += len(chunk)
                if received > self._most:
                    raise self._too_large()
                await asyncio.to_thread(file.write, chunk)
        except OSError as error:
            raise _disk_trouble(error) from error
        finally:
            await asyncio.to_thread(file.close)

    async def _read_json(self, request: web.Request, path: Path) -> Sent:
        most = math.ceil(self._most / 3) * 4 + _JSON_SLACK
        self._check_length(request, most)
        body = bytearray()
        async for chunk in request.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > most:
                raise self._too_large()
        given = await asyncio.to_thread(_parse, bytes(body))
        text = given.get("photo")
        fields = {name: str(value) for name, value in given.items() if _is_plain(value)}
        sent = Sent(taken=_read_time(given.get("takenAt")))
        if text is None or text == "":
            return _complete(sent, fields)
        if not isinstance(text, str):
            raise RefusalError(400, "“photo” must be a text: the photo in base64.")
        photo = await asyncio.to_thread(_decode, text)
        if len(photo) > self._most:
            raise self._too_large()
        try:
            await asyncio.to_thread(path.write_bytes, photo)
        except OSError as error:
            raise _disk_trouble(error) from error
        label = tidy_name(str(given.get("filename") or "photo.jpg"))
        return _complete(replace(sent, path=path, label=label), fields)


def _complete(sent: Sent, fields: Mapping[str, str]) -> Sent:
    """The request with its name, checked. Raises `RefusalError` when it has neither photo nor
    reason."""
    request = fields.get("requestId", "").strip()
    if len(request) > _LONGEST_REQUEST or not request.isprintable():
        raise RefusalError(400, f"“requestId” must be at most {_LONGEST_REQUEST} plain characters.")
    failed = fields.get("type") == "photo_error" or fields.get("success", "").lower() == "false"
    if failed and sent.path is None:
        words = [fields.get("errorMessage", ""), fields.get("errorCode", "")]
        reason = next((tidy(each, most=_LONGEST_REASON) for each in words if each.strip()), "")
        return replace(sent, request=request, failure=reason or "no reason was given")
    if sent.path is None:
        raise RefusalError(400, _EMPTY)
    return replace(sent, request=request)


async def _read_field(part: BodyPartReader) -> str:
    content = b""
    while chunk := await part.read_chunk(_FIELD_BYTES):
        content += chunk
        if len(content) > _FIELD_BYTES:
            raise RefusalError(400, f"“{tidy(str(part.name), most=40)}” is too long.")
    return content.decode("utf-8", "replace")


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float))


def _parse(body: bytes) -> Mapping[str, object]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusalError(400, "That is no JSON.") from None
    if not isinstance(given, dict):
        raise RefusalError(400, "A JSON object is wanted.")
    return given


def _decode(text: str) -> bytes:
    """The bytes in base64, also in the form of a data URL. Raises `RefusalError`."""
    if text.startswith(_DATA_URL):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise RefusalError(400, "“photo” is no base64, or was cut off: send it again.") from None


def _read_time(given: object) -> float | None:
    """When a photo was taken: ISO 8601, or a number of seconds or milliseconds since 1970."""
    if given is None or given == "":
        return None
    try:
        if isinstance(given, str) and not given.replace(".", "", 1).isdecimal():
            seconds = datetime.fromisoformat(given).timestamp()
        else:
            seconds = float(str(given))
    except (ValueError, OverflowError):
        seconds = math.nan
    seconds = seconds / 1000 if seconds > 1e11 else seconds
    if isinstance(given, bool) or not 0 <= seconds < 1e11:
        raise RefusalError(400, "“takenAt” must be a time such as 2026-11-20T18:40:00Z.")
    return seconds


def _disk_trouble(error: OSError) -> Exception:
    if isinstance(error, ConnectionError):
        return error
    return RefusalError(507, "The disk is full here: the operator has to make room first.")
