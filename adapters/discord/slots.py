"""Messages that stay: one for each slot of a person in a conversation, and those of results."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

import discord

from adapters.discord.places import PLATFORM
from adapters.discord.trouble import firmly
from core.jobs import Json
from core.names import JobId, PersonId
from core.ports import Notes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """A message: the numbers of its channel and its own."""

    channel: int
    message: int

    def facts(self) -> dict[str, Json]:
        return {"channel": str(self.channel), "message": str(self.message)}


def read_spot(facts: Mapping[str, Json]) -> Spot:
    return Spot(int(str(facts["channel"])), int(str(facts["message"])))


class Slots:
    """Remembers which message shows what, and takes messages away."""

    def __init__(self, client: discord.Client, notes: Notes) -> None:
        self._client = client
        self._notes = notes
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def door(self, slot: str, channel: int, identity: PersonId) -> asyncio.Lock:
        """To be held while a slot's message is looked for and changed."""
        return self._doors.setdefault(_key(slot, channel, identity), asyncio.Lock())

    async def find(self, slot: str, channel: int, identity: PersonId) -> Spot | None:
        facts = await self._notes.get(PLATFORM, _key(slot, channel, identity))
        return read_spot(facts) if facts else None

    async def put(self, slot: str, spot: Spot, identity: PersonId, *, person: PersonId) -> None:
        """This message shows the slot now; the one that did before goes."""
        before = await self.find(slot, spot.channel, identity)
        key = _key(slot, spot.channel, identity)
        await self._notes.put(PLATFORM, key, spot.facts(), person=person)
        await self._notes.put(PLATFORM, _reverse(spot), {"slot": key}, person=person)
        if before is not None and before != spot:
            await self._notes.drop(PLATFORM, _reverse(before))
            await self.take_away(before)

    async def leave(self, spot: Spot) -> None:
        """The message shows no slot any more."""
        facts = await self._notes.get(PLATFORM, _reverse(spot))
        if facts is None:
            return
        key = str(facts["slot"])
        shown = await self._notes.get(PLATFORM, key)
        if shown is not None and read_spot(shown) == spot:
            await self._notes.drop(PLATFORM, key)
        await self._notes.drop(PLATFORM, _reverse(spot))

    async def keep_result(self, job: JobId, spots: list[Spot], *, person: PersonId) -> None:
        """These messages show a job's result, too."""
        known = await self._results(job)
        every = list(dict.fromkeys([*known, *spots]))
        facts: dict[str, Json] = {"messages": [spot.facts() for spot in every]}
        await self._notes.put(PLATFORM, f"result:{job}", facts, person=person)

    async def take_results_away(self, job: JobId) -> None:
        for spot in await self._results(job):
            await self.take_away(spot)
        await self._notes.drop(PLATFORM, f"result:{job}")

    async def take_away(self, spot: Spot) -> None:
        """Delete a message of ours, if it is still there."""
        channel = self._client.get_partial_messageable(spot.channel)
        try:
            await firmly(channel.get_partial_message(spot.message).delete)
        except discord.HTTPException as error:
            _log.info("a message could not be deleted: %s", error)

    async def _results(self, job: JobId) -> list[Spot]:
        facts = await self._notes.get(PLATFORM, f"result:{job}") or {}
        listed = facts.get("messages")
        if not isinstance(listed, list):
            return []
        return [read_spot(each) for each in listed if isinstance(each, Mapping)]


def _key(slot: str, channel: int, identity: PersonId) -> str:
    return f"slot:{slot}:{channel}:{identity}"


def _reverse(spot: Spot) -> str:
    return f"shows:{spot.channel}:{spot.message}"
