"""What the operator decides about Telegram, and Telegram's own limits."""

from dataclasses import dataclass, field
from pathlib import Path

from adapters.editing import Pace

MEGABYTE = 1024 * 1024
TEXT = 4096
CAPTION = 1024
COMMANDS = 100
SUMMARY = 256
PRIVATE_PACE = Pace(gap=3, most=15, window=60)
GROUP_PACE = Pace(gap=5, most=10, window=60)
"""Of the 20 messages and edits a minute that a group takes, half are left for answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`api` is the address of a Bot API server of the operator's own, `folder` where that one
    keeps files: then larger files go in and out. `webhook` is where Telegram sends its news, with
    `secret`; without it they are fetched. `download` and `upload` are in bytes.
    """

    token: str = field(repr=False)
    api: str = ""
    folder: Path | None = None
    webhook: str = ""
    secret: str = field(default="", repr=False)
    download: int = 20 * MEGABYTE
    upload: int = 50 * MEGABYTE
    gather_seconds: float = 0.6
    """How long nothing more must come until files that were sent together are taken as one."""

    @property
    def base_url(self) -> str:
        return f"{self.api or 'https://api.telegram.org'}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.api or 'https://api.telegram.org'}/file/bot"
