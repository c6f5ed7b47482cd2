"""The editMessage… methods: only the bot's own messages, and only when something changes."""

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.entities import Text
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.keyboards import read_markup
from tests.doubles.telegram.media import Media
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.methods.albums import read_input_media
from tests.doubles.telegram.refusals import ApiError, bad_request
from tests.doubles.telegram.wording import read_caption, read_text
from tests.doubles.telegram.world import World

_ALONE = ("audio", "document")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_text(world: World, incoming: Incoming) -> object:
    parse_mode, entities = incoming.text("parse_mode"), incoming.things("entities")
    try:
        text = read_text(incoming.text("text"), parse_mode, entities)
    except ApiError as refusal:
        raise _as_edit(refusal) from refusal
    chat, message = _find(world, incoming)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, incoming, chat, message, text=text, media=None)


async def edit_caption(world: World, incoming: Incoming) -> object:
    parse_mode, entities = incoming.text("parse_mode"), incoming.things("caption_entities")
    try:
        caption = read_caption(incoming.text("caption"), parse_mode, entities)
    except ApiError as refusal:
        raise _as_edit(refusal) from refusal
    chat, message = _find(world, incoming)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, incoming, chat, message, text=caption, media=message.media)


async def edit_media(world: World, incoming: Incoming) -> object:
    incoming.required("media")
    draft = read_input_media(world, incoming, incoming.thing("media"))
    chat, message = _find(world, incoming)
    assert draft.media is not None
    if message.kind == "voice":
        raise bad_request("message media can't be edited")
    kinds = {message.kind, draft.media.kind}
    if message.album and len(kinds) > 1 and kinds.intersection(_ALONE):
        raise bad_request("can't change media type in the album")
    return _edit(world, incoming, chat, message, text=draft.text, media=draft.media)


async def edit_markup(world: World, incoming: Incoming) -> object:
    chat, message = _find(world, incoming)
    return _edit(world, incoming, chat, message, text=message.text, media=message.media)


def _find(world: World, incoming: Incoming) -> tuple[Chat, Message]:
    if incoming.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.writable_chat(incoming)
    message = chat.messages.get(incoming.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != world.bot.user or message.origin is not None:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(
    world: World,
    incoming: Incoming,
    chat: Chat,
    message: Message,
    *,
    text: Text,
    media: Media | None,
) -> object:
    markup = read_markup(incoming)
    world.pay(chat)
    if (text, media, markup) == (message.text, message.media, message.markup):
        raise bad_request(_NOT_MODIFIED)
    changed = world.edited(message, text=text, media=media, markup=markup)
    return world.replace(changed, tell=False).to_json()


def _as_edit(refusal: ApiError) -> ApiError:
    """Telegram checks the length of edits elsewhere, and says it as its inner servers do."""
    codes = {
        "Bad Request: message is too long": "MESSAGE_TOO_LONG",
        "Bad Request: message caption is too long": "MEDIA_CAPTION_TOO_LONG",
    }
    code = codes.get(refusal.description)
    return bad_request(code) if code else refusal


METHODS = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
}
