"""Who asks, and where, from what Telegram sends along."""

import time
from collections import OrderedDict

import telegram
from telegram.error import TelegramError
from telegram.ext import ExtBot

from adapters.telegram.places import Spot, home_of, identity_of, place_of, server_of
from core.calls import Asker

_MANAGERS = frozenset({"creator", "administrator"})
_TRUSTED_SECONDS = 60.0
_REMEMBERED = 2000


class Askers:
    """Makes askers. Who manages a group is asked of Telegram, and believed for a minute."""

    def __init__(self, bot: ExtBot[str], *, limit: int) -> None:
        self._bot = bot
        self._limit = limit
        self._known: OrderedDict[tuple[int, int], tuple[bool, float]] = OrderedDict()

    async def make(self, user: telegram.User, spot: Spot) -> Asker:
        group = not spot.private
        return Asker(
            identity=identity_of(user.id),
            place=place_of(spot),
            home=home_of(user.id),
            name=user.full_name,
            server=server_of(spot.chat) if group else "",
            channel=str(spot.topic or spot.chat) if group else "",
            manages=group and await self._manages(user.id, spot.chat),
            language=user.language_code or "",
            limit=self._limit,
        )

    async def _manages(self, user: int, chat: int) -> bool:
        known, until = self._known.get((chat, user), (False, 0.0))
        if time.monotonic() < until:
            return known
        try:
            member = await self._bot.get_chat_member(chat, user)
        except TelegramError:
            return False  # who cannot be looked up manages nothing
        manages = member.status in _MANAGERS
        self._known[chat, user] = manages, time.monotonic() + _TRUSTED_SECONDS
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return manages
