"""What most tests of the double start with: a guild with two people and a channel."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.doubles.discord.double import Discord, discord_double
from tests.doubles.discord.people import Person
from tests.doubles.discord.world import Channel, Guild


@dataclass(frozen=True, slots=True)
class Studio:
    """Anna owns the guild, Ben is a member."""

    discord: Discord
    anna: Person
    ben: Person
    guild: Guild
    channel: Channel


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with discord_double() as double:
        anna, ben = double.user("anna"), double.user("ben")
        guild = double.guild("Studio", ben, owner=anna)
        yield Studio(double, anna, ben, guild, double.channel(guild))
