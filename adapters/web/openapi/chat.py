"""The operations of the chat page."""

from adapters.web.openapi.parts import (
    COUNT,
    JOB,
    KEY,
    OBJECT,
    REFUSALS,
    SCRIPT,
    TEXT,
    UPLOAD,
    answer,
    named,
    own,
    placed,
    takes,
)
from core.jobs import Json

_MESSAGES = answer(
    "The messages.",
    {
        "type": "object",
        "required": ["messages"],
        "properties": {
            "messages": {"type": "array", "items": named("Message")},
            "more": {"type": "boolean"},
            "revision": {"type": "integer"},
        },
    },
)

_PRESSED: Json = {
    "type": "object",
    "required": ["form", "messages"],
    "properties": {
        "form": {"anyOf": [named("Form"), {"type": "null"}]},
        "messages": {"type": "array", "items": named("Message")},
    },
}
_VALUES: Json = {
    "type": "object",
    "required": ["values"],
    "properties": {"values": {"type": "array", "maxItems": 25, "items": TEXT}},
}

PATHS: dict[str, Json] = {
    "/api/hello": {
        "post": {
            "summary": "Greet: a new browser gets its cookie, everyone gets the commands.",
            "parameters": [SCRIPT],
            "responses": {"200": answer("The catalogue.", named("Hello")), **REFUSALS},
        }
    },
    "/api/messages": {
        "get": own(
            "The latest messages, or those before one.",
            {"200": _MESSAGES},
            placed("before", "query", COUNT, required=False),
        )
    },
    "/api/messages/{key}": {
        "get": own("One message.", {"200": answer("It.", named("Message"))}, KEY)
    },
    "/api/calls": {
        "post": own(
            "Send a message or a command.",
            {"200": _MESSAGES},
            body=takes(named("Call")),
            changes=True,
        )
    },
    "/api/jobs/{job}/cancel": {
        "post": own("Stop a job.", {"200": answer("The job.", OBJECT)}, JOB, changes=True)
    },
    "/api/live": {
        "get": own(
            "Live events (WebSocket): messages newer than `since`, and progress of jobs.",
            {"101": answer("The WebSocket.")},
            placed("since", "query", COUNT, required=False),
        )
    },
    "/api/presses": {
        "post": own(
            "Press a button, or send its form: then `values` is there.",
            {"200": answer("A form to fill in, or the messages that changed.", _PRESSED)},
            body=takes(named("Press")),
            changes=True,
        )
    },
    "/api/suggestions": {
        "get": own(
            "What completes what is typed in an option of a command.",
            {"200": answer("Up to 25 values, the best first.", _VALUES)},
            placed("command", "query", TEXT),
            placed("option", "query", TEXT),
            placed("typed", "query", TEXT, required=False),
        )
    },
    "/api/uploads/{upload}/file": {
        "get": own(
            "A file of one's own: what one sent, or what came with a message.",
            {"200": answer("The file.")},
            UPLOAD,
        )
    },
}
