"""What glasses send, and what bridges ask: with the token of a pair, and never a cookie."""

from collections.abc import Mapping

from adapters.web.openapi.parts import COUNT, TEXT, answer, named, placed, takes
from core.jobs import Json

_PAIR: Json = [{"glasses": []}]
_PHOTO = placed("photo", "path", TEXT)
_BYTES: Json = {"type": "string", "format": "binary"}
_REFUSED = {
    "400": "The form or the photo is damaged, or something is missing.",
    "401": "The token is wrong, or was revoked.",
    "403": "The person is blocked.",
    "408": "The photo took too long to come.",
    "413": "The photo is too large, in bytes or pixels, or there is no room for it.",
    "415": "It is no form or JSON, or no photo in it.",
    "429": "Too many at once: `Retry-After` tells when it will work.",
    "507": "The disk is full.",
}
_WRONG = {"400": "A parameter makes no sense."}
_NONE = {"404": "There is no such photo of one's own."}
_FORM: Json = {
    "type": "object",
    "properties": {
        "photo": _BYTES,
        "file": _BYTES,
        "requestId": {"type": "string", "maxLength": 200},
        "type": {"type": "string", "enum": ["photo_upload", "photo_error"]},
        "success": {"type": "string", "enum": ["true", "false"]},
        "source": TEXT,
        "errorCode": TEXT,
        "errorMessage": TEXT,
    },
}
_OBJECT: Json = {
    "type": "object",
    "required": ["photo"],
    "properties": {
        "photo": {"type": "string", "description": "The photo in base64, or as a data URL."},
        "requestId": {"type": "string", "maxLength": 200},
        "mimeType": {"type": "string", "description": "Not believed: the content tells."},
        "takenAt": {"type": "string", "description": "ISO 8601, or milliseconds since 1970."},
        "location": {"description": "Thrown away."},
        "filename": TEXT,
    },
}
_BODY: Json = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": _FORM},
        "application/json": {"schema": _OBJECT},
    },
}


def _asked(
    summary: str,
    answers: Mapping[str, Json],
    *parameters: Json,
    refused: Mapping[str, str],
    body: Json = None,
) -> dict[str, Json]:
    """An operation for the glasses that a token names."""
    told = {status: answer(words, named("Refusal")) for status, words in refused.items()}
    operation: dict[str, Json] = {
        "summary": summary,
        "security": _PAIR,
        "responses": {**answers, **told},
        "parameters": list(parameters),
    }
    return operation if body is None else {**operation, "requestBody": body}


_STRANGERS = {status: _REFUSED[status] for status in ("401", "403", "429")}


def _takes(summary: str, body: Json) -> Json:
    taken = answer("It is here, and its video is made.", named("PhotoTaken"))
    return {"post": _asked(summary, {"200": taken}, refused=_REFUSED, body=body)}


def _tells(summary: str, answers: Mapping[str, Json]) -> Json:
    return {"get": _asked(summary, answers, _PHOTO, refused={**_STRANGERS, **_NONE})}


PATHS: dict[str, Json] = {
    "/glasses/photos": _takes(
        "A photo, or the failure to take one, as MentraOS sends it; or JSON.", _BODY
    ),
    "/upload-photo": _takes("A photo in base64, from a bridge.", takes(_OBJECT)),
    "/photos/upload": _takes("A photo in a form, from a bridge.", _BODY),
    "/photos": {
        "get": _asked(
            "One's photos, newest first.",
            {"200": answer("A part of them, and how many there are.", named("Photos"))},
            placed("requestId", "query", TEXT, required=False),
            placed("after", "query", COUNT, required=False),
            placed(
                "most", "query", {"type": "integer", "minimum": 0, "maximum": 100}, required=False
            ),
            refused={**_STRANGERS, **_WRONG},
        )
    },
    "/photos/{photo}": _tells("One photo.", {"200": answer("It.", named("Photo"))}),
    "/photos/{photo}/status": _tells(
        "How far its video is.", {"200": answer("It.", named("PhotoStatus"))}
    ),
    "/photos/{photo}/download": {
        "get": _asked(
            "Its video, or the photo itself without what tells where it was taken.",
            {
                "200": {
                    "description": "The file.",
                    "content": {"video/mp4": {"schema": _BYTES}, "image/*": {"schema": _BYTES}},
                }
            },
            _PHOTO,
            placed("what", "query", {"type": "string", "enum": ["video", "photo"]}, required=False),
            refused={
                **_STRANGERS,
                **_NONE,
                **_WRONG,
                "409": "The video is not ready yet.",
                "410": "There is no video, or it is no longer kept.",
            },
        )
    },
}

_STATUS: dict[str, Json] = {
    "status": {"type": "string", "enum": ["queued", "processing", "completed", "failed"]},
    "progress": {"type": "integer", "minimum": 0, "maximum": 100},
    "message": TEXT,
}
_MOMENT: Json = {"type": ["number", "null"], "description": "Seconds since 1970."}
SCHEMAS: dict[str, Json] = {
    "PhotoTaken": {
        "type": "object",
        "required": ["success", "requestId"],
        "properties": {
            "success": {"type": "boolean", "const": True},
            "requestId": TEXT,
            "id": TEXT,
            "status": TEXT,
            "status_url": TEXT,
        },
    },
    "PhotoStatus": {
        "type": "object",
        "required": ["id", *_STATUS],
        "properties": {"id": TEXT, **_STATUS},
    },
    "Photo": {
        "type": "object",
        "required": ["id", "requestId", "received", *_STATUS],
        "properties": {
            "id": TEXT,
            "requestId": TEXT,
            "label": TEXT,
            "size": COUNT,
            "received": _MOMENT,
            "taken": _MOMENT,
            "title": TEXT,
            **_STATUS,
        },
    },
    "Photos": {
        "type": "object",
        "required": ["photos", "total"],
        "properties": {"photos": {"type": "array", "items": named("Photo")}, "total": COUNT},
    },
}
