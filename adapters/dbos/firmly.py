"""Writing down what must be written down, through a bad minute of the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

_log = logging.getLogger(__name__)
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)

T = TypeVar("T")


async def firmly(work: Callable[[], Awaitable[T]]) -> T:
    """Do `work`, which may be done twice; a database or disk that is away is tried again.

    And again, for as long as it takes: an exception that left a workflow would end it for good,
    with its job never told.
    """
    for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
        try:
            return await work()
        except (DBAPIError, OSError) as error:
            _log.warning("could not write, and try again in %s s: %s", pause, error)
            await asyncio.sleep(pause)
    raise AssertionError  # the pauses never end
