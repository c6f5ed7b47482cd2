"""What people may set once for all that they order, and what a server's managers may set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.delivery import Preference
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, PRIVATE, VIDEO, WHERE, read_loudness
from core.options import Kind, Option, Value, read_values

DELIVERY = Option(
    name="delivery",
    kind=Kind.CHOICE,
    summary="A result that is too large for the chat comes in parts, or as a link",
    default=Preference.PARTS.value,
    choices=tuple(each.value for each in Preference),
)
LANGUAGE = "language"
MIXING = (CROSSFADE, ORDER, LOUDNESS, VIDEO)
"""How a mix is made."""
HANDING = (WHERE, PRIVATE, DELIVERY)
"""How a result is handed over."""


def personal(options: Sequence[Option]) -> tuple[Option, ...]:
    """The same options, each of which says nothing when it is left out."""
    return tuple(replace(option, personal=True, required=False) for option in options)


def read_texts(options: Sequence[Option], given: Mapping[str, object]) -> dict[str, str]:
    """Values as texts that can be kept and read again; what was left out is not there.

    Raises `UserError` as `read_values` does.
    """
    values = read_values(personal(options), given)
    if isinstance(values.get("loudness"), str):
        read_loudness(str(values["loudness"]))
    return {name: as_text(value) for name, value in values.items() if value is not None}


def as_text(value: Value) -> str:
    """A text, number or flag, as `read_values` takes it again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def first_said(*layers: Mapping[str, Value | str]) -> dict[str, Value | str]:
    """Of each name what the first layer says that says anything."""
    found: dict[str, Value | str] = {}
    for layer in reversed(layers):
        found |= {name: value for name, value in layer.items() if value not in (None, ())}
    return found
