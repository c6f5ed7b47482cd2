"""Files that people send: what a message holds, and how it comes onto our disk."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import telegram
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from adapters.telegram.terms import Terms
from core.errors import ServiceError, UserError
from core.names import PersonId
from core.options import Attachment
from core.ports import Inbox

_log = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_ATTEMPTS = 3
_TIMES = httpx.Timeout(30.0, read=60.0)


class OversizeError(UserError):
    """Bots may not have a file that large from Telegram; a page of ours takes it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One file in a message. `size` is in bytes, None where Telegram does not say."""

    id: str
    mark: str
    label: str
    size: int | None


def list_sent(message: telegram.Message) -> tuple[Sent, ...]:
    """The file of a message; empty when it has none that could be of use."""
    audio, video, document = message.audio, message.video, message.document
    stamp = f"{message.date:%Y-%m-%d %H-%M-%S}"
    if audio is not None:
        named = " - ".join(part for part in (audio.performer, audio.title) if part)
        return (_sent(audio, audio.file_name or f"{named or 'Audio ' + stamp}.mp3"),)
    if message.voice is not None:
        return (_sent(message.voice, f"Voice {stamp}.ogg"),)
    if video is not None:
        return (_sent(video, video.file_name or f"Video {stamp}.mp4"),)
    if message.video_note is not None:
        return (_sent(message.video_note, f"Video note {stamp}.mp4"),)
    if document is not None:
        return (_sent(document, document.file_name or "document"),)
    if message.photo:
        return (_sent(max(message.photo, key=lambda size: size.width), "photo.jpg"),)
    return ()


def _sent(
    file: telegram.Audio
    | telegram.Voice
    | telegram.Video
    | telegram.VideoNote
    | telegram.Document
    | telegram.PhotoSize,
    label: str,
) -> Sent:
    return Sent(file.file_id, file.file_unique_id, label, file.file_size)


def is_picture(message: telegram.Message) -> bool:
    document = message.document
    mime = (document.mime_type or "") if document is not None else ""
    return bool(message.photo) or mime.startswith("image/")


class Files:
    """Brings files from Telegram into the inbox, streaming; never the same one twice."""

    def __init__(self, bot: ExtBot[str], inbox: Inbox, terms: Terms) -> None:
        self._bot = bot
        self._inbox = inbox
        self._terms = terms

    async def receive(self, person: PersonId, sent: Sent, *, key: str) -> Attachment:
        """Raises `OversizeError`, `UserError` as the inbox does, and `ServiceError`."""
        if sent.size is not None and sent.size > self._terms.download:
            raise OversizeError(self._tell(sent))
        for attempt in range(1, _ATTEMPTS + 1):
            path = await self._locate(sent)
            try:
                return await self._inbox.receive(
                    person, sent.label, self._read(path), key=key, size=sent.size
                )
            except httpx.HTTPError as error:
                # The error names the address, and the address has the token in it.
                _log.info("attempt %d at a file ended with %s", attempt, type(error).__name__)
        raise ServiceError(f"“{sent.label}” did not come through from Telegram. Send it again.")

    async def _locate(self, sent: Sent) -> str:
        try:
            file = await self._bot.get_file(sent.id)
        except BadRequest as error:
            if "too big" in error.message:
                raise OversizeError(self._tell(sent)) from error
            raise UserError(f"“{sent.label}” is no longer on Telegram. Send it again.") from error
        except TelegramError as error:
            raise ServiceError(
                f"Telegram did not hand over “{sent.label}”. Send it again."
            ) from error
        return file.file_path or ""

    def _read(self, path: str) -> AsyncIterator[bytes]:
        if self._terms.folder is not None and path.startswith("/"):
            return _read_local(path, self._terms.folder)
        return _download(path)

    def _tell(self, sent: Sent) -> str:
        size = f" is {sent.size / 1e6:.0f} MB, and" if sent.size else ":"
        most = self._terms.download / (1024 * 1024)
        return f"“{sent.label}”{size} Telegram hands no more than {most:.0f} MB to bots."


async def _download(url: str) -> AsyncIterator[bytes]:
    async with (
        httpx.AsyncClient(timeout=_TIMES) as client,
        client.stream("GET", url) as answer,
    ):
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes(_CHUNK):
            yield chunk


async def _read_local(path: str, folder: Path) -> AsyncIterator[bytes]:
    """A file of the operator's own Bot API server: copied, never moved, and only from its folder.

    Raises `ServiceError` for any other path.
    """
    real = await asyncio.to_thread(_find_inside, Path(path), folder)
    if real is None:
        _log.error("the Bot API server named a file outside of %s", folder)
        raise ServiceError("The Bot API server named a file that is not in its folder.")
    with real.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def _find_inside(path: Path, folder: Path) -> Path | None:
    real = path.resolve()
    return real if real.is_relative_to(folder.resolve()) and real.is_file() else None
