"""Groups: who sees what, who may do what, and what becomes of them."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatMemberOwner,
    MenuButtonDefault,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests import media
from tests.doubles.telegram import Chat, Person, Telegram


@pytest.fixture
def ben(telegram: Telegram) -> Person:
    return telegram.user("Ben", language="de")


@pytest.fixture
def group(telegram: Telegram, anna: Person, ben: Person) -> Chat:
    return telegram.supergroup("Band", anna, ben)


async def _texts(bot: Bot) -> list[str | None]:
    return [each.message.text for each in await bot.get_updates() if each.message]


async def test_with_privacy_a_bot_sees_only_what_is_meant_for_it(
    telegram: Telegram, bot: Bot, anna: Person, group: Chat
) -> None:
    await bot.send_message(group.id, "Which cover?")
    question = anna.sees(group)[-1]
    small_talk = await anna.write(group, "how are you, @tapedeck_bots")
    await anna.write(group, "fine", reply_to=small_talk)
    await anna.write(group, "/mixtape@another_bot")
    await anna.write(group, "/mixtape")
    await anna.write(group, "/mixtape@tapedeck_bot now")
    await anna.write(group, "😀 hey @tapedeck_bot")
    await anna.write(group, "the blue one", reply_to=question)
    assert await _texts(bot) == [
        "/mixtape", "/mixtape@tapedeck_bot now", "😀 hey @tapedeck_bot", "the blue one",
    ]  # fmt: skip


async def test_without_privacy_or_as_administrator_it_sees_all(
    telegram: Telegram, bot: Bot, anna: Person, group: Chat
) -> None:
    await anna.write(group, "first")
    telegram.world.bot.privacy = False
    await anna.write(group, "second")
    telegram.world.bot.privacy = True
    anna.add_bot(group, admin=True)
    await anna.write(group, "third")
    assert await _texts(bot) == ["second", "third"]


async def test_a_group_tells_who_runs_it(bot: Bot, anna: Person, ben: Person, group: Chat) -> None:
    admins = await bot.get_chat_administrators(group.id)
    assert [type(each) for each in admins] == [ChatMemberOwner]
    assert admins[0].user.id == anna.id
    assert (await bot.get_chat_member(group.id, ben.id)).status == "member"
    assert await bot.get_chat_member_count(group.id) == 3
    assert (await bot.get_chat(group.id)).title == "Band"


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_kicked_bot_is_told_so(
    telegram: Telegram, bot: Bot, anna: Person, kind: str
) -> None:
    make = telegram.group if kind == "group" else telegram.supergroup
    chat = make("Band", anna)
    anna.kick_bot(chat)
    with pytest.raises(Forbidden, match=f"bot was kicked from the {kind} chat"):
        await bot.send_message(chat.id, "hello")
    await anna.write(chat, "/mixtape")
    assert await _texts(bot) == []
    anna.add_bot(chat)
    await bot.send_message(chat.id, "hello")
    await bot.leave_chat(chat.id)
    with pytest.raises(Forbidden, match=f"bot is not a member of the {kind} chat"):
        await bot.send_message(chat.id, "hello")


async def test_what_a_group_forbids_is_refused(bot: Bot, anna: Person, group: Chat) -> None:
    group.forbidden = {"audio"}
    with pytest.raises(BadRequest, match="Not enough rights to send music to the chat"):
        await bot.send_audio(group.id, media.make("mp3").read_bytes())
    anna.add_bot(group, admin=True)
    await bot.send_audio(group.id, media.make("mp3").read_bytes())
    assert anna.sees(group)[-1].kind == "audio"


async def test_a_group_that_grew_names_its_new_id(
    telegram: Telegram, bot: Bot, anna: Person
) -> None:
    group = telegram.group("Band", anna)
    moved = telegram.upgrade(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "hello")
    assert caught.value.new_chat_id == moved.id
    told = [each.message for each in await bot.get_updates() if each.message]
    assert [each.migrate_to_chat_id for each in told] == [moved.id, None]
    await bot.send_message(caught.value.new_chat_id, "hello")


async def test_a_bot_deletes_others_messages_only_as_administrator(
    bot: Bot, anna: Person, group: Chat
) -> None:
    written = await anna.write(group, "/mixtape")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, written.id)
    anna.add_bot(group, admin=True)
    await bot.delete_message(group.id, written.id)
    assert anna.sees(group) == []


async def test_a_topic_keeps_its_messages_together(
    telegram: Telegram, bot: Bot, anna: Person
) -> None:
    forum = telegram.supergroup("Fans", anna, topics=("Mixtapes",))
    topic = next(iter(forum.topics))
    asked = await anna.write(forum, "/mixtape", topic=topic)
    message = (await bot.get_updates())[-1].message
    assert message is not None and message.is_topic_message
    await message.reply_text("Here")
    answer = await anna.hears(forum, after=asked)
    assert answer.topic == topic
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum.id, "hello", message_thread_id=9999)


async def test_a_bot_that_runs_a_forum_opens_topics(
    telegram: Telegram, bot: Bot, anna: Person
) -> None:
    forum = telegram.supergroup("Fans", anna, bot="administrator", topics=("Mixtapes",))
    topic = await bot.create_forum_topic(forum.id, "Clips")
    await bot.send_chat_action(forum.id, "upload_voice", topic.message_thread_id)
    await bot.send_message(forum.id, "hello", message_thread_id=topic.message_thread_id)
    assert list(forum.topics.values()) == ["Mixtapes", "Clips"]
    assert anna.sees(forum)[-1].topic == topic.message_thread_id


async def test_everybody_gets_the_commands_of_their_scope(
    telegram: Telegram, bot: Bot, anna: Person, ben: Person, group: Chat
) -> None:
    scopes = {
        "help": None,
        "clip": BotCommandScopeAllPrivateChats(),
        "mixtape": BotCommandScopeAllGroupChats(),
        "settings": BotCommandScopeAllChatAdministrators(),
    }
    for command, scope in scopes.items():
        await bot.set_my_commands([BotCommand(command, command)], scope)
    await bot.set_my_commands(
        [BotCommand("hilfe", "Hilfe")], BotCommandScopeAllGroupChats(), language_code="de"
    )
    assert anna.menu(telegram.private(anna)) == ["clip"]
    assert anna.menu(group) == ["settings"]
    assert ben.menu(group) == ["hilfe"]
    await bot.set_my_commands([BotCommand("here", "here")], BotCommandScopeChat(group.id))
    assert ben.menu(group) == ["here"]
    await bot.delete_my_commands(BotCommandScopeAllPrivateChats())
    assert anna.menu(telegram.private(anna)) == ["help"]
    found = await bot.get_my_commands(BotCommandScopeAllGroupChats(), language_code="de")
    assert [each.command for each in found] == ["hilfe"]


async def test_a_bot_describes_itself(bot: Bot) -> None:
    await bot.set_my_description("Makes mixtapes.")
    await bot.set_my_short_description("Mixtapes", language_code="en")
    await bot.set_my_name("Tape")
    await bot.set_chat_menu_button(menu_button=MenuButtonDefault())
    assert (await bot.get_chat_menu_button()).type == "default"
    assert (await bot.get_my_description("de")).description == "Makes mixtapes."
    assert (await bot.get_my_short_description("en")).short_description == "Mixtapes"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_name()).name == "Tape"


async def test_reactions_are_seen_by_both_sides(
    telegram: Telegram, bot: Bot, anna: Person, group: Chat
) -> None:
    await bot.get_updates(allowed_updates=["message", "message_reaction"])
    written = await anna.write(group, "/mixtape")
    await bot.set_message_reaction(group.id, written.id, "👀")
    assert written.now.reactions == {bot.id: "👀"}
    anna.add_bot(group, admin=True)
    await anna.react(written, "🔥")
    told = (await bot.get_updates())[-1].message_reaction
    assert told is not None and told.user is not None and told.user.id == anna.id
    await bot.set_message_reaction(group.id, written.id, None)
    assert written.now.reactions == {anna.id: "🔥"}


async def test_copies_and_forwards_carry_their_origin(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat, group: Chat
) -> None:
    sent = await anna.send_audio(chat, media.make("mp3"), title="Tape", caption="mine")
    forwarded = await bot.forward_message(group.id, chat.id, sent.id)
    copied = await bot.copy_message(group.id, chat.id, sent.id, caption="ours")
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.to_dict()["sender_user"]["id"] == anna.id
    copy = group.messages[copied.message_id]
    assert (copy.plain, copy.origin) == ("ours", None)
    assert copy.media is not None and copy.media.bytes == media.make("mp3").read_bytes()
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await forwarded.edit_caption("changed")
    await anna.forward(sent, chat)
    told = (await bot.get_updates())[-1].message
    assert told is not None and told.forward_origin is not None


async def test_many_messages_go_at_once(bot: Bot, anna: Person, chat: Chat, group: Chat) -> None:
    written = [await anna.write(chat, f"line {number}") for number in range(3)]
    ids = [each.id for each in written]
    assert len(await bot.copy_messages(group.id, chat.id, ids)) == 3
    assert [each.plain for each in anna.sees(group)] == ["line 0", "line 1", "line 2"]
    await bot.delete_messages(chat.id, [*ids, 99999])
    assert not set(ids) & set(chat.messages)
