"""Reading what somebody says of a picture: nothing of it is believed before it was looked at."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.scenes import Mood, Scene, Verse
from core.tracks import clean_text

_HEX = re.compile(r"#[0-9a-f]{6}")
_MOST_TITLE = 60
_MOST_WORDS = 240
_MOST_DIRECTION = 600
_MOST_COLOURS = 6
_MOST_CAPTIONS = 8
_MOST_CAPTION = 80
_MOST_VERSES = 12
_MOST_LINES = 8
_MOST_LINE = 100
_MOST_SECTION = 20
_SLOWEST, _FASTEST = 50.0, 200.0


def describe_scene() -> dict[str, object]:
    """The JSON schema of an answer that `read_scene` takes. Bounds are in words: a schema for
    structured answers can hold none."""
    number, text = {"type": "number"}, {"type": "string"}
    return _object(
        title=_told(text, "A song's title for the picture, at most six words"),
        mood=_object(
            valence=_told(number, "From -1, unpleasant, to 1, pleasant"),
            arousal=_told(number, "From -1, calm, to 1, awake"),
        ),
        words=_told(text, "One sentence that says what the picture shows"),
        palette=_told(_list(text), "Three to six colours such as #a0b1c2, the most striking first"),
        captions=_told(_list(text), "Three to six short lines to be shown over the film"),
        lyrics=_told(
            _list(_object(section=_told(text, "verse, chorus or bridge"), lines=_list(text))),
            "Words of a song of at most a minute: two verses and a chorus of four short lines",
        ),
        direction=_told(
            text,
            "What musicians should play: genre, instruments, rhythm, dynamics, in at most 60 words",
        ),
        tempo=_told(number, "Quarter notes in a minute, 50 to 200"),
    )


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


def _told(kind: Mapping[str, object], words: str) -> dict[str, object]:
    return {**kind, "description": words}


def read_scene(answer: object, *, by: str) -> Scene:
    """The scene in an answer, with every text on one line and within bounds.

    Raises `ValueError` when something is missing or of another kind. Numbers that are merely too
    large are brought into their range.
    """
    facts = _mapping(answer)
    mood = _mapping(facts.get("mood"))
    palette = [text.casefold() for text in _texts(facts.get("palette"), most=32)]
    colours = [text for text in palette if _HEX.fullmatch(text)]
    captions = [clean_text(text, most=_MOST_CAPTION) for text in _texts(facts.get("captions"))]
    scene = Scene(
        title=clean_text(_text(facts.get("title")), most=_MOST_TITLE),
        mood=Mood(_level(mood.get("valence")), _level(mood.get("arousal"))),
        words=clean_text(_text(facts.get("words")), most=_MOST_WORDS),
        palette=tuple(dict.fromkeys(colours))[:_MOST_COLOURS],
        captions=tuple(filter(None, captions))[:_MOST_CAPTIONS],
        lyrics=_verses(facts.get("lyrics")),
        direction=clean_text(_text(facts.get("direction")), most=_MOST_DIRECTION),
        tempo=min(max(_number(facts.get("tempo")), _SLOWEST), _FASTEST),
        by=by,
    )
    if not (scene.title and scene.words and scene.palette and scene.direction):
        raise ValueError("a title, a sentence, a colour or a direction is missing")
    return scene


def _verses(value: object) -> tuple[Verse, ...]:
    verses = []
    for each in _items(value)[:_MOST_VERSES]:
        facts = _mapping(each)
        lines = [clean_text(line, most=_MOST_LINE) for line in _texts(facts.get("lines"))]
        kept = tuple(filter(None, lines))[:_MOST_LINES]
        section = clean_text(_text(facts.get("section")), most=_MOST_SECTION).casefold()
        if kept:
            verses.append(Verse(section or "verse", kept))
    return tuple(verses)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"an object was expected, not {type(value).__name__}")  # noqa: TRY004  an answer's kind is its value
    return value


def _items(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise ValueError(f"a list was expected, not {type(value).__name__}")  # noqa: TRY004  as above
    return value


def _texts(value: object, *, most: int = 2000) -> list[str]:
    return [_text(each)[:most] for each in _items(value)]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text was expected, not {type(value).__name__}")  # noqa: TRY004  as above
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"a number was expected, not {value!r}")
    return float(value)


def _level(value: object) -> float:
    return min(max(_number(value), -1.0), 1.0)
