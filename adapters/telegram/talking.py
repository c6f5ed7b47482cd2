"""What people do in chats: commands, files, buttons, and answers to questions."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import telegram
from telegram.error import BadRequest, TelegramError

from adapters.telegram.asking import Askers
from adapters.telegram.catalogue import Spoken, find_command, read_payload, read_spoken
from adapters.telegram.dialogues import Dialogues, is_notice
from adapters.telegram.drawing import draw, read_button
from adapters.telegram.files import Files, OversizeError, is_picture, list_sent
from adapters.telegram.forms import read_step, takes_files
from adapters.telegram.news import Gatherer, Lanes
from adapters.telegram.places import PLATFORM, Spot, place_of, spot_of_message
from adapters.telegram.posting import Poster, RefusedError
from adapters.telegram.replies import Occasion, Replies
from adapters.telegram.typed import read_typed
from core.calls import Asker, Entry
from core.errors import ServiceError, UserError
from core.link_texts import find_links
from core.options import Attachment, Kind, attach_link
from core.ports import Counter
from core.preferences import as_text
from core.screens import Button, Reply

_log = logging.getLogger(__name__)
_AT_ONCE = 1.5
"""Seconds that a press may take to be answered with words; after that it is without."""
_START, _HELP = "start", "help"
_HIDDEN = (
    "Of that album, Telegram showed me only the file with the words: that is how it keeps groups "
    "private. Send the others to me directly, or answer each with /tray. As an administrator of "
    "this group I would see whole albums."
)
_FACELESS = frozenset({1087968824, 136817688})
"""Telegram's own accounts, behind which administrators and channels write in groups."""
_WHO = (
    "You write here in the name of the group or of a channel, so I cannot know who you are. Write "
    "under your own name, or send me that in a direct message."
)
_OLD_PRESS = ("query is too old", "query id is invalid", "query_id_invalid")


@dataclass(frozen=True, slots=True)
class Talk:
    """Takes what Telegram tells and sees to it that it is answered."""

    poster: Poster
    replies: Replies
    dialogues: Dialogues
    askers: Askers
    files: Files
    counter: Counter
    gatherer: Gatherer
    lanes: Lanes

    async def take(self, update: telegram.Update) -> None:
        """Deal with one update. What goes wrong is told to whoever asked."""
        try:
            await self._route(update)
        except RefusedError as error:
            _log.info("an answer was not taken: %s", error)
        except Exception as error:  # noqa: BLE001 - the desk turns errors into words
            await self._excuse(update, error)

    async def _route(self, update: telegram.Update) -> None:
        query, message = update.callback_query, update.message
        if query is not None:
            await self._press(query, key=_key(update))
        elif message is not None and message.migrate_to_chat_id:
            await self.poster.follow(message.chat.id, message.migrate_to_chat_id)
        elif message is not None and message.migrate_from_chat_id:
            await self.poster.follow(message.migrate_from_chat_id, message.chat.id)
        elif message is not None and message.from_user and not message.from_user.is_bot:
            self.poster.saw(message.chat.id, message.message_id)
            await self._hear(message, message.from_user, key=_key(update))
        elif message is not None and message.from_user and message.from_user.id in _FACELESS:
            await self._tell_faceless(message)

    async def _excuse(self, update: telegram.Update, error: Exception) -> None:
        reply = self.counter.desk.explain(error)
        user, message = update.effective_user, update.effective_message
        if user is None or message is None or update.effective_chat is None:
            return
        try:
            asker = await self.askers.make(user, Spot(update.effective_chat.id))
            await self.replies.show(reply, asker, Occasion(message.message_id))
        except (UserError, ServiceError) as trouble:
            _log.warning("an error could not be told: %s", trouble)

    # Messages

    async def _tell_faceless(self, message: telegram.Message) -> None:
        """Nothing can be made for nobody; who calls us by a command is told why."""
        spoken = self._mine(read_spoken(message.text or message.caption or ""))
        known = spoken and find_command(self.counter.desk.commands, spoken.name)
        if known:
            place = place_of(spot_of_message(message))
            await self.poster.post(place, draw(Reply(_WHO)), answers=message.message_id)

    async def _hear(self, message: telegram.Message, user: telegram.User, *, key: str) -> None:
        spot = spot_of_message(message)
        if list_sent(message):

            async def deal(messages: Sequence[telegram.Message]) -> None:
                async with self.lanes.turn(f"{spot.chat}:{user.id}"):
                    await self._take_files(messages, user, spot)

            if message.media_group_id is None and read_spoken(message.caption or ""):
                await deal([message])  # a command waits for nothing
            else:
                await self.gatherer.add(f"{spot.chat}:{spot.topic}:{user.id}", message, deal)
        elif message.text:
            async with self.lanes.turn(f"{spot.chat}:{user.id}"):
                await self._read(message, user, spot, key=key)

    async def _read(
        self, message: telegram.Message, user: telegram.User, spot: Spot, *, key: str
    ) -> None:
        text = message.text or ""
        spoken = self._mine(read_spoken(text))
        if spoken is None and (text.startswith("/") and not spot.private):
            return  # another bot's
        asker = await self.askers.make(user, spot)
        if spoken is not None:
            answered = message.reply_to_message
            meant = answered is not None and (list_sent(answered) or _links_of(answered))
            files = [answered] if answered is not None and meant else []
            await self._command(spoken, files, asker, key=key, message=message.message_id)
        elif await self.dialogues.take(message, asker, key=key) or not spot.private:
            return
        elif links := _links_of(message):
            reply = await self.counter.desk.collect(links, asker, key=key)
            await self.replies.show(reply, asker, Occasion(message.message_id))
        else:
            await self._answer(_HELP, {}, asker, key=key, message=message.message_id)

    async def _take_files(
        self, messages: Sequence[telegram.Message], user: telegram.User, spot: Spot
    ) -> None:
        first = messages[0]
        key = f"{PLATFORM}:{spot.chat}:{first.message_id}"
        for each in messages:
            spoken = self._mine(read_spoken(each.caption or ""))
            if spoken is not None:
                asker = await self.askers.make(user, spot)
                along = messages if spot.private else _beside(each, messages)
                await self._command(spoken, along, asker, key=key, message=each.message_id)
                await self._tell_hidden(along, asker)
                return
        if not spot.private:
            messages = self._choose(messages)
        if not messages:
            return
        asker = await self.askers.make(user, spot)
        received = await self._receive(messages, asker)
        files = [file for _, file in received]
        files += [link for each in messages for link in _links_of(each)]
        if files:
            if received and await self.dialogues.take_files(first, files, asker, key=key):
                return
            reply = await self.counter.desk.collect(files, asker, key=key)
            await self.replies.show(reply, asker, Occasion(first.message_id))
            await self._tell_hidden(messages, asker)

    async def _tell_hidden(self, messages: Sequence[telegram.Message], asker: Asker) -> None:
        """Say so where we saw one file of an album, which has at least two."""
        albums = [each.media_group_id for each in messages if each.media_group_id]
        if asker.server and any(albums.count(album) == 1 for album in albums):
            await self.replies.show(Reply(_HIDDEN), asker)

    async def _command(
        self,
        spoken: Spoken,
        messages: Sequence[telegram.Message],
        asker: Asker,
        *,
        key: str,
        message: int,
    ) -> None:
        if spoken.name == _START:
            spoken = read_payload(spoken.rest) if spoken.rest else Spoken(_HELP, "")
        command = find_command(self.counter.desk.commands, spoken.name)
        if command is None:
            if not asker.server or spoken.bot:
                await self._answer(spoken.name, {}, asker, key=key, message=message)
            return
        entry = command.entry
        given: dict[str, object] = read_typed(spoken.rest, entry.options)
        if messages and any(takes_files(option) for option in entry.options):
            received = await self._receive(messages, asker)
            # What the command itself says is its options.
            others = [each for each in messages if each.message_id != message]
            links = [link for each in others for link in _links_of(each)]
            if not received and not links:
                return
            given |= _assign(entry, received, links)
        await self._answer(entry.name, given, asker, key=key, message=message)

    async def _answer(
        self, name: str, given: Mapping[str, object], asker: Asker, *, key: str, message: int
    ) -> None:
        """Run a command, or lead to what it needs, and to what was named without a value."""
        wanted = next((each for each, value in given.items() if value is None), "")
        if wanted:
            reply = await self.counter.desk.press(name, asker, key=key)
        else:
            reply = await self.counter.desk.answer(name, asker, key=key, given=given)
        occasion = Occasion(message)
        if reply.form is None:
            await self.replies.show(reply, asker, occasion)
            return
        said = {
            each: as_text(value) for each, value in given.items() if isinstance(value, str | bool)
        }
        form = replace(reply.form, values={**said, **reply.form.values})
        files = {each: _files_of(value) for each, value in given.items() if _files_of(value)}
        await self.dialogues.open(form, asker, occasion, files=files, wanted=wanted)

    async def _receive(
        self, messages: Sequence[telegram.Message], asker: Asker
    ) -> list[tuple[telegram.Message, Attachment]]:
        """The files of messages, with whose they are told apart; what is not taken is told why."""
        person = await self.counter.people.account(asker.identity)
        received: list[tuple[telegram.Message, Attachment]] = []
        refused: list[str] = []
        oversize = False
        for message in messages:
            for sent in list_sent(message):
                key = f"{PLATFORM}:{message.chat.id}:{message.message_id}:{sent.mark}"
                try:
                    received.append((message, await self.files.receive(person, sent, key=key)))
                except (UserError, ServiceError) as error:
                    refused.append(str(error))
                    oversize = oversize or isinstance(error, OversizeError)
        if refused:
            await self._tell_refused(refused, asker, oversize=oversize)
        return received

    async def _tell_refused(self, refused: Sequence[str], asker: Asker, *, oversize: bool) -> None:
        text = "\n".join(dict.fromkeys(refused))
        if not oversize:
            await self.replies.show(Reply(text), asker)
            return
        person = await self.counter.people.account(asker.identity)
        link = await self.counter.links.upload(person, asker)
        button = Button("Upload page", link=link)
        text += "\nThis page takes larger files, and puts them on your tray:"
        reply = Reply(text, buttons=((button,),))
        if not asker.unseen:
            # Who holds the link adds to this person's tray: it is for them alone.
            try:
                await self.show_at_home(reply, asker)
            except RefusedError:
                hint = f"{refused[0]}\nOpen a chat with me, and send it there: I take it by a page."
                await self.replies.show(Reply(hint), asker)
            return
        await self.replies.show(reply, asker)

    async def show_at_home(self, reply: Reply, asker: Asker) -> None:
        """Show something where nobody else reads."""
        await self.replies.show(reply, at_home(asker))

    def _mine(self, spoken: Spoken | None) -> Spoken | None:
        """A command, unless it is for another bot."""
        if spoken is None or (spoken.bot and spoken.bot != self._name):
            return None
        return spoken

    def _choose(self, messages: Sequence[telegram.Message]) -> list[telegram.Message]:
        """Of a group's files those that are for us, with the rest of their albums."""
        meant = [message for message in messages if self._is_meant(message)]
        albums = {message.media_group_id for message in meant} - {None}
        return [each for each in messages if each in meant or each.media_group_id in albums]

    def _is_meant(self, message: telegram.Message) -> bool:
        """In a group: whether a file is for us, as an answer to us or with our name."""
        answered = message.reply_to_message
        if answered is not None and answered.from_user is not None:
            return answered.from_user.username == self.poster.bot.username
        return f"@{self._name}" in (message.caption or "").lower()

    @property
    def _name(self) -> str:
        return self.poster.bot.username.lower()

    # Buttons

    async def _press(self, query: telegram.CallbackQuery, *, key: str) -> None:
        message, data = query.message, query.data or ""
        if message is None:
            await self._acknowledge(query)
            return
        topic = message.message_thread_id if isinstance(message, telegram.Message) else None
        threaded = isinstance(message, telegram.Message) and message.is_topic_message
        spot = Spot(message.chat.id, topic if threaded else None)
        pressing = asyncio.create_task(self._do(query, data, message.message_id, spot, key=key))
        try:
            done, _ = await asyncio.wait([pressing], timeout=_AT_ONCE)
            if not done:
                await self._acknowledge(query)
            notice = await pressing
            if done:
                await self._acknowledge(query, notice)
            elif notice:
                asker = await self.askers.make(query.from_user, spot)
                await self.replies.show(Reply(notice), asker)
        finally:
            pressing.cancel()

    async def _do(
        self, query: telegram.CallbackQuery, data: str, message: int, spot: Spot, *, key: str
    ) -> str:
        """Do what a button says; returns what only its presser is told."""
        pressed = read_button(data)
        async with self.lanes.turn(f"{spot.chat}:{query.from_user.id}"):
            asker = await self.askers.make(query.from_user, spot)
            step = read_step(pressed.action)
            if step is not None:
                return await self.dialogues.step(step, message, asker, key=key)
            reply = await self.counter.desk.press(pressed.action, asker, key=key)
            occasion = Occasion(pressed=message, kept=pressed.kept)
            if is_notice(reply):
                return reply.text
            if reply.form is not None:
                await self.dialogues.open(reply.form, asker, occasion)
            else:
                await self.replies.show(reply, asker, occasion)
        return ""

    async def _acknowledge(self, query: telegram.CallbackQuery, notice: str = "") -> None:
        """Let the button stop waiting. Telegram forgets a press after some seconds."""
        try:
            await query.answer(notice or None, show_alert=bool(notice))
        except BadRequest as error:
            if not any(words in error.message.lower() for words in _OLD_PRESS):
                raise
            if notice and query.message is not None:
                asker = await self.askers.make(query.from_user, Spot(query.message.chat.id))
                await self.replies.show(Reply(notice), asker)
        except TelegramError as error:
            _log.info("a press was not answered: %s", error.message)


def at_home(asker: Asker) -> Asker:
    return replace(asker, place=asker.home, server="", channel="")


def _files_of(value: object) -> tuple[Attachment, ...]:
    files = value if isinstance(value, tuple) else (value,)
    return tuple(each for each in files if isinstance(each, Attachment))


def _beside(
    message: telegram.Message, messages: Sequence[telegram.Message]
) -> list[telegram.Message]:
    """A message with the rest of its album."""
    album = message.media_group_id
    return [
        each for each in messages if each is message or (album and each.media_group_id == album)
    ]


def _assign(
    entry: Entry,
    received: Sequence[tuple[telegram.Message, Attachment]],
    links: Sequence[Attachment] = (),
) -> dict[str, object]:
    """Which option each file fills: a picture the one that takes one, the rest the list."""
    single = [option for option in entry.options if option.kind is Kind.FILE]
    pictures = [option for option in single if option.accepts == "image"]
    lists = [option for option in entry.options if option.kind is Kind.FILES]
    rest = [file for _, file in received]
    given: dict[str, object] = {}
    if pictures:
        found = [file for message, file in received if is_picture(message)]
        if found:
            given[pictures[0].name] = found[0]
        rest = [file for file in rest if file not in found]
    others = [option for option in single if option not in pictures]
    rest += links
    if lists and rest:
        given[lists[0].name] = tuple(rest)
    elif others and rest:
        given[others[0].name] = rest[0]
    return given


def _links_of(message: telegram.Message) -> list[Attachment]:
    """The links in a message: those that are written, and those behind its words."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or ()
    behind = [each.url for each in entities if each.type == telegram.MessageEntity.TEXT_LINK]
    return [attach_link(link) for link in find_links("\n".join([text, *filter(None, behind)]))]


def _key(update: telegram.Update) -> str:
    return f"{PLATFORM}:{update.update_id}"
