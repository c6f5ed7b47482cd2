"""Replies that answer no interaction: posted, or put in the place of what a slot showed."""

from dataclasses import dataclass, replace

import discord

from adapters.discord.answering import open_files
from adapters.discord.drawing import draw, plainly
from adapters.discord.places import open_place, user_of
from adapters.discord.progress import Post, ProgressBoard
from adapters.discord.rights import may
from adapters.discord.slots import Slots, Spot
from adapters.discord.trouble import BROKEN, firmly, is_direct_refused, is_shut
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.names import JobId
from core.ports import Counter
from core.screens import Reply


@dataclass(frozen=True, slots=True)
class Poster:
    client: discord.Client
    counter: Counter
    slots: Slots
    progress: ProgressBoard

    async def show(self, reply: Reply, asker: Asker, *, nonce: str) -> None:
        """A reply without an interaction. Raises `ServiceError` when Discord does not take it."""
        place = asker.home if reply.alone else asker.place
        try:
            await self._show(reply, replace(asker, place=place), nonce=nonce)
        except discord.HTTPException as error:
            other = asker.place if place == asker.home else asker.home
            private = reply.alone and other != asker.home
            passes = is_direct_refused(error) or is_shut(error)
            if private or other == place or not passes:
                raise ServiceError("Discord did not take a message.") from error
            await self._show_elsewhere(reply, replace(asker, place=other), nonce=nonce)
        except BROKEN as error:
            raise ServiceError("Discord does not answer.") from error

    async def _show_elsewhere(self, reply: Reply, asker: Asker, *, nonce: str) -> None:
        try:
            await self._show(reply, asker, nonce=nonce)
        except discord.HTTPException as error:
            raise ServiceError("Discord did not take a message.") from error

    async def _show(self, reply: Reply, asker: Asker, *, nonce: str) -> None:
        """Change the slot's message while it is the last one, else post."""
        channel = await open_place(self.client, asker.place)
        person = await self.counter.people.account(asker.identity)
        if reply.job is not None:
            await self._announce(channel, reply, reply.job, asker, nonce=nonce)
            return
        if not reply.slot:
            await self._post(channel, reply, asker, nonce=nonce)
            return
        async with self.slots.door(reply.slot, channel.id, asker.identity):
            before = await self.slots.find(reply.slot, channel.id, asker.identity)
            if before is not None and await self._is_last(before):
                await self._change(before, reply, asker)
                return
            spot = await self._post(channel, reply, asker, nonce=nonce)
            await self.slots.put(reply.slot, spot, asker.identity, person=person)

    async def _announce(
        self,
        channel: discord.PartialMessageable,
        reply: Reply,
        job: JobId,
        asker: Asker,
        *,
        nonce: str,
    ) -> None:
        """A progress message for a job that nobody asked for here. There is one of each job."""
        person = await self.counter.people.account(asker.identity)
        user = user_of(asker.identity)
        if user is None or await self.progress.find(job) is not None:
            return
        try:
            found = await self.counter.jobs.find(job, person=person)
        except UserError:  # it was deleted already: its words are all there is
            await self._post(channel, reply, asker, nonce=nonce)
            return
        shown = await self.counter.desk.show_progress(found)
        text = "\n\n".join(part for part in (reply.text, shown.text) if part)
        spot = await self._post(channel, replace(shown, text=text), asker, nonce=nonce)
        await self.progress.adopt(job, Post(spot, user, said=reply.text), person=person)

    async def _post(
        self,
        channel: discord.PartialMessageable,
        reply: Reply,
        asker: Asker,
        *,
        nonce: str,
    ) -> Spot:
        drawn = draw(reply)
        drawn = drawn if may(self.client, asker.place, "embed_links") else plainly(drawn)
        message = await firmly(
            lambda: channel.send(
                **drawn.fresh(),
                files=open_files(reply.files),
                nonce=nonce,
            )
        )
        return Spot(channel.id, message.id)

    async def _change(self, spot: Spot, reply: Reply, asker: Asker) -> None:
        drawn = draw(reply)
        drawn = drawn if may(self.client, asker.place, "embed_links") else plainly(drawn)
        message = self.client.get_partial_messageable(spot.channel).get_partial_message(
            spot.message
        )
        await firmly(
            lambda: message.edit(
                **drawn.changed(),
            )
        )

    async def _is_last(self, spot: Spot) -> bool:
        """Whether nobody has written below a message."""
        channel = self.client.get_partial_messageable(spot.channel)
        try:
            found = [message async for message in channel.history(limit=1)]
        except discord.Forbidden:
            return False
        return bool(found) and found[0].id == spot.message
