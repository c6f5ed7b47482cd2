"""Our commands as Discord registers them, and what a person chose in them.

Limits: 25 options of a command, 25 choices, 100 characters of a description, and discord.py's five
commands in the menu of messages.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.calls import Audience, Command, Entry
from core.options import Kind, Option

Payload = dict[str, Any]
SLASH, MESSAGE_MENU = 1, 3
STRING, BOOLEAN, NUMBER, ATTACHMENT = 3, 5, 10, 11
MOST_OPTIONS = 25
MOST_CHOICES = 25
MOST_MENUS = 5
MOST_TRACKS = 10
_LONGEST_SUMMARY = 100
_LONGEST_TEXT = 6000
_ANYWHERE: Payload = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
_MANAGE_GUILD = str(1 << 5)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person gave to a command: values, and attachment ids by the option they fill."""

    values: Mapping[str, object]
    files: Mapping[str, tuple[str, ...]]


def register(commands: Sequence[Command]) -> list[Payload]:
    """The definitions of all commands, for servers and people, usable everywhere."""
    entries = [command.entry for command in commands]
    menus = [entry for entry in entries if entry.menu]
    if len(menus) > MOST_MENUS:
        names = ", ".join(entry.name for entry in menus)
        raise ValueError(f"Discord takes {MOST_MENUS} commands in a message's menu, not {names}.")
    return [*map(_slash, entries), *map(_menu, menus)]


def fingerprint(definitions: Sequence[Payload]) -> str:
    """The same for the same definitions."""
    text = json.dumps(definitions, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _slash(entry: Entry) -> Payload:
    options = [drawn for option in entry.options for drawn in _draw(option, entry)]
    if len(options) > MOST_OPTIONS:
        raise ValueError(f"/{entry.name} has {len(options)} options: Discord takes {MOST_OPTIONS}.")
    options.sort(key=lambda drawn: not drawn.get("required", False))
    return {
        **_ANYWHERE,
        "type": SLASH,
        "name": entry.name,
        "description": _cut(entry.summary),
        "options": options,
        "default_member_permissions": _permissions(entry.audience),
    }


def _menu(entry: Entry) -> Payload:
    return {
        **_ANYWHERE,
        "type": MESSAGE_MENU,
        "name": entry.menu,
        "default_member_permissions": _permissions(entry.audience),
    }


def _permissions(audience: Audience) -> str | None:
    """Managers find their commands in the menu; who else may use which, the desk decides."""
    return _MANAGE_GUILD if audience is Audience.MANAGERS else None


def _draw(option: Option, entry: Entry) -> Iterator[Payload]:
    if option.kind is not Kind.FILES:
        yield _draw_one(option)
        return
    for number, name in enumerate(_numbered(option, entry), 1):
        yield {
            "type": ATTACHMENT,
            "name": name,
            "description": _cut(option.summary if number == 1 else _further(option, number)),
            "required": option.required and number <= (option.least or 1),
        }


def _further(option: Option, number: int) -> str:
    return f"{option.name.removesuffix('s').capitalize()} {number}"


def _numbered(option: Option, entry: Entry) -> list[str]:
    """`tracks` becomes `track1`, `track2` and so on, as many as there is room for."""
    others = sum(each.kind is not Kind.FILES for each in entry.options)
    lists = max(1, sum(each.kind is Kind.FILES for each in entry.options))
    room = (MOST_OPTIONS - others) // lists
    count = min(room, MOST_TRACKS, int(option.most or MOST_TRACKS))
    stem = option.name.removesuffix("s")
    return [f"{stem}{number}" for number in range(1, count + 1)]


def _draw_one(option: Option) -> Payload:
    kinds = {Kind.NUMBER: NUMBER, Kind.FLAG: BOOLEAN, Kind.FILE: ATTACHMENT}
    drawn: Payload = {
        "type": kinds.get(option.kind, STRING),
        "name": option.name,
        "description": _cut(_describe(option)),
        "required": option.required,
    }
    match option.kind:
        case Kind.NUMBER:
            drawn |= _given(min_value=option.least, max_value=option.most)
        case Kind.TEXT:
            most = None if option.most is None else min(int(option.most), _LONGEST_TEXT)
            least = None if option.least is None else int(option.least)
            drawn |= _given(min_length=least, max_length=most)
            drawn |= {"autocomplete": True} if option.suggests else {}
        case Kind.CHOICE if len(option.choices) > MOST_CHOICES:
            drawn["autocomplete"] = True
        case Kind.CHOICE:
            drawn["choices"] = [{"name": each, "value": each} for each in option.choices]
    return drawn


def _describe(option: Option) -> str:
    return f"{option.summary} ({option.unit})" if option.unit else option.summary


def _given(**values: float | None) -> Payload:
    return {name: value for name, value in values.items() if value is not None}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SUMMARY else text[: _LONGEST_SUMMARY - 1] + "…"


def read_chosen(entry: Entry, options: Sequence[Payload]) -> Chosen:
    """What came back from a slash command, with numbered attachments gathered again."""
    numbered = {
        name: option.name
        for option in entry.options
        if option.kind is Kind.FILES
        for name in _numbered(option, entry)
    }
    single = {option.name for option in entry.options if option.kind is Kind.FILE}
    values: dict[str, object] = {}
    files: dict[str, tuple[str, ...]] = {}
    given = {str(each["name"]): each["value"] for each in options}
    for name in [*numbered, *sorted(single)]:
        if name in given:
            filled = numbered.get(name, name)
            files[filled] = (*files.get(filled, ()), str(given.pop(name)))
    values.update(given)
    return Chosen(values, files)


def complete(option: Option, typed: str) -> list[str]:
    """The choices of a long list that hold what was typed."""
    wanted = typed.strip().lower()
    return [each for each in option.choices if wanted in each.lower()][:MOST_CHOICES]


def assign(entry: Entry, kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Which option each file of a message fills; `kinds` are MIME types by attachment id.

    All go to the option for several files, but the first picture to one that takes a picture.
    """
    lists = [option for option in entry.options if option.kind is Kind.FILES]
    pictures = [each for each in entry.options if each.kind is Kind.FILE and _is_image(each)]
    rest, files = list(kinds), dict[str, tuple[str, ...]]()
    if pictures:
        found = [each for each in rest if kinds[each].startswith("image/")]
        if found:
            files[pictures[0].name] = (found[0],)
        rest = [each for each in rest if each not in found]
    if lists and rest:
        files[lists[0].name] = tuple(rest)
    return files


def _is_image(option: Option) -> bool:
    return option.accepts == "image"
