"""How we write down where something is on Discord, and how to get there again."""

import discord

from core.names import PersonId, Place

PLATFORM = "discord"


def place_of(channel: int) -> Place:
    return Place(PLATFORM, str(channel))


def home_of(user: int) -> Place:
    """The direct conversation with a person: it may not exist yet, so it has the person's id."""
    return Place(PLATFORM, f"@{user}")


def identity_of(user: int) -> PersonId:
    return PersonId(f"{PLATFORM}:{user}")


def user_of(identity: str) -> int | None:
    """The id of a Discord identity; None for another platform's."""
    platform, _, number = identity.partition(":")
    return int(number) if platform == PLATFORM and number.isdecimal() else None


def home_owner(place: Place) -> int | None:
    """Whose direct conversation a place is; None for a channel."""
    mark, number = place.conversation[:1], place.conversation[1:]
    return int(number) if mark == "@" and number.isdecimal() else None


async def open_place(client: discord.Client, place: Place) -> discord.PartialMessageable:
    """A channel to write to. Raises `discord.HTTPException` when there is no way to a person."""
    owner = home_owner(place)
    if owner is None:
        return client.get_partial_messageable(int(place.conversation))
    direct = await client.create_dm(discord.Object(owner))
    return client.get_partial_messageable(direct.id)
