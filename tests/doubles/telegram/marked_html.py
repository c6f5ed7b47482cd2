"""Telegram's HTML: the tags that it knows, and its words for everything else."""

import html
import re
from dataclasses import dataclass

from tests.doubles.telegram.entities import Entity, Text, ordered, units
from tests.doubles.telegram.refusals import ApiError, bad_request

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"\s*([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_ESCAPE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    offset: int
    attributes: dict[str, str]


class _Reader:
    """Goes through the source once; `open` are the tags that are not closed yet."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Tag] = []
        self.found: list[Entity] = []

    def read(self) -> Text:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._close()
            elif self.source[self.at] == "<":
                self._open()
            elif escape := _ESCAPE.match(self.source, self.at):
                self._put(html.unescape(escape.group()))
                self.at = escape.end()
            else:
                self._put(self.source[self.at])
                self.at += 1
        if self.open:
            name = self.open[-1].name
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{name}"')
        return Text("".join(self.out), ordered(self.found))

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.length += units(text)

    def _open(self) -> None:
        begin = _bytes(self.source, self.at)
        named = _NAME.match(self.source, self.at + 1)
        assert named is not None
        name, at = named.group().lower(), named.end()
        if at == len(self.source):
            raise _refuse(f"Unclosed start tag at byte offset {begin}")
        if name not in _KINDS:
            raise _refuse(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self.source, at):
            value = found.group(2) or found.group(3) or found.group(4) or ""
            attributes[found.group(1)] = html.unescape(value)
            at = found.end()
        rest = self.source[at:].lstrip()
        if not rest.startswith(">"):
            raise _refuse(f'Unclosed start tag "{name}" at byte offset {begin}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Tag(name, self.length, attributes))
        self.at = self.source.index(">", at) + 1

    def _close(self) -> None:
        begin = _bytes(self.source, self.at)
        if not self.open:
            raise _refuse(f"Unexpected end tag at byte offset {begin}")
        end = self.source.find(">", self.at)
        if end < 0:
            raise _refuse(f"Unclosed end tag at byte offset {begin}")
        name = self.source[self.at + 2 : end].strip().lower()
        tag = self.open.pop()
        if name not in ("", tag.name):
            raise _refuse(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._end(tag)
        self.at = end + 1

    def _end(self, tag: _Tag) -> None:
        length = self.length - tag.offset
        kind, more = _KINDS[tag.name], tag.attributes
        match tag.name:
            case "a":
                url = more.get("href") or "".join(self.out)[-length:]
                if url.startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
                    self.found.append(Entity(kind, tag.offset, length, (("url", url),)))
            case "code" if self._in_pre(tag):
                language = more.get("class", "").removeprefix("language-")
                pre = self.open[-1]
                self.open[-1] = _Tag("pre", pre.offset, {"language": language})
            case "pre" if more.get("language"):
                named = (("language", more["language"]),)
                self.found.append(Entity(kind, tag.offset, length, named))
            case "blockquote" if "expandable" in more:
                self.found.append(Entity("expandable_blockquote", tag.offset, length))
            case "tg-emoji":
                named = (("custom_emoji_id", more.get("emoji-id", "")),)
                self.found.append(Entity(kind, tag.offset, length, named))
            case _:
                self.found.append(Entity(kind, tag.offset, length))

    def _in_pre(self, tag: _Tag) -> bool:
        within = bool(self.open) and self.open[-1].name == "pre"
        return within and tag.attributes.get("class", "").startswith("language-")


def read_html(source: str) -> Text:
    """The text with its entities, or Telegram's "can't parse entities"."""
    return _Reader(source).read()


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode())


def _refuse(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")
