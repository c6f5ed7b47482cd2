"""How often somebody may ask: so many times in any minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass

MINUTE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """Commands and presses in a minute: of one person, and of all of a server; 0 is no limit."""

    person: int = 0
    server: int = 0


class Turns:
    """Who asked when, for a minute. What is refused does not count, so waiting always helps."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, who: str, *, now: float) -> float:
        """Seconds until one more is allowed, 0 when it is now. `now` is in seconds."""
        asked = self._asked.get(who, ())
        if not self.most or len(asked) < self.most:
            return 0.0
        return max(0.0, asked[-self.most] + MINUTE_SECONDS - now)

    def count(self, who: str, *, now: float) -> None:
        """Note one that was allowed, and forget who has not asked for a minute."""
        if not self.most:
            return
        asked = self._asked.setdefault(who, deque(maxlen=self.most))
        asked.append(now)
        self._asked.move_to_end(who)
        while next(iter(self._asked.values()))[-1] <= now - MINUTE_SECONDS:
            self._asked.popitem(last=False)

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._asked)
