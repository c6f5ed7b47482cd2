"""Sizes, lengths and waits, as people read them."""

import math

from bot.words import Say
from core.tracklist import clock

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def say_size(size: int, say: Say) -> str:
    """Bytes as kB, MB or GB, with one digit after the point where it tells something."""
    for key, unit in (("size-gb", 10**9), ("size-mb", 10**6)):
        if size >= unit:
            amount = size / unit
            return say(key, amount=round(amount, 1) if amount < 10 else round(amount))
    return say("size-kb", amount=max(min(size, 1), round(size / 1000)))


def say_left(seconds: float, say: Say) -> str:
    """How long it will take, rounded up to what can honestly be known."""
    if seconds < 10:
        return say("left-seconds")
    if seconds < 50:
        return say("left-minute")
    minutes = math.ceil(seconds / _MINUTE - 0.25)
    if minutes < 60:
        return say("left-minutes", count=minutes)
    hours, minutes = divmod(round(seconds / 300) * 5, 60)
    return say("left-hours", count=hours, minutes=minutes)


def say_ago(seconds: float, say: Say) -> str:
    """How long ago something was."""
    if seconds < _MINUTE:
        return say("ago-now")
    if seconds < _HOUR:
        return say("ago-minutes", count=int(seconds / _MINUTE))
    if seconds < _DAY:
        return say("ago-hours", count=int(seconds / _HOUR))
    return say("ago-days", count=int(seconds / _DAY))


def say_length(tracks: int, seconds: float | None, say: Say) -> str:
    """`5 tracks, 18:22`, or only the count when the length is not known."""
    counted = say("tracks", count=tracks)
    return counted if seconds is None else f"{counted}, {clock(seconds)}"
