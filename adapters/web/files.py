"""Downloads: a signed link becomes the file, whole or in ranges."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import hdrs, web

from adapters.web.guard import FILE_POLICY
from adapters.web.labels import disposition
from adapters.web.links import SignedLinks
from adapters.web.refusal import RefusalError
from core.errors import UserError
from core.jobs import Product
from core.names import JobId
from core.ports import Jobs

_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".mid": "audio/midi",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".json": "application/json",
    ".zip": "application/zip",
}
_TEXTS = {".txt", ".cue", ".csv", ".srt", ".lrc"}
_GONE = "This file is no longer kept here."


class Files:
    """Serves what jobs made. `folder_of` names the folder that holds all files of a job."""

    def __init__(self, jobs: Jobs, links: SignedLinks, folder_of: Callable[[JobId], Path]) -> None:
        self._jobs = jobs
        self._links = links
        self._folder_of = folder_of

    async def send(self, request: web.Request) -> web.StreamResponse:
        job, index = self._links.read(request.match_info["token"])
        product = await self._product(job, index)
        path = await asyncio.to_thread(own_file, self._folder_of(job), product.path)
        response = web.FileResponse(path, chunk_size=256 * 1024)
        response.headers[hdrs.CONTENT_TYPE] = content_type(path)
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition(
            product.label or path.name, inline="play" in request.query
        )
        response.headers[hdrs.CACHE_CONTROL] = "private, max-age=3600"
        response.headers["Content-Security-Policy"] = FILE_POLICY
        return response

    async def _product(self, job: JobId, index: int) -> Product:
        try:
            found = await self._jobs.find(job, person=None)
        except UserError:
            raise RefusalError(410, _GONE) from None
        products = found.outcome.products if found.outcome else ()
        if not 0 <= index < len(products):
            raise RefusalError(404, "There is no such file.")
        return products[index]


def own_file(folder: Path, name: str) -> Path:
    """The real path of a job's file. Raises `RefusalError` when it lies elsewhere, or is gone."""
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or path == root:
        raise RefusalError(404, "There is no such file.")
    if not path.is_file():
        raise RefusalError(410, _GONE)
    return path


def content_type(path: Path) -> str:
    """By our own list: what is not on it is only ever downloaded."""
    ending = path.suffix.lower()
    if ending in _TEXTS:
        return "text/plain; charset=utf-8"
    return _TYPES.get(ending, "application/octet-stream")
