"""Rate limits: buckets per route and place, told in headers as Discord tells them.

They run on real time, since the client sleeps for them in real time; `speed` shortens the windows.
"""

import hashlib
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pace:
    """So many requests in so many seconds. `name` is shared by routes that share a bucket."""

    name: str
    limit: int
    seconds: float


SENDING = Pace("sending", 5, 5)
EDITING = Pace("editing", 5, 5)
EDITING_OLD = Pace("editing-old", 3, 6)
DELETING = Pace("deleting", 5, 1)
READING = Pace("reading", 5, 1)
FOLLOWING = Pace("following", 5, 2)
PLAIN = Pace("plain", 50, 1)
EVERYTHING = Pace("global", 50, 1)
SHARED = "shared"


@dataclass(slots=True)
class _Window:
    ends: float
    left: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`retry_after` is none when the request may pass. Seconds."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False


@dataclass(slots=True)
class Limiter:
    """Counts requests. `refused` counts the 429 that it gave."""

    speed: float = 1
    refused: int = 0
    windows: dict[tuple[str, str], _Window] = field(default_factory=dict)

    def take(self, pace: Pace, place: str, *, counts_globally: bool) -> Verdict:
        window = self._window(pace, place)
        whole = self._window(EVERYTHING, "")
        if counts_globally and whole.left <= 0:
            return self._refuse(pace, whole, is_global=True)
        if window.left <= 0:
            return self._refuse(pace, window, is_global=False)
        window.left -= 1
        if counts_globally:
            whole.left -= 1
        return Verdict(_headers(pace, window))

    def _refuse(self, pace: Pace, window: _Window, *, is_global: bool) -> Verdict:
        self.refused += 1
        after = max(0.001, window.ends - time.monotonic())
        scope = {"X-RateLimit-Scope": "global" if is_global else "user"}
        headers = {"X-RateLimit-Global": "true"} if is_global else _headers(pace, window)
        return Verdict(headers | scope, after, is_global)

    def _window(self, pace: Pace, place: str) -> _Window:
        now = time.monotonic()
        window = self.windows.get((pace.name, place))
        if window is None or window.ends <= now:
            window = _Window(now + pace.seconds / self.speed, pace.limit)
            self.windows[pace.name, place] = window
        return window


def _headers(pace: Pace, window: _Window) -> dict[str, str]:
    after = max(0.0, window.ends - time.monotonic())
    return {
        "X-RateLimit-Limit": str(pace.limit),
        "X-RateLimit-Remaining": str(window.left),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(pace.name.encode()).hexdigest()[:32],
    }
