"""Files on their way in: piece by piece onto the disk, from where the last piece ended."""

import asyncio
import logging
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from aiohttp import ClientPayloadError, hdrs, web

from adapters.web.labels import disposition, tidy_name
from adapters.web.refusal import RefusalError, read_object, read_upload_id, whole_number
from adapters.web.terms import Terms
from core.chat import Upload
from core.jobs import Json
from core.names import PersonId
from core.options import Attachment
from core.ports import Jobs, UploadBook

_log = logging.getLogger(__name__)

_PIECE_BYTES = 1 << 20
_MOST_ATTACHED = 400
_FULL = "The disk is full here: the operator has to make room first."


class Uploads:
    """Takes files in, hands them over to calls, and sweeps away what nobody wants any more.

    `sender` finds out whose files a request brings; it raises `RefusalError` for nobody's.
    A file is at `folder/<id>`, and its length is how much of it has come: so a piece that broke
    off, or a restart, costs nothing but the question where to go on.
    """

    def __init__(
        self,
        book: UploadBook,
        folder: Path,
        terms: Terms,
        *,
        sender: Callable[[web.Request], Awaitable[PersonId]],
        received: Callable[[int], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._book = book
        self._folder = folder
        self._terms = terms
        self._sender = sender
        self._received = received
        self._clock = clock
        self._writing: set[str] = set()

    async def begin(self, request: web.Request) -> web.Response:
        person = await self._sender(request)
        given = await read_object(request)
        size = whole_number(given.get("size"), "size")
        await self._check_room(person, size)
        upload = Upload(
            id=secrets.token_hex(16),
            person=person,
            label=tidy_name(str(given.get("label") or "")),
            size=size,
            created=self._clock(),
        )
        await asyncio.to_thread(_make_empty, self._path(upload))
        await self._book.add(upload)
        return web.json_response(_draw(upload, 0), status=201)

    async def look(self, request: web.Request) -> web.Response:
        upload = await self._find(request)
        return web.json_response(_draw(upload, await self._length(upload)))

    async def write(self, request: web.Request) -> web.Response:
        upload = await self._find(request)
        offset = whole_number(request.query.get("offset"), "offset")
        if upload.id in self._writing:
            raise RefusalError(409, "This file is just being sent.", received=offset)
        self._writing.add(upload.id)
        try:
            received = await self._append(request, upload, offset)
        finally:
            self._writing.discard(upload.id)
        return web.json_response(_draw(upload, received))

    async def drop(self, request: web.Request) -> web.Response:
        upload = await self._find(request)
        if upload.sent is not None:
            raise RefusalError(409, "This file has been sent already.")
        await self._remove(upload)
        return web.Response(status=204)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """A file to its own person: what came with a reply of ours, or what they sent."""
        upload = await self._find(request)
        await self._length(upload)
        response = web.FileResponse(self._path(upload))
        response.headers[hdrs.CONTENT_TYPE] = "application/octet-stream"
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition(upload.label, inline=False)
        return response

    async def attachments(self, person: PersonId, uploads: Sequence[str]) -> dict[str, Attachment]:
        """What the ids stand for. Raises `UserError` or `RefusalError` unless all of it is here."""
        found = {}
        for name in uploads:
            upload = await self._book.find(name, person=person)
            if await self._length(upload) != upload.size:
                raise RefusalError(
                    409, f"“{upload.label}” is still on its way: try again in a moment."
                )
            found[name] = Attachment(self._path(upload), upload.label, upload.size)
        return found

    async def mark_sent(self, uploads: Sequence[str]) -> None:
        await self._book.mark_sent(uploads, now=self._clock())

    async def sweep(self, jobs: Jobs) -> int:
        """Remove what was never sent, and what was sent long ago, but nothing of a busy person."""
        now = self._clock()
        busy = {job.person for job in await jobs.listed(person=None, active=True)}
        listed = await self._book.listed()
        old = [upload for upload in listed if self._is_old(upload, now, busy)]
        for upload in old:
            await self._remove(upload)
        names = {upload.id for upload in listed}
        strays = await asyncio.to_thread(
            _remove_strays, self._folder, names, now - self._terms.unsent_seconds
        )
        return len(old) + strays

    def _is_old(self, upload: Upload, now: float, busy: set[PersonId]) -> bool:
        if upload.id in self._writing or upload.person in busy:
            return False
        if upload.sent is None:
            return now - upload.created > self._terms.unsent_seconds
        return now - upload.sent > self._terms.sent_seconds

    async def _find(self, request: web.Request) -> Upload:
        upload = read_upload_id(request.match_info["upload"])
        return await self._book.find(upload, person=await self._sender(request))

    async def _check_room(self, person: PersonId, size: int) -> None:
        terms = self._terms
        if size > terms.upload_bytes:
            raise RefusalError(
                413, f"That file is too large: up to {_say_size(terms.upload_bytes)} are taken."
            )
        listed = await self._forget_lost(await self._book.listed())
        mine = [upload for upload in listed if upload.person == person]
        if sum(1 for upload in mine if upload.sent is None) >= _MOST_ATTACHED:
            raise RefusalError(
                429, f"{_MOST_ATTACHED} files are waiting to be sent: send or remove some."
            )
        if sum(upload.size for upload in mine) + size > terms.person_bytes:
            raise RefusalError(
                413,
                f"Your files take more than {_say_size(terms.person_bytes)} here: "
                "remove some, or wait until older ones are cleared.",
            )
        free = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
        expected = [upload.size - await self._length(upload) for upload in listed]
        if free - size - sum(expected) < terms.spare_bytes:
            raise RefusalError(507, _FULL)

    async def _forget_lost(self, listed: Sequence[Upload]) -> list[Upload]:
        """Those whose files are still there: a job that failed or was cancelled takes its own."""
        here = []
        for upload in listed:
            if await asyncio.to_thread(self._path(upload).exists):
                here.append(upload)
            else:
                await self._book.remove(upload.id)
        return here

    async def _append(self, request: web.Request, upload: Upload, offset: int) -> int:
        received = await self._length(upload)
        if offset != received:
            raise RefusalError(409, "That is not where this file goes on.", received=received)
        file = await asyncio.to_thread(self._path(upload).open, "ab", buffering=0)
        try:
            return await self._pour(request, file, upload, received)
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise RefusalError(400, "The connection broke.") from error
            raise RefusalError(507, _FULL) from error
        except ClientPayloadError as error:
            raise RefusalError(400, "The connection broke.") from error
        finally:
            await asyncio.to_thread(file.close)

    async def _pour(
        self, request: web.Request, file: BinaryIO, upload: Upload, received: int
    ) -> int:
        async for piece in request.content.iter_chunked(_PIECE_BYTES):
            if received + len(piece) > upload.size:
                raise RefusalError(413, "That is more than was announced.", received=received)
            await asyncio.to_thread(_write_all, file, piece)
            received += len(piece)
            self._received(len(piece))
        return received

    async def _length(self, upload: Upload) -> int:
        try:
            return (await asyncio.to_thread(self._path(upload).stat)).st_size
        except FileNotFoundError:
            raise RefusalError(
                410, f"“{upload.label}” is no longer here: attach it again."
            ) from None

    async def _remove(self, upload: Upload) -> None:
        await asyncio.to_thread(self._path(upload).unlink, missing_ok=True)
        await self._book.remove(upload.id)

    def _path(self, upload: Upload) -> Path:
        return self._folder / upload.id


async def keep_sweeping(uploads: Uploads, jobs: Jobs, *, seconds: float = 3600) -> None:
    """Sweep at the start and then every hour."""
    while True:
        try:
            removed = await uploads.sweep(jobs)
        except OSError:
            _log.exception("sweeping the uploads failed")
        else:
            _log.debug("swept %d uploads", removed)
        await asyncio.sleep(seconds)


def _draw(upload: Upload, received: int) -> dict[str, Json]:
    return {
        "id": upload.id,
        "label": upload.label,
        "size": upload.size,
        "received": received,
        "sent": upload.sent is not None,
    }


def _say_size(size: int) -> str:
    return f"{size / (1 << 30):.3g} GB" if size >= 1 << 30 else f"{size / (1 << 20):.3g} MB"


def _make_empty(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)


def _write_all(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _remove_strays(folder: Path, known: set[str], before: float) -> int:
    """Files that no record knows, as a crash between file and record leaves them."""
    strays = [
        path
        for path in folder.iterdir()
        if path.is_file() and path.name not in known and path.stat().st_mtime < before
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
