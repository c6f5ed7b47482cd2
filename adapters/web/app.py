"""The sidecar put together: ports in, an aiohttp application out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from adapters.web.chat import Chat
from adapters.web.files import Files
from adapters.web.guard import add_headers, check_host, check_origin, tell_refusals
from adapters.web.health import Check, Health
from adapters.web.links import SignedLinks
from adapters.web.live import Live
from adapters.web.metrics import Counting, Metrics
from adapters.web.openapi import Document
from adapters.web.platform import WebChat
from adapters.web.terms import Terms
from adapters.web.uploads import Uploads, keep_sweeping
from core.names import JobId
from core.ports import Desk, Jobs, UploadBook

_BODY_BYTES = 256 * 1024


def create_app(
    *,
    desk: Desk,
    jobs: Jobs,
    chat: WebChat,
    book: UploadBook,
    uploads_folder: Path,
    folder_of: Callable[[JobId], Path],
    count: Counting,
    checks: Mapping[str, Check],
    terms: Terms,
) -> web.Application:
    """The sidecar. Serve it with `web.AppRunner` and bind it to 127.0.0.1.

    `folder_of` names the folder that all products of a job are in; `count` and `checks` are asked
    at each look at /metrics and /ready. `uploads_folder` must exist.
    """
    links = SignedLinks(terms.secret, public_url=terms.public_url, seconds=terms.link_seconds)
    metrics = Metrics(count)
    uploads = Uploads(book, uploads_folder, terms, received=metrics.received)
    pages = Chat(desk, jobs, chat, uploads, links, terms)
    live = Live(pages, chat, jobs, metrics, poll_seconds=terms.poll_seconds)
    health = Health(checks)
    files = Files(jobs, links, folder_of)

    app = web.Application(
        client_max_size=_BODY_BYTES,
        middlewares=[metrics.timed, check_host(terms.hosts), tell_refusals, check_origin],
    )
    app.add_routes(
        [
            web.get("/", pages.page),
            web.get(r"/static/{name:[a-z][a-z-]*\.(js|css|svg|webmanifest)}", pages.static),
            web.post("/api/hello", pages.hello),
            web.get("/api/messages", pages.history),
            web.get("/api/messages/{key}", pages.message),
            web.post("/api/calls", pages.call),
            web.post("/api/jobs/{job}/cancel", pages.cancel),
            web.post("/api/uploads", uploads.begin),
            web.get("/api/uploads/{upload}", uploads.look, allow_head=False),
            web.put("/api/uploads/{upload}", uploads.write),
            web.delete("/api/uploads/{upload}", uploads.drop),
            web.get("/api/live", live.connect, allow_head=False),
            web.get("/files/{token}", files.send),
            web.get("/health", health.alive),
            web.get("/ready", health.ready),
            web.get("/metrics", metrics.show, allow_head=False),
            web.get("/openapi.json", Document(terms).show),
        ]
    )
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(live.close)
    app.cleanup_ctx.append(_beside(metrics.stalls.watch))
    app.cleanup_ctx.append(_beside(lambda: keep_sweeping(uploads, jobs)))
    return app


def _beside(
    work: Callable[[], Coroutine[object, object, None]],
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Something that goes on for as long as the application runs."""

    async def context(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(work())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context
