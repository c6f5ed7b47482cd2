"""What the operations of the document are made of."""

from collections.abc import Mapping

from adapters.web.guard import SCRIPT_HEADER
from core.jobs import Json

OBJECT: Json = {"type": "object", "additionalProperties": True}
PERSON: Json = [{"person": []}]


def answer(
    description: str, schema: Json = None, *, kind: str = "application/json"
) -> dict[str, Json]:
    if schema is None:
        return {"description": description}
    return {"description": description, "content": {kind: {"schema": schema}}}


def named(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


REFUSALS: dict[str, Json] = {
    "default": answer("Refused, with a sentence for people.", named("Refusal"))
}
SCRIPT: dict[str, Json] = {
    "name": SCRIPT_HEADER,
    "in": "header",
    "required": True,
    "description": "Any value: proof that a script of this page sends the request.",
    "schema": {"type": "string"},
}


def placed(name: str, place: str, schema: Json, *, required: bool = True) -> dict[str, Json]:
    return {"name": name, "in": place, "required": required, "schema": schema}


TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
KEY = placed("key", "path", TEXT)
JOB = placed("job", "path", TEXT)
UPLOAD = placed("upload", "path", TEXT)


def takes(schema: Json, *, kind: str = "application/json") -> Json:
    return {"required": True, "content": {kind: {"schema": schema}}}


def own(
    summary: str,
    answers: Mapping[str, Json],
    *parameters: Json,
    body: Json = None,
    changes: bool = False,
    security: Json = PERSON,
) -> dict[str, Json]:
    """An operation for the person that a cookie names, by default the chat page's."""
    operation: dict[str, Json] = {
        "summary": summary,
        "security": security,
        "responses": {**answers, **REFUSALS},
        "parameters": [*parameters, *([SCRIPT] if changes else [])],
    }
    return operation if body is None else {**operation, "requestBody": body}


def public(summary: str, answers: Mapping[str, Json], *parameters: Json) -> dict[str, Json]:
    """An operation that asks for no cookie."""
    return {"summary": summary, "parameters": list(parameters), "responses": dict(answers)}
