"""The sidecar's wiring: the local chat, signed links, health and metrics on one address."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from adapters.ffmpeg.find import find_ffmpeg
from adapters.web import Enclosures, Hook, Ports, SignedLinks, Terms, WebChat, create_app
from adapters.web.terms import MEBIBYTE
from bot.beside import beside
from bot.darkroom import PhotoDarkroom
from config.settings import Settings, public_url
from core.errors import UserError
from core.ports import Counter, Tickets
from storage.chat import SqlChatLog, SqlUploadBook
from storage.database import Database
from storage.figures import count_figures
from storage.files import Files
from storage.tickets import TicketTable
from storage.workers import WorkerTable

_MEGABYTE = 1_000_000
_WORKER = "worker"
_STALE_SECONDS = 30.0


def make_links(settings: Settings, tickets: Tickets, *, secret: str) -> SignedLinks:
    """The addresses of the sidecar's pages, for the counter and for the sidecar itself."""
    return SignedLinks(
        secret.encode(),
        tickets,
        public_url=public_url(settings),
        seconds=settings.link_hours * 3600,
    )


class Sidecar:
    """The local chat and all that is served beside it; one of the gateway's chats."""

    def __init__(
        self,
        settings: Settings,
        counter: Counter,
        darkroom: PhotoDarkroom,
        *,
        database: Database,
        files: Files,
        secret: str,
        hooks: Mapping[str, Hook],
    ) -> None:
        self._settings = settings
        self._hooks = hooks
        self._counter = counter
        self._darkroom = darkroom
        self._tickets = TicketTable(database)
        self._links = make_links(settings, self._tickets, secret=secret)
        self._database = database
        self._files = files
        self._book = SqlUploadBook(database.engine)
        self.platform = WebChat(
            SqlChatLog(database.engine),
            counter.jobs,
            counter.people,
            Enclosures(self._book, files.uploads),
        )

    async def sign_in(self) -> None:
        """Nothing to do: the local chat has no token."""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen for the length of the block; yields the address. Raises `UserError`."""
        settings = self._settings
        app = create_app(
            self._ports(),
            uploads_folder=self._files.uploads,
            folder_of=self._files.folder,
            count=lambda: count_figures(self._database),
            checks={
                "database": self._check_database,
                "worker": self._check_worker,
                "ffmpeg": self._check_ffmpeg,
            },
            terms=self._terms(),
            hooks=self._hooks,
        )
        # Requests are on the metrics; a line for each would only fill the log.
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, settings.host, settings.port)
            try:
                await site.start()
            except OSError as error:
                raise UserError(
                    f"Port {settings.port} of {settings.host} cannot be used: another program "
                    "has it, or you may not. Set TAPEDECK_PORT to another one."
                ) from error
            port = runner.addresses[0][1]
            async with beside(self._darkroom.keep_ordering()):
                yield f"http://{settings.host}:{port}/"
        finally:
            await runner.cleanup()

    def _ports(self) -> Ports:
        return Ports(
            desk=self._counter.desk,
            jobs=self._counter.jobs,
            people=self._counter.people,
            tickets=self._tickets,
            platforms=self._counter.platforms,
            links=self._links,
            chat=self.platform,
            book=self._book,
            darkroom=self._darkroom,
        )

    def _terms(self) -> Terms:
        settings = self._settings
        public = public_url(settings)
        names = [*settings.host_names.split(","), settings.host, urlsplit(public).hostname or ""]
        return Terms(
            hosts=tuple(name.strip() for name in names if name.strip()),
            public_url=public,
            upload_bytes=settings.upload_mb * _MEGABYTE,
            person_bytes=settings.person_mb * _MEGABYTE,
            spare_bytes=settings.spare_mb * _MEGABYTE,
            link_seconds=settings.link_hours * 3600,
            photo_bytes=settings.glasses_photo_mib * MEBIBYTE,
            photos_per_minute=settings.glasses_photos_per_minute,
        )

    async def _check_database(self) -> str:
        try:
            async with self._database.read() as connection:
                await connection.execute(select(1))
        except SQLAlchemyError as error:
            return f"the database does not answer: {type(error).__name__}"
        return ""

    async def _check_worker(self) -> str:
        present = await WorkerTable(self._database).present()
        seen = [worker.seen for worker in present if worker.id.startswith(_WORKER)]
        return "" if seen and time.time() - max(seen) < _STALE_SECONDS else "no worker is running"

    async def _check_ffmpeg(self) -> str:
        try:
            find_ffmpeg(self._settings.ffmpeg)
        except UserError as error:
            return str(error)
        return ""
