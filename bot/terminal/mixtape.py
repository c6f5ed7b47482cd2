"""`tapedeck mixtape`: one mix from files, made here and now through the same job as in a chat."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.terminal.making import USAGE, attach, finish, make_here, place_products

if TYPE_CHECKING:
    from core.jobs import Job


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "mixtape",
        help="mix tracks into one MP3 and MP4",
        description="Mix tracks into one MP3 and MP4 with crossfades, chapters and a tracklist.",
    )
    parser.add_argument(
        "tracks", nargs="+", metavar="TRACK", help="a sound file or a link, 1 to 200 of them"
    )
    parser.add_argument("--cover", metavar="IMAGE", help="a picture; else one from the tracks")
    parser.add_argument("--title", metavar="TEXT", help="what to call it")
    parser.add_argument(
        "--crossfade", metavar="SECONDS", help="how long neighbours overlap, 0 to 30 (6)"
    )
    parser.add_argument(
        "--order", metavar="given|name|shuffle", help="the order of the tracks (given)"
    )
    parser.add_argument("--seed", metavar="N", help="makes shuffle repeatable")
    parser.add_argument("--loudness", metavar="LUFS|off", help="the target, -30 to -8 (-14)")
    parser.add_argument("--no-video", action="store_true", help="make no MP4")
    parser.add_argument("--out", metavar="DIR", default=".", help="where to write (.)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from core.errors import UserError

    try:
        given = _read(arguments)
    except UserError as error:
        sys.stderr.write(f"tapedeck mixtape: {error}\n")
        return USAGE
    job = make(given, Path(arguments.out))
    return finish(job, contract=as_contract if arguments.json else None, show=show)


def _read(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as the command takes them. Raises `UserError` for a wrong value."""
    from core.mixtape import OPTIONS, TRACKS, read_loudness, read_seed
    from core.options import read_values

    given: dict[str, Any] = {
        name: getattr(arguments, name)
        for name in ("title", "crossfade", "order", "seed", "loudness")
    }
    given["video"] = not arguments.no_video
    others = [option for option in OPTIONS if option != TRACKS]
    values = read_values(others, given)
    read_loudness(str(values["loudness"]))
    read_seed(values["seed"])
    given["tracks"] = [attach(path) for path in arguments.tracks]
    if arguments.cover is not None:
        given["cover"] = attach(arguments.cover)
    return given


def make(given: dict[str, Any], out: Path) -> "Job":
    """Order a mixtape, run it here with a progress bar, and return the job when it has ended."""
    from bot.ordering import order_mixtape
    from core.mixtape import OPTIONS
    from core.options import read_values

    return make_here("mixtape", read_values(OPTIONS, given), order_mixtape, out)


def as_contract(job: "Job") -> dict[str, Any]:
    """The result as `--json` prints it; what was not made is null."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    places = place_products(job)
    details = job.outcome.details
    roles = {"mp3": "audio", "mp4": "video", "cue": "cue", "description": "description"}
    return {
        **{name: places.get(role) for name, role in roles.items()},
        "recipe": places.get("recipe"),
        **{name: details[name] for name in ("duration", "loudness", "true_peak")},
        **{name: details[name] for name in ("tracks", "rejected")},
    }


def show(job: "Job") -> None:
    """Print the result for a person: where the files are, and the tracklist."""
    from core.tracklist import clock
    from core.tracks import label_of

    facts = as_contract(job)
    lines = [job.outcome.text if job.outcome else "", ""]
    for track in facts["tracks"]:
        artist = f"{track['artist']} – " if track["artist"] else ""
        lines.append(f"  {clock(track['start']):>8}  {artist}{track['title']}")
    lines += ["", f"  {facts['loudness']:g} LUFS, true peak {facts['true_peak']:g} dBTP", ""]
    names = {"mp3": "MP3", "mp4": "MP4", "cue": "Cue sheet", "description": "Description"}
    for key, name in (names | {"recipe": "Recipe"}).items():
        if facts[key]:
            lines.append(f"  {name:<12} {facts[key]}")
    for item in facts["rejected"]:
        lines.append(f"  Left out: {label_of(item['source'])} {item['reason']}")
    sys.stdout.write("\n".join(lines) + "\n")
