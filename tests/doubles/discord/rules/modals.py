"""Limits of a modal that the bot opens.

Source: Discord's documentation, "Modal" and "Component Reference".
"""

from tests.doubles.discord.refusals import Form, Payload
from tests.doubles.discord.rules.components import (
    FILE_UPLOAD,
    LABEL,
    ROW,
    SELECTS,
    TEXT,
    TEXT_INPUT,
    check_custom_id,
    check_select,
    read_range,
)  # fmt: skip

_CHOICES = (21, 22, 23)


def check_modal(modal: Payload) -> None:
    """Raises `RefusalError` when Discord would not open it."""
    form = Form()
    form.length("data.title", modal.get("title"), 45, least=1)
    form.length("data.custom_id", modal.get("custom_id"), 100, least=1)
    components = modal.get("components") or []
    form.count("data.components", components, 5, least=1)
    seen: set[object] = set()
    for index, component in enumerate(components):
        at = f"data.components.{index}"
        field = _read_field(form, at, component)
        if field is None:
            continue
        _check_field(form, at, field)
        if field.get("custom_id") in seen:
            form.wrong(at, "COMPONENT_CUSTOM_ID_DUPLICATED", "custom_id cannot be duplicated")
        seen.add(field.get("custom_id"))
    form.finish()


def _read_field(form: Form, at: str, component: Payload) -> Payload | None:
    """The field inside a label or a row; none in a text display or in what is not allowed."""
    kind = component.get("type")
    if kind == TEXT:
        form.length(f"{at}.content", component.get("content"), 4000, least=1)
        return None
    if kind == LABEL:
        form.length(f"{at}.label", component.get("label"), 45, least=1)
        form.length(f"{at}.description", component.get("description"), 100)
        field: Payload = component.get("component") or {}
        return field
    if kind == ROW:
        children = component.get("components") or []
        form.count(f"{at}.components", children, 1, least=1)
        if any(child.get("type") != TEXT_INPUT for child in children):
            form.wrong(at, "BASE_TYPE_CHOICES", "Value of field 'type' must be one of (4,).")
        return children[0] if children else None
    form.wrong(f"{at}.type", "BASE_TYPE_CHOICES", "Value must be one of (1, 10, 18).")
    return None


def _check_field(form: Form, at: str, field: Payload) -> None:
    kind = field.get("type")
    if kind in SELECTS:
        check_select(form, at, field)
        return
    check_custom_id(form, at, field)
    if kind == TEXT_INPUT:
        form.length(f"{at}.placeholder", field.get("placeholder"), 100)
        form.length(f"{at}.value", field.get("value"), 4000)
    elif kind == FILE_UPLOAD:
        least, most = read_range(field)
        if not 0 <= least <= most <= 10 or most < 1:
            form.wrong(f"{at}.max_values", "NUMBER_TYPE_RANGE", "Must be from 1 to 10.")
    elif kind not in _CHOICES:
        form.wrong(f"{at}.type", "BASE_TYPE_CHOICES", "Not a component for modals.")
