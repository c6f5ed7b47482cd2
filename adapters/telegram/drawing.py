"""Replies as Telegram shows them: plain text with a bold heading, and buttons under it.

Nothing is parsed as markup, so that text of people stays text. Limits: 4,096 characters of a
message and 1,024 of a caption, in UTF-16 units; 64 bytes of a button's data, 100 buttons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from adapters.telegram.terms import TEXT
from core.screens import Button, Reply, Tone

LABEL = 60
_IN_A_ROW, _BUTTONS = 8, 96
_STYLES = {Tone.PLAIN: None, Tone.MAIN: "primary", Tone.DANGER: "danger"}
_KEPT, _CHANGED = "k", "c"
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message's text, how much of it is bold, and its buttons. Equal when it looks the same."""

    text: str
    bold: int = 0
    """UTF-16 units of the heading."""
    rows: tuple[tuple[Button, ...], ...] = ()
    kept: bool = False
    """Whether answers to its buttons leave it as it is."""
    cut: bool = False

    def entities(self) -> list[MessageEntity]:
        return [MessageEntity(MessageEntity.BOLD, 0, self.bold)] if self.bold else []

    def markup(self) -> InlineKeyboardMarkup | None:
        mark = _KEPT if self.kept else _CHANGED
        rows = [[_draw_button(button, mark) for button in row] for row in self.rows]
        return InlineKeyboardMarkup(rows) if rows else None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button's data says."""

    action: str
    kept: bool


def draw(reply: Reply, *, most: int = TEXT, kept: bool = False) -> Drawn:
    """A reply as one message of at most `most` UTF-16 units."""
    rows, links = _arrange(reply.buttons)
    heading = cut(defuse(reply.title), min(most // 4, 256)) if reply.title else ""
    text = "\n\n".join(part for part in (defuse(reply.text), *links) if part)
    room = most - size_of(heading) - bool(heading)
    body, shortened = _join(text, [defuse(line) for line in reply.lines], room)
    whole = "\n".join(part for part in (heading, body) if part)
    return Drawn(whole or "…", size_of(heading), rows, kept, shortened)


def size_of(text: str) -> int:
    """Characters as Telegram counts them: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def defuse(text: str) -> str:
    """Text that calls nobody: Telegram would make a mention of any @name."""
    return text.replace("@", f"@{_JOINER}")


def cut(text: str, most: int) -> str:
    """The longest beginning of a text that has at most `most` UTF-16 units, with a mark."""
    if size_of(text) <= most:
        return text
    while text and size_of(text) > most - 1:
        text = text[: -max(1, (size_of(text) - most) // 2)]
    return f"{text.rstrip()}…"


def read_button(data: str) -> Pressed:
    return Pressed(data[1:], data[:1] == _KEPT)


def can_open(link: str) -> bool:
    """Whether Telegram takes a link on a button: not to `localhost`, nor to an address at home."""
    host = urlsplit(link).hostname or ""
    try:
        return not (ip_address(host).is_private or ip_address(host).is_loopback)
    except ValueError:
        return "." in host and not host.endswith(".localhost")


def _join(text: str, lines: Sequence[str], most: int) -> tuple[str, bool]:
    """The text and as many of the lines as fit, with how many did not; whether any was left."""
    if size_of(text) > most:
        return cut(text, most), True
    kept: list[str] = []
    used = size_of(text) + 2 * bool(text)
    for at, line in enumerate(lines):
        more = f"… and {len(lines) - at} more"
        rest = sum(size_of(each) + 1 for each in lines[at:])
        if used + rest > most and used + size_of(line) + size_of(more) + 2 > most:
            kept += [more] if used + size_of(more) + 1 <= most else []
            return _paragraphs(text, kept), True
        kept.append(line)
        used += size_of(line) + 1
    return _paragraphs(text, kept), False


def _paragraphs(text: str, lines: Sequence[str]) -> str:
    return "\n\n".join(part for part in (text, "\n".join(lines)) if part)


def _arrange(
    rows: Sequence[Sequence[Button]],
) -> tuple[tuple[tuple[Button, ...], ...], list[str]]:
    """Rows that Telegram takes, and as text the links that it takes on no button."""
    texts = [
        f"{button.label}: {button.link}"
        for row in rows
        for button in row
        if button.link and not can_open(button.link)
    ]
    kept = [[each for each in row if not each.link or can_open(each.link)] for row in rows]
    arranged = [
        tuple(row[at : at + _IN_A_ROW]) for row in kept for at in range(0, len(row), _IN_A_ROW)
    ]
    shown: list[tuple[Button, ...]] = []
    for row in arranged:
        if sum(map(len, shown)) + len(row) <= _BUTTONS:
            shown.append(row)
    return tuple(shown), texts


def _draw_button(button: Button, mark: str) -> InlineKeyboardButton:
    label = cut(button.label, LABEL) or "…"
    if button.link:
        return InlineKeyboardButton(label, url=button.link)
    return InlineKeyboardButton(
        label, callback_data=f"{mark}{button.action}", style=_STYLES[button.tone]
    )
