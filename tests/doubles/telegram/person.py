"""What people do: they write, send files, press buttons, and see what is in a chat."""

import asyncio
import mimetypes
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.entities import Json, Text
from tests.doubles.telegram.media import Details, Kind, Media, read_details
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.methods.copying import origin_of
from tests.doubles.telegram.pictures import make_sizes
from tests.doubles.telegram.users import User
from tests.doubles.telegram.waiting import until
from tests.doubles.telegram.wording import write_text
from tests.doubles.telegram.world import Press, World

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person:
    """One user of the app. What they do is at once in the chat and on its way to the bot."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    # Talking

    async def write(
        self, chat: Chat, text: str, *, reply_to: Message | None = None, topic: int = 0
    ) -> Message:
        return self._post(chat, text, reply_to=reply_to, topic=topic)

    async def start(self, payload: str = "") -> Message:
        """Open the bot's chat and press Start, or follow a link with that payload."""
        assert _PAYLOAD.fullmatch(payload), "a payload has at most 64 of A-Z, a-z, 0-9, _ and -"
        chat = self._world.chats[self.id]
        return await self.write(chat, f"/start {payload}".strip())

    async def follow(self, link: str) -> Message:
        """Tap a link to the bot, https://t.me/<bot>?start=<payload>, and press Start."""
        parts = urlsplit(link)
        here = f"/{self._world.bot.user.username}"
        assert (parts.netloc, parts.path) == ("t.me", here), f"{link} does not lead to the bot"
        return await self.start(parse_qs(parts.query).get("start", [""])[0])

    async def edit(self, message: Message, text: str) -> Message:
        """Change the text or caption of an own message."""
        assert message.sender == self.user, "people edit their own messages only"
        changed = self._world.edited(message.now, text=write_text(text))
        return self._world.replace(changed, tell=True)

    async def delete(self, message: Message) -> None:
        """Take a message away; bots are not told."""
        self._world.remove(self._world.chats[message.chat.id], message.id)

    async def forward(self, message: Message, to: Chat) -> Message:
        made = self._draft(to, message.text, message.media)
        return self._world.post(replace(made, origin=origin_of(message)))

    # Files

    async def send_audio(
        self,
        chat: Chat,
        path: Path,
        *,
        title: str = "",
        performer: str = "",
        duration: int = 0,
        name: str = "",
        caption: str = "",
        reply_to: Message | None = None,
    ) -> Message:
        """Title, performer and seconds come from the file where they are not given."""
        said = Details(title=title, performer=performer, duration=duration)
        media = await self._load("audio", path, name, said)
        return self._post(chat, caption, media=media, reply_to=reply_to)

    async def send_voice(self, chat: Chat, path: Path, *, duration: int = 0) -> Message:
        media = await self._load("voice", path, "", Details(duration=duration))
        return self._post(chat, "", media=media)

    async def send_video(
        self, chat: Chat, path: Path, *, width: int = 0, height: int = 0, caption: str = ""
    ) -> Message:
        media = await self._load("video", path, "", Details(width=width, height=height))
        return self._post(chat, caption, media=media)

    async def send_document(
        self, chat: Chat, path: Path, *, name: str = "", caption: str = ""
    ) -> Message:
        media = await self._load("document", path, name, Details())
        return self._post(chat, caption, media=media)

    async def send_photo(self, chat: Chat, path: Path, *, caption: str = "") -> Message:
        """It arrives as JPEGs in several sizes, none longer than 1,280 px."""
        return self._post(chat, caption, media=await self._load("photo", path, "", Details()))

    async def send_claimed(
        self, chat: Chat, kind: Kind, *, size: int, name: str, duration: int = 0, caption: str = ""
    ) -> Message:
        """A file of that many bytes without the bytes: it reads as zeros."""
        file = self._world.files.claim(kind, size, name=name)
        media = Media(kind, file, Details(duration=duration))
        return self._post(chat, caption, media=media)

    async def send_album(
        self, chat: Chat, paths: Sequence[Path], *, caption: str = "", kind: Kind | None = None
    ) -> list[Message]:
        """One message and one update for each file, with one media_group_id; kinds by name."""
        assert 2 <= len(paths) <= 10, "an album has 2 to 10 files"
        media = [await self._load(kind or _guess(each), each, "", Details()) for each in paths]
        album = str(13_500_000_000_000_000 + next(self._world.numbers))
        return [
            self._post(chat, caption if at == 0 else "", media=each, album=album)
            for at, each in enumerate(media)
        ]

    # Buttons and reactions

    async def press(self, message: Message, button: str) -> Press:
        """Tap a button by its label or data; LookupError when it is not there (any more)."""
        self._check_there(self._world.chats[message.chat.id])
        found = message.now.button(button)
        if not found.data:
            raise LookupError(f"the button {button!r} opens {found.url}: it tells the bot nothing")
        return self._world.press(self.user, message.now, found.data)

    async def forge(self, message: Message, data: str) -> Press:
        """Send any data as if a button had it: a changed app can do that."""
        return self._world.press(self.user, message.now, data)

    async def answered(self, press: Press, *, seconds: float = 10) -> str:
        """What the bot answered to a press, once it did."""
        await until(
            self._world,
            lambda: press.text is not None,
            what=f"an answer to the press of {press.data!r}",
            seconds=seconds,
        )
        return press.text or ""

    async def react(self, message: Message, emoji: str) -> None:
        """Bots hear of it only as administrators who asked for message_reaction."""
        world, old = self._world, message.now
        changed = replace(old, reactions={**old.reactions, self.id: emoji})
        world.replace(changed, tell=False)
        chat = world.chats[message.chat.id]
        if chat.status(world.bot.user.id) == "administrator":
            told: Json = {
                "chat": chat.to_json(),
                "message_id": message.id,
                "user": self.user.to_json(),
                "date": world.clock.date,
                "old_reaction": _reactions(old.reactions.get(self.id)),
                "new_reaction": _reactions(emoji),
            }
            world.updates.put("message_reaction", told)

    # The bot

    def block(self) -> None:
        self._world.set_status(self._world.chats[self.id], self.user, status="kicked")

    def unblock(self) -> None:
        self._world.set_status(self._world.chats[self.id], self.user, status="member")

    def add_bot(self, chat: Chat, *, admin: bool = False) -> None:
        self._world.set_status(chat, self.user, status="administrator" if admin else "member")

    def kick_bot(self, chat: Chat) -> None:
        self._world.set_status(chat, self.user, status="kicked")

    def menu(self, chat: Chat) -> list[str]:
        """The commands that the app offers when one types "/" there."""
        admin = chat.status(self.id) in ("creator", "administrator")
        scopes: list[Json] = [{"type": "chat", "chat_id": chat.id}]
        if chat.kind == "private":
            scopes.append({"type": "all_private_chats"})
        else:
            scopes.insert(0, {"type": "chat_member", "chat_id": chat.id, "user_id": self.id})
            if admin:
                scopes.insert(1, {"type": "chat_administrators", "chat_id": chat.id})
                scopes.append({"type": "all_chat_administrators"})
            scopes.append({"type": "all_group_chats"})
        scopes.append({"type": "default"})
        found = self._world.bot.commands_for(scopes, self.user.language)
        return [str(each["command"]) for each in found]

    # Looking

    def sees(self, chat: Chat) -> list[Message]:
        """The messages of a chat in their current state, oldest first."""
        self._check_there(chat)
        return [chat.messages[each] for each in sorted(chat.messages)]

    async def hears(
        self,
        chat: Chat,
        wanted: Callable[[Message], bool] = lambda message: True,
        *,
        after: Message | None = None,
        what: str = "a message of the bot",
        seconds: float = 10,
    ) -> Message:
        """The first message of the bot that is as wanted, as soon as there is one."""
        since = after.id if after else 0

        def find() -> Message | None:
            for message in self.sees(chat):
                if message.sender.is_bot and message.id > since and wanted(message):
                    return message
            return None

        return await until(self._world, find, what=what, seconds=seconds)

    def _post(
        self,
        chat: Chat,
        text: str,
        *,
        media: Media | None = None,
        reply_to: Message | None = None,
        album: str = "",
        topic: int = 0,
    ) -> Message:
        made = self._draft(chat, write_text(text), media)
        reply = reply_to.id if reply_to else 0
        return self._world.post(replace(made, reply_to=reply, album=album, topic=topic))

    def _draft(self, chat: Chat, text: Text, media: Media | None) -> Message:
        self._check_there(chat)
        assert not chat.blocked, "the app lets nobody write to a bot that they block"
        chat.started = True
        world = self._world
        return Message(
            id=world.next_id(chat),
            chat=chat,
            sender=self.user,
            date=world.clock.date,
            text=text,
            media=media,
        )

    def _check_there(self, chat: Chat) -> None:
        there = chat.status(self.id) not in ("left", "kicked")
        assert there, f"{self.user.first_name} is not in that chat"

    async def _load(self, kind: Kind, path: Path, name: str, said: Details) -> Media:
        return await asyncio.to_thread(self._read, kind, path, name or path.name, said)

    def _read(self, kind: Kind, path: Path, name: str, said: Details) -> Media:
        files = self._world.files
        if kind == "photo":
            sizes = make_sizes(files, path)
            return Media(kind, sizes[-1].file, sizes=sizes)
        known = kind in ("audio", "voice", "video")
        details = read_details(path, said) if known else said
        return Media(kind, files.keep(kind, path, name=name), details)


def _guess(path: Path) -> Kind:
    family = (mimetypes.guess_type(path.name)[0] or "").partition("/")[0]
    kinds: dict[str, Kind] = {"audio": "audio", "video": "video", "image": "photo"}
    return kinds.get(family, "document")


def _reactions(emoji: str | None) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
