"""`tapedeck demo`: a first mixtape from sample tracks that are made on the spot."""

import argparse
import sys
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "demo",
        help="make a first mixtape from sample tracks",
        description="Make sample tracks in several formats, and a mixtape of them.",
    )
    parser.add_argument("--out", metavar="DIR", default="demo", help="where to write (demo)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from adapters.ffmpeg.find import find_ffmpeg
    from bot.terminal.making import attach, finish, require_folder
    from bot.terminal.mixtape import make, show
    from bot.terminal.samples import write_samples
    from config.settings import load

    out = Path(arguments.out)
    folder = out / "samples"
    require_folder(folder)
    sys.stderr.write("Making six sample tracks …\n")
    # Without pictures in the tracks, the tape gets a cover of its own.
    samples = asyncio.run(write_samples(folder, find_ffmpeg(load().ffmpeg), covered=False))
    given = {"tracks": [attach(str(path)) for path in samples], "title": "Tapedeck demo"}
    return finish(make(given, out), contract=None, show=show)
