"""The OpenAPI document of the sidecar; a test compares it with the routes."""

from aiohttp import web

from adapters.web.doors import LIBRARY_COOKIE, TRAY_COOKIE
from adapters.web.openapi import chat, figures, glasses, pages, rooms, uploads
from adapters.web.openapi.schemas import SCHEMAS
from adapters.web.people import COOKIE
from adapters.web.terms import Terms
from core.jobs import Json

__all__ = ["Document"]


class Document:
    """Fills /openapi.json."""

    def __init__(self, terms: Terms) -> None:
        self._document: dict[str, Json] = {
            "openapi": "3.1.0",
            "info": {"title": "Tapedeck", "version": "1", "description": "The sidecar."},
            "servers": [{"url": terms.public_url}],
            "paths": {
                **pages.PATHS,
                **chat.PATHS,
                **uploads.PATHS,
                **rooms.PATHS,
                **glasses.PATHS,
                **figures.PATHS,
            },
            "components": {
                "schemas": {**SCHEMAS, **glasses.SCHEMAS},
                "securitySchemes": {
                    "person": _cookie(COOKIE, "One per browser, given by /api/hello."),
                    "reader": _cookie(LIBRARY_COOKIE, "Given for a link to the library."),
                    "filler": _cookie(
                        TRAY_COOKIE + "<tray>", "Given for a link to the upload page."
                    ),
                    "glasses": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "The token that /glasses gives when glasses are paired.",
                    },
                },
            },
        }

    async def show(self, _request: web.Request) -> web.Response:
        return web.json_response(self._document)


def _cookie(name: str, description: str) -> Json:
    return {"type": "apiKey", "in": "cookie", "name": name, "description": description}
