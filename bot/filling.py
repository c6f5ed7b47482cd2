"""A command's options as a form, for those who left out what it needs."""

from collections.abc import Mapping

from bot.words import Say
from core.calls import Entry
from core.options import Attachment
from core.preferences import as_text
from core.screens import Form


def ask_options(entry: Entry, given: Mapping[str, object], say: Say) -> Form:
    """All of them, what the command needs first, filled with what was said.

    Its action is the command's name alone: sent back, it runs the command.
    """
    shown = say.entry(entry)
    values = {
        option.name: as_text(value)
        for option in shown.options
        if isinstance(value := given.get(option.name), str | float | bool)
    }
    options = sorted(shown.options, key=lambda each: not each.required)
    return Form(action=entry.name, title=shown.summary, options=tuple(options), values=values)


def brings_files(given: Mapping[str, object]) -> bool:
    """Whether files came along, which are here already."""
    return any(
        isinstance(value, Attachment)
        or (isinstance(value, list | tuple) and any(isinstance(each, Attachment) for each in value))
        for value in given.values()
    )
