"""Accounts of people and of the bot."""

from dataclasses import dataclass

from tests.doubles.telegram.entities import Json

STAND_INS = frozenset({1087968824, 136817688})
"""GroupAnonymousBot and Channel_Bot: bots in name, behind which people write."""


@dataclass(frozen=True, slots=True)
class User:
    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False
    language: str = ""

    def to_json(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            shown["username"] = self.username
        if self.language:
            shown["language_code"] = self.language
        return shown
