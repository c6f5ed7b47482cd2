"""Options as people type them after a command: `crossfade=8 title="Late night" no-video`."""

import re
from collections.abc import Sequence

from core.options import Kind, Option

_PAIR = re.compile(
    r"""(?<!\S)(?P<name>[^\W\d][\w-]*)\s?(?P<mark>[=:])\s*
    (?:"(?P<a>[^"]*)"|“(?P<b>[^”]*)”|„(?P<c>[^“”]*)[“”]|«(?P<d>[^»]*)»|'(?P<e>[^']*)'(?=[\s,]|$))
    """,
    re.VERBOSE,
)
# A name begins with a letter: 1:30 is a time.
_BEGIN = re.compile(r"(?<!\S)(?P<name>[^\W\d][\w-]*)(?P<mark>=|:(?!//))")
_WORD = re.compile(r"\S+")


def read_typed(text: str, options: Sequence[Option]) -> dict[str, object]:
    """What was typed, by the names of options; nothing is checked yet.

    `name=value` takes one word, `name: some words` goes on to a comma, a new line or the next
    name; quotes hold anything. The name of a flag alone switches it on, with `no-` before it off.
    A choice alone says which option it is for. Other words fill the first option for text. What
    makes no sense is kept under its own name, for whoever knows the options to say so. An option
    that is named with nothing behind it is None: its value is to be asked for.
    """
    given: dict[str, object] = {}
    loose: list[str] = []
    at = last = 0
    while at < len(text):
        quoted, begin = _PAIR.match(text, at), _BEGIN.match(text, at)
        if quoted is not None:
            given[quoted["name"].lower()] = _inside(quoted)
            at = quoted.end()
        elif begin is not None:
            value, at = _read_value(text, begin, options)
            given[begin["name"].lower()] = value
        elif text[at].isspace() or text[at] == ",":
            at += 1
        else:
            word = _WORD.match(text, at)
            assert word is not None  # noqa: S101 - what is no space begins a word
            # A text of several lines stays one of several lines.
            begins = bool(loose) and "\n" in text[last:at]
            loose.append(f"\n{word[0]}" if begins else word[0])
            last = at = word.end()
    return {**_read_loose(loose, options, taken=set(given)), **given}


def _inside(pair: re.Match[str]) -> str:
    return next(pair[name] for name in "abcde" if pair[name] is not None)


def _read_value(
    text: str, begin: re.Match[str], options: Sequence[Option]
) -> tuple[str | None, int]:
    start = begin.end()
    if begin["mark"] == "=":
        word = _WORD.match(text, start)
        return (word[0].rstrip(",") or None, word.end()) if word else (None, start)
    known = "|".join(re.escape(option.name) for option in options) or r"(?!)"
    stop = re.compile(rf",|\n|(?<!\S)(?:{known})\s?[=:]", re.IGNORECASE).search(text, start)
    end = stop.start() if stop else len(text)
    return text[start:end].strip() or None, end


def _read_loose(
    words: Sequence[str], options: Sequence[Option], *, taken: set[str]
) -> dict[str, object]:
    """Words without a name: flags and choices when all of them are, else a text.

    The first may be the name of an option that takes a text, as in `search night`.
    """
    named = next((each for each in options if words[:1] == [each.name]), None)
    if named is not None and named.kind is Kind.TEXT:
        return {named.name: " ".join(words[1:]) or None}
    if named is not None and named.kind in (Kind.NUMBER, Kind.CHOICE) and len(words) == 1:
        return {named.name: None}
    said = [_recognise(word.strip().lower().rstrip(","), options) for word in words]
    if all(said):
        return {name: value for each in said if each for name, value in [each]}
    texts = [each for each in options if each.kind is Kind.TEXT and each.name not in taken]
    if not texts:
        return {word.strip()[:40]: True for word in words}
    return {texts[0].name: " ".join(words).replace(" \n", "\n")}


def _recognise(word: str, options: Sequence[Option]) -> tuple[str, object] | None:
    for option in options:
        if option.kind is Kind.FLAG and word in (option.name, f"no-{option.name}"):
            return option.name, word == option.name
    chosen = [each for each in options if each.kind is Kind.CHOICE and word in each.choices]
    return (chosen[0].name, word) if len(chosen) == 1 else None
