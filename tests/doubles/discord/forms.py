"""What Discord's own client lets a person do: it checks before anything is sent.

Each function fails the test where the client would not let the person go on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.rules.commands import GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from tests.doubles.discord.rules.components import (
    BUTTON,
    FILE_UPLOAD,
    LABEL,
    SELECTS,
    STRING_SELECT,
    TEXT,
    TEXT_INPUT,
    read_range,
)  # fmt: skip
from tests.doubles.discord.uploads import Upload
from tests.doubles.discord.world import Attachment, Channel, Message, User, walk

BOOLEAN, USER, CHANNEL, ATTACHMENT = 5, 6, 7, 11
_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float), USER: (User,),
    CHANNEL: (Channel,), ATTACHMENT: (Path, Upload),
}  # fmt: skip

Store = Callable[[Upload], Attachment]


@dataclass(slots=True)
class Resolved:
    """What the ids in a call stand for."""

    attachments: dict[str, Attachment] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)


def open_subcommand(command: Payload, steps: Sequence[str]) -> tuple[Payload, list[Payload]]:
    """The innermost command by its words, and the groups on the way to it."""
    on_the_way: list[Payload] = []
    for step in steps:
        inner = [each for each in command.get("options") or [] if each["name"] == step]
        assert inner, f"{command['name']!r} has no subcommand {step!r}"
        command = inner[0]
        on_the_way.append(command)
    kinds = [each["type"] for each in command.get("options") or []]
    assert not {SUBCOMMAND, GROUP} & set(kinds), f"{command['name']!r} needs a subcommand"
    return command, on_the_way


def fill_options(
    command: Payload, given: Mapping[str, object], store: Store, resolved: Resolved
) -> list[Payload]:
    """The options as the client sends them, in the order in which they were given."""
    known = {each["name"]: each for each in command.get("options") or []}
    unknown = set(given) - set(known)
    assert not unknown, f"/{command['name']} has no {sorted(unknown)}, only {sorted(known)}"
    missing = [name for name, each in known.items() if each.get("required") and name not in given]
    assert not missing, f"/{command['name']} needs {missing}"
    return [
        {
            "name": name, "type": known[name]["type"],
            "value": fill_option(known[name], value, store, resolved),
        }
        for name, value in given.items()
    ]  # fmt: skip


def fill_option(option: Payload, value: object, store: Store, resolved: Resolved) -> object:
    kind, name = option["type"], option["name"]
    fits = isinstance(value, _TYPES[kind]) and (kind == BOOLEAN or not isinstance(value, bool))
    assert fits, f"{name} does not take {value!r}"
    if isinstance(value, (Path, Upload)):
        attachment = store(Upload.of(value))
        resolved.attachments[attachment.id] = attachment
        return attachment.id
    if isinstance(value, User):
        resolved.users[value.id] = value
        return value.id
    if isinstance(value, Channel):
        resolved.channels[value.id] = value
        return value.id
    return _plain_value(option, value)


def _plain_value(option: Payload, value: object) -> object:
    name, choices = option["name"], option.get("choices") or []
    if choices:
        by_name = {choice["name"]: choice["value"] for choice in choices}
        assert value in by_name or value in by_name.values(), f"{name} offers only {list(by_name)}"
        return by_name.get(str(value), value)
    size = len(value) if isinstance(value, str) else value
    least, most = (
        (option.get("min_length"), option.get("max_length"))
        if isinstance(value, str)
        else (option.get("min_value"), option.get("max_value"))
    )
    assert isinstance(size, (int, float))
    assert least is None or size >= least, f"{name}: {value!r} is below {least}"
    assert most is None or size <= most, f"{name}: {value!r} is above {most}"
    return value


def find_button(message: Message, which: str) -> Payload:
    """A button that can be pressed, by its label or its custom_id."""
    buttons = [each for each in walk(message.components) if each["type"] == BUTTON]
    for button in buttons:
        if which in (button.get("label"), button.get("custom_id")):
            assert not button.get("disabled"), f"the button {which!r} is disabled"
            assert button.get("custom_id"), f"the button {which!r} is a link"
            return button
    labels = [button.get("label") or button.get("custom_id") for button in buttons]
    raise AssertionError(f"there is no button {which!r}, only {labels}")


def find_select(message: Message, which: str) -> Payload:
    """A select by its custom_id or its placeholder."""
    selects = [each for each in walk(message.components) if each["type"] in SELECTS]
    for select in selects:
        if which in (select["custom_id"], select.get("placeholder")):
            assert not select.get("disabled"), f"the select {which!r} is disabled"
            return select
    raise AssertionError(f"there is no select {which!r} among {len(selects)}")


def choose(select: Payload, wanted: Sequence[object], resolved: Resolved) -> list[str]:
    """The values that stand for labels, values or people, as many as the select takes."""
    name = select.get("placeholder") or select["custom_id"]
    least, most = read_range(select)
    assert least <= len(wanted) <= most, f"{name!r} takes {least} to {most}, not {len(wanted)}"
    if select["type"] != STRING_SELECT:
        people = [each for each in wanted if isinstance(each, User)]
        assert len(people) == len(wanted), f"{name!r} takes people"
        resolved.users |= {each.id: each for each in people}
        return [each.id for each in people]
    values: dict[object, str] = {}
    for option in select["options"]:
        values |= {option["label"]: option["value"], option["value"]: option["value"]}
    missing = [each for each in wanted if each not in values]
    assert not missing, f"{name!r} does not offer {missing}"
    return [values[each] for each in wanted]


def fill_modal(
    modal: Payload, given: Mapping[str, object], store: Store, resolved: Resolved
) -> list[Payload]:
    """The components of a submitted modal; fields by label or custom_id."""
    left = dict(given)
    sent: list[Payload] = []
    for number, component in enumerate(modal["components"], start=1):
        around: Payload = {"type": component["type"], "id": component.get("id") or number}
        if component["type"] == TEXT:
            sent.append(around)
            continue
        in_label = component["type"] == LABEL
        inner = component["component"] if in_label else component["components"][0]
        label = (component if in_label else inner).get("label")
        value = left.pop(label, None) if label in left else left.pop(inner["custom_id"], None)
        answer = _fill_field(inner, value, store, resolved) | {
            "type": inner["type"], "custom_id": inner["custom_id"],
            "id": inner.get("id") or 100 + number,
        }  # fmt: skip
        sent.append(around | ({"component": answer} if in_label else {"components": [answer]}))
    assert not left, f"the modal has no field {sorted(left)}"
    return sent


def _fill_field(field: Payload, value: object, store: Store, resolved: Resolved) -> Payload:
    name, kind = field["custom_id"], field["type"]
    required = field.get("required", True)
    if kind == TEXT_INPUT:
        text = field.get("value") or "" if value is None else value
        assert isinstance(text, str), f"{name} takes a text"
        least = field.get("min_length") or (1 if required else 0)
        assert not (required or text) or len(text) >= least, f"{name} needs {least} characters"
        assert len(text) <= (field.get("max_length") or 4000), f"{name} is too long"
        return {"value": text}
    wanted = list(value) if isinstance(value, (list, tuple)) else [value] if value else []
    if not wanted and not required:
        return {"values": []}
    if kind == FILE_UPLOAD:
        least, most = read_range(field)
        assert least <= len(wanted) <= most, f"{name} takes {least} to {most} files"
        return {"values": [_upload(each, store, resolved) for each in wanted]}
    return {"values": choose(field, wanted, resolved)}


def _upload(source: object, store: Store, resolved: Resolved) -> str:
    assert isinstance(source, (Path, Upload)), f"{source!r} is no file"
    attachment = store(Upload.of(source))
    resolved.attachments[attachment.id] = attachment
    return attachment.id
