"""The sidecar put together: ports in, an aiohttp application out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from adapters.web.chat import Chat
from adapters.web.doors import TRAY_PATH, Doors
from adapters.web.files import Files
from adapters.web.glasses import Glasses
from adapters.web.guard import add_headers, check_host, check_origin, tell_refusals
from adapters.web.health import Check, Health
from adapters.web.hooks import Hook, list_hooks
from adapters.web.library import Library
from adapters.web.links import SignedLinks
from adapters.web.live import Live
from adapters.web.metrics import Counting, Metrics
from adapters.web.openapi import Document
from adapters.web.pages import Pages
from adapters.web.platform import WebChat
from adapters.web.presses import Presses
from adapters.web.shown import Shown
from adapters.web.terms import Terms
from adapters.web.trays import TrayPage
from adapters.web.uploads import Uploads, keep_sweeping
from core.names import JobId
from core.ports import ChatPlatform, Darkroom, Desk, Jobs, People, Tickets, UploadBook

_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the sidecar leans on. `links` are those of the counter."""

    desk: Desk
    jobs: Jobs
    people: People
    tickets: Tickets
    platforms: Mapping[str, ChatPlatform]
    links: SignedLinks
    chat: WebChat
    book: UploadBook
    darkroom: Darkroom


def create_app(
    ports: Ports,
    *,
    uploads_folder: Path,
    folder_of: Callable[[JobId], Path],
    count: Counting,
    checks: Mapping[str, Check],
    terms: Terms,
    hooks: Mapping[str, Hook] = MappingProxyType({}),
) -> web.Application:
    """The sidecar. Serve it with `web.AppRunner` and bind it to 127.0.0.1.

    `folder_of` names the folder that all products of a job are in; `count` and `checks` are asked
    at each look at /metrics and /ready. `uploads_folder` must exist. `hooks` are what other
    services call.
    """
    metrics = Metrics(count)
    doors = Doors(ports.tickets, ports.people, secure=terms.secure)
    uploads = Uploads(
        ports.book, uploads_folder, terms, sender=doors.sender, received=metrics.received
    )
    shown = Shown(ports.desk, ports.jobs, ports.people, ports.links, ports.chat.fleeting)
    live = Live(
        shown, ports.chat, ports.jobs, ports.people, metrics, poll_seconds=terms.poll_seconds
    )
    pages = Pages(doors)
    glasses = Glasses(
        ports.darkroom,
        terms,
        uploads=uploads_folder,
        folder_of=folder_of,
        received=metrics.received,
    )
    app = web.Application(
        client_max_size=_BODY_BYTES,
        middlewares=[metrics.timed, check_host(terms.hosts), tell_refusals, check_origin],
    )
    app.add_routes(
        [
            *_list_pages(pages, Files(ports.jobs, ports.links, folder_of, pages)),
            *_list_chat(ports, uploads, shown, terms),
            *_list_uploads(uploads, under="/api/uploads"),
            *_list_uploads(uploads, under=TRAY_PATH + "uploads"),
            web.get("/api/live", live.connect, allow_head=False),
            *_list_rooms(ports, doors, uploads, terms),
            *_list_glasses(glasses),
            *_list_figures(Health(checks), metrics, terms),
            *list_hooks(hooks),
        ]
    )
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(live.close)
    app.cleanup_ctx.append(_beside(metrics.stalls.watch))
    app.cleanup_ctx.append(_beside(lambda: keep_sweeping(uploads, ports.jobs)))
    return app


def _list_pages(pages: Pages, files: Files) -> list[web.RouteDef]:
    """What people open by an address."""
    return [
        web.get("/", pages.chat),
        web.get("/library", pages.library),
        web.get("/tray/{tray:[0-9a-f]{16}}", pages.tray),
        web.get("/enter/{token}", pages.enter),
        web.get("/upload/{token}", pages.upload),
        web.get("/files/{token}", files.send),
        web.get("/api/results/{token}", files.result, allow_head=False),
        web.get(r"/static/{name:[a-z][a-z-]*\.(js|css|svg|webmanifest)}", pages.static),
    ]


def _list_chat(ports: Ports, uploads: Uploads, shown: Shown, terms: Terms) -> list[web.RouteDef]:
    """What the chat's script asks for."""
    desk, jobs, people, platform = ports.desk, ports.jobs, ports.people, ports.chat
    chat = Chat(desk, jobs, people, platform, uploads, shown, terms)
    presses = Presses(desk, people, platform, uploads, shown)
    return [
        web.post("/api/hello", chat.hello),
        web.get("/api/messages", chat.history),
        web.get("/api/messages/{key}", chat.message),
        web.post("/api/calls", chat.call),
        web.post("/api/presses", presses.press),
        web.get("/api/suggestions", presses.suggest, allow_head=False),
        web.post("/api/jobs/{job}/cancel", chat.cancel),
        web.get("/api/uploads/{upload}/file", uploads.send, allow_head=False),
    ]


def _list_uploads(uploads: Uploads, *, under: str) -> list[web.RouteDef]:
    """How files come in."""
    return [
        web.post(under, uploads.begin),
        web.get(under + "/{upload}", uploads.look, allow_head=False),
        web.put(under + "/{upload}", uploads.write),
        web.delete(under + "/{upload}", uploads.drop),
    ]


def _list_rooms(ports: Ports, doors: Doors, uploads: Uploads, terms: Terms) -> list[web.RouteDef]:
    """What is behind a one-time link: the upload page and the library."""
    library = Library(ports.jobs, doors, ports.links)
    tray = TrayPage(ports.desk, ports.platforms, doors, uploads, terms)
    return [
        web.post("/api/doors", doors.pass_through),
        web.delete("/api/doors", doors.leave),
        web.get("/api/tray", tray.look, allow_head=False),
        web.post("/api/tray", tray.put),
        web.get("/api/library", library.page, allow_head=False),
        web.get("/api/library/{job}", library.find, allow_head=False),
        web.delete("/api/library/{job}", library.remove),
    ]


def _list_glasses(glasses: Glasses) -> list[web.RouteDef]:
    """What glasses post to, and bridges that were written against the service before this one."""
    return [
        web.post("/glasses/photos", glasses.take),
        web.post("/upload-photo", glasses.take_unnamed),
        web.post("/photos/upload", glasses.take_unnamed),
        web.get("/photos", glasses.page, allow_head=False),
        web.get("/photos/{photo}", glasses.find, allow_head=False),
        web.get("/photos/{photo}/status", glasses.status, allow_head=False),
        web.get("/photos/{photo}/download", glasses.download, allow_head=False),
    ]


def _list_figures(health: Health, metrics: Metrics, terms: Terms) -> list[web.RouteDef]:
    """What operators and their programs look at."""
    return [
        web.get("/health", health.alive),
        web.get("/ready", health.ready),
        web.get("/metrics", metrics.show, allow_head=False),
        web.get("/openapi.json", Document(terms).show),
    ]


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
