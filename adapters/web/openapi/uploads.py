"""How files come in, for the chat page and for the upload page."""

from adapters.web.doors import TRAY_PATH
from adapters.web.openapi.parts import (
    COUNT,
    PERSON,
    TEXT,
    UPLOAD,
    answer,
    named,
    own,
    placed,
    takes,
)
from adapters.web.openapi.rooms import FILLER, TRAY
from core.jobs import Json

_UPLOADED = answer("How much of the file is here.", named("Upload"))
_ANNOUNCED: Json = {
    "type": "object",
    "required": ["label", "size"],
    "properties": {"label": TEXT, "size": COUNT},
}
_BYTES: Json = {"type": "string", "format": "binary"}


def _describe(under: str, *who: Json, security: Json) -> dict[str, Json]:
    return {
        under: {
            "post": own(
                "Announce a file.",
                {"201": _UPLOADED},
                *who,
                body=takes(_ANNOUNCED),
                changes=True,
                security=security,
            )
        },
        under + "/{upload}": {
            "get": own(
                "How much of a file is here.", {"200": _UPLOADED}, UPLOAD, *who, security=security
            ),
            "put": own(
                "Send the next bytes of a file; 409 tells where it really goes on.",
                {"200": _UPLOADED},
                UPLOAD,
                placed("offset", "query", COUNT),
                *who,
                body=takes(_BYTES, kind="application/octet-stream"),
                changes=True,
                security=security,
            ),
            "delete": own(
                "Remove a file that was not sent.",
                {"204": answer("Gone.")},
                UPLOAD,
                *who,
                changes=True,
                security=security,
            ),
        },
    }


PATHS: dict[str, Json] = {
    **_describe("/api/uploads", security=PERSON),
    **_describe(TRAY_PATH + "uploads", TRAY, security=FILLER),
}
