"""A small bot of python-telegram-bot, as one would write it who knows of no double."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.doubles.telegram import Telegram

App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE
MIX = InlineKeyboardMarkup([[InlineKeyboardButton("Mix", callback_data="mix:1")]])


async def _start(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(f"Hello {' '.join(context.args or [])}".strip())


async def _mixtape(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_html(
        f"<b>Tray</b> {' '.join(context.args or [])}", reply_markup=MIX, do_quote=True
    )


async def _mix(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("On it")
    await update.callback_query.edit_message_text("Mixing …")


async def _take(update: Update, context: Context) -> None:
    """Send back what came, and say which album it was of."""
    message = update.effective_message
    assert message is not None and message.audio is not None
    content = bytes(await (await message.audio.get_file()).download_as_bytearray())
    await message.reply_audio(
        BytesIO(content),
        title=message.audio.title,
        caption=message.media_group_id,
        filename=message.audio.file_name,
    )


def build(telegram: Telegram, *, polling: bool = True) -> App:
    builder = ApplicationBuilder().token(telegram.token)
    builder = builder.base_url(telegram.base_url).base_file_url(telegram.base_file_url)
    application = (builder if polling else builder.updater(None)).build()
    application.add_handler(CommandHandler("start", _start))
    application.add_handler(CommandHandler("mixtape", _mixtape))
    application.add_handler(CallbackQueryHandler(_mix, pattern="^mix:"))
    application.add_handler(MessageHandler(filters.AUDIO, _take))
    return application


@asynccontextmanager
async def polling_bot(telegram: Telegram) -> AsyncIterator[App]:
    """The bot, while it polls."""
    application = build(telegram)
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        try:
            yield application
        finally:
            await application.updater.stop()
            await application.stop()
