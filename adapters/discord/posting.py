"""Sending one letter so that it arrives once: with a nonce, and found again after a crash."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import discord

from adapters.discord.drawing import Drawn, draw, make_mark, plainly
from adapters.discord.parcels import WAVEFORM, Letter
from adapters.discord.places import open_place
from adapters.discord.rights import may
from adapters.discord.slots import Spot
from adapters.discord.trouble import firmly, is_too_large
from core.jobs import Product
from core.names import Place
from core.screens import Reply

_log = logging.getLogger(__name__)
_PATIENT = (0.5, 2.0, 5.0, 10.0)
_SEARCHED = 1000
_EARLIER = timedelta(minutes=2)
"""Discord's clock and ours may differ by so much."""


class TooLargeError(Exception):
    """The place does not take a file of so many bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes are too many")
        self.size = size


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A letter on its way. `mark` makes it the same letter; `below` is the first one of several.

    `since` is when it can have been sent at the earliest, in seconds since 1970.
    """

    place: Place
    mark: tuple[str, str]
    words: Reply
    letter: Letter
    mention: int
    since: float
    below: Spot | None = None

    @property
    def nonce(self) -> str:
        return make_mark(*self.mark)

    def drawn(self, *, plain: bool) -> Drawn:
        picture = self.letter.picture
        drawn = draw(
            self.words,
            mention=self.mention,
            mark=self.nonce,
            picture=_name(picture) if picture and not plain else "",
        )
        if plain:
            return plainly(drawn)
        return replace(drawn, wide=picture is not None and picture.role == WAVEFORM)


class Postbox:
    def __init__(self, client: discord.Client) -> None:
        self.client = client

    async def send(self, envelope: Envelope) -> Spot:
        """Send a letter. The same one again within minutes does nothing: Discord sees to that.

        Raises `TooLargeError`, `ServiceError`, or `discord.HTTPException` for other refusals.
        """
        channel = await open_place(self.client, envelope.place)
        message = await firmly(lambda: self._send(channel, envelope), pauses=_PATIENT)
        return Spot(channel.id, message.id)

    async def find(self, envelope: Envelope) -> Spot | None:
        """The letter, if it is in the channel already."""
        if not may(self.client, envelope.place, "read_message_history"):
            return None
        channel = await open_place(self.client, envelope.place)
        since = datetime.fromtimestamp(envelope.since, UTC) - _EARLIER
        async for message in channel.history(limit=_SEARCHED, after=since, oldest_first=False):
            if message.author == self.client.user and _is_letter(message, envelope):
                return Spot(channel.id, message.id)
        return None

    async def reword(self, spot: Spot, envelope: Envelope) -> None:
        """Put new words and buttons in a letter that was sent; its files stay."""
        plain = not may(self.client, envelope.place, "embed_links")
        message = self.client.get_partial_messageable(spot.channel).get_partial_message(
            spot.message
        )
        try:
            await firmly(lambda: message.edit(**envelope.drawn(plain=plain).changed()))
        except discord.HTTPException as error:  # it was deleted: that is its person's right
            _log.info("a result could not be reworded: %s", error)

    async def whisper(self, token: discord.Interaction[discord.Client], reply: Reply) -> None:
        """Words through an interaction, for its person alone."""
        drawn = draw(reply)
        await firmly(
            lambda: token.followup.send(
                **drawn.fresh(),
                ephemeral=True,
            )
        )

    async def _send(
        self, channel: discord.PartialMessageable, envelope: Envelope
    ) -> discord.Message:
        plain = not may(self.client, envelope.place, "embed_links")
        drawn = envelope.drawn(plain=plain)
        people = [discord.Object(envelope.mention)] if envelope.mention else False
        try:
            return await channel.send(
                **drawn.fresh(),
                files=_open(envelope.letter, plain=plain),
                nonce=envelope.nonce,
                allowed_mentions=discord.AllowedMentions(users=people),
                **self._reference(envelope),
            )
        except discord.HTTPException as error:
            file = envelope.letter.file
            if is_too_large(error) and file is not None:
                raise TooLargeError(file.size) from error
            raise

    def _reference(self, envelope: Envelope) -> dict[str, Any]:
        """Further letters hang below the first one, where that is allowed."""
        below = envelope.below
        if below is None or not may(self.client, envelope.place, "read_message_history"):
            return {}
        first = discord.MessageReference(
            message_id=below.message, channel_id=below.channel, fail_if_not_exists=False
        )
        return {"reference": first}


def _open(letter: Letter, *, plain: bool) -> list[discord.File]:
    """The letter's files, for one try: read while they are sent, and closed by discord.py."""
    files = [discord.File(letter.file.path, filename=letter.file.label)] if letter.file else []
    if letter.picture and not plain:
        picture = letter.picture
        files.append(discord.File(picture.path, filename=_name(picture)))
    return files


def _name(picture: Product) -> str:
    """A name that Discord leaves as it is, so that an embed can point at the file."""
    stem = WAVEFORM if picture.role == WAVEFORM else "cover"
    return f"{stem}{PurePosixPath(picture.label).suffix.lower()}"


def _is_letter(message: discord.Message, envelope: Envelope) -> bool:
    """By its nonce, by the mark on its buttons, or by what it follows and holds."""
    if message.nonce is not None and str(message.nonce) == envelope.nonce:
        return True
    if any(custom_id.endswith(envelope.nonce) for custom_id in _button_ids(message)):
        return True
    below, file = envelope.below, envelope.letter.file
    if below is None or file is None or message.reference is None:
        return False
    sizes = [each.size for each in message.attachments]
    return message.reference.message_id == below.message and file.size in sizes


def _button_ids(message: discord.Message) -> Iterator[str]:
    for row in message.components:
        if isinstance(row, discord.ActionRow):
            for item in row.children:
                if isinstance(item, discord.Button) and item.custom_id:
                    yield item.custom_id
