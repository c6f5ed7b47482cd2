"""Telegram's wiring: what the settings say of it."""

import hashlib
import hmac
from dataclasses import replace
from pathlib import Path

from adapters.telegram import TelegramChat, Terms
from config.settings import Settings
from core.ports import Counter

_LOCAL_BYTES = 2000 * 1024 * 1024
"""What a Bot API server of one's own takes, in and out."""


def list_telegram(settings: Settings, counter: Counter, *, secret: str) -> list[TelegramChat]:
    """The bot, where there is a token."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return []
    return [TelegramChat(counter, make_terms(settings, token=token, secret=secret))]


def make_terms(settings: Settings, *, token: str, secret: str) -> Terms:
    terms = Terms(token=token, api=settings.telegram_api.rstrip("/"))
    if settings.telegram_api and settings.telegram_api_folder:
        folder = Path(settings.telegram_api_folder)
        terms = replace(terms, folder=folder, download=_LOCAL_BYTES, upload=_LOCAL_BYTES)
    if not settings.telegram_webhook:
        return terms
    # Telegram takes 1 to 256 of A-Z, a-z, 0-9, _ and - as the secret.
    known = hmac.new(secret.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
    address = f"{settings.public_url.rstrip('/')}/hooks/telegram"
    return replace(terms, webhook=address, secret=known)
