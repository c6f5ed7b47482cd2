"""The pages themselves: templates without a word of anyone's, and their scripts and styles."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, select_autoescape

from adapters.web.doors import TRAY_HEADER, Doors
from adapters.web.guard import SCRIPT_HEADER
from adapters.web.links import ENTER, UPLOAD
from adapters.web.refusal import RefusalError

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


class Pages:
    """Serves HTML. What is a person's own, each page's script asks for by itself.

    A page that is opened from another site comes without our strict cookies; its script's
    requests have them.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape()
        )

    async def chat(self, _request: web.Request) -> web.Response:
        return self._page("chat.html")

    async def library(self, _request: web.Request) -> web.Response:
        return self._page("library.html")

    async def tray(self, request: web.Request) -> web.Response:
        return self._page("tray.html", {"tray": request.match_info["tray"]})

    async def enter(self, request: web.Request) -> web.Response:
        return await self._door(
            request,
            ENTER,
            title="Sign in",
            words="This opens your Tapedeck library in this browser: everything you have made, "
            "to play, download and delete.",
            button="Sign in",
            warning="Anyone who opens this link is you. If it was not you who asked for it, "
            "close this page.",
        )

    async def upload(self, request: web.Request) -> web.Response:
        return await self._door(
            request,
            UPLOAD,
            title="Add files to your tray",
            words="This page takes files that are too large for the chat, "
            "and puts them on your tray there.",
            button="Go on",
            warning="The link works once, and only for your tray. Do not pass it on.",
        )

    def result(self) -> web.Response:
        """A friendly page around one result."""
        return self._page("result.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        path = _STATIC / request.match_info["name"]
        if not path.is_file():  # a name without folders, as the route's pattern demands
            raise RefusalError(404, "There is no such file.")
        response = web.FileResponse(path)
        response.headers[hdrs.CONTENT_TYPE] = _TYPES[path.suffix]
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        return response

    async def _door(self, request: web.Request, purpose: str, **words: str) -> web.Response:
        """Ask for a click before the link is spent: previews of links look, but do not click."""
        try:
            await self._doors.look(request.match_info["token"], purpose)
        except RefusalError as refusal:
            return self.problem(refusal)
        return self._page("door.html", {**words, "purpose": purpose})

    def problem(self, refusal: RefusalError) -> web.Response:
        """What is wrong, as a page."""
        return self._page("problem.html", {"words": refusal.sentence}, status=refusal.status)

    def _page(
        self, template: str, words: Mapping[str, str] = MappingProxyType({}), *, status: int = 200
    ) -> web.Response:
        text = self._templates.get_template(template).render(
            script_header=SCRIPT_HEADER, tray_header=TRAY_HEADER, **words
        )
        return web.Response(text=text, content_type="text/html", status=status)
