"""Replies as Discord shows them: an embed or plain text, and buttons; all within its limits.

Limits: content 2,000, embed title 256, embed text 4,096, five rows of five buttons, labels of 80,
ids of 100 and links of 512 characters.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from core.screens import Button, Reply, Tone

CONTENT = 2000
TITLE = 256
TEXT = 4000
"""Of the 4,096 that Discord takes: some room for what goes on."""
LABEL = 80
LINK = 512
_ROWS, _IN_A_ROW = 5, 5
_COLOUR = 0xE4572E
_MARKUP = re.compile(r"([\\*_~|`<>\[\]])|^(\s*)([-+#]+)(?=\s)", re.MULTILINE)
_STYLES = {
    Tone.PLAIN: discord.ButtonStyle.secondary,
    Tone.MAIN: discord.ButtonStyle.primary,
    Tone.DANGER: discord.ButtonStyle.danger,
}
_FORM, _PLAIN = "f", "b"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message's content, embed and buttons; equal when it looks the same.

    `wide` shows the picture below the text, as large as there is room, and not beside it.
    """

    content: str
    title: str = ""
    text: str = ""
    picture: str = ""
    wide: bool = False
    rows: tuple[tuple[Button, ...], ...] = ()
    mark: str = ""

    def fresh(self) -> dict[str, Any]:
        """The arguments of `send`, which knows no view that is none."""
        view = self.view()
        return {
            "content": self.content or None,
            "embeds": self.embeds(),
            **({"view": view} if view else {}),
        }

    def changed(self) -> dict[str, Any]:
        """The arguments of `edit`: what is not there any more is taken away."""
        return {
            "content": self.content or None,
            "embeds": self.embeds(),
            "view": self.view(),
        }

    def embeds(self) -> list[discord.Embed]:
        if not self.title and not self.text:
            return []
        embed = discord.Embed(title=self.title or None, description=self.text, colour=_COLOUR)
        if self.picture:
            place = embed.set_image if self.wide else embed.set_thumbnail
            place(url=f"attachment://{self.picture}")
        return [embed]

    def view(self) -> discord.ui.View | None:
        """The buttons. discord.py is not to keep them: their ids say all, after a restart too."""
        if not self.rows:
            return None
        view = discord.ui.View(timeout=None)
        numbers = iter(range(_ROWS * _IN_A_ROW))
        for row, buttons in enumerate(self.rows):
            for button in buttons:
                view.add_item(_draw_button(button, row, f"{next(numbers)}{self.mark}"))
        view.stop()
        return view


def draw(reply: Reply, *, mention: int = 0, mark: str = "", picture: str = "") -> Drawn:
    """A reply as a message; `mention` calls a person, `picture` names an attachment to show.

    `mark` is put where nobody sees it, so that the message can be found again.
    """
    called = f"<@{mention}>" if mention else ""
    rows, links = _arrange(reply.buttons)
    paragraphs = [escape(reply.text), *links]
    text = "\n\n".join(part for part in paragraphs if part)
    if not (reply.title or reply.lines or picture or mention) and size_of(text) <= CONTENT:
        return Drawn(text, rows=rows, mark=mark)
    return Drawn(
        called,
        title=fit(reply.title, TITLE),
        text=_join(text, [escape(line) for line in reply.lines], TEXT),
        picture=picture,
        rows=rows,
        mark=mark,
    )


def plainly(drawn: Drawn) -> Drawn:
    """The same without an embed, for where the bot may not use any."""
    if not drawn.title and not drawn.text:
        return drawn
    heading = f"**{drawn.title}**" if drawn.title else ""
    lines = "\n".join(part for part in (drawn.content, heading) if part)
    body = _join("", drawn.text.split("\n"), CONTENT - size_of(lines) - 1)
    return Drawn(f"{lines}\n{body}".strip(), rows=drawn.rows, mark=drawn.mark)


def escape(text: str) -> str:
    """Text of people is text: no markup, no mentions, no hidden links."""
    return _MARKUP.sub(_mask, text)


def _mask(match: re.Match[str]) -> str:
    if match[1]:
        return f"\\{match[1]}"
    return f"{match[2]}\\{match[3]}"


def fit(text: str, most: int) -> str:
    """Escaped text of at most `most` characters, cut where it is too long."""
    if size_of(escape(text)) <= most:
        return escape(text)
    while text and size_of(escape(text)) > most - 1:
        text = text[:-1]
    return f"{escape(text)}…"


def size_of(text: str) -> int:
    """Characters as Discord's client counts them: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _join(text: str, lines: Sequence[str], most: int) -> str:
    """The text and as many of the lines as fit, with how many did not."""
    if size_of(text) > most:
        return _cut(text, most)
    kept: list[str] = []
    used = size_of(text) + 2 * bool(text)
    for at, line in enumerate(lines):
        more = f"… and {len(lines) - at} more"
        rest = sum(size_of(each) + 1 for each in lines[at:])
        if used + rest > most and used + size_of(line) + 1 + size_of(more) + 1 > most:
            kept.append(more)
            break
        kept.append(line)
        used += size_of(line) + 1
    return "\n\n".join(part for part in (text, "\n".join(kept)) if part)


def _cut(text: str, most: int) -> str:
    while size_of(text) > most - 1:
        text = text[: -max(1, (size_of(text) - most) // 2)]
    return f"{text.rstrip(chr(92))}…"


def _arrange(
    rows: Sequence[Sequence[Button]],
) -> tuple[tuple[tuple[Button, ...], ...], list[str]]:
    """Rows that Discord takes, and the links that are too long for a button."""
    kept = [
        tuple(button for button in row if len(button.link) <= LINK and button.label) for row in rows
    ]
    cut = [row[at : at + _IN_A_ROW] for row in kept for at in range(0, len(row), _IN_A_ROW)]
    long = [button for row in rows for button in row if len(button.link) > LINK]
    return tuple(cut[:_ROWS]), [f"{escape(button.label)}: {button.link}" for button in long]


def _draw_button(button: Button, row: int, suffix: str) -> discord.ui.Button[discord.ui.View]:
    label = button.label if size_of(button.label) <= LABEL else _cut(button.label, LABEL)
    if button.link:
        return discord.ui.Button(label=label, url=button.link, row=row)
    kind = _FORM if button.opens_form else _PLAIN
    # Discord wants ids that differ in a message, and two buttons may do the same.
    return discord.ui.Button(
        label=label,
        style=_STYLES[button.tone],
        custom_id=f"{kind}{button.action}|{suffix}",
        row=row,
    )


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button's id says."""

    action: str
    opens_form: bool


def read_button(custom_id: str) -> Pressed:
    action, _, _ = custom_id[1:].rpartition("|")
    return Pressed(action, custom_id[:1] == _FORM)


def make_mark(*parts: str) -> str:
    """What a message is found by: also its nonce, of which Discord takes 25 characters."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
