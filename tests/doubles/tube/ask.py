"""The real yt-dlp with nothing of the product around it, to test the site itself.

`python -m tests.doubles.tube.ask ADDRESS FOLDER` reads a list of links on its standard input, each
with a format to download (or none), and writes what became of each.
"""

import json
import sys
from typing import Any

import yt_dlp

from tests.doubles.tube.extractors import register

_KEPT = (
    "extractor_key", "id", "title", "channel", "duration", "chapters", "live_status", "is_live",
    "album", "artist", "track", "thumbnail", "description", "age_limit",
)  # fmt: skip
_FORMAT = ("format_id", "ext", "filesize", "height", "vcodec", "acodec", "protocol")


def main() -> None:
    address, folder = sys.argv[1:]
    register(address)
    asked = json.load(sys.stdin)
    json.dump([_ask(each["url"], each.get("format"), folder) for each in asked], sys.stdout)


def _ask(url: str, form: str | None, folder: str) -> dict[str, Any]:
    options = {
        "quiet": True,
        "noprogress": True,
        "no_warnings": True,
        "logger": _Silent(),
        "cachedir": False,
        "fixup": "never",
        "extract_flat": "in_playlist",
        "noplaylist": True,
        "allowed_extractors": ["youtube", "youtube:tab", "Bandcamp:album"],
        "paths": {"home": folder},
        "outtmpl": "%(id)s-%(format_id)s.%(ext)s",
        "retries": 1,
        "extractor_retries": 0,
        "file_access_retries": 0,
        "socket_timeout": 3,
        "retry_sleep_functions": {"http": lambda n: 0},
    }
    if form is not None:
        options["format"] = form
    with yt_dlp.YoutubeDL(options) as downloader:
        try:
            found = downloader.extract_info(url, download=form is not None)
        except yt_dlp.utils.YoutubeDLError as error:
            return {"error": str(error), "kind": _name(error)}
    told = {key: found.get(key) for key in _KEPT}
    told["formats"] = [{key: each.get(key) for key in _FORMAT} for each in found.get("formats", ())]
    told["entries"] = [
        {key: each.get(key) for key in (*_KEPT, "url")} for each in found.get("entries", ())
    ]
    told["files"] = [each["filepath"] for each in found.get("requested_downloads", ())]
    return told


def _name(error: Exception) -> str:
    inner = getattr(error, "exc_info", (None,))[0]
    return (inner or type(error)).__name__


class _Silent:
    def debug(self, text: str) -> None:
        """Not of interest."""

    warning = error = debug


if __name__ == "__main__":
    main()
