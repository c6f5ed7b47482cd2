"""`tapedeck` with a pipeline for videos that takes a second: `DIARY` is where it writes each down.

It meets the double of Discord where one is named, as `tests.end_to_end.at_discord` does.
"""

import os
import sys
from pathlib import Path
from typing import Any

import bot.app
import bot.serve
from adapters.ffmpeg.find import find_ffmpeg
from bot.__main__ import main
from core.ports import Pipeline
from tests.bot.toys_video import ToyVideo
from tests.end_to_end.at_discord import redirect

_list_pipelines = bot.app.list_pipelines
_worker_command = bot.serve._worker_command


def list_pipelines(*settings: Any, **more: Any) -> list[Pipeline]:
    """All the real ones, but for that of videos."""
    toy = ToyVideo(Path(os.environ["DIARY"]), seconds=0.5, ffmpeg=find_ffmpeg(""))
    found = _list_pipelines(*settings, **more)
    return [*(each for each in found if each.kind != toy.kind), toy]


def worker_command() -> list[str]:
    """The worker is started by this file as well."""
    python, module, _, *rest = _worker_command()
    return [python, module, "tests.end_to_end.filming", *rest]


if __name__ == "__main__":
    bot.app.list_pipelines = list_pipelines
    bot.serve._worker_command = worker_command
    if "DOUBLE_API" in os.environ:
        redirect()
    sys.exit(main())
