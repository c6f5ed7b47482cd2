"""What a bot asks of a chat and does in it beside messages: members, actions, reactions, topics."""

from dataclasses import replace

from telegram.constants import ReactionEmoji

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World

_ACTIONS = {
    "cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice",
    "upload_audio", "upload_voice", "upload_photo", "upload_document", "choose_sticker",
    "pick_up_location", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_REACTIONS = {each.value for each in ReactionEmoji}


async def send_chat_action(world: World, incoming: Incoming) -> object:
    if incoming.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.writable_chat(incoming)
    chat.check_topic(incoming.integer("message_thread_id"))
    return True


async def set_message_reaction(world: World, incoming: Incoming) -> object:
    chat = world.find_chat(incoming.text("chat_id"))
    message = chat.messages.get(incoming.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    emoji = [_read_reaction(each) for each in incoming.things("reaction")]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    bot = world.bot.user.id
    reactions = {user: each for user, each in message.reactions.items() if user != bot}
    reactions |= {bot: emoji[0]} if emoji else {}
    world.replace(replace(message, reactions=reactions), tell=False)
    return True


async def get_chat(world: World, incoming: Incoming) -> object:
    chat = world.find_chat(incoming.text("chat_id"))
    gifts = (
        "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
        "gifts_from_channels",
    )  # fmt: skip
    return chat.to_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


async def get_chat_member(world: World, incoming: Incoming) -> object:
    chat = world.find_chat(incoming.text("chat_id"))
    user = world.users.get(incoming.integer("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    if chat.kind != "private":
        chat.check_writable(world.bot.user.id)
    if chat.kind == "private" and user.id not in chat.members:
        raise bad_request("member not found")
    return chat.member_json(user)


async def get_chat_administrators(world: World, incoming: Incoming) -> object:
    chat = world.find_chat(incoming.text("chat_id"))
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    chat.check_writable(world.bot.user.id)
    bots = incoming.flag("return_bots")
    return [chat.member_json(user) for user in chat.admins() if bots or not user.is_bot]


async def get_chat_member_count(world: World, incoming: Incoming) -> object:
    chat = world.find_chat(incoming.text("chat_id"))
    return sum(status not in ("left", "kicked") for _, status in chat.members.values())


async def leave_chat(world: World, incoming: Incoming) -> object:
    chat = world.writable_chat(incoming)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.set_status(chat, world.bot.user, status="left")
    return True


async def create_forum_topic(world: World, incoming: Incoming) -> object:
    chat = world.writable_chat(incoming)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if chat.status(world.bot.user.id) != "administrator":
        raise bad_request("not enough rights to create a topic")
    topic = world.next_id(chat)
    chat.topics[topic] = incoming.required("name")
    return {"message_thread_id": topic, "name": chat.topics[topic], "icon_color": 7322096}


def _read_reaction(each: object) -> str:
    shown: Json = each if isinstance(each, dict) else {}
    emoji = str(shown.get("emoji", ""))
    if shown.get("type") != "emoji" or emoji not in _REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji


METHODS = {
    "sendChatAction": send_chat_action,
    "setMessageReaction": set_message_reaction,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "createForumTopic": create_forum_topic,
}
