"""The names that everything is filed under."""

from dataclasses import dataclass
from typing import NewType

PersonId = NewType("PersonId", str)
"""Who asks, as `<platform>:<id there>`, for example `web:5f2c…` or `terminal:anna`."""
JobId = NewType("JobId", str)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a conversation on a platform, in the platform's own notation."""

    platform: str
    conversation: str
