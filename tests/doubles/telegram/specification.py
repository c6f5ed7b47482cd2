"""Holds requests and answers to the machine-readable specification of the Bot API.

The file is named by the folder in TAPEDECK_SPECS; without it nothing is checked here.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_ARRAY = "Array of "
_INTEGER = re.compile(r"-?\d+")
_FLAGS = {"true", "false", "True", "False", "1", "0"}
_WORD = re.compile(r"(?:must be|always) [\"“]?([a-z_0-9]+)[\"”]?$")


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    types: tuple[str, ...]
    required: bool
    only: str | None
    """What the field has to say, where it tells kinds apart ("Scope type, must be chat")."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object's fields; or, for an abstract type, what it may be."""

    fields: tuple[Field, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    fields: tuple[Field, ...]
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    methods: Mapping[str, Method]
    types: Mapping[str, Shape]

    def check_request(
        self, method: str, words: Mapping[str, str], files: Sequence[str]
    ) -> list[str]:
        """What is wrong with a request: `words` as they came, `files` the names of the parts."""
        if method not in self.methods:
            return [f"{method}: the specification has no such method"]
        fields = {field.name: field for field in self.methods[method].fields}
        wrong = [
            f"{method}: {name} is required"
            for name, field in fields.items()
            if field.required and name not in words and name not in files
        ]
        for name, word in words.items():
            if name not in fields:
                wrong.append(f"{method}: the specification has no parameter {name}")
            else:
                wrong += self._check_word(f"{method}.{name}", word, fields[name].types)
        return wrong

    def check_answer(self, method: str, result: object) -> list[str]:
        """What is wrong with a result that the double gives."""
        types = self.methods[method].returns
        return self._best(f"answer of {method}", result, types)

    def _check_word(self, where: str, word: str, types: tuple[str, ...]) -> list[str]:
        if any(_is_plain(word, kind) for kind in types):
            return []
        if all(kind in _PLAIN for kind in types):
            return [f"{where}: {word[:80]!r} is no {' or '.join(types)}"]
        try:
            value = json.loads(word)
        except ValueError:
            return [f"{where}: {word[:80]!r} is no JSON"]
        return self._best(where, value, types)

    def _best(self, where: str, value: object, types: Sequence[str]) -> list[str]:
        """Nothing when one of the types fits; else what the nearest one misses."""
        if len(types) > 1 and all(kind.startswith(_ARRAY) for kind in types):
            return self._check_mixed(where, value, types)
        return min((self._check(where, value, kind) for kind in types), key=len)

    def _check(self, where: str, value: object, kind: str) -> list[str]:
        if kind.startswith(_ARRAY):
            if not isinstance(value, list):
                return [f"{where}: no {kind}"]
            inner = kind.removeprefix(_ARRAY)
            return [
                each
                for at, item in enumerate(value)
                for each in self._check(f"{where}[{at}]", item, inner)
            ]
        if kind in _JSON:
            fits = isinstance(value, _JSON[kind])
            fits = fits and (kind == "Boolean" or not isinstance(value, bool))
            return [] if fits else [f"{where}: {str(value)[:80]!r} is no {kind}"]
        shape = self.types[kind]
        if shape.kinds:
            return self._best(where, value, shape.kinds)
        return list(self._check_shape(where, value, kind, shape))

    def _check_mixed(self, where: str, value: object, types: Sequence[str]) -> list[str]:
        """An album may have items of several kinds, though the types read as if it might not."""
        if not isinstance(value, list):
            return [f"{where}: no Array"]
        inner = [kind.removeprefix(_ARRAY) for kind in types]
        return [
            each
            for at, item in enumerate(value)
            for each in self._best(f"{where}[{at}]", item, inner)
        ]

    def _check_shape(self, where: str, value: object, kind: str, shape: Shape) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: no {kind}"
            return
        fields = {field.name: field for field in shape.fields}
        for field in shape.fields:
            if field.required and field.name not in value:
                yield f"{where}: {kind} needs {field.name}"
        for name, inner in value.items():
            field_of = fields.get(name)
            if field_of is None:
                yield f"{where}: {kind} has no {name}"
            elif field_of.only is not None and inner != field_of.only:
                # Counts twice: another kind of thing, rather than this one with a slip.
                yield f"{where}: {name} of {kind} must be {field_of.only}, not {inner!r}"
                yield f"{where}: so it is no {kind}"
            else:
                yield from self._best(f"{where}.{name}", inner, field_of.types)


_PLAIN = {"Integer", "Boolean", "Float", "String", "InputFile"}
_JSON: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Boolean": (bool,),
    "Float": (int, float),
    "String": (str,),
}


def _is_plain(word: str, kind: str) -> bool:
    match kind:
        case "String":
            return True
        case "Integer":
            return _INTEGER.fullmatch(word) is not None
        case "Boolean":
            return word in _FLAGS
        case "Float":
            return re.fullmatch(r"-?\d+(\.\d+)?", word) is not None
        case "InputFile":
            return word.startswith(("attach://", "file://"))
    return False


@lru_cache(maxsize=1)
def read_specification(folder: str | None = None) -> Specification | None:
    """The specification in `folder`, else in TAPEDECK_SPECS; None where that is not set."""
    folder = folder or os.environ.get("TAPEDECK_SPECS")
    if not folder:
        return None
    read = json.loads((Path(folder) / "telegram-bot-api.json").read_text())
    return Specification(
        {
            name: Method(_fields(each), tuple(each["returns"]))
            for name, each in read["methods"].items()
        },
        {
            name: Shape(_fields(each), tuple(each.get("subtypes", ())))
            for name, each in read["types"].items()
        },
    )


def _fields(owner: Mapping[str, object]) -> tuple[Field, ...]:
    fields = owner.get("fields", ())
    assert isinstance(fields, Sequence)
    return tuple(
        Field(each["name"], tuple(each["types"]), each["required"], _only(each)) for each in fields
    )


def _only(field: Mapping[str, str]) -> str | None:
    if field["name"] not in ("type", "status", "source"):
        return None
    found = _WORD.search(field["description"])
    return found.group(1) if found else None
