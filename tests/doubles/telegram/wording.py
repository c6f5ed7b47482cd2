"""Texts and captions as a request gives them: parsed, trimmed and measured."""

from collections.abc import Sequence

from tests.doubles.telegram.entities import Entity, Text, find_entities, ordered, trim, units
from tests.doubles.telegram.markdown import read_markdown
from tests.doubles.telegram.marked_html import read_html
from tests.doubles.telegram.refusals import bad_request

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
_MOST_BYTES = 1 << 15


def read_text(source: str, parse_mode: str, entities: Sequence[object]) -> Text:
    """The text of a message; Telegram counts its characters after the marks are gone."""
    if not source:
        raise bad_request("message text is empty")
    text = _read(source, parse_mode, entities)
    if not text.plain:
        raise bad_request("text must be non-empty")
    if len(text.plain) > TEXT_LENGTH:
        raise bad_request("message is too long")
    return text


def read_caption(source: str, parse_mode: str, entities: Sequence[object]) -> Text:
    """The caption of a file; it may be empty."""
    text = _read(source, parse_mode, entities)
    if len(text.plain) > CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    return text


def write_text(source: str) -> Text:
    """What a person types."""
    return find_entities(trim(Text(source)))


def _read(source: str, parse_mode: str, entities: Sequence[object]) -> Text:
    if len(source.encode()) > _MOST_BYTES:
        raise bad_request("text is too long")
    match parse_mode.lower() if source else "":
        case "":
            text = Text(source, _read_entities(source, entities))
        case "html":
            text = read_html(source)
        case "markdownv2":
            text = read_markdown(source)
        case _:
            raise bad_request("unsupported parse_mode")
    return find_entities(trim(text))


def _read_entities(source: str, entities: Sequence[object]) -> tuple[Entity, ...]:
    read = []
    for each in entities:
        if not isinstance(each, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        offset, length = int(each["offset"]), int(each["length"])
        if offset < 0 or length < 0 or offset + length > units(source):
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {offset + length}"
            )
        names = ("url", "language", "custom_emoji_id")
        more = tuple((name, str(each[name])) for name in names if name in each)
        read.append(Entity(str(each["type"]), offset, length, more))
    return ordered(read)
