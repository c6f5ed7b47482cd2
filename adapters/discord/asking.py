"""Who asks, and where, from what Discord sends along."""

import discord

from adapters.discord.places import PLATFORM, home_of, identity_of, place_of
from core.calls import Asker

Interaction = discord.Interaction[discord.Client]


def asker_of_interaction(interaction: Interaction) -> Asker:
    """The person of an interaction. Where the bot itself cannot write, the place is their home."""
    user, home = interaction.user, home_of(interaction.user.id)
    reached = reaches(interaction) and interaction.channel_id is not None
    place = place_of(interaction.channel_id) if reached and interaction.channel_id else home
    guild = interaction.guild_id
    return Asker(
        identity=identity_of(user.id),
        place=place,
        home=home,
        name=user.display_name,
        server=f"{PLATFORM}:{guild}" if guild else "",
        channel=_channel_for_rules(interaction.channel),
        roles=_roles(user),
        manages=bool(guild) and interaction.permissions.manage_guild,
        language=interaction.locale.value,
        limit=interaction.filesize_limit if place != home or guild is None else None,
        discreet=True,
        picks=True,
        posts=place == home or _may_post(interaction),
    )


def asker_of_message(message: discord.Message) -> Asker:
    """The person who wrote a message. An answer to a message cannot be hidden."""
    author, home = message.author, home_of(message.author.id)
    guild = message.guild
    manages = isinstance(author, discord.Member) and author.guild_permissions.manage_guild
    return Asker(
        identity=identity_of(author.id),
        place=place_of(message.channel.id) if guild else home,
        home=home,
        name=author.display_name,
        server=f"{PLATFORM}:{guild.id}" if guild else "",
        channel=_channel_for_rules(message.channel),
        roles=_roles(author),
        manages=manages,
        limit=guild.filesize_limit if guild else None,
        picks=True,
    )


def reaches(interaction: Interaction) -> bool:
    """Whether the bot itself is in the channel: an app that one person installed is not."""
    guild = interaction.guild_id
    return guild is not None and interaction.client.get_guild(guild) is not None


def _may_post(interaction: Interaction) -> bool:
    """Whether the person could post a file there: commands can be used where they cannot write."""
    held = interaction.permissions
    thread = isinstance(interaction.channel, discord.Thread)
    writes = held.send_messages_in_threads if thread else held.send_messages
    return writes and held.attach_files


def _channel_for_rules(channel: object) -> str:
    """A thread goes by the rules of the channel that it is in."""
    if isinstance(channel, discord.Thread):
        return str(channel.parent_id)
    return str(getattr(channel, "id", ""))


def _roles(user: discord.User | discord.Member | discord.abc.User) -> frozenset[str]:
    if not isinstance(user, discord.Member):
        return frozenset()
    return frozenset(str(role.id) for role in user.roles if not role.is_default())
