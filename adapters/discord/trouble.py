"""What Discord's refusals mean, and patience with what passes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

from core.errors import ServiceError

T = TypeVar("T")
TOO_LARGE = 40005
_EXPIRED = frozenset({10015, 10062, 50027})
_DIRECT_REFUSED = frozenset({50007, 50278})
_SHUT = frozenset({10003, 50001, 50013, 50083, 160002})
_GONE = frozenset({10003, 10008})
_PAUSES = (0.3, 1.0, 3.0)
BROKEN = (aiohttp.ClientError, OSError, TimeoutError)
"""A connection that broke: discord.py does not try again by itself on Linux."""


async def firmly(work: Callable[[], Awaitable[T]], *, pauses: tuple[float, ...] = _PAUSES) -> T:
    """Do something that may be done twice, again after errors that pass.

    Raises `ServiceError` when they do not, and Discord's other refusals as they are.
    """
    for pause in (*pauses, None):
        try:
            return await work()
        except discord.HTTPException as error:
            if not _passes(error):
                raise
            cause: Exception = error
        except (discord.RateLimited, *BROKEN) as error:
            cause = error
        if pause is None:
            raise ServiceError("Discord does not answer. I keep trying.") from cause
        await asyncio.sleep(pause)
    raise AssertionError("the last pause is none")


def _passes(error: discord.HTTPException) -> bool:
    return error.status >= 500 or error.status == 429


def is_too_large(error: discord.HTTPException) -> bool:
    """Also where the server promised to take that size."""
    return error.status == 413 or error.code == TOO_LARGE


def is_expired(error: discord.HTTPException) -> bool:
    """An interaction that was answered too late, or whose 15 minutes are over."""
    return error.code in _EXPIRED


def is_direct_refused(error: discord.HTTPException) -> bool:
    """The person takes no direct messages from us."""
    return error.code in _DIRECT_REFUSED


def is_shut(error: discord.HTTPException) -> bool:
    """The channel is gone, or we may not write there."""
    return error.code in _SHUT


def is_gone(error: discord.HTTPException) -> bool:
    """The message or its channel was deleted."""
    return error.code in _GONE
