"""What operators and their programs look at."""

from adapters.web.openapi.parts import (
    OBJECT,
    TEXT,
    answer,
    public,
)
from core.jobs import Json

_READY: Json = {
    "type": "object",
    "required": ["ready", "checks"],
    "properties": {
        "ready": {"type": "boolean"},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

PATHS: dict[str, Json] = {
    "/health": {
        "get": public("The process is alive.", {"200": answer("It is.", OBJECT)}),
    },
    "/ready": {
        "get": public(
            "Everything that is needed works.",
            {"200": answer("All is well.", _READY), "503": answer("Something is not.", _READY)},
        )
    },
    "/metrics": {
        "get": public("Prometheus figures.", {"200": answer("Text.", TEXT, kind="text/plain")})
    },
    "/openapi.json": {
        "get": public("This document.", {"200": answer("It.", OBJECT)}),
    },
}
