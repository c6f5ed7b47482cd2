"""The OpenAPI document of the sidecar; a test compares it with the routes."""

from collections.abc import Mapping

from aiohttp import web

from adapters.web.guard import SCRIPT_HEADER
from adapters.web.people import COOKIE
from adapters.web.terms import Terms
from core.jobs import Json

_OBJECT: Json = {"type": "object", "additionalProperties": True}
_PERSON: Json = [{"person": []}]


def _answer(
    description: str, schema: Json = None, *, kind: str = "application/json"
) -> dict[str, Json]:
    if schema is None:
        return {"description": description}
    return {"description": description, "content": {kind: {"schema": schema}}}


def _named(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_REFUSALS: dict[str, Json] = {
    "default": _answer("Refused, with a sentence for people.", _named("Refusal"))
}
_SCRIPT: dict[str, Json] = {
    "name": SCRIPT_HEADER,
    "in": "header",
    "required": True,
    "description": "Any value: proof that a script of this page sends the request.",
    "schema": {"type": "string"},
}


def _at(name: str, place: str, schema: Json, *, required: bool = True) -> dict[str, Json]:
    return {"name": name, "in": place, "required": required, "schema": schema}


_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_KEY = _at("key", "path", _TEXT)
_JOB = _at("job", "path", _TEXT)
_UPLOAD = _at("upload", "path", _TEXT)


def _takes(schema: Json, *, kind: str = "application/json") -> Json:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _own(
    summary: str,
    answers: Mapping[str, Json],
    *parameters: Json,
    body: Json = None,
    changes: bool = False,
) -> dict[str, Json]:
    """An operation of the chat page: for the person that the cookie names."""
    operation: dict[str, Json] = {
        "summary": summary,
        "security": _PERSON,
        "responses": {**answers, **_REFUSALS},
        "parameters": [*parameters, *([_SCRIPT] if changes else [])],
    }
    return operation if body is None else {**operation, "requestBody": body}


def _open(summary: str, answers: Mapping[str, Json], *parameters: Json) -> dict[str, Json]:
    """An operation that asks for no cookie."""
    return {"summary": summary, "parameters": list(parameters), "responses": dict(answers)}


_UPLOADED = _answer("How much of the file is here.", _named("Upload"))
_MESSAGES = _answer(
    "The messages.",
    {
        "type": "object",
        "required": ["messages"],
        "properties": {
            "messages": {"type": "array", "items": _named("Message")},
            "more": {"type": "boolean"},
            "revision": {"type": "integer"},
        },
    },
)
_READY: Json = {
    "type": "object",
    "required": ["ready", "checks"],
    "properties": {
        "ready": {"type": "boolean"},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

PATHS: dict[str, Json] = {
    "/": {"get": _open("The chat page.", {"200": _answer("HTML.", _TEXT, kind="text/html")})},
    "/static/{name}": {
        "get": _open(
            "Scripts and styles of the page.",
            {"200": _answer("The file."), "404": _answer("No such file.")},
            _at("name", "path", _TEXT),
        )
    },
    "/api/hello": {
        "post": {
            "summary": "Greet: a new browser gets its cookie, everyone gets the commands.",
            "parameters": [_SCRIPT],
            "responses": {"200": _answer("The catalogue.", _named("Hello")), **_REFUSALS},
        }
    },
    "/api/messages": {
        "get": _own(
            "The latest messages, or those before one.",
            {"200": _MESSAGES},
            _at("before", "query", _COUNT, required=False),
        )
    },
    "/api/messages/{key}": {
        "get": _own("One message.", {"200": _answer("It.", _named("Message"))}, _KEY)
    },
    "/api/calls": {
        "post": _own(
            "Send a message or a command.",
            {"200": _MESSAGES},
            body=_takes(_named("Call")),
            changes=True,
        )
    },
    "/api/jobs/{job}/cancel": {
        "post": _own("Stop a job.", {"200": _answer("The job.", _OBJECT)}, _JOB, changes=True)
    },
    "/api/uploads": {
        "post": _own(
            "Announce a file.",
            {"201": _UPLOADED},
            body=_takes(
                {
                    "type": "object",
                    "required": ["label", "size"],
                    "properties": {"label": _TEXT, "size": _COUNT},
                }
            ),
            changes=True,
        )
    },
    "/api/uploads/{upload}": {
        "get": _own("How much of a file is here.", {"200": _UPLOADED}, _UPLOAD),
        "put": _own(
            "Send the next bytes of a file; 409 tells where it really goes on.",
            {"200": _UPLOADED},
            _UPLOAD,
            _at("offset", "query", _COUNT),
            body=_takes({"type": "string", "format": "binary"}, kind="application/octet-stream"),
            changes=True,
        ),
        "delete": _own(
            "Remove a file that was not sent.", {"204": _answer("Gone.")}, _UPLOAD, changes=True
        ),
    },
    "/api/live": {
        "get": _own(
            "Live events (WebSocket): messages newer than `since`, and progress of jobs.",
            {"101": _answer("The WebSocket.")},
            _at("since", "query", _COUNT, required=False),
        )
    },
    "/files/{token}": {
        "get": _open(
            "A file of a result, by its signed link. Ranges work.",
            {
                "200": _answer("The file."),
                "206": _answer("The range."),
                "404": _answer("No such file.", _named("Refusal")),
                "410": _answer("The link has expired, or the file is gone.", _named("Refusal")),
                "416": _answer("No such range."),
            },
            _at("token", "path", _TEXT),
            {
                **_at("play", "query", _TEXT, required=False),
                "description": "Shown in place instead of downloaded.",
                "allowEmptyValue": True,
            },
        )
    },
    "/health": {
        "get": _open("The process is alive.", {"200": _answer("It is.", _OBJECT)}),
    },
    "/ready": {
        "get": _open(
            "Everything that is needed works.",
            {"200": _answer("All is well.", _READY), "503": _answer("Something is not.", _READY)},
        )
    },
    "/metrics": {
        "get": _open("Prometheus figures.", {"200": _answer("Text.", _TEXT, kind="text/plain")})
    },
    "/openapi.json": {
        "get": _open("This document.", {"200": _answer("It.", _OBJECT)}),
    },
}

SCHEMAS: dict[str, Json] = {
    "Refusal": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": _TEXT},
        "additionalProperties": True,
    },
    "Hello": {
        "type": "object",
        "required": ["commands", "upload_bytes", "link_seconds"],
        "properties": {
            "commands": {"type": "array", "items": _OBJECT},
            "upload_bytes": _COUNT,
            "link_seconds": _COUNT,
        },
    },
    "Message": {
        "type": "object",
        "required": ["id", "key", "created", "revision", "kind"],
        "properties": {
            "id": {"type": "integer"},
            "key": _TEXT,
            "created": {"type": "number"},
            "revision": {"type": "integer"},
            "kind": {"type": "string", "enum": ["said", "reply", "job", "result"]},
        },
        "additionalProperties": True,
    },
    "Call": {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$"},
            "command": _TEXT,
            "text": {"type": "string", "maxLength": 4000},
            "values": _OBJECT,
            "files": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": _TEXT},
            },
        },
    },
    "Upload": {
        "type": "object",
        "required": ["id", "label", "size", "received", "sent"],
        "properties": {
            "id": _TEXT,
            "label": _TEXT,
            "size": _COUNT,
            "received": _COUNT,
            "sent": {"type": "boolean"},
        },
    },
}


class Document:
    """Fills /openapi.json."""

    def __init__(self, terms: Terms) -> None:
        self._document: dict[str, Json] = {
            "openapi": "3.1.0",
            "info": {"title": "Tapedeck", "version": "1", "description": "The sidecar."},
            "servers": [{"url": terms.public_url}],
            "paths": PATHS,
            "components": {
                "schemas": SCHEMAS,
                "securitySchemes": {"person": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
            },
        }

    async def show(self, _request: web.Request) -> web.Response:
        return web.json_response(self._document)
