"""Puts what a bot says into a chat, when everything about it is as Telegram wants it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.entities import Json, Text
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.keyboards import read_markup
from tests.doubles.telegram.media import Media
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message will hold. `origin` is who wrote it first, when it is forwarded."""

    text: Text = field(default_factory=Text)
    media: Media | None = None
    origin: Json | None = None


def post(
    world: World, incoming: Incoming, drafts: Sequence[Draft], *, album: str = ""
) -> list[Message]:
    """Post the drafts into the chat that the request names, or refuse them all."""
    markup = read_markup(incoming)
    chat = world.writable_chat(incoming)
    topic = incoming.integer("message_thread_id")
    chat.check_topic(topic)
    reply_to = _read_reply(world, incoming, chat)
    for draft in drafts:
        chat.check_allowed(draft.media.kind if draft.media else "text", world.bot.user.id)
    world.pay(chat, len(drafts))
    return [
        world.post(
            Message(
                id=world.next_id(chat),
                chat=chat,
                sender=world.bot.user,
                date=world.clock.date,
                text=draft.text,
                media=draft.media,
                markup=markup,
                reply_to=reply_to,
                album=album,
                origin=draft.origin,
                topic=topic,
                via=incoming.method,
            )
        )
        for draft in drafts
    ]


def _read_reply(world: World, incoming: Incoming, chat: Chat) -> int:
    """The message that is answered, 0 for none."""
    reply = incoming.thing("reply_parameters")
    wanted = int(str(reply.get("message_id", 0)))
    if not wanted:
        return 0
    there = world.find_chat(str(reply["chat_id"])) if "chat_id" in reply else chat
    if wanted in there.messages:
        return wanted if there is chat else 0
    if reply.get("allow_sending_without_reply"):
        return 0
    raise bad_request("message to be replied not found")
