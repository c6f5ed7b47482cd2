"""How fast we write: Telegram counts messages and edits for each chat, and punishes for hours.

The limiter that python-telegram-bot brings along pauses all chats for one that was flooded, and
does not pace private ones, so this is our own.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from telegram._utils.types import JSONDict  # the type that the library's own base class names
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

_Answer = bool | JSONDict | list[JSONDict]
_BURST, _A_SECOND = 3.0, 1.0
_GROUP, _MINUTE = 18, 60.0
_OVERALL = 28
_REMEMBERED = 5000
_HURRIED = frozenset({"answerCallbackQuery", "getUpdates"})
"""What is worth nothing later, or waits by itself."""
EDIT = "edit"
"""For edits that are worth nothing later: they never wait, and leave room for answers."""


@dataclass(slots=True)
class _Purse:
    """What one chat takes: a second's worth of messages and, for groups, a minute's."""

    tokens: float = _BURST
    counted: float = float("-inf")
    sent: deque[float] = field(default_factory=deque)
    paused: float = float("-inf")


class ChatPacer(BaseRateLimiter[str]):
    """Lets messages through in their turn, chat by chat; a flooded chat waits alone."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._purses: OrderedDict[str, _Purse] = OrderedDict()
        self._overall: deque[float] = deque()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> _Answer:
        chat, counted = str(data.get("chat_id")), _costs(endpoint)
        purse = self._purse(chat if counted else endpoint)
        hurried = rate_limit_args == EDIT or endpoint in _HURRIED
        while True:
            if counted:
                await self._take_turn(purse, group=chat.startswith("-"), hurried=hurried)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as flood:
                seconds = _seconds(flood) + 0.5
                purse.paused = max(purse.paused, self._clock() + seconds)
                if hurried:
                    raise
                if not counted:
                    await self._sleep(seconds)

    async def _take_turn(self, purse: _Purse, *, group: bool, hurried: bool) -> None:
        """Wait for room. Raises `RetryAfter` for a hurried one that would have to."""
        while (wait := self._wait(purse, group=group, spare=1 if hurried else 0)) > 0:
            if hurried:
                raise RetryAfter(max(1, round(wait)))
            await self._sleep(wait)
        now = self._clock()
        purse.tokens -= 1
        purse.sent.append(now)
        self._overall.append(now)

    def _wait(self, purse: _Purse, *, group: bool, spare: int) -> float:
        """Seconds until there is room for one, and for `spare` more."""
        now = self._clock()
        earned = max(0.0, now - purse.counted) * _A_SECOND
        purse.tokens = min(_BURST, purse.tokens + earned)
        purse.counted = now
        return max(
            purse.paused - now,
            (1 + spare - purse.tokens) / _A_SECOND,
            _full(purse.sent, _GROUP - 4 * spare if group else _REMEMBERED, _MINUTE, now),
            _full(self._overall, _OVERALL - 8 * spare, 1.0, now),
            0.0,
        )

    def _purse(self, chat: str) -> _Purse:
        purse = self._purses.setdefault(chat, _Purse())
        self._purses.move_to_end(chat)
        if len(self._purses) > _REMEMBERED:
            self._purses.popitem(last=False)
        return purse


def _full(sent: deque[float], most: int, window: float, now: float) -> float:
    """Seconds until there is room for one more in the window."""
    while sent and sent[0] <= now - window:
        sent.popleft()
    return sent[-most] + window - now if len(sent) >= most else 0.0


def _costs(endpoint: str) -> bool:
    """Telegram counts what people see: messages and their edits."""
    shown = endpoint.startswith(("send", "edit", "copy", "forward"))
    return shown and endpoint != "sendChatAction"


def _seconds(flood: RetryAfter) -> float:
    after = flood.retry_after
    return after if isinstance(after, int) else after.total_seconds()
