"""Forms as modals, and what a person filled in.

Limits: a title and labels of 45 characters, five fields, ten files a field.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from adapters.discord.catalogue import MOST_CHOICES, Chosen
from core.options import Kind, Option
from core.screens import Form

_TITLE = _LABEL = 45
_ABOUT = 100
_LONGEST = 4000
_SHORT = 100
_MOST_FIELDS = 5
_MOST_FILES = 10
_YES_NO = ("yes", "no")
_LABEL_TYPE = 18
_FILE_UPLOAD = 19
_FORM = "m"


def draw_form(form: Form) -> ui.Modal:
    """A modal. discord.py is not to keep it: its id says all, after a restart too."""
    modal = ui.Modal(title=_cut(form.title, _TITLE), custom_id=f"{_FORM}{form.action}")
    for option in form.options[:_MOST_FIELDS]:
        modal.add_item(
            ui.Label(
                text=_cut(_name(option), _LABEL),
                description=_cut(_about(option), _ABOUT) or None,
                component=_draw_field(option, form.values.get(option.name, "")),
            )
        )
    modal.stop()
    return modal


def read_action(custom_id: str) -> str:
    return custom_id.removeprefix(_FORM)


def read_form(components: Sequence[Mapping[str, Any]]) -> Chosen:
    """What came back: texts and choices as values, uploaded files by the ids of attachments."""
    values: dict[str, object] = {}
    files: dict[str, tuple[str, ...]] = {}
    for each in components:
        if each.get("type") != _LABEL_TYPE:
            continue
        field = each["component"]
        name, chosen = str(field["custom_id"]), field.get("values", [])
        if field["type"] == _FILE_UPLOAD:
            files[name] = tuple(str(number) for number in chosen)
        else:
            values[name] = field["value"] if "value" in field else next(iter(chosen), "")
    return Chosen(values, files)


def _draw_field(option: Option, value: str) -> ui.Item[Any]:
    match option.kind:
        case Kind.FILE | Kind.FILES:
            most = 1 if option.kind is Kind.FILE else min(int(option.most or 10), _MOST_FILES)
            return ui.FileUpload(
                custom_id=option.name,
                required=option.required,
                min_values=min(int(option.least or 1), most) if option.required else 0,
                max_values=most,
            )
        case Kind.FLAG:
            return _draw_choices(option, _YES_NO, value)
        case Kind.CHOICE if len(option.choices) <= MOST_CHOICES:
            return _draw_choices(option, option.choices, value)
    most = int(option.most) if option.kind is Kind.TEXT and option.most else _SHORT
    least = int(option.least) if option.kind is Kind.TEXT and option.least else None
    long = option.kind is Kind.TEXT and most > 2 * _SHORT
    return ui.TextInput(
        custom_id=option.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=value[: min(most, _LONGEST)] or None,
        required=option.required,
        min_length=least if option.required else None,
        max_length=min(most, _LONGEST),
    )


def _draw_choices(option: Option, choices: Sequence[str], value: str) -> ui.Item[Any]:
    return ui.Select(
        custom_id=option.name,
        required=option.required,
        min_values=1 if option.required else 0,
        options=[
            discord.SelectOption(label=each.capitalize(), value=each, default=each == value)
            for each in choices
        ],
    )


def _name(option: Option) -> str:
    return option.name.replace("-", " ").capitalize()


def _about(option: Option) -> str:
    if option.kind is Kind.NUMBER and option.least is not None and option.most is not None:
        return f"{option.summary}: {option.least:.12g} to {option.most:.12g} {option.unit}".strip()
    return option.summary


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
