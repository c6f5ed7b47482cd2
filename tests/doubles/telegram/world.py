"""Telegram's servers: everything that is known, and what the bot is told of it."""

import asyncio
import itertools
from dataclasses import dataclass, replace
from pathlib import Path

from tests.doubles.telegram.bots import Bot
from tests.doubles.telegram.chats import Chat, ChatKind, Status
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.faults import Faults
from tests.doubles.telegram.files import Files, Limits
from tests.doubles.telegram.floods import FloodLimits, Floods
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.media import Media
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.updates import Updates
from tests.doubles.telegram.users import STAND_INS, User
from tests.doubles.telegram.webhook import Webhook


@dataclass(eq=False, slots=True)
class Press:
    """A tap on a button. `text` is what the bot answered, None until it did."""

    id: str
    user: User
    message: Message
    data: str
    at: float
    text: str | None = None
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A request and what became of it; `at` in the double's seconds, `code` 0 for no answer."""

    request: Incoming
    at: float
    code: int
    description: str = ""

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def chat(self) -> int:
        return self.request.integer("chat_id")


class World:
    """What the methods work on. Whoever changes something calls `changed`."""

    def __init__(self, folder: Path, *, clock: Clock, limits: Limits, local: bool) -> None:
        self._event = asyncio.Event()
        self.clock = clock
        self.limits = limits
        self.local = local
        self.bot = Bot()
        self.files = Files(folder)
        self.updates = Updates(clock, changed=self.changed)
        self.webhook = Webhook(self.updates, clock)
        self.floods = Floods(FloodLimits())
        self.faults = Faults()
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {self.bot.user.id: self.bot.user}
        self.media: dict[str, Media] = {}
        """What was ever sent, by file_id: it can be sent again."""
        self.presses: dict[str, Press] = {}
        self.requests: list[Answered] = []
        self.violations: list[str] = []
        self.numbers = itertools.count(1)
        self._shared_ids = itertools.count(101)
        self._own_ids: dict[int, itertools.count[int]] = {}

    @property
    def largest_upload(self) -> int:
        return self.limits.local_upload if self.local else self.limits.upload

    def changed(self) -> None:
        """Wake whoever waits for a condition."""
        self._event.set()
        self._event = asyncio.Event()

    async def change(self) -> None:
        await self._event.wait()

    def add_chat(
        self, kind: ChatKind, chat: int = 0, *, title: str = "", username: str = ""
    ) -> Chat:
        if not chat:
            number = next(self.numbers)
            chat = -1_001_900_000_000 - number if kind == "supergroup" else -4_100_000 - number
        made = self.chats[chat] = Chat(chat, kind, title, username)
        return made

    def find_chat(self, word: str) -> Chat:
        """By id or @username, as requests name chats."""
        if not word:
            raise bad_request("chat_id is empty")
        if word.startswith("@"):
            named = [chat for chat in self.chats.values() if f"@{chat.username}" == word]
        else:
            named = [chat for chat in self.chats.values() if str(chat.id) == word]
        if not named:
            raise bad_request("chat not found")
        return named[0]

    def writable_chat(self, incoming: Incoming) -> Chat:
        chat = self.find_chat(incoming.text("chat_id"))
        chat.check_writable(self.bot.user.id)
        return chat

    def pay(self, chat: Chat, messages: int = 1) -> None:
        """Count messages and edits towards Telegram's patience."""
        group = chat.kind != "private"
        self.floods.pay(chat.id, messages=messages, group=group, now=self.clock.now)

    def next_id(self, chat: Chat) -> int:
        """Supergroups count for themselves, all other chats together."""
        if chat.kind != "supergroup":
            return next(self._shared_ids)
        return next(self._own_ids.setdefault(chat.id, itertools.count(1)))

    def post(self, message: Message) -> Message:
        """Put a new message into its chat; the bot is told of people's."""
        self._keep(message)
        person = not message.sender.is_bot or message.sender.id in STAND_INS
        if person and self.bot_sees(message):
            self.updates.put("message", message.to_json())
        return message

    def replace(self, message: Message, *, tell: bool) -> Message:
        """A new state of a message that is there."""
        self._keep(message)
        if tell and self.bot_sees(message):
            self.updates.put("edited_message", message.to_json())
        return message

    def _keep(self, message: Message) -> None:
        message.chat.messages[message.id] = message
        if message.media is not None:
            self.media[message.media.file.id] = message.media
        self.changed()

    def remove(self, chat: Chat, message: int) -> None:
        del chat.messages[message]
        self.changed()

    def press(self, user: User, message: Message, data: str) -> Press:
        press = Press(str(4_000_000_000 + next(self.numbers)), user, message, data, self.clock.now)
        self.presses[press.id] = press
        query: Json = {
            "id": press.id,
            "from": user.to_json(),
            "message": message.to_json(),
            "chat_instance": str(-9_000_000_000 + message.chat.id),
            "data": data,
        }
        self.updates.put("callback_query", query)
        return press

    def bot_sees(self, message: Message) -> bool:
        """Telegram's privacy mode: commands, answers to the bot, and what mentions it."""
        chat = self.chats[message.chat.id]
        status = chat.status(self.bot.user.id)
        if chat.kind == "private":
            return not chat.blocked
        if status in ("left", "kicked"):
            return False
        if not self.bot.privacy or status in ("creator", "administrator") or message.service:
            return True
        replied = chat.messages.get(message.reply_to)
        if replied is not None and replied.sender == self.bot.user:
            return True
        return self._is_meant(message)

    def _is_meant(self, message: Message) -> bool:
        name = f"@{self.bot.user.username}"
        units = message.plain.encode("utf-16-le")
        for each in message.text.entities:
            word = units[2 * each.offset : 2 * (each.offset + each.length)].decode("utf-16-le")
            if each.kind == "mention" and word == name:
                return True
            if each.kind == "bot_command" and word.partition("@")[2] in ("", name[1:]):
                return True
        return False

    def set_status(self, chat: Chat, by: User, *, status: Status) -> None:
        """Change what the bot is in a chat, and tell it so."""
        bot = self.bot.user
        old = _own_member(chat, bot)
        if chat.kind == "private":
            chat.blocked = status == "kicked"
        else:
            chat.members[bot.id] = (bot, status)
        told: Json = {
            "chat": chat.to_json(),
            "from": by.to_json(),
            "date": self.clock.date,
            "old_chat_member": old,
            "new_chat_member": _own_member(chat, bot),
        }
        self.updates.put("my_chat_member", told)
        self.changed()

    def edited(self, message: Message, **changes: object) -> Message:
        """A message with changes and the date of its edit."""
        return replace(message, edited=self.clock.date, **changes)  # type: ignore[arg-type] # fields


def _own_member(chat: Chat, bot: User) -> Json:
    if chat.kind != "private":
        return chat.member_json(bot)
    if chat.blocked:
        return {"status": "kicked", "user": bot.to_json(), "until_date": 0}
    return {"status": "member", "user": bot.to_json()}
