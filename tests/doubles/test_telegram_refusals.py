"""The double refuses what Telegram refuses, in Telegram's words."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from tests import media
from tests.doubles.telegram import Chat, Person, Telegram

MIX = InlineKeyboardMarkup([[InlineKeyboardButton("Mix", callback_data="mix")]])
Ask = Callable[[Bot, Chat], Awaitable[object]]


def _button(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=data)]])


def _link(url: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", url=url)]])


def _pieces(number: int) -> list[InputMediaDocument]:
    return [InputMediaDocument(f"piece {at}".encode(), filename="x.txt") for at in range(number)]


ASKED: list[tuple[str, Ask]] = [
    ("message text is empty", lambda bot, chat: bot.send_message(chat.id, "")),
    ("text must be non-empty", lambda bot, chat: bot.send_message(chat.id, " \n ")),
    ("message is too long", lambda bot, chat: bot.send_message(chat.id, "x" * 4097)),
    (
        "message caption is too long",
        lambda bot, chat: bot.send_document(chat.id, b"some text", caption="x" * 1025),
    ),
    ("chat not found", lambda bot, chat: bot.send_message(12345, "hello")),
    ("chat not found", lambda bot, chat: bot.send_message("@nobody_here", "hello")),
    (
        "message to edit not found",
        lambda bot, chat: bot.edit_message_text("hello", chat.id, 99999),
    ),
    ("message to delete not found", lambda bot, chat: bot.delete_message(chat.id, 99999)),
    (
        "message to be replied not found",
        lambda bot, chat: bot.send_message(chat.id, "hello", reply_to_message_id=99999),
    ),
    ("message to copy not found", lambda bot, chat: bot.copy_message(chat.id, chat.id, 99999)),
    (
        "message to forward not found",
        lambda bot, chat: bot.forward_message(chat.id, chat.id, 99999),
    ),
    (
        "message can't be edited",
        lambda bot, chat: bot.edit_message_text("hello", chat.id, min(chat.messages)),
    ),
    (
        "query is too old and response timeout expired or query ID is invalid",
        lambda bot, chat: bot.answer_callback_query("1234"),
    ),
    (
        "BUTTON_DATA_INVALID",
        lambda bot, chat: bot.send_message(chat.id, "x", reply_markup=_button("ü" * 33)),
    ),
    (
        "inline keyboard button URL 'http://localhost:8321/' is invalid: Wrong HTTP URL",
        lambda bot, chat: bot.send_message(
            chat.id, "x", reply_markup=_link("http://localhost:8321/")
        ),
    ),
    (
        "too many messages to send as an album",
        lambda bot, chat: bot.send_media_group(chat.id, _pieces(11)),
    ),
    (
        "an album must have 2-10 items",
        lambda bot, chat: bot.send_media_group(chat.id, _pieces(1)),
    ),
    (
        "audio can't be mixed with other media types",
        lambda bot, chat: bot.send_media_group(
            chat.id, [*_pieces(1), InputMediaAudio(media.make("mp3").read_bytes())]
        ),
    ),
    (
        "wrong remote file identifier specified: can't unserialize it",
        lambda bot, chat: bot.send_audio(chat.id, "no-such-file"),
    ),
    ("IMAGE_PROCESS_FAILED", lambda bot, chat: bot.send_photo(chat.id, b"no picture")),
    ("file must be non-empty", lambda bot, chat: bot.send_document(chat.id, b"")),
    ("invalid file_id", lambda bot, chat: bot.get_file("no-such-file")),
    (
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        lambda bot, chat: bot.send_message(chat.id, "<b>hello", ParseMode.HTML),
    ),
    (
        "can't parse entities: "
        "Character '.' is reserved and must be escaped with the preceding '\\'",
        lambda bot, chat: bot.send_message(chat.id, "hello.", ParseMode.MARKDOWN_V2),
    ),
    ("REACTION_INVALID", lambda bot, chat: bot.set_message_reaction(chat.id, 101, "🛻")),
    (
        "message to react not found",
        lambda bot, chat: bot.set_message_reaction(chat.id, 99999, "👍"),
    ),
    (
        "there are no administrators in the private chat",
        lambda bot, chat: bot.get_chat_administrators(chat.id),
    ),
    (
        "command length must not exceed 32",
        lambda bot, chat: bot.set_my_commands([BotCommand("x" * 33, "long")]),
    ),
    ("BOT_COMMAND_INVALID", lambda bot, chat: bot.set_my_commands([BotCommand("Mix", "upper")])),
    (
        "command description length must not exceed 256",
        lambda bot, chat: bot.set_my_commands([BotCommand("mix", "x" * 257)]),
    ),
    (
        "BOT_COMMANDS_TOO_MUCH",
        lambda bot, chat: bot.set_my_commands(
            [BotCommand(f"mix{number}", "mix") for number in range(101)]
        ),
    ),
    (
        "bad webhook: An HTTPS URL must be provided for webhook",
        lambda bot, chat: bot.set_webhook("http://example.com/hook"),
    ),
    (
        "secret token contains unallowed characters",
        lambda bot, chat: bot.set_webhook("https://example.com/hook", secret_token="not so!"),
    ),
]


@pytest.mark.parametrize(("words", "ask"), ASKED, ids=[words[:48] for words, _ in ASKED])
async def test_a_bad_request_is_refused(
    telegram: Telegram, bot: Bot, chat: Chat, words: str, ask: Ask
) -> None:
    before = len(chat.messages)
    with pytest.raises(BadRequest):
        await ask(bot, chat)
    refused = telegram.calls()[-1]
    assert (refused.code, refused.description) == (400, f"Bad Request: {words}")
    assert len(chat.messages) == before


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "<b>Half</b> way", ParseMode.HTML, reply_markup=MIX)
    with pytest.raises(BadRequest, match="specified new message content and reply markup are"):
        await message.edit_text("*Half* way", ParseMode.MARKDOWN_V2, reply_markup=MIX)
    await message.edit_text("Half way", reply_markup=MIX)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await message.edit_reply_markup(MIX)


async def test_an_edit_without_its_keyboard_takes_it_away(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "Done", reply_markup=MIX)
    await message.edit_text("Done")
    assert chat.messages[message.id].buttons == []


async def test_text_and_caption_are_edited_each_in_its_place(bot: Bot, chat: Chat) -> None:
    text = await bot.send_message(chat.id, "text")
    file = await bot.send_document(chat.id, b"some text", filename="a.txt")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await text.edit_caption("hello")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await file.edit_text("hello")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await text.edit_text("x" * 4097)
    with pytest.raises(BadRequest, match=r"(?i)media_caption_too_long"):
        await file.edit_caption("x" * 1025)


async def test_a_text_becomes_a_file_by_an_edit(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "Mixing …")
    song = media.make("mp3").read_bytes()
    await message.edit_media(InputMediaAudio(song, title="Tape", caption="Here"))
    shown = chat.messages[message.id]
    assert shown.media is not None
    assert (shown.media.bytes, shown.media.details.title, shown.plain) == (song, "Tape", "Here")


async def test_an_album_keeps_its_kind(bot: Bot, chat: Chat, tmp_path: Path) -> None:
    songs = [InputMediaAudio(media.make("mp3").read_bytes()) for _ in range(2)]
    messages = await bot.send_media_group(chat.id, songs)
    assert len({message.media_group_id for message in messages}) == 1
    with pytest.raises(BadRequest, match="Can't change media type in the album"):
        await messages[0].edit_media(InputMediaDocument(b"some text", filename="a.txt"))


async def test_a_press_is_answered_once(bot: Bot, anna: Person, chat: Chat) -> None:
    await bot.send_message(chat.id, "Tray", reply_markup=MIX)
    press = await anna.press(chat.messages[max(chat.messages)], "mix")
    await bot.answer_callback_query(press.id, "fine", show_alert=True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.id)
    assert (press.text, press.alert) == ("fine", True)


async def test_a_stranger_cannot_press_and_a_changed_app_can_say_anything(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    await bot.send_message(chat.id, "Tray", reply_markup=MIX)
    tray = anna.sees(chat)[-1]
    with pytest.raises(AssertionError, match="Ben is not in that chat"):
        await telegram.user("Ben").press(tray, "Mix")
    await anna.forge(tray, "mix:somebody-elses")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None and query.data == "mix:somebody-elses"


async def test_a_press_waits_only_so_long(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    await bot.send_message(chat.id, "Tray", reply_markup=MIX)
    press = await anna.press(chat.messages[max(chat.messages)], "Mix")
    telegram.clock.skip(telegram.world.limits.press_seconds + 1)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.id)


async def test_a_person_who_never_started_is_out_of_reach(telegram: Telegram, bot: Bot) -> None:
    ben = telegram.user("Ben")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ben.id, "hello")
    await ben.start()
    await bot.send_message(ben.id, "hello")
    assert ben.sees(telegram.private(ben))[-1].plain == "hello"


async def test_a_person_who_blocks_the_bot_is_out_of_reach(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    anna.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "hello")
    told = (await bot.get_updates())[-1].my_chat_member
    assert told is not None and told.new_chat_member.status == "kicked"
    anna.unblock()
    await bot.send_message(chat.id, "hello again")


async def test_photos_of_odd_shapes_are_refused(bot: Bot, chat: Chat, tmp_path: Path) -> None:
    Image.new("RGB", (2100, 100)).save(tmp_path / "flat.png")
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(chat.id, tmp_path / "flat.png")
    with pytest.raises(BadRequest, match="media not found"):
        await bot.send_media_group(
            chat.id, [InputMediaPhoto(media="attach://a"), InputMediaPhoto(media="attach://b")]
        )


async def test_old_messages_cannot_be_deleted(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "hello")
    telegram.clock.skip(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await message.delete()
