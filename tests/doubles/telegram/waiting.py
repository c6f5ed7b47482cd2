"""Waiting for a condition without sleeping: it is looked at whenever something changed."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.doubles.telegram.world import World

Found = TypeVar("Found")
_LAST = 8


async def until(
    world: World, condition: Callable[[], Found | None], *, what: str, seconds: float
) -> Found:
    """The first true value of the condition; AssertionError when none comes in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await world.change()
            return found
    except TimeoutError:
        last = [
            f"{each.method} {each.code} {each.description}".rstrip()
            for each in world.requests
            if each.method != "getUpdates"
        ][-_LAST:]
        raise AssertionError(
            f"waited {seconds:g} s in vain for {what}; the bot's last requests: {last}"
        ) from None
