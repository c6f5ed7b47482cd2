"""Limits of buttons, selects and layouts in messages.

Source: Discord's documentation, "Component Reference".
"""

from collections.abc import Iterator

from tests.doubles.discord.refusals import Form, Payload
from tests.doubles.discord.world import walk

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD = 18, 19
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6
_IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
_MOST_COMPONENTS, _MOST_TEXT = 40, 4000


def check_components(form: Form, components: list[Payload], *, layout: bool) -> None:
    """`layout`: the message has the flag IS_COMPONENTS_V2."""
    if layout:
        allowed: tuple[int, ...] = (*_IN_CONTAINER, CONTAINER)
        everything = list(walk(components))
        if len(everything) > _MOST_COMPONENTS:
            form.wrong(
                "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                f"The total number of components cannot exceed {_MOST_COMPONENTS}",
            )  # fmt: skip
        if sum(len(each.get("content") or "") for each in everything) > _MOST_TEXT:
            form.wrong(
                "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                f"The total displayable text size cannot exceed {_MOST_TEXT} characters",
            )  # fmt: skip
    else:
        allowed = (ROW,)
        form.count("components", components, 5)
    _check_children(form, "components", components, allowed)
    _check_unique(form, components)


def _check_children(form: Form, path: str, children: list[Payload], kinds: tuple[int, ...]) -> None:
    for index, child in enumerate(children):
        at = f"{path}.{index}"
        if child.get("type") not in kinds:
            form.wrong(f"{at}.type", "BASE_TYPE_CHOICES", f"Value must be one of {kinds}.")
        else:
            _check_one(form, at, child)


def _check_one(form: Form, at: str, component: Payload) -> None:
    kind = component["type"]
    if kind == ROW:
        _check_row(form, at, component)
    elif kind == BUTTON:
        _check_button(form, at, component)
    elif kind in SELECTS:
        check_select(form, at, component)
    elif kind == TEXT:
        form.length(f"{at}.content", component.get("content"), _MOST_TEXT, least=1)
    elif kind == SECTION:
        form.count(f"{at}.components", component.get("components"), 3, least=1)
        _check_children(form, f"{at}.components", component.get("components") or [], (TEXT,))
        accessory = component.get("accessory") or {}
        _check_children(form, f"{at}.accessory", [accessory], (BUTTON, THUMBNAIL))
    elif kind == CONTAINER:
        children = component.get("components")
        form.count(f"{at}.components", children, _MOST_COMPONENTS, least=1)
        _check_children(form, f"{at}.components", children or [], _IN_CONTAINER)
    else:
        _check_media(form, at, component)


def _check_row(form: Form, at: str, row: Payload) -> None:
    children = row.get("components") or []
    form.count(f"{at}.components", children, 5, least=1)
    if any(child.get("type") in SELECTS for child in children) and len(children) > 1:
        form.wrong(
            f"{at}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The width of this action row exceeds the maximum of 5",
        )  # fmt: skip
    _check_children(form, f"{at}.components", children, (BUTTON, *SELECTS))


def _check_button(form: Form, at: str, button: Payload) -> None:
    form.length(f"{at}.label", button.get("label"), 80)
    style = button.get("style")
    if style not in range(1, 7):
        form.wrong(f"{at}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).")
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        form.wrong(at, "BUTTON_COMPONENT_INVALID", "A button needs a label or an emoji")
    if style == LINK:
        form.length(f"{at}.url", button.get("url"), 512, least=1)
    else:
        check_custom_id(form, at, button)
    if (button.get("url") is not None) != (style == LINK) or (
        button.get("custom_id") is not None and style == LINK
    ):
        form.wrong(
            at, "BUTTON_COMPONENT_CUSTOM_ID_OR_URL",
            "A custom id and url cannot both be specified",
        )  # fmt: skip


def check_custom_id(form: Form, at: str, component: Payload) -> None:
    form.length(f"{at}.custom_id", component.get("custom_id"), 100, least=1)


def check_select(form: Form, at: str, select: Payload) -> None:
    check_custom_id(form, at, select)
    form.length(f"{at}.placeholder", select.get("placeholder"), 150)
    options = select.get("options") or []
    if select["type"] == STRING_SELECT:
        form.count(f"{at}.options", options, 25, least=1)
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        form.wrong(
            f"{at}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )  # fmt: skip
    for index, option in enumerate(options):
        form.length(f"{at}.options.{index}.label", option.get("label"), 100, least=1)
        form.length(f"{at}.options.{index}.value", option.get("value"), 100, least=1)
        form.length(f"{at}.options.{index}.description", option.get("description"), 100)
    least, most = read_range(select)
    if not 0 <= least <= most <= 25 or (options and most > len(options)):
        form.wrong(f"{at}.max_values", "NUMBER_TYPE_RANGE", "Out of range for these options.")


def read_range(component: Payload) -> tuple[int, int]:
    """How many values a component takes: 1 where it says nothing."""
    least, most = component.get("min_values"), component.get("max_values")
    return (1 if least is None else int(least)), (1 if most is None else int(most))


def _check_media(form: Form, at: str, component: Payload) -> None:
    kind = component["type"]
    if kind == GALLERY:
        form.count(f"{at}.items", component.get("items"), 10, least=1)
    elif kind == THUMBNAIL:
        form.length(f"{at}.description", component.get("description"), 1024)
    elif kind == FILE:
        url = str((component.get("file") or {}).get("url"))
        if not url.startswith("attachment://"):
            form.wrong(
                f"{at}.file.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                "A file component takes attachment:// addresses only",
            )  # fmt: skip


def _check_unique(form: Form, components: list[Payload]) -> None:
    seen: set[object] = set()
    for at, component in _paths(components):
        for key, code in (
            ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
            ("id", "COMPONENT_ID_DUPLICATED"),
        ):
            value = component.get(key)
            if value is None:
                continue
            if (key, value) in seen:
                form.wrong(f"{at}.{key}", code, f"Component {key} cannot be duplicated")
            seen.add((key, value))


def _paths(components: list[Payload], path: str = "components") -> Iterator[tuple[str, Payload]]:
    for index, component in enumerate(components):
        at = f"{path}.{index}"
        yield at, component
        yield from _paths(component.get("components") or [], f"{at}.components")
        if component.get("accessory"):
            yield f"{at}.accessory", component["accessory"]


def number_components(components: list[Payload]) -> None:
    """Give an id to each component that has none, as Discord does when it stores a message."""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for each in walk(components):
        if not each.get("id"):
            each["id"] = next(free)
