"""The operations behind one-time links: doors, the upload page, the library."""

from adapters.web.doors import TRAY_HEADER
from adapters.web.openapi.parts import (
    COUNT,
    JOB,
    SCRIPT,
    TEXT,
    answer,
    named,
    own,
    placed,
    takes,
)
from core.jobs import Json

_READER: Json = [{"reader": []}, {"person": []}]
FILLER: Json = [{"filler": []}]
TRAY: Json = {
    **placed(TRAY_HEADER, "header", TEXT),
    "description": "Which upload page asks, as in its address.",
}
_RESULT = answer("It.", named("Result"))

PATHS: dict[str, Json] = {
    "/api/doors": {
        "post": {
            "summary": "Spend a one-time link, and get the cookie of the page behind it.",
            "parameters": [SCRIPT],
            "requestBody": takes(named("Pass")),
            "responses": {
                "200": answer("Where to go.", {"type": "object", "properties": {"go": TEXT}}),
                "410": answer("The link is unknown, too old or used up.", named("Refusal")),
            },
        },
        "delete": own(
            "Sign out of the library.",
            {"204": answer("Signed out.")},
            changes=True,
            security=[{"reader": []}],
        ),
    },
    "/api/tray": {
        "get": own(
            "Where the files of an upload page go.",
            {"200": answer("It.", named("TrayPage"))},
            TRAY,
            security=FILLER,
        ),
        "post": own(
            "Put files that are here on the tray, and change its message in the chat.",
            {"200": answer("What became of them.", named("Handed"))},
            TRAY,
            body=takes(named("Hand")),
            changes=True,
            security=FILLER,
        ),
    },
    "/api/library": {
        "get": own(
            "Results, newest first, a page at a time.",
            {"200": answer("The page.", named("Library"))},
            placed("search", "query", TEXT, required=False),
            placed("after", "query", COUNT, required=False),
            security=_READER,
        )
    },
    "/api/library/{job}": {
        "get": own("One result.", {"200": _RESULT}, JOB, security=_READER),
        "delete": own(
            "Delete a result with all of its files.",
            {"204": answer("Deleted.")},
            JOB,
            changes=True,
            security=_READER,
        ),
    },
}
