"""Chance that falls the same way on every machine and with every Python."""

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws for one purpose. Each name under one seed has draws of its own.

    So a change to the drums never changes the melody. Only `Random.random` is used: of all of
    that class, Python promises its sequence alone, and all else here is whole numbers.
    """

    def __init__(self, seed: int, *names: object) -> None:
        text = "/".join(str(name) for name in (seed, *names))
        digest = sha256(text.encode()).digest()
        self._random = Random(int.from_bytes(digest[:8], "big"))  # noqa: S311  music, no secret

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1."""
        return int(self._random.random() * count)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely."""
        return items[self.below(len(items))]

    def weigh(self, items: Sequence[tuple[T, int]]) -> T:
        """One of the items, as likely as its weight says."""
        at = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            at -= weight
            if at < 0:
                return item
        raise AssertionError("the weights are more than their sum")

    def happens(self, percent: int) -> bool:
        """True in so many of a hundred draws."""
        return self.below(100) < percent

    def sway(self, reach: int) -> int:
        """A whole number from -`reach` to `reach`, those near 0 more often."""
        return self.below(reach + 1) - self.below(reach + 1)
