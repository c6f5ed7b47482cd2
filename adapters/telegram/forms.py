"""Forms as dialogues: a message with a button for each field, for those who type nothing.

The dialogue's state is written down with its message, so that it goes on after a restart. What
the fields are, the desk is asked anew each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.options import Kind, Option
from core.screens import Button, Form, Reply, Tone

MARK = "~"
_NICE = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600)
_MOST_NUMBERS, _A_ROW = 8, 4
_LONGEST_SHOWN = 24
_DRAWN = frozenset({Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.CHOICE})
SAVE, START, CANCEL, BACK, OTHER, NOTHING = "Save", "Start", "Cancel", "Back", "Other …", "–"


@dataclass(frozen=True, slots=True)
class Step:
    """What a dialogue's button does: `deed` is show, open, set, ask, save or cancel."""

    deed: str
    field: int = 0
    choice: int = 0


def start_values(form: Form) -> dict[str, str]:
    """What the fields begin with."""
    return {option.name: form.values.get(option.name, "") for option in fields_of(form)}


def fields_of(form: Form) -> list[Option]:
    """The fields that a dialogue can ask for: files are sent, not typed."""
    return [option for option in form.options if option.kind in _DRAWN]


def is_command(form: Form) -> bool:
    """Whether sending a form runs a command: its action is the command's name alone."""
    return "." not in form.action


def find_unsaid(form: Form, values: Mapping[str, str], files: Mapping[str, int]) -> Option | None:
    """The first option that must be given and is not; `files` counts those that came."""
    for option in form.options:
        if option.required and not values.get(option.name) and not files.get(option.name):
            return option
    return None


def takes_files(option: Option) -> bool:
    return option.kind not in _DRAWN


def draw_form(
    form: Form, values: Mapping[str, str], files: Mapping[str, int] | None = None
) -> Reply:
    """All fields with what is chosen now; of a command also how many files came along."""
    options = fields_of(form)
    lines = [_say(option, values.get(option.name, "")) for option in options]
    if is_command(form):
        counts = files or {}
        sent = [option for option in form.options if takes_files(option)]
        lines += [f"{name_of(each)}: {counts.get(each.name) or NOTHING}" for each in sent]
    buttons = [
        Button(
            f"{name_of(option)}: {_short(option, values.get(option.name, ''))}",
            _data(Step("set" if option.kind is Kind.FLAG else "open", at)),
        )
        for at, option in enumerate(options)
    ]
    ends = (
        Button(START if is_command(form) else SAVE, _data(Step("save")), Tone.MAIN),
        Button(CANCEL, _data(Step("cancel"))),
    )
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return Reply("", title=form.title, lines=tuple(lines), buttons=(*rows, ends))


def draw_field(form: Form, at: int, values: Mapping[str, str]) -> Reply:
    """One field with its choices, or its typical numbers."""
    option = fields_of(form)[at]
    now = values.get(option.name, "")
    picks = [
        Button(f"✓ {each}" if each == now else each, _data(Step("set", at, number)))
        for number, each in enumerate(list_choices(option))
    ]
    rows = [tuple(picks[i : i + _A_ROW]) for i in range(0, len(picks), _A_ROW)]
    typed = option.kind in (Kind.NUMBER, Kind.TEXT)
    other = (Button(OTHER, _data(Step("ask", at))),) if typed else ()
    last = (*other, Button(BACK, _data(Step("show"))))
    return Reply(about(option), title=name_of(option), buttons=(*rows, last))


def list_choices(option: Option) -> tuple[str, ...]:
    """What can be picked without typing."""
    match option.kind:
        case Kind.CHOICE:
            return option.choices
        case Kind.NUMBER:
            return tuple(f"{number:.12g}" for number in _list_numbers(option))
        case Kind.FLAG:
            return ("yes", "no")
    return ()


def _list_numbers(option: Option) -> Sequence[float]:
    """Numbers that people usually want: the ends, the default, and round ones between."""
    default = option.default if isinstance(option.default, float) else None
    ends = [each for each in (option.least, option.most, default) if each is not None]
    least = -1e9 if option.least is None else option.least
    most = 1e9 if option.most is None else option.most
    nice = [float(each) for each in _NICE if least <= each <= most]
    room = max(0, _MOST_NUMBERS - len(set(ends)))
    step = max(1, -(-len(nice) // max(1, room)))
    return sorted({*ends, *nice[::step][:room]})


def choose(form: Form, step: Step, values: Mapping[str, str]) -> dict[str, str]:
    """The values after a choice; a flag changes to what it is not."""
    option = fields_of(form)[step.field]
    if option.kind is Kind.FLAG:
        on = (values.get(option.name) or _default(option)) == "yes"
        return {**values, option.name: "no" if on else "yes"}
    return {**values, option.name: list_choices(option)[step.choice]}


def about(option: Option) -> str:
    if option.kind is Kind.NUMBER and option.least is not None and option.most is not None:
        return f"{option.summary}: {option.least:.12g} to {option.most:.12g} {option.unit}".strip()
    return option.summary


def name_of(option: Option) -> str:
    return option.name.replace("-", " ").capitalize()


def read_step(action: str) -> Step | None:
    """What a button of a dialogue says; None for any other button."""
    if not action.startswith(MARK):
        return None
    deed, *numbers = action[1:].split(":")
    if not all(number.isdecimal() for number in numbers) or len(numbers) > 2:
        return None
    field, choice, *_ = [*map(int, numbers), 0, 0]
    return Step(deed, field, choice)


def _data(step: Step) -> str:
    return f"{MARK}{step.deed}:{step.field}:{step.choice}"


def _default(option: Option) -> str:
    match option.default:
        case None:
            return ""
        case bool():
            return "yes" if option.default else "no"
        case float():
            return f"{option.default:.12g}"
    return str(option.default)


def _say(option: Option, value: str) -> str:
    shown = value or _default(option)
    return f"{name_of(option)}: {f'{shown} {option.unit}'.strip() if shown else NOTHING}"


def _short(option: Option, value: str) -> str:
    shown = value or _default(option) or NOTHING
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
