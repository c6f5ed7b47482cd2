"""What the bot may do in a channel, and how to grant what is missing."""

import discord

from core.names import Place

_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}


def find_missing(client: discord.Client, place: Place) -> list[str]:
    """The names of the permissions that the bot lacks there; none where that is not known."""
    held = _held(client, place)
    if held is None:
        return []
    return [label for name, label in _NEEDED.items() if not getattr(held, name)]


def may(client: discord.Client, place: Place, permission: str) -> bool:
    """Whether the bot has a permission there, or we do not know that it has not."""
    held = _held(client, place)
    return held is None or bool(getattr(held, permission))


def explain_missing(client: discord.Client, place: Place) -> str:
    """What keeps us out of a channel, and who can change it."""
    missing = find_missing(client, place)
    channel = client.get_channel(int(place.conversation))
    where = f"#{channel.name}" if isinstance(channel, discord.abc.GuildChannel) else "that channel"
    if not missing:
        return f"I could not write in {where}: it is gone, or I am not let in."
    names = ", ".join(missing)
    return (
        f"I could not write in {where}: I lack {names} there. Who manages the server can grant "
        "it: Edit Channel, Permissions, add me under Roles or Members, and switch it on."
    )


def _held(client: discord.Client, place: Place) -> discord.Permissions | None:
    number = place.conversation
    channel = client.get_channel(int(number)) if number.isdecimal() else None
    if isinstance(channel, discord.Thread):
        channel = channel.parent
    if not isinstance(channel, discord.abc.GuildChannel):
        return None
    return channel.permissions_for(channel.guild.me)
