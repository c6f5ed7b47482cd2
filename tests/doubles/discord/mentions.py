"""Who a message pings, after `allowed_mentions`."""

import re
from collections.abc import Callable, Iterable

from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.world import Message, User

_USER, _ROLE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")


def mention(
    message: Message, allowed: Payload | None, find_user: Callable[[str], User | None]
) -> None:
    """Set who is pinged: those that the text names and `allowed` lets through."""
    parse = _parse(allowed)
    named = map(find_user, dict.fromkeys(_USER.findall(message.text)))
    users = [user for user in named if user is not None]
    roles = list(dict.fromkeys(_ROLE.findall(message.text)))
    if "users" not in parse:
        users = [user for user in users if user.id in _ids(allowed, "users")]
    if "roles" not in parse:
        roles = [role for role in roles if role in _ids(allowed, "roles")]
    loud = "@everyone" in message.text or "@here" in message.text
    may = message.channel.may(message.author, Permission.MENTION_EVERYONE)
    message.mentions = users + _replied(message, users, allowed)
    message.mention_roles = roles
    message.mention_everyone = loud and may and "everyone" in parse


def _parse(allowed: Payload | None) -> Iterable[str]:
    """Without `allowed_mentions` everything is parsed."""
    return ("users", "roles", "everyone") if allowed is None else allowed.get("parse") or ()


def _replied(message: Message, users: list[User], allowed: Payload | None) -> list[User]:
    original = message.channel.messages.get(message.reference or "")
    if original is None or original.author in users:
        return []
    pings = allowed is None or allowed.get("replied_user", False)
    return [original.author] if pings else []


def _ids(allowed: Payload | None, key: str) -> set[str]:
    return {str(each) for each in (allowed or {}).get(key) or []}
