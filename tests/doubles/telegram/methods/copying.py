"""copyMessage(s) and forwardMessage(s)."""

from dataclasses import replace

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.posting import Draft, post
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.wording import read_caption
from tests.doubles.telegram.world import World

_MOST = 100


async def copy_message(world: World, incoming: Incoming) -> object:
    message = _find(world, incoming, "copy")
    draft = Draft(message.text, message.media)
    if "caption" in incoming.words and message.media is not None:
        parse_mode, entities = incoming.text("parse_mode"), incoming.things("caption_entities")
        draft = replace(draft, text=read_caption(incoming.text("caption"), parse_mode, entities))
    return {"message_id": post(world, incoming, [draft])[0].id}


async def forward_message(world: World, incoming: Incoming) -> object:
    message = _find(world, incoming, "forward")
    return post(world, incoming, [_forwarded(message)])[0].to_json()


async def copy_messages(world: World, incoming: Incoming) -> object:
    drafts = [Draft(each.text, each.media) for each in _find_all(world, incoming)]
    return [{"message_id": each.id} for each in post(world, incoming, drafts)]


async def forward_messages(world: World, incoming: Incoming) -> object:
    drafts = [_forwarded(each) for each in _find_all(world, incoming)]
    return [{"message_id": each.id} for each in post(world, incoming, drafts)]


def origin_of(message: Message) -> Json:
    """Who wrote a message first, and when: a MessageOriginUser."""
    if message.origin is not None:
        return message.origin
    return {"type": "user", "date": message.date, "sender_user": message.sender.to_json()}


def _forwarded(message: Message) -> Draft:
    return Draft(message.text, message.media, origin_of(message))


def _find(world: World, incoming: Incoming, deed: str) -> Message:
    chat = world.find_chat(incoming.text("from_chat_id"))
    message = chat.messages.get(incoming.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {deed} not found")
    if message.service is not None:
        past = {"copy": "copied", "forward": "forwarded"}[deed]
        raise bad_request(f"message can't be {past}")
    return message


def _find_all(world: World, incoming: Incoming) -> list[Message]:
    """Those that can be found; the others are skipped, as Telegram does."""
    chat: Chat = world.find_chat(incoming.text("from_chat_id"))
    ids = [int(str(each)) for each in incoming.things("message_ids")]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > _MOST:
        raise bad_request("too many message identifiers specified")
    found = [chat.messages[each] for each in ids if each in chat.messages]
    if not found:
        raise bad_request("there are no messages to forward")
    return found


METHODS = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
