"""Writing to chats: messages, edits, files, and what Telegram says when it will not."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot

from adapters.editing import ThrottledError
from adapters.telegram.drawing import Drawn
from adapters.telegram.pacing import EDIT
from adapters.telegram.places import PLATFORM, Spot, server_of, spot_of
from core.errors import ServiceError, UserError
from core.names import Place
from core.ports import Notes, Servers

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_SAME = "message is not modified"
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "message_id_invalid",
)
_CLOSED = ("chat not found", "not enough rights", "have no rights", "chat_write_forbidden")
_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class GoneError(Exception):
    """The message is no longer there, or is not ours to change."""


class SameError(Exception):
    """The message looks like that already."""


class RefusedError(UserError):
    """This chat cannot be written to: blocked, kicked out, never started, or not allowed."""


class TooLargeError(Exception):
    """Telegram did not take a file of that size."""


class Poster:
    """Writes to places. Groups that became supergroups are followed."""

    def __init__(self, bot: ExtBot[str], notes: Notes, servers: Servers) -> None:
        self.bot = bot
        self._notes = notes
        self._servers = servers
        self._moved: dict[int, int] = {}
        self._latest: dict[int, int] = {}

    def saw(self, chat: int, message: int) -> None:
        """Remember how far a chat has got, to know whether a message is still its last."""
        self._latest[chat] = max(message, self._latest.get(chat, 0))

    def is_last(self, place: Place, message: int) -> bool:
        return message >= self._latest.get(spot_of(place).chat, message)

    async def post(
        self,
        place: Place,
        drawn: Drawn,
        *,
        answers: int = 0,
        markup: telegram.ForceReply | None = None,
    ) -> int:
        """Send a message and return its id. Raises `RefusedError` and `ServiceError`."""

        async def send(spot: Spot) -> telegram.Message:
            return await self.bot.send_message(
                spot.chat,
                drawn.text,
                message_thread_id=spot.topic,
                entities=drawn.entities(),
                reply_markup=markup or drawn.markup(),
                reply_parameters=answer_to(answers),
                link_preview_options=_NO_PREVIEW,
            )

        return self._sent(await self.reach(place, send))

    async def change(
        self, place: Place, message: int, drawn: Drawn, *, hurried: bool = False
    ) -> None:
        """Edit a message. A hurried edit does not wait: it raises `ThrottledError` instead.

        Raises `GoneError`, `RefusedError` and `ServiceError`.
        """

        async def edit(spot: Spot) -> object:
            return await self.bot.edit_message_text(
                drawn.text,
                spot.chat,
                message,
                entities=drawn.entities(),
                reply_markup=drawn.markup(),
                link_preview_options=_NO_PREVIEW,
                rate_limit_args=EDIT if hurried else None,
            )

        await self.reach(place, edit)

    async def change_media(self, place: Place, message: int, media: telegram.InputMedia) -> None:
        """Turn a message into a file. Raises as `change`, and `TooLargeError`."""

        async def edit(spot: Spot) -> object:
            return await self.bot.edit_message_media(media, spot.chat, message)

        await self.reach(place, edit)

    async def send_document(self, place: Place, path: Path, label: str) -> int:
        with path.open("rb") as file:
            document = telegram.InputFile(file, filename=label, read_file_handle=False)

            async def send(spot: Spot) -> telegram.Message:
                file.seek(0)
                return await self.bot.send_document(
                    spot.chat, document, message_thread_id=spot.topic
                )

            return self._sent(await self.reach(place, send))

    async def delete(self, place: Place, message: int) -> None:
        """Take a message away, if it still can be."""
        try:
            await self.reach(place, lambda spot: self.bot.delete_message(spot.chat, message))
        except (GoneError, RefusedError) as error:
            _log.info("message %s of %s stays: %s", message, place.conversation, error)

    async def reach(self, place: Place, deed: Callable[[Spot], Awaitable[_T]]) -> _T:
        """Do something in a place, with Telegram's refusals as ours."""
        spot = await self._locate(place)
        try:
            return await self._attempt(spot, deed)
        except ChatMigrated as moved:
            await self.follow(spot.chat, moved.new_chat_id)
            return await self._attempt(Spot(moved.new_chat_id), deed)

    async def follow(self, old: int, new: int) -> None:
        """A group has become a supergroup, under another id, by which its rules go now."""
        self._moved[old] = new
        await self._notes.put(PLATFORM, f"moved:{old}", {"chat": new})
        await self._servers.move(server_of(old), server_of(new))

    def _sent(self, message: telegram.Message) -> int:
        self.saw(message.chat.id, message.message_id)
        return message.message_id

    async def _attempt(self, spot: Spot, deed: Callable[[Spot], Awaitable[_T]]) -> _T:
        try:
            return await deed(spot)
        except ChatMigrated:
            raise
        except RetryAfter as flood:
            after = flood.retry_after
            raise ThrottledError(
                after if isinstance(after, int) else after.total_seconds()
            ) from flood
        except Forbidden as error:
            raise RefusedError(_advise(error.message)) from error
        except BadRequest as error:
            if any(words in error.message.lower() for words in _NO_TOPIC) and spot.topic:
                return await self._attempt(Spot(spot.chat), deed)
            raise _translate(error) from error
        except NetworkError as error:
            if "413" in error.message or "Too Large" in error.message:
                raise TooLargeError(error.message) from error
            raise ServiceError("Telegram cannot be reached just now.") from error
        except TelegramError as error:
            raise ServiceError("Telegram did not take that just now.") from error

    async def _locate(self, place: Place) -> Spot:
        spot = spot_of(place)
        if spot.private:
            return spot
        if spot.chat not in self._moved:
            note = await self._notes.get(PLATFORM, f"moved:{spot.chat}")
            self._moved[spot.chat] = int(str(note["chat"])) if note else spot.chat
        new = self._moved[spot.chat]
        return spot if new == spot.chat else Spot(new)


def answer_to(message: int) -> telegram.ReplyParameters | None:
    return telegram.ReplyParameters(message, allow_sending_without_reply=True) if message else None


def _translate(error: BadRequest) -> Exception:
    words = error.message.lower()
    if _SAME in words:
        return SameError(error.message)
    if any(each in words for each in _GONE):
        return GoneError(error.message)
    if any(each in words for each in _CLOSED):
        return RefusedError(_advise(error.message))
    if "too big" in words or "too large" in words:
        return TooLargeError(error.message)
    return ServiceError("Telegram did not take that message.")


def _advise(words: str) -> str:
    """What to do about a closed chat."""
    lowered = words.lower()
    if "rights" in lowered or "write_forbidden" in lowered:
        return (
            "I may not send that here. An administrator can allow it: open the group's settings, "
            "then Permissions, or make me an administrator."
        )
    if "blocked" in lowered or "initiate" in lowered or "deactivated" in lowered:
        return "I cannot write to you directly: open a chat with me and press Start."
    if "kicked" in lowered or "not a member" in lowered:
        return "I am not in that group any more: add me again."
    return "That chat is not there any more."
