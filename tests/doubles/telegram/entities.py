"""Formatted text: a string with entities that are counted in UTF-16 units, as Telegram does."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entity:
    """`offset` and `length` in UTF-16 units; `more` is what else its kind carries (url, …)."""

    kind: str
    offset: int
    length: int
    more: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> Json:
        return {"type": self.kind, "offset": self.offset, "length": self.length, **dict(self.more)}


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown. Two are equal when a reader cannot tell them apart."""

    plain: str = ""
    entities: tuple[Entity, ...] = ()

    @property
    def html(self) -> str:
        """The text as Telegram's HTML, with what is found in it (commands, links) left plain."""
        return _render(self)


def units(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def ordered(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    kept = {each for each in entities if each.length > 0}
    return tuple(sorted(kept, key=lambda each: (each.offset, -each.length, each.kind)))


def trim(text: Text) -> Text:
    """Without white space at the ends, as Telegram stores it."""
    plain = text.plain.strip()
    cut = units(text.plain) - units(text.plain.lstrip())
    end = units(plain)
    moved = []
    for each in text.entities:
        start = max(0, each.offset - cut)
        stop = min(end, each.offset + each.length - cut)
        moved.append(replace(each, offset=start, length=stop - start))
    return Text(plain, ordered(moved))


_FOUND = {
    "bot_command": re.compile(r"(?<![\w/@])/\w{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII),
    "mention": re.compile(r"(?<![\w@])@\w{3,32}(?!\w)", re.ASCII),
    "hashtag": re.compile(r"(?<![\w#])#(?!\d+\b)\w{1,256}"),
    "url": re.compile(r"(?<![\w@/.])(?:https?://[^\s<>\"]+[^\s<>\".,;:!?)]|(?:t\.me)/[\w/?=]+)"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@])", re.ASCII),
}
_VERBATIM = {"code", "pre", "text_link", "text_mention"}


def find_entities(text: Text) -> Text:
    """Add what Telegram finds by itself, where nothing verbatim is."""
    taken = [each for each in text.entities if each.kind in _VERBATIM]
    found = list(text.entities)
    for each in _matches(text.plain):
        overlaps = any(
            each.offset < other.offset + other.length and other.offset < each.offset + each.length
            for other in taken
        )
        if not overlaps:
            found.append(each)
            taken.append(each)
    return Text(text.plain, ordered(found))


def _matches(plain: str) -> Iterator[Entity]:
    for kind in ("url", "email", "bot_command", "mention", "hashtag"):
        for match in _FOUND[kind].finditer(plain):
            yield Entity(kind, units(plain[: match.start()]), units(match.group()))


_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def _render(text: Text) -> str:
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for each in text.entities:
        tags = _tags(each)
        if tags is not None:
            opened.setdefault(each.offset, []).append(tags[0])
            closed.setdefault(each.offset + each.length, []).insert(0, tags[1])
    parts, at = [], 0
    for character in text.plain:
        parts += [*closed.get(at, ()), *opened.get(at, ()), html.escape(character, quote=False)]
        at += units(character)
    return "".join([*parts, *closed.get(at, ())])


def _tags(entity: Entity) -> tuple[str, str] | None:
    more = dict(entity.more)
    match entity.kind:
        case "text_link":
            return f'<a href="{html.escape(more["url"])}">', "</a>"
        case "pre" if "language" in more:
            return f'<pre><code class="language-{more["language"]}">', "</code></pre>"
        case "pre":
            return "<pre>", "</pre>"
        case kind if kind in _TAGS:
            return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    return None
