"""How often each pair of glasses may ask: so many times at once, and then at an even pace."""

import time
from collections.abc import Callable


class Pace:
    """`most` at once, and `most` in any minute after that. It is forgotten with the process."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._gap = 60.0 / most
        self._clock = clock
        self._full: dict[str, float] = {}

    def take(self, pair: str) -> float:
        """Count one more in, or return how many seconds to wait."""
        now = self._clock()
        # When all that was taken will have come back.
        full = max(now, self._full.get(pair, now)) + self._gap
        wait = full - now - self._most * self._gap
        if wait > 1e-9:
            return wait
        self._full[pair] = full
        return 0.0
