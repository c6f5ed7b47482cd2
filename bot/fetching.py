"""Which fetcher a link is for: a site that yt-dlp knows, or a plain file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from adapters.ytdlp import serves
from core.links import Fetched, Found, Want
from core.ports import Fetcher

_MEDIA = frozenset(
    {".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".aiff", ".aif", ".wma"}
    | {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".mka"}
)


@dataclass(frozen=True, slots=True)
class Fetching:
    """Fills the port `Fetcher` by two others: `sites`, and `plain` for everything else."""

    sites: Fetcher
    plain: Fetcher

    async def look(self, url: str) -> Found:
        return await self._choose(url).look(url)

    async def fetch(self, want: Want, folder: Path, *, report: Callable[[float], None]) -> Fetched:
        return await self._choose(want.url).fetch(want, folder, report=report)

    def _choose(self, url: str) -> Fetcher:
        return self.sites if serves(url) and not _is_file(url) else self.plain


def _is_file(url: str) -> bool:
    """Whether a link leads to a file, as some do on sites that have pages, too."""
    return PurePosixPath(urlsplit(url).path).suffix.lower() in _MEDIA
