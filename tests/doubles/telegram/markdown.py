"""Telegram's MarkdownV2, where every reserved character has to be escaped."""

import re
from dataclasses import dataclass

from tests.doubles.telegram.entities import Entity, Text, ordered, units
from tests.doubles.telegram.refusals import ApiError, bad_request

_RESERVED = set("_*[]()~`>#+-=|{}.!")
_MARKS = (
    ("```", "pre", "Pre"),
    ("||", "spoiler", "Spoiler"),
    ("__", "underline", "Underline"),
    ("_", "italic", "Italic"),
    ("*", "bold", "Bold"),
    ("~", "strikethrough", "Strikethrough"),
    ("`", "code", "Code"),
    ("[", "text_link", "TextUrl"),
)
_LANGUAGE = re.compile(r"([^\s`]+)\n")


@dataclass(frozen=True, slots=True)
class _Mark:
    sign: str
    kind: str
    name: str
    offset: int
    begin: int
    language: str = ""


class _Reader:
    """Goes through the source once; `open` are the marks that are not closed yet."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Mark] = []
        self.found: list[Entity] = []
        self.quote: int | None = None

    def read(self) -> Text:
        while self.at < len(self.source):
            self._quote()
            if self.at < len(self.source):
                self._step()
        self._unquote()
        if self.open:
            mark = self.open[-1]
            raise _refuse(f"Can't find end of {mark.name} entity at byte offset {mark.begin}")
        return Text("".join(self.out), ordered(self.found))

    def _step(self) -> None:
        character = self.source[self.at]
        if character == "\\" and self.at + 1 < len(self.source):
            self._put(self.source[self.at + 1], skip=2)
            return
        if self.open and self.open[-1].kind in ("pre", "code"):
            self._verbatim()
            return
        if self.open and self.open[-1].sign == "[" and character == "]":
            self._link()
            return
        for sign, kind, name in _MARKS:
            if self.source.startswith(sign, self.at):
                self._toggle(sign, kind, name)
                return
        if character in _RESERVED:
            raise _refuse(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        self._put(character)

    def _put(self, text: str, skip: int = 1) -> None:
        self.out.append(text)
        self.length += units(text)
        self.at += skip

    def _toggle(self, sign: str, kind: str, name: str) -> None:
        if self.open and self.open[-1].sign == sign != "[":
            self._close(sign)
            return
        if any(mark.sign == sign for mark in self.open):
            mark = self.open[-1]
            raise _refuse(f"Can't find end of {mark.name} entity at byte offset {mark.begin}")
        begin = len(self.source[: self.at].encode())
        self.at += len(sign)
        language = _LANGUAGE.match(self.source, self.at) if sign == "```" else None
        if language is not None:
            self.at = language.end()
        word = language.group(1) if language else ""
        self.open.append(_Mark(sign, kind, name, self.length, begin, word))

    def _verbatim(self) -> None:
        sign = self.open[-1].sign
        if self.source.startswith(sign, self.at):
            self._close(sign)
        else:
            self._put(self.source[self.at])

    def _close(self, sign: str) -> None:
        mark = self.open.pop()
        more = (("language", mark.language),) if mark.language else ()
        self.found.append(Entity(mark.kind, mark.offset, self.length - mark.offset, more))
        self.at += len(sign)

    def _link(self) -> None:
        mark = self.open.pop()
        self.at += 1
        if not self.source.startswith("(", self.at):
            return
        begin = len(self.source[: self.at].encode())
        end = re.compile(r"(?<!\\)\)").search(self.source, self.at)
        if end is None:
            raise _refuse(f"Can't find end of a URL at byte offset {begin}")
        url = re.sub(r"\\(.)", r"\1", self.source[self.at + 1 : end.start()])
        length = self.length - mark.offset
        self.found.append(Entity(mark.kind, mark.offset, length, (("url", url),)))
        self.at = end.end()

    def _quote(self) -> None:
        """A `>` at the start of a line opens a quotation, a line without one ends it."""
        starts = self.at == 0 or (self.source[self.at - 1] == "\n" and self.source[self.at] != "\n")
        if not starts or self.open:
            return
        if self.source[self.at] == ">":
            self.quote = self.length if self.quote is None else self.quote
            self.at += 1
        else:
            self._unquote()

    def _unquote(self) -> None:
        if self.quote is not None:
            self.found.append(Entity("blockquote", self.quote, self.length - self.quote))
            self.quote = None


def read_markdown(source: str) -> Text:
    """The text with its entities, or Telegram's "can't parse entities"."""
    return _Reader(source).read()


def _refuse(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")
