"""The addresses that glasses post to and bridges ask at. A token says whose photos they see."""

import asyncio
import math
import secrets
from collections.abc import Callable
from pathlib import Path

from aiohttp import hdrs, web

from adapters.web.files import content_type as type_of_product
from adapters.web.files import own_file
from adapters.web.glasses.arriving import Arrivals
from adapters.web.glasses.checking import check_photo, content_type
from adapters.web.glasses.pace import Pace
from adapters.web.guard import FILE_POLICY
from adapters.web.labels import disposition
from adapters.web.refusal import RefusalError, whole_number
from adapters.web.terms import Terms
from core.errors import UserError
from core.glasses import Pair, Photo, Shot, Stand, tell_standing
from core.jobs import Job, Json
from core.names import JobId
from core.ports import Darkroom

_READING_SECONDS = 60.0
_QUESTIONS = 20
"""How many questions a pair may ask for each photo that it may send."""
_MOST_LISTED = 100
_LONGEST_TOKEN = 200
_STRANGER = (
    "These glasses are not paired: send “Authorization: Bearer” with the token that /glasses gave."
)
_GONE = "The video of this photo is no longer kept."


class Glasses:
    """Takes photos in, and tells how far their videos are.

    `uploads` is the folder that photos lie in, `folder_of` a job's; `received` counts bytes.
    """

    def __init__(
        self,
        darkroom: Darkroom,
        terms: Terms,
        *,
        uploads: Path,
        folder_of: Callable[[JobId], Path],
        received: Callable[[int], None],
    ) -> None:
        self._darkroom = darkroom
        self._uploads = uploads
        self._folder_of = folder_of
        self._received = received
        self._arrivals = Arrivals(uploads, most=terms.photo_bytes, seconds=_READING_SECONDS)
        self._photos = Pace(terms.photos_per_minute)
        self._questions = Pace(terms.photos_per_minute * _QUESTIONS)

    async def take(self, request: web.Request) -> web.Response:
        """A photo, as glasses send it: the glasses name it themselves."""
        return await self._take(request, named=True)

    async def take_unnamed(self, request: web.Request) -> web.Response:
        """A photo of a bridge, which need not name it."""
        return await self._take(request, named=False)

    async def _take(self, request: web.Request, *, named: bool) -> web.Response:
        pair = await self._admit(request, self._photos)
        async with self._arrivals.receive(request) as sent:
            if not sent.request and named and request.content_type == "multipart/form-data":
                raise RefusalError(400, "“requestId” is missing.")
            name = sent.request or secrets.token_hex(16)
            if sent.path is None:
                await self._darkroom.note_failure(pair, name, reason=sent.failure)
                return web.json_response({"success": True, "requestId": name})
            checked = await check_photo(sent.path)
            shot = Shot(request=name, label=sent.label, size=checked.size, taken=sent.taken)
            try:
                photo = await self._darkroom.accept(pair, shot, checked.chunks())
            except UserError as error:
                raise RefusalError(413, str(error)) from error
        self._received(checked.size)
        return web.json_response(
            {
                "success": True,
                "requestId": photo.request,
                "id": photo.id,
                "status": Stand.QUEUED.value,
                "status_url": f"/photos/{photo.id}/status",
            }
        )

    async def page(self, request: web.Request) -> web.Response:
        """One's photos, newest first."""
        pair = await self._admit(request, self._questions)
        found, total = await self._darkroom.page(
            pair.person,
            request=request.query.get("requestId", ""),
            after=whole_number(request.query.get("after", "0"), "after"),
            most=min(_MOST_LISTED, whole_number(request.query.get("most", "20"), "most")),
        )
        return web.json_response({"photos": [_draw(*each) for each in found], "total": total})

    async def find(self, request: web.Request) -> web.Response:
        photo, job, _ = await self._find(request)
        return web.json_response(_draw(photo, job))

    async def status(self, request: web.Request) -> web.Response:
        photo, job, _ = await self._find(request)
        return web.json_response({"id": photo.id, **_draw_standing(photo, job)})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The video once it is ready, or with `?what=photo` the photo itself."""
        photo, job, _ = await self._find(request)
        match request.query.get("what", "video"):
            case "photo":
                return await self._send_photo(photo)
            case "video":
                return await self._send_video(photo, job)
        raise RefusalError(400, "“what” must be video or photo.")

    async def _send_photo(self, photo: Photo) -> web.StreamResponse:
        if photo.file is None:
            raise RefusalError(410, photo.note or "There is no photo.")
        path = await asyncio.to_thread(own_file, self._uploads, str(photo.file.path))
        return _serve(path, photo.file.label, kind=await content_type(path))

    async def _send_video(self, photo: Photo, job: Job | None) -> web.StreamResponse:
        standing = tell_standing(photo, job)
        if standing.stand in (Stand.QUEUED, Stand.PROCESSING):
            raise RefusalError(
                409,
                f"The video is not ready yet. {standing.message}",
                progress=standing.percent,
            )
        if standing.stand is Stand.FAILED or job is None:
            raise RefusalError(410, standing.message)
        products = job.outcome.products if job.outcome else ()
        videos = [product for product in products if product.role == "video"]
        if not videos:
            raise RefusalError(410, _GONE)
        path = await asyncio.to_thread(own_file, self._folder_of(job.id), videos[0].path)
        return _serve(path, videos[0].label, kind=type_of_product(path))

    async def _find(self, request: web.Request) -> tuple[Photo, Job | None, Pair]:
        pair = await self._admit(request, self._questions)
        # Another person's photo and none at all are the same answer.
        photo, job = await self._darkroom.look(request.match_info["photo"], person=pair.person)
        return photo, job, pair

    async def _admit(self, request: web.Request, pace: Pace) -> Pair:
        """Whose glasses ask. Raises `RefusalError` for a stranger, and who asks too often."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        token = token.strip()
        known = scheme.lower() == "bearer" and 0 < len(token) <= _LONGEST_TOKEN
        try:
            pair = await self._darkroom.admit(token) if known else None
        except UserError as error:
            raise RefusalError(403, str(error)) from error
        if pair is None:
            raise RefusalError(401, _STRANGER, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
        wait = math.ceil(pace.take(pair.id))
        if wait:
            raise RefusalError(
                429,
                f"These glasses ask too often: wait {wait} s.",
                headers={hdrs.RETRY_AFTER: str(wait)},
            )
        return pair


def _serve(path: Path, label: str, *, kind: str) -> web.FileResponse:
    response = web.FileResponse(path, chunk_size=256 * 1024)
    response.headers[hdrs.CONTENT_TYPE] = kind
    response.headers[hdrs.CONTENT_DISPOSITION] = disposition(label, inline=False)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _draw(photo: Photo, job: Job | None) -> dict[str, Json]:
    """A photo as bridges see it. Times are seconds since 1970, the size is in bytes."""
    return {
        "id": photo.id,
        "requestId": photo.request,
        "label": photo.file.label if photo.file else "",
        "size": photo.file.size if photo.file else 0,
        "received": photo.received,
        "taken": photo.taken,
        "title": job.name if job else "",
        **_draw_standing(photo, job),
    }


def _draw_standing(photo: Photo, job: Job | None) -> dict[str, Json]:
    standing = tell_standing(photo, job)
    return {
        "status": standing.stand.value,
        "progress": standing.percent,
        "message": standing.message,
    }
