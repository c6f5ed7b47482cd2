"""Asks sites about links and brings their media, in a child: extractors read anything.

`python -m adapters.ytdlp.child` takes one JSON request on its standard input. It prints a JSON line
now and then with how much is done, and writes its answer, as JSON, to the file that the request
names: what was asked for, or which trouble it met.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.ytdlp.guard import watch_connections
from adapters.ytdlp.troubles import SiteTroubleError

Report = Callable[[float], None]
_MOST_REQUEST = 1 << 20


def answer(request: dict[str, Any], report: Report) -> dict[str, Any]:
    """Do what is asked. Raises `SiteTroubleError`."""
    # Importing yt-dlp takes most of a second, and parts are fetched without it.
    match request["do"]:
        case "look":
            from adapters.ytdlp.looking import look

            return look(request)
        case "bring":
            from adapters.ytdlp.bringing import bring

            return bring(request, report)
        case "parts":
            from adapters.ytdlp.parts import bring_parts

            return bring_parts(request, report)
        case other:
            raise ValueError(f"nobody knows how to {other}")


def tell_progress() -> Report:
    """A way to print progress, only when it has changed by half a percent."""
    told = -1

    def report(fraction: float) -> None:
        nonlocal told
        step = int(min(max(fraction, 0.0), 1.0) * 200)
        if step > told:
            told = step
            sys.stdout.write(json.dumps({"done": step / 200}) + "\n")
            sys.stdout.flush()

    return report


def main() -> int:
    # No plugins: whatever lies in somebody's home folder is no part of this program.
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    request = json.loads(sys.stdin.buffer.read(_MOST_REQUEST))
    watch_connections()
    try:
        found = answer(request, tell_progress())
    except SiteTroubleError as error:
        found = {"trouble": error.trouble, "detail": error.detail[:2000]}
    path = Path(request["answer"])
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
