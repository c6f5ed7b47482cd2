"""Web servers on loopback: honest ones, and such as do whatever harms a downloader."""

from tests.doubles.web.answers import (
    bomb,
    cut,
    drip,
    endless,
    endless_headers,
    file,
    lie_about_ranges,
    lie_about_size,
    page,
    raw,
    redirect,
    stall,
)
from tests.doubles.web.server import Answer, Asked, Exchange, Web

__all__ = [
    "Answer",
    "Asked",
    "Exchange",
    "Web",
    "bomb",
    "cut",
    "drip",
    "endless",
    "endless_headers",
    "file",
    "lie_about_ranges",
    "lie_about_size",
    "page",
    "raw",
    "redirect",
    "stall",
]
