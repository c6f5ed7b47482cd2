"""deleteMessage and deleteMessages."""

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World

_TOO_OLD_SECONDS = 48 * 3600
_MOST = 100


async def delete_message(world: World, incoming: Incoming) -> object:
    chat = world.writable_chat(incoming)
    message = chat.messages.get(incoming.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check(world, chat, message)
    world.remove(chat, message.id)
    return True


async def delete_messages(world: World, incoming: Incoming) -> object:
    """Those that are not there are skipped."""
    chat = world.writable_chat(incoming)
    ids = [int(str(each)) for each in incoming.things("message_ids")]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > _MOST:
        raise bad_request("too many message identifiers specified")
    found = [chat.messages[each] for each in ids if each in chat.messages]
    for message in found:
        _check(world, chat, message)
    for message in found:
        world.remove(chat, message.id)
    return True


def _check(world: World, chat: Chat, message: Message) -> None:
    """A bot deletes its own, people's in private chats and as administrator; for two days."""
    bot = world.bot.user
    admin = chat.status(bot.id) in ("administrator", "creator")
    if message.sender != bot and chat.kind != "private" and not admin:
        raise bad_request("message can't be deleted")
    old = world.clock.date - message.date > _TOO_OLD_SECONDS
    if old and not (admin and chat.kind == "supergroup"):
        raise bad_request("message can't be deleted for everyone")


METHODS = {"deleteMessage": delete_message, "deleteMessages": delete_messages}
