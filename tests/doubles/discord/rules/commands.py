"""Limits of registered commands.

Source: Discord's documentation, "Application Commands".
"""

import unicodedata
from collections import Counter

from tests.doubles.discord.refusals import Form, Payload

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
_MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_MOST_CHARACTERS = 8000


def check_commands(commands: list[Payload]) -> None:
    """A whole new list of global commands. Raises `RefusalError` as Discord does."""
    form = Form()
    kinds = Counter(command.get("type") or CHAT_INPUT for command in commands)
    for kind, count in kinds.items():
        if count > _MOST.get(kind, 0):
            form.wrong(
                "_commands", "APPLICATION_COMMAND_TOO_MANY", f"{count} commands of type {kind}."
            )
    names = Counter(
        (command.get("type") or CHAT_INPUT, command.get("name")) for command in commands
    )
    for index, command in enumerate(commands):
        _check_command(form, str(index), command)
        if names[command.get("type") or CHAT_INPUT, command.get("name")] > 1:
            form.wrong(
                f"{index}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )  # fmt: skip
    form.finish()


def is_name(name: object) -> bool:
    """`^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$`, in lower case where there is one."""
    return (
        isinstance(name, str)
        and 1 <= len(name) <= 32
        and name == name.lower()
        and all(_fits_a_name(letter) for letter in name)
    )


def _fits_a_name(letter: str) -> bool:
    script = unicodedata.name(letter, "").split(" ", 1)[0]
    return (
        letter in "-_'"
        or unicodedata.category(letter)[0] in "LN"
        or script in ("DEVANAGARI", "THAI")
    )


def _check_command(form: Form, at: str, command: Payload) -> None:
    kind = command.get("type") or CHAT_INPUT
    if kind == CHAT_INPUT:
        _check_texts(form, at, command)
        _check_options(form, f"{at}.options", command.get("options") or [])
    else:
        form.length(f"{at}.name", command.get("name"), 32, least=1)
        if command.get("description") or command.get("options"):
            form.wrong(at, "APPLICATION_COMMAND_CONTEXT_MENU", "Takes neither text nor options.")
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        given = command.get(key)
        if given is not None and (not given or not set(given) <= allowed):
            form.wrong(f"{at}.{key}", "BASE_TYPE_CHOICES", f"Must be among {sorted(allowed)}.")
    if _count_characters(command) > _MOST_CHARACTERS:
        form.wrong(
            at, "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({_MOST_CHARACTERS})",
        )  # fmt: skip


def _check_texts(form: Form, at: str, thing: Payload) -> None:
    if not is_name(thing.get("name")):
        form.wrong(f"{at}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    form.length(f"{at}.description", thing.get("description"), 100, least=1)


def _check_options(form: Form, at: str, options: list[Payload]) -> None:
    form.count(at, options, 25)
    names = Counter(option.get("name") for option in options)
    optional_seen = False
    for index, option in enumerate(options):
        path = f"{at}.{index}"
        _check_texts(form, path, option)
        if names[option.get("name")] > 1:
            form.wrong(path, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Names must be unique")
        if option.get("type") in (SUBCOMMAND, GROUP):
            _check_options(form, f"{path}.options", option.get("options") or [])
            continue
        if option.get("required") and optional_seen:
            form.wrong(
                path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )  # fmt: skip
        optional_seen |= not option.get("required")
        _check_values(form, path, option)


def _check_values(form: Form, at: str, option: Payload) -> None:
    choices = option.get("choices") or []
    form.count(f"{at}.choices", choices, 25)
    if choices and option.get("type") not in (STRING, INTEGER, NUMBER):
        form.wrong(f"{at}.choices", "BASE_TYPE_BAD_TYPE", "This type takes no choices.")
    if choices and option.get("autocomplete"):
        form.wrong(
            f"{at}.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES",
            "Autocomplete options cannot have choices",
        )  # fmt: skip
    for index, choice in enumerate(choices):
        form.length(f"{at}.choices.{index}.name", choice.get("name"), 100, least=1)
        if option.get("type") == STRING:
            form.length(f"{at}.choices.{index}.value", choice.get("value"), 100)
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and most is not None and least > most:
        form.wrong(f"{at}.min_value", "NUMBER_TYPE_RANGE", "min_value is above max_value.")


def _count_characters(thing: Payload) -> int:
    own = len(thing.get("name") or "") + len(thing.get("description") or "")
    own += sum(len(each["name"]) + len(str(each["value"])) for each in thing.get("choices") or [])
    return own + sum(_count_characters(option) for option in thing.get("options") or [])
