"""Checks requests, and our own answers, against Discord's published OpenAPI document."""

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from tests.doubles.discord.refusals import Payload

FOLDER = "TAPEDECK_SPECS"
_FILE = "discord-openapi.json"
_CONTENT = "application/json"


class Spec:
    """One document. Ids may be numbers in requests: Discord takes both, and clients send both."""

    def __init__(self, document: Payload) -> None:
        self._paths: Payload = document["paths"]
        self._strict: Payload = {"components": document["components"]}
        schemas = document["components"]["schemas"]
        lenient = {"type": ["string", "integer"], "pattern": "^[0-9]+$", "minimum": 0}
        self._lenient: Payload = {
            "components": document["components"] | {"schemas": schemas | {"SnowflakeType": lenient}}
        }
        # A path without parameters wins over one with: /users/@me over /users/{user_id}.
        ordered = sorted(self._paths, key=lambda path: path.count("{"))
        self._patterns = [(re.compile(_pattern(path)), path) for path in ordered]
        self._validators: dict[tuple[int, str], Draft202012Validator] = {}

    def check_request(
        self, method: str, path: str, query: dict[str, str], body: object
    ) -> list[str]:
        """What is wrong with a request: one sentence each."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} is not in the document"]
        wrong = self._check_query(operation, query)
        expected = operation.get("requestBody")
        if expected is None:
            return wrong if body is None else [*wrong, "no body is expected"]
        if body is None:
            return [*wrong, "the body is missing"] if expected.get("required") else wrong
        return wrong + self._errors(expected["content"][_CONTENT]["schema"], body, strict=False)

    def check_answer(self, method: str, path: str, status: int, body: object) -> list[str]:
        """What is wrong with an answer of the double's own."""
        operation = self._operation(method, path)
        if operation is None:
            return []
        answers = operation["responses"]
        expected = answers.get(str(status))
        if expected is None:
            family = answers.get(f"{status // 100}XX")
            return [] if family else [f"{method} {path} does not answer {status}"]
        if "$ref" in expected or "content" not in expected:
            return []
        return self._errors(expected["content"][_CONTENT]["schema"], body, strict=True)

    def _operation(self, method: str, path: str) -> Payload | None:
        for pattern, name in self._patterns:
            if pattern.fullmatch(path) and method.lower() in self._paths[name]:
                operation: Payload = self._paths[name][method.lower()]
                return operation
        return None

    def _check_query(self, operation: Payload, query: dict[str, str]) -> list[str]:
        known = {
            p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"
        }
        wrong = [f"the query has an unknown {key!r}" for key in query if key not in known]
        for key, text in query.items():
            if key in known:
                value = _read_value(text, known[key])
                wrong += [
                    f"query {key}: {e}" for e in self._errors(known[key], value, strict=False)
                ]
        return wrong

    def _errors(self, schema: Payload, body: object, *, strict: bool) -> list[str]:
        key = (id(schema), "strict" if strict else "lenient")
        if key not in self._validators:
            around = self._strict if strict else self._lenient
            self._validators[key] = Draft202012Validator({**schema, **around})
        found = (best_match([error]) for error in self._validators[key].iter_errors(body))
        return [f"{error.json_path}: {error.message[:200]}" for error in found]


def find_spec() -> Spec | None:
    """The document in the folder that the environment names, if it names one."""
    folder = os.environ.get(FOLDER)
    return _load(Path(folder) / _FILE) if folder else None


@lru_cache(maxsize=1)
def _load(path: Path) -> Spec:
    document: dict[str, Any] = json.loads(path.read_text())
    return Spec(document)


def _pattern(path: str) -> str:
    return "[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", path))


def _read_value(text: str, schema: Payload) -> object:
    """A query's text as the type that the schema names."""
    if schema.get("type") == "boolean":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    if schema.get("type") == "integer" and text.lstrip("-").isdigit():
        return int(text)
    return text
