"""Files that people attach, streamed from Discord's network to the inbox."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

import aiohttp
import discord

from adapters.discord.trouble import BROKEN
from core.errors import BlockedError, ServiceError, UserError
from core.names import PersonId
from core.options import Attachment
from core.ports import Inbox

_PIECE = 1 << 16
_TRIES = 3
_AT_ONCE = 4
_TIMEOUT = aiohttp.ClientTimeout(total=1800, sock_connect=15, sock_read=30)
_GONE = (401, 403, 404, 410)

Refresh = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as Discord names it. `refresh` finds a new address when this one has expired."""

    id: str
    url: str
    label: str
    size: int
    kind: str = ""
    refresh: Refresh | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in, by the id of the attachment, and why the rest did not."""

    files: dict[str, Attachment]
    refused: tuple[str, ...]


class _ExpiredError(Exception):
    """An address is no longer good."""


def read_sent(facts: dict[str, Any], *, refresh: Refresh | None = None) -> Sent:
    """A file from the payload of an interaction or a message."""
    name = str(facts["filename"])
    # Discord takes spaces and accents out of names: the stem as it was is the title.
    title = facts.get("title")
    label = f"{title}{PurePosixPath(name).suffix}" if title else name
    kind = str(facts.get("content_type") or "")
    return Sent(str(facts["id"]), str(facts["url"]), label, int(facts["size"]), kind, refresh)


def list_sent(client: discord.Client, message: discord.Message) -> list[Sent]:
    """The files of a message; their addresses can be had anew."""
    return [_of_message(client, message, each) for each in message.attachments]


def _of_message(
    client: discord.Client, message: discord.Message, attachment: discord.Attachment
) -> Sent:
    async def refresh() -> str:
        channel = client.get_partial_messageable(message.channel.id)
        fresh = await channel.fetch_message(message.id)
        found = [each.url for each in fresh.attachments if each.id == attachment.id]
        if not found:
            raise UserError(f"{attachment.filename} was taken off that message. Post it again.")
        return found[0]

    facts = attachment.to_dict()
    sent = read_sent({**facts, "title": attachment.title})
    return replace(sent, kind=attachment.content_type or "", refresh=refresh)


class Intake:
    """Brings files in, a few at a time."""

    def __init__(self, inbox: Inbox, session: aiohttp.ClientSession) -> None:
        self._inbox = inbox
        self._session = session
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def take(self, person: PersonId, sent: Sequence[Sent]) -> Taken:
        """Every file that can be had. One bad file does not keep the others out.

        Raises `BlockedError` when this person may send none.
        """
        ends = await asyncio.gather(*(self._take(person, each) for each in sent))
        pairs = list(zip(sent, ends, strict=True))
        return Taken(
            {each.id: end for each, end in pairs if isinstance(end, Attachment)},
            tuple(f"{each.label}: {end}" for each, end in pairs if isinstance(end, str)),
        )

    async def _take(self, person: PersonId, sent: Sent) -> Attachment | str:
        async with self._room:
            try:
                return await self._bring(person, sent)
            except BlockedError:
                raise
            except (UserError, ServiceError) as error:
                return str(error)

    async def _bring(self, person: PersonId, sent: Sent) -> Attachment:
        """Stream one file. Raises `UserError`, or `ServiceError` when Discord gives nothing."""
        url = sent.url
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._inbox.receive(
                    person,
                    sent.label,
                    self._stream(url),
                    key=f"discord:{sent.id}",
                    size=sent.size,
                )
            except _ExpiredError as error:
                url = await _find_again(sent, error)
            except BROKEN as error:
                if attempt == _TRIES:
                    raise ServiceError("Discord did not give it out. Send it again.") from error
        raise ServiceError("Discord did not give it out. Send it again.")

    async def _stream(self, url: str) -> AsyncIterator[bytes]:
        # Discord's files are where it says; what sends us on is not Discord's.
        async with self._session.get(url, timeout=_TIMEOUT, allow_redirects=False) as answer:
            if answer.status in _GONE:
                raise _ExpiredError
            answer.raise_for_status()
            if answer.status != HTTPStatus.OK:
                raise ServiceError("Discord did not give it out. Send it again.")
            async for piece in answer.content.iter_chunked(_PIECE):
                yield piece


async def _find_again(sent: Sent, error: Exception) -> str:
    if sent.refresh is None:
        raise UserError("It is no longer there. Send it again.") from error
    try:
        return await sent.refresh()
    except discord.HTTPException as refusal:
        raise UserError("Its message is no longer there. Send it again.") from refusal
