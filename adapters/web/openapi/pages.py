"""The pages that people open, and the files behind signed links."""

from adapters.web.openapi.parts import TEXT, answer, named, placed, public
from core.jobs import Json

_HTML = answer("HTML.", TEXT, kind="text/html")
_GONE = answer("The link is unknown, too old or used up: a page that says so.")
_TOKEN = placed("token", "path", TEXT)

PATHS: dict[str, Json] = {
    "/": {"get": public("The chat page.", {"200": _HTML})},
    "/library": {"get": public("The library page.", {"200": _HTML})},
    "/tray/{tray}": {
        "get": public("The upload page.", {"200": _HTML}, placed("tray", "path", TEXT))
    },
    "/enter/{token}": {
        "get": public(
            "Asks for a click, which signs in to the library. Opening it spends nothing.",
            {"200": _HTML, "410": _GONE},
            _TOKEN,
        )
    },
    "/upload/{token}": {
        "get": public(
            "Asks for a click, which opens the upload page. Opening it spends nothing.",
            {"200": _HTML, "410": _GONE},
            _TOKEN,
        )
    },
    "/static/{name}": {
        "get": public(
            "Scripts and styles of the pages.",
            {"200": answer("The file."), "404": answer("No such file.")},
            placed("name", "path", TEXT),
        )
    },
    "/files/{token}": {
        "get": public(
            "A file of a result, by its signed link. Ranges work. Who accepts HTML and asks for "
            "neither `play` nor `save` gets a page with a player instead.",
            {
                "200": answer("The file, or the page."),
                "206": answer("The range."),
                "404": answer("No such file.", named("Refusal")),
                "410": answer("The link has expired, or the file is gone.", named("Refusal")),
                "416": answer("No such range."),
            },
            _TOKEN,
            {
                **placed("play", "query", TEXT, required=False),
                "description": "Shown in place instead of downloaded.",
                "allowEmptyValue": True,
            },
            {
                **placed("save", "query", TEXT, required=False),
                "description": "Downloaded, whoever asks.",
                "allowEmptyValue": True,
            },
        )
    },
    "/api/results/{token}": {
        "get": public(
            "What the page around a file shows.",
            {
                "200": answer("The result.", named("Result")),
                "404": answer("No such file.", named("Refusal")),
                "410": answer("The link has expired, or the file is gone.", named("Refusal")),
            },
            _TOKEN,
        )
    },
}
