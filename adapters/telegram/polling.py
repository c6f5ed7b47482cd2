"""Fetching Telegram's news, for as long as it takes, whatever the network does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import telegram
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

_log = logging.getLogger(__name__)
NEWS = ("message", "callback_query", "my_chat_member")
"""Of edited messages we want to hear nothing: what was asked stays asked."""
_PATIENCE = timedelta(seconds=25)
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)


async def poll(
    bot: ExtBot[str],
    take: Callable[[Sequence[telegram.Update]], Awaitable[None]],
    *,
    start: int | None,
) -> None:
    """Hand over what comes, from update `start` on; until cancelled.

    Telegram forgets updates with the next question, so `take` returns once they are kept.
    """
    offset, failures = start, 0
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset, timeout=_PATIENCE, allowed_updates=list(NEWS)
            )
        except TelegramError as error:
            await asyncio.sleep(_pause(error, failures))
            failures += 1
            continue
        failures = 0
        if updates:
            await take(updates)
            offset = updates[-1].update_id + 1


def _pause(error: TelegramError, failures: int) -> float:
    """Seconds to wait after a failure, which is told when somebody must do something."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return after if isinstance(after, int) else after.total_seconds()
    if isinstance(error, Conflict):
        _log.error("Another program fetches this Telegram bot's news: stop it.")
    elif isinstance(error, InvalidToken):
        # Its own words hold the token.
        _log.error("Telegram does not know the token any more: set TAPEDECK_TELEGRAM_TOKEN anew.")
    elif failures == 0:
        _log.warning("Telegram cannot be reached: %s", type(error).__name__)
    return _PAUSES[min(failures, len(_PAUSES) - 1)]
