"""yt-dlp as we run it: which extractors, which limits, and its errors as troubles of ours."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yt_dlp
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import YoutubeDLError

from adapters.ytdlp.sites import EXTRACTORS
from adapters.ytdlp.troubles import SiteTroubleError, Trouble, classify

_SOCKET_SECONDS = 20
MOST_ENTRIES = 200
_OURS = (
    "http_dash_segments",
    "http_dash_segments_generator",
    "m3u8_native",
    "https",
    "http",
)
PROTOCOLS = f"[protocol~='^({'|'.join(_OURS)})$']"
"""What yt-dlp fetches itself. The rest it would leave to other programs, which nobody guards."""


class _Words:
    """What yt-dlp says goes to standard error, where only the log reads it."""

    def debug(self, message: str) -> None:
        pass

    def info(self, message: str) -> None:
        pass

    def warning(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")

    def error(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")


@contextmanager
def opened(request: dict[str, Any], **more: Any) -> Iterator[Any]:
    """yt-dlp for the length of the block. Raises `SiteTroubleError` for whatever it raises."""
    parameters: dict[str, Any] = {
        "quiet": True,
        "noprogress": True,
        "logger": _Words(),
        "cachedir": False,
        "restrictfilenames": True,
        "proxy": "",
        "allowed_extractors": list(EXTRACTORS),
        "playlist_items": f"1:{MOST_ENTRIES}",
        "noplaylist": True,
        "extract_flat": "in_playlist",
        "socket_timeout": _SOCKET_SECONDS,
        "retries": 3,
        "extractor_retries": 1,
        "fragment_retries": 3,
        "skip_unavailable_fragments": False,
        "hls_prefer_native": True,
        "fixup": "never",
        "format_sort": ["res", "fps", "vcodec:h264", "acodec:aac"],
        **more,
    }
    if request.get("cookies"):
        # It writes what it has learned back, so this is a copy of the operator's file.
        parameters["cookiefile"] = request["cookies"]
    FFmpegFD.real_download = _refuse
    try:
        with yt_dlp.YoutubeDL(parameters, auto_init="no_verbose_header") as program:
            yield program
    except YoutubeDLError as error:
        raise _translate(error) from error
    except OSError as error:
        raise SiteTroubleError(Trouble.NETWORK, str(error)) from error


def _refuse(*_arguments: Any, **_named: Any) -> bool:
    """ffmpeg fetches nothing for us: it would follow any address."""
    raise SiteTroubleError(Trouble.BROKEN, "the format needs ffmpeg to fetch it")


def _translate(error: BaseException) -> SiteTroubleError:
    """The trouble behind an error of yt-dlp, which wraps the one that says most."""
    inner = error
    wrapped = getattr(error, "exc_info", None)
    if wrapped and wrapped[1] is not None:
        inner = wrapped[1]
    chain = list(_causes(inner))
    for each in chain:
        if isinstance(each, SiteTroubleError):
            return each
    status = next((each.status for each in chain if isinstance(each, HTTPError)), None)
    message = str(getattr(inner, "orig_msg", None) or inner)
    trouble = classify(message, kind=type(inner).__name__, status=status)
    if trouble is Trouble.BROKEN and any(isinstance(each, OSError) for each in chain):
        trouble = Trouble.NETWORK
    return SiteTroubleError(trouble, f"{type(inner).__name__} {status or ''} {message}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        cause = getattr(each, "cause", None)
        waiting += [cause if isinstance(cause, BaseException) else None]
        waiting += [each.__cause__, each.__context__]


def require_inside(path: str, folder: Path) -> Path:
    """A path that yt-dlp gave back. Raises `ValueError` outside of the folder it was given."""
    whole = Path(path).resolve()
    if not whole.is_relative_to(folder.resolve()):
        raise ValueError("yt-dlp wrote outside of its folder")
    return whole
