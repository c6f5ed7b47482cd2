"""Where an answer to an interaction appears: in its place, beside it, for one or for all."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from adapters.discord.asking import Interaction, reaches
from adapters.discord.drawing import Drawn, draw
from adapters.discord.places import open_place
from adapters.discord.progress import Post, ProgressBoard
from adapters.discord.slots import Slots, Spot
from adapters.discord.trouble import firmly, is_expired, is_gone
from core.calls import Asker
from core.errors import UserError
from core.names import PersonId
from core.ports import Counter
from core.screens import File, Reply

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """An interaction that was acknowledged. `hidden` that its place is seen by one person only;
    `pressed` that a button's message is there to be changed."""

    interaction: Interaction
    asker: Asker
    hidden: bool
    pressed: bool = False


class Answers:
    """Shows replies, and remembers the messages that stay."""

    def __init__(self, counter: Counter, slots: Slots, progress: ProgressBoard) -> None:
        self._counter = counter
        self._slots = slots
        self._progress = progress

    async def show(self, turn: Turn, reply: Reply) -> None:
        """Answer after the acknowledgement.

        In an ordinary message when its time is over, or somebody took away what was to be filled.
        """
        person = await self._counter.people.account(turn.asker.identity)
        if reply.removed is not None:
            await self._slots.take_results_away(reply.removed)
        drawn = await self._draw(reply)
        in_place = reply.edits if turn.pressed else (turn.hidden or not reply.alone)
        hidden = turn.hidden if in_place else (reply.alone or turn.hidden)
        try:
            if in_place:
                message = await _fill(turn, drawn, reply)
            else:
                message = await _follow(turn, drawn, reply, hidden=hidden)
        except discord.HTTPException as error:
            if not (is_expired(error) or is_gone(error)):
                raise
            message = await self._show_late(turn, drawn, reply)
            hidden = False
        await self._keep(turn, reply, message, hidden=hidden, person=person)

    async def _draw(self, reply: Reply) -> Drawn:
        """A job that is announced shows at once how far it is, and its Cancel button."""
        job = None
        if reply.job is not None:
            try:
                job = await self._counter.jobs.find(reply.job, person=None)
            except UserError:  # a job of no pipeline's making: its words are all there is
                return draw(reply)
        if job is None:
            return draw(reply)
        shown = await self._counter.desk.show_progress(job)
        text = "\n\n".join(part for part in (reply.text, shown.text) if part)
        return draw(replace(shown, text=text))

    async def _keep(
        self,
        turn: Turn,
        reply: Reply,
        message: discord.Message,
        *,
        hidden: bool,
        person: PersonId,
    ) -> None:
        spot = Spot(message.channel.id, message.id)
        through_token = hidden or not _is_open(turn)
        if reply.job is not None:
            post = Post(spot, turn.interaction.user.id, reply.text, hidden=through_token)
            token = turn.interaction if through_token else None
            if turn.pressed and reply.edits:
                await self._slots.leave(spot)
            await self._progress.adopt(reply.job, post, person=person, token=token)
        elif reply.slot and not through_token:
            await self._slots.put(reply.slot, spot, turn.asker.identity, person=person)

    async def _show_late(self, turn: Turn, drawn: Drawn, reply: Reply) -> discord.Message:
        """The interaction can no longer be answered: in an ordinary message, where no one else
        reads what is private.
        """
        private = turn.hidden or reply.alone
        place = turn.asker.home if private else turn.asker.place
        channel = await open_place(turn.interaction.client, place)
        nonce = str(turn.interaction.id)
        return await firmly(
            lambda: channel.send(
                **drawn.fresh(),
                files=open_files(reply.files),
                nonce=nonce,
            )
        )


def _is_open(turn: Turn) -> bool:
    """Whether the bot itself can reach the message: in a server it is in, or with the person."""
    return reaches(turn.interaction) or turn.interaction.context.dm_channel


async def _fill(turn: Turn, drawn: Drawn, reply: Reply) -> discord.Message:
    return await firmly(
        lambda: turn.interaction.edit_original_response(
            **drawn.changed(),
            attachments=open_files(reply.files),
        )
    )


async def _follow(turn: Turn, drawn: Drawn, reply: Reply, *, hidden: bool) -> discord.Message:
    if not turn.pressed:
        # What all can see says “is thinking”, and what follows is for one person alone.
        await firmly(turn.interaction.delete_original_response)
    return await firmly(
        lambda: turn.interaction.followup.send(
            **drawn.fresh(),
            files=open_files(reply.files),
            ephemeral=hidden,
            wait=True,
        )
    )


def open_files(files: Sequence[File]) -> list[discord.File]:
    """Small files of ours, for one try to send them: discord.py closes them after it."""
    return [discord.File(each.path, filename=each.label) for each in files]
