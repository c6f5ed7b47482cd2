"""Telegram: its people, files, buttons and messages, by python-telegram-bot."""

from adapters.telegram.chat import TelegramChat
from adapters.telegram.terms import Terms

__all__ = ["TelegramChat", "Terms"]
