"""yt-dlp: what is behind links to sites of music and videos. It runs in children only."""

from adapters.ytdlp.fetcher import Bounds, YtDlp
from adapters.ytdlp.sites import serves

__all__ = ["Bounds", "YtDlp", "serves"]
