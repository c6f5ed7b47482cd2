"""The shapes that the operations name."""

from adapters.web.openapi.parts import COUNT, OBJECT, TEXT
from core.jobs import Json

SCHEMAS: dict[str, Json] = {
    "Refusal": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": TEXT},
        "additionalProperties": True,
    },
    "Hello": {
        "type": "object",
        "required": ["commands", "collects", "upload_bytes", "link_seconds"],
        "properties": {
            "commands": {"type": "array", "items": OBJECT},
            "collects": {"type": "boolean"},
            "upload_bytes": COUNT,
            "link_seconds": COUNT,
        },
    },
    "Message": {
        "type": "object",
        "required": ["id", "key", "created", "revision", "kind"],
        "properties": {
            "id": {"type": "integer"},
            "key": TEXT,
            "created": {"type": "number"},
            "revision": {"type": "integer"},
            "kind": {"type": "string", "enum": ["said", "reply", "job", "result", "gone"]},
        },
        "additionalProperties": True,
    },
    "Call": {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$"},
            "command": TEXT,
            "text": {"type": "string", "maxLength": 4000},
            "values": OBJECT,
            "files": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": TEXT},
            },
        },
    },
    "Upload": {
        "type": "object",
        "required": ["id", "label", "size", "received", "sent"],
        "properties": {
            "id": TEXT,
            "label": TEXT,
            "size": COUNT,
            "received": COUNT,
            "sent": {"type": "boolean"},
        },
    },
    "Press": {
        "type": "object",
        "required": ["key", "action"],
        "properties": {
            "key": {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$"},
            "action": {"type": "string", "maxLength": 60},
            "message": {"type": "string", "description": "The message with the button."},
            "values": OBJECT,
            "files": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": TEXT},
            },
        },
    },
    "Form": {
        "type": "object",
        "required": ["action", "title", "options", "values"],
        "properties": {
            "action": TEXT,
            "title": TEXT,
            "options": {"type": "array", "items": OBJECT},
            "values": {"type": "object", "additionalProperties": TEXT},
        },
    },
    "Pass": {
        "type": "object",
        "required": ["token", "purpose"],
        "properties": {
            "token": TEXT,
            "purpose": {"type": "string", "enum": ["enter", "upload"]},
        },
    },
    "TrayPage": {
        "type": "object",
        "required": ["platform", "upload_bytes"],
        "properties": {"platform": TEXT, "upload_bytes": COUNT},
    },
    "Hand": {
        "type": "object",
        "required": ["key", "uploads"],
        "properties": {
            "key": {"type": "string", "pattern": "^[A-Za-z0-9-]{8,64}$"},
            "uploads": {"type": "array", "minItems": 1, "items": TEXT},
        },
    },
    "Handed": {
        "type": "object",
        "required": ["taken", "told", "text"],
        "properties": {
            "taken": {"type": "array", "items": TEXT, "description": "Those on the tray now."},
            "told": {"type": "boolean", "description": "Whether the chat shows it already."},
            "text": TEXT,
        },
    },
    "Result": {
        "type": "object",
        "required": ["key", "job", "title", "created", "products", "tracks"],
        "properties": {
            "key": TEXT,
            "job": TEXT,
            "title": TEXT,
            "created": {"type": "number"},
            "products": {"type": "array", "items": OBJECT},
            "tracks": {"type": "array", "items": OBJECT},
        },
        "additionalProperties": True,
    },
    "Library": {
        "type": "object",
        "required": ["items", "total", "page", "signed_in"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}},
            "total": COUNT,
            "page": COUNT,
            "signed_in": {"type": "boolean"},
        },
    },
}
