"""Which events a session hears, by the intents that it asked for."""

from enum import IntFlag


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
MOST_INTENTS = (1 << 26) - 1
_OF_GUILDS = ("GUILD_CREATE", "GUILD_ROLE_CREATE", "CHANNEL_CREATE", "CHANNEL_UPDATE")


def needed_intent(event: str, *, in_guild: bool) -> Intent:
    """The intent for an event; 0 for those that everyone hears."""
    if event.startswith("MESSAGE_"):
        return Intent.GUILD_MESSAGES if in_guild else Intent.DIRECT_MESSAGES
    if event in _OF_GUILDS:
        return Intent.GUILDS
    if event in ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE"):
        return Intent.GUILD_MEMBERS
    return Intent(0)
