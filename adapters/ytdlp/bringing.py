"""Brings a whole sound or video with yt-dlp's own downloaders. Runs in the child."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.ytdlp.pictures import bring_picture
from adapters.ytdlp.program import opened, require_inside
from adapters.ytdlp.troubles import SiteTroubleError, Trouble

_FORMS = "mp4/mkv"
_MERGING = 0.97


def bring(request: dict[str, Any], report: Callable[[float], None]) -> dict[str, Any]:
    """Fetch the chosen formats into `folder`, and merge them. Raises `SiteTroubleError`."""
    folder = Path(request["folder"])
    page = json.loads(Path(request["page"]).read_text(encoding="utf-8"))
    watch = _Watch(request["choice"], request["sizes"], most_bytes=request["bytes"], report=report)
    with opened(
        request,
        format="+".join(request["choice"]),
        outtmpl={"default": "media.%(ext)s"},
        paths={"home": str(folder), "temp": str(folder)},
        overwrites=True,
        ffmpeg_location=request["ffmpeg"],
        merge_output_format=_FORMS,
        concurrent_fragment_downloads=4,
        progress_hooks=[watch.see],
    ) as program:
        facts = program.process_ie_result(page, download=True)
        cover = bring_picture(program, request["thumbnail"], folder / "cover")
    downloads = (facts or {}).get("requested_downloads") or ()
    if not downloads:
        raise SiteTroubleError(Trouble.BROKEN, "yt-dlp brought no file")
    path = require_inside(downloads[0]["filepath"], folder)
    report(1.0)
    return {"path": str(path), "cover": str(cover) if cover else None}


class _Watch:
    """Adds up what the formats have brought so far, and stops when it is too much."""

    def __init__(
        self,
        choice: list[str],
        sizes: list[int],
        *,
        most_bytes: int,
        report: Callable[[float], None],
    ) -> None:
        self._expected = dict(zip(choice, sizes, strict=True))
        self._got = dict.fromkeys(choice, 0)
        self._most = most_bytes
        self._report = report

    def see(self, state: dict[str, Any]) -> None:
        name = str(state.get("info_dict", {}).get("format_id", ""))
        self._got[name] = int(state.get("downloaded_bytes") or self._got.get(name, 0))
        total = state.get("total_bytes") or state.get("total_bytes_estimate")
        if total:
            self._expected[name] = int(total)
        if sum(self._got.values()) > self._most or sum(self._expected.values()) > self._most:
            raise SiteTroubleError(Trouble.TOO_LARGE, f"more than {self._most} bytes")
        expected = sum(self._expected.values())
        if expected:
            self._report(_MERGING * sum(self._got.values()) / expected)
