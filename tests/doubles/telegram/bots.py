"""The bot's own account: its token, and what it tells people of itself."""

import json
import re
from dataclasses import dataclass, field

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.refusals import ApiError
from tests.doubles.telegram.users import User

_TOKEN = re.compile(r"[1-9]\d{4,14}:[\w-]{30,60}")
_USER = User(7_000_000_001, "Tapedeck", "tapedeck_bot", is_bot=True)
TOKEN = "7000000001:AAE-only-for-tests-no-bot-has-this1"


@dataclass(slots=True)
class Bot:
    """`privacy` is BotFather's switch: on, it sees in groups only what is meant for it."""

    user: User = _USER
    token: str = TOKEN
    privacy: bool = True
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope (as sorted JSON) and language."""
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """Name, description and short description, by method and language."""
    buttons: dict[int, Json] = field(default_factory=dict)
    """Menu buttons by chat, 0 for all."""

    def check(self, token: str) -> None:
        """Refuse a token as Telegram does: 404 when it is no token at all, 401 when it is wrong."""
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    def to_json(self) -> Json:
        return self.user.to_json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": False,
        }

    def commands_for(self, scopes: list[Json], language: str) -> list[Json]:
        """The commands that an app shows: of the narrowest scope that has some."""
        for scope in scopes:
            for code in (language, ""):
                found = self.commands.get((scope_key(scope), code))
                if found:
                    return found
        return []


def scope_key(scope: Json) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)
