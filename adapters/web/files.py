"""Downloads: a signed link becomes the file, whole or in ranges, or a page around it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import hdrs, web

from adapters.web.guard import FILE_POLICY
from adapters.web.labels import disposition
from adapters.web.library import draw_item
from adapters.web.links import Sealed, SignedLinks
from adapters.web.pages import Pages
from adapters.web.refusal import RefusalError
from core.errors import UserError
from core.jobs import Job, Product
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


_PRIVATE = frozenset({"recipe"})  # it names the person's own files


class Files:
    """Serves what jobs made. `folder_of` names the folder that holds all files of a job."""

    def __init__(
        self, jobs: Jobs, links: SignedLinks, folder_of: Callable[[JobId], Path], pages: Pages
    ) -> None:
        self._jobs = jobs
        self._links = links
        self._folder_of = folder_of
        self._pages = pages

    async def send(self, request: web.Request) -> web.StreamResponse:
        """The file; to a person who opens the link in a browser, a page with a player."""
        if not wants_page(request):
            return await self._file(request)
        try:
            await self._find(self._links.read(request.match_info["token"]))
        except RefusalError as refusal:
            return self._pages.problem(refusal)
        return self._pages.result()

    async def result(self, request: web.Request) -> web.Response:
        """What the page around a file shows: the result, but for what is its person's own."""
        sealed = self._links.read(request.match_info["token"])
        job, _ = await self._find(sealed)
        item = draw_item(job, self._links, seconds=sealed.seconds)
        products = item["products"]
        assert isinstance(products, list)  # noqa: S101  it was made just now
        own = products[sealed.index]["link"]
        shown = [each for each in products if each["role"] not in _PRIVATE or each["link"] == own]
        return web.json_response({**item, "products": shown, "file": own, "rejected": []})

    async def _file(self, request: web.Request) -> web.FileResponse:
        sealed = self._links.read(request.match_info["token"])
        _, product = await self._find(sealed)
        path = await asyncio.to_thread(own_file, self._folder_of(sealed.job), product.path)
        response = web.FileResponse(path, chunk_size=256 * 1024)
        response.headers[hdrs.CONTENT_TYPE] = content_type(path)
        response.headers[hdrs.CONTENT_DISPOSITION] = disposition(
            product.label or path.name, inline="play" in request.query
        )
        response.headers[hdrs.CACHE_CONTROL] = "private, max-age=3600"
        response.headers[hdrs.VARY] = hdrs.ACCEPT  # the same address is a page for some
        response.headers["Content-Security-Policy"] = FILE_POLICY
        return response

    async def _find(self, sealed: Sealed) -> tuple[Job, Product]:
        try:
            job = await self._jobs.find(sealed.job, person=None)
        except UserError:
            raise RefusalError(410, _GONE) from None
        products = job.outcome.products if job.outcome else ()
        if not 0 <= sealed.index < len(products):
            raise RefusalError(404, "There is no such file.")
        return job, products[sealed.index]


def wants_page(request: web.Request) -> bool:
    """Whether a person opens the address in a browser, and no player or program asks."""
    asks = "play" in request.query or "save" in request.query or hdrs.RANGE in request.headers
    return not asks and "text/html" in request.headers.get(hdrs.ACCEPT, "")


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
