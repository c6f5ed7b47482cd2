"""Messages in their current state, and the buttons under them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.doubles.telegram.entities import Json, Text
from tests.doubles.telegram.media import Media
from tests.doubles.telegram.users import User


class Room(Protocol):
    """Where a message is: a chat."""

    id: int
    messages: "dict[int, Message]"

    def to_json(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """As it was when it was looked at: ask for `now` to see what became of it.

    `text` is the caption where there is a file. `date` and `edited` are Unix times in seconds.
    """

    id: int
    chat: Room
    sender: User
    date: int
    text: Text = field(default_factory=Text)
    media: Media | None = None
    markup: Json | None = None
    reply_to: int = 0
    album: str = ""
    origin: Json | None = None
    topic: int = 0
    edited: int = 0
    reactions: Mapping[int, str] = field(default_factory=dict)
    service: Json | None = None
    via: str = ""
    """The method that made it, "" when a person did."""

    @property
    def now(self) -> "Message":
        """Its current state; KeyError when it was deleted."""
        return self.chat.messages[self.id]

    @property
    def plain(self) -> str:
        return self.text.plain

    @property
    def html(self) -> str:
        return self.text.html

    @property
    def kind(self) -> str:
        return self.media.kind if self.media else "text"

    @property
    def buttons(self) -> list[list[Button]]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        assert isinstance(rows, list)
        return [
            [
                Button(each["text"], each.get("callback_data", ""), each.get("url", ""))
                for each in row
            ]
            for row in rows
        ]

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.buttons for button in row]

    def button(self, wanted: str) -> Button:
        """The button with that label or data; LookupError names those that there are."""
        for row in self.buttons:
            for button in row:
                if wanted in (button.label, button.data):
                    return button
        raise LookupError(f"there is no button {wanted!r} here, only {self.labels}")

    def to_json(self, *, nested: bool = False) -> Json:
        """As the Bot API shows it; nested, without the message that it answers."""
        shown: Json = {
            "message_id": self.id,
            "from": self.sender.to_json(),
            "chat": self.chat.to_json(),
            "date": self.date,
        }
        if self.edited:
            shown["edit_date"] = self.edited
        if self.topic:
            shown |= {"message_thread_id": self.topic, "is_topic_message": True}
        replied = self.chat.messages.get(self.reply_to)
        if replied is not None and not nested:
            shown["reply_to_message"] = replied.to_json(nested=True)
        if self.origin is not None:
            shown["forward_origin"] = self.origin
        if self.album:
            shown["media_group_id"] = self.album
        if self.markup is not None and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        return shown | self._content()

    def _content(self) -> Json:
        if self.service is not None:
            return dict(self.service)
        entities = [each.to_json() for each in self.text.entities]
        if self.media is None:
            return {"text": self.plain} | ({"entities": entities} if entities else {})
        shown = self.media.to_json()
        if self.plain:
            shown["caption"] = self.plain
        if entities:
            shown["caption_entities"] = entities
        return shown
