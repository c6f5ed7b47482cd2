"""How many bytes of one file a place takes: what was promised, and what was learned."""

from dataclasses import dataclass

import discord

from adapters.discord.places import PLATFORM, home_owner
from core.jobs import Job
from core.names import Place
from core.ports import Notes

MIB = 1 << 20
DEFAULT = 10 * MIB
_STEPS = tuple(mib * MIB for mib in (500, 100, 50, 25, 10, 8))


@dataclass(frozen=True, slots=True)
class Limits:
    client: discord.Client
    notes: Notes

    async def find(self, job: Job, place: Place) -> int:
        """The most bytes of one file in that place."""
        promised = job.limit if place == job.place else None
        limit = promised or self._usual(place)
        learned = await self.notes.get(PLATFORM, _key(place))
        return min(limit, int(str(learned["bytes"]))) if learned else limit

    async def learn(self, job: Job, place: Place, *, refused: int) -> None:
        """Remember that a file of so many bytes was refused: from now on one step less is sent."""
        below = [step for step in _STEPS if step < refused]
        limit = below[0] if below else refused * 3 // 4
        person = job.person if home_owner(place) is not None else None
        await self.notes.put(PLATFORM, _key(place), {"bytes": limit}, person=person)

    def _usual(self, place: Place) -> int:
        number = place.conversation
        channel = self.client.get_channel(int(number)) if number.isdecimal() else None
        guild = getattr(channel, "guild", None)
        return guild.filesize_limit if isinstance(guild, discord.Guild) else DEFAULT


def _key(place: Place) -> str:
    return f"limit:{place.conversation}"
