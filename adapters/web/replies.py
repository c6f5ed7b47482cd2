"""Replies as the page sees them: words, lists, buttons, forms and the files that go along."""

from collections.abc import Sequence

from adapters.web.labels import tidy_name
from adapters.web.links import SignedLinks
from core.chat import Upload
from core.jobs import Json
from core.options import Option
from core.screens import Button, Form, Reply


def reply_body(reply: Reply, files: Sequence[Upload] = ()) -> dict[str, Json]:
    """A reply as the chat keeps it. `files` are the copies of what goes with it."""
    return {
        "kind": "reply",
        "text": reply.text,
        "title": reply.title,
        "lines": [] if reply.fleeting else list(reply.lines),
        "fleeting": reply.fleeting,
        "buttons": button_rows(reply),
        "files": [
            {"upload": file.id, "label": tidy_name(file.label), "size": file.size} for file in files
        ],
        "form": None if reply.form is None else draw_form(reply.form),
    }


def _button(button: Button) -> dict[str, Json]:
    return {
        "label": button.label,
        "action": button.action,
        "tone": button.tone.value,
        "link": button.link,
    }


def draw_form(form: Form) -> dict[str, Json]:
    """A form with its fields, each filled with what it begins with."""
    return {
        "action": form.action,
        "title": form.title,
        "options": [draw_option(option) for option in form.options],
        "values": dict(form.values),
    }


def draw_option(option: Option) -> dict[str, Json]:
    """One field of a form or of a command."""
    return {
        "name": option.name,
        "kind": option.kind.value,
        "summary": option.summary,
        "default": option.default,
        "least": option.least,
        "most": option.most,
        "unit": option.unit,
        "choices": list(option.choices),
        "accepts": option.accepts,
        "required": option.required,
        "suggests": option.suggests,
        "personal": option.personal,
    }


def draw_buttons(rows: Json, links: SignedLinks) -> list[Json]:
    """Kept buttons, with links to our own pages as they are for a page of ours."""
    return [
        [
            {**button, "link": links.local(str(button.get("link") or ""))}
            for button in row
            if isinstance(button, dict)
        ]
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, list)
    ]


def button_rows(reply: Reply) -> list[Json]:
    """A reply's buttons, row by row, as the chat keeps them."""
    return [[_button(button) for button in row] for row in reply.buttons if row]
