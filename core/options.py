"""Options of commands, and how what a person gave becomes values that can be trusted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import UserError


class Kind(StrEnum):
    """What an option takes."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    FILE = "file"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent: already on our disk, its own name only a label.

    With a `url` it is a link that stands in the place of a file: nothing is on our disk yet.
    """

    path: Path
    label: str
    size: int
    url: str = ""


def attach_link(url: str) -> Attachment:
    """A link where files are taken."""
    return Attachment(Path(), url, 0, url)


Value = str | float | bool | Attachment | tuple[Attachment, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a command. Platforms draw it in their own way.

    `least` and `most` bound a NUMBER's value, a TEXT's length and the count of FILES.
    `accepts` names what a file should be: `audio` or `image`. `suggests` says that the command
    completes what is typed. `personal` says that a person may have set another default for
    themselves: left out, its value is None, and `default` is only what most people get.
    """

    name: str
    kind: Kind
    summary: str
    default: str | float | bool | None = None
    least: float | None = None
    most: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    accepts: str = ""
    required: bool = False
    suggests: bool = False
    personal: bool = False


def read_values(options: Sequence[Option], given: Mapping[str, object]) -> dict[str, Value]:
    """Turn what a platform collected into values that a command can trust.

    Numbers may come as text. What is missing gets its default. Raises `UserError` with a
    sentence for an unknown option, a wrong type, or a value outside its range or choices.
    """
    known = {option.name: option for option in options}
    for name in given:
        if name not in known:
            raise UserError(
                f"There is no option “{name}” here. The options are: {', '.join(known)}."
            )
    return {name: _read(option, given.get(name)) for name, option in known.items()}


def list_missing(options: Sequence[Option], given: Mapping[str, object]) -> list[Option]:
    """The options that must be given and are not."""
    return [each for each in options if each.required and _says_nothing(given.get(each.name))]


def tell_missing(option: Option) -> str:
    """`“link” is missing: the address of the track.`"""
    return f"“{option.name}” is missing: {option.summary[0].lower()}{option.summary[1:]}."


def _says_nothing(given: object) -> bool:
    return given is None or (isinstance(given, str) and not given.strip()) or given in ((), [])


def _read(option: Option, given: object) -> Value:
    if isinstance(given, str):
        given = given.strip()
    if _says_nothing(given):
        if option.required:
            raise UserError(tell_missing(option))
        if option.kind is Kind.FILES:
            return ()
        return None if option.personal else option.default
    match option.kind:
        case Kind.TEXT:
            return _read_text(option, given)
        case Kind.NUMBER:
            return read_number(option, given)
        case Kind.FLAG:
            return _read_flag(option, given)
        case Kind.CHOICE:
            return _read_choice(option, given)
        case Kind.FILE | Kind.FILES:
            return _read_files(option, given)


def _read_text(option: Option, given: object) -> str:
    text = str(given)
    if option.least is not None and len(text) < option.least:
        raise UserError(
            f"“{option.name}” is too short: at least {option.least:g} characters are needed."
        )
    if option.most is not None and len(text) > option.most:
        raise UserError(
            f"“{option.name}” is too long: {len(text)} characters, {option.most:g} are allowed."
        )
    return text


def read_number(option: Option, given: object) -> float:
    """Read one number, in the option's unit, inside its range."""
    wanted = _range(option)
    try:
        number = float(str(given).strip().replace(",", "."))
    except ValueError:
        raise UserError(f"“{option.name}” must be {wanted}, not “{str(given)[:40]}”.") from None
    if not math.isfinite(number) or not _within(option, number):
        raise UserError(f"“{option.name}” must be {wanted}, not {str(given).strip()[:40]}.")
    return number


def _within(option: Option, number: float) -> bool:
    low = -math.inf if option.least is None else option.least
    high = math.inf if option.most is None else option.most
    return low <= number <= high


def _range(option: Option) -> str:
    unit = f" {option.unit}" if option.unit else ""
    if option.least is None or option.most is None:
        return f"a number{' of' + unit if unit else ''}"
    return f"a number from {_plain(option.least)} to {_plain(option.most)}{unit}"


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})


def _read_flag(option: Option, given: object) -> bool:
    word = str(given).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UserError(f"“{option.name}” must be yes or no, not “{word[:40]}”.")


def _read_choice(option: Option, given: object) -> str:
    word = str(given).strip().lower()
    if word not in option.choices:
        raise UserError(
            f"“{option.name}” must be one of {', '.join(option.choices)}, not “{word[:40]}”."
        )
    return word


def _read_files(option: Option, given: object) -> Attachment | tuple[Attachment, ...]:
    files = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    attachments = tuple(file for file in files if isinstance(file, Attachment))
    if len(attachments) != len(files):
        raise UserError(f"“{option.name}” takes files: attach them to the message.")
    if option.kind is Kind.FILE:
        if len(attachments) > 1:
            raise UserError(f"“{option.name}” takes one file, not {len(attachments)}.")
        return attachments[0]
    if option.most is not None and len(attachments) > option.most:
        raise UserError(
            f"“{option.name}” takes up to {option.most:g} files, not {len(attachments)}: "
            "leave some out, or make two."
        )
    if option.least is not None and len(attachments) < option.least:
        raise UserError(
            f"“{option.name}” needs at least {option.least:g} files, not {len(attachments)}."
        )
    return attachments
