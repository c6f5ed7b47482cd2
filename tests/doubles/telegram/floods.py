"""Telegram's patience: how many messages a bot may send or edit, and what it gets beyond that."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.doubles.telegram.refusals import too_many

_LONGEST_SECONDS = 15 * 3600
_FORGIVEN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """From the Bot FAQ: a message a second in a chat, 20 a minute in a group, 30 a second in all.

    `burst` is how many a chat takes at once before the pace counts; Telegram gives no figure.
    """

    burst: int = 4
    chat_per_second: float = 1.0
    group_per_minute: int = 20
    overall_per_second: int = 30


@dataclass(slots=True)
class _Purse:
    """What one chat may still send."""

    tokens: float
    counted: float
    sent: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0
    offences: int = 0
    last_offence: float = -math.inf


class Floods:
    """Counts what a bot sends. Every refusal while one is told to wait makes the wait longer."""

    def __init__(self, limits: FloodLimits | None = None) -> None:
        self.limits = limits or FloodLimits()
        self.on = True
        self._purses: dict[int, _Purse] = defaultdict(lambda: _Purse(self.limits.burst, -math.inf))
        self._overall: deque[float] = deque()

    def pay(self, chat: int, *, messages: int, group: bool, now: float) -> None:
        """Let so many messages or edits through, or refuse with 429; `now` in seconds."""
        if not self.on:
            return
        purse = self._purses[chat]
        wait = max(
            purse.closed_until - now,
            self._pace(purse, messages, now),
            _full(purse.sent, self.limits.group_per_minute, messages, 60.0, now) if group else 0.0,
            _full(self._overall, self.limits.overall_per_second, messages, 1.0, now),
        )
        if wait > 0:
            raise too_many(self._punish(purse, wait, now))
        purse.tokens -= messages
        purse.sent.extend([now] * messages)
        self._overall.extend([now] * messages)

    def _pace(self, purse: _Purse, messages: int, now: float) -> float:
        limits = self.limits
        earned = max(0.0, now - purse.counted) * limits.chat_per_second
        purse.tokens = min(float(limits.burst), purse.tokens + earned)
        purse.counted = now
        # An album is let through by a full purse and then paid off.
        missing = min(messages, limits.burst) - purse.tokens
        return max(0.0, missing / limits.chat_per_second)

    def _punish(self, purse: _Purse, wait: float, now: float) -> int:
        if now - purse.last_offence > _FORGIVEN_SECONDS and now >= purse.closed_until:
            purse.offences = 0
        grown = wait * 2 if now < purse.closed_until else max(wait, 3.0) * 2**purse.offences
        seconds = min(_LONGEST_SECONDS, math.ceil(grown))
        purse.offences += 1
        purse.last_offence = now
        purse.closed_until = now + seconds
        return seconds


def _full(sent: deque[float], limit: int, messages: int, window: float, now: float) -> float:
    """Seconds until `messages` more fit into the window; 0 when they do."""
    while sent and sent[0] <= now - window:
        sent.popleft()
    over = len(sent) + min(messages, limit) - limit
    return sent[over - 1] + window - now if over > 0 else 0.0
