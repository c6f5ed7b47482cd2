"""`tapedeck video`: a music video of photos, made here and now by the same job as in a chat."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.terminal.making import USAGE, attach, finish, make_here, place_products

if TYPE_CHECKING:
    from core.jobs import Job

_GIVEN = ("style", "length", "music", "title", "seed")
_FILES = {"mp4": "video", "description": "description", "recipe": "recipe"}
FACTS = (
    "title", "style", "duration", "width", "height", "seed", "loudness", "true_peak", "provider",
    "prompt", "notes", "rejected",
)  # fmt: skip

SEEN = ("words", "mood", "palette", "captions", "lyrics", "by")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "video",
        help="make a music video of photos",
        description="Make a music video of photos, with music that fits what they show.",
    )
    parser.add_argument("photos", nargs="+", metavar="PHOTO", help="a photo, 1 to 10 of them")
    parser.add_argument("--track", metavar="TRACK", help="a sound file as the music")
    parser.add_argument(
        "--style", metavar="calm|film|pulse|polaroid", help="how it looks (what fits the mood)"
    )
    parser.add_argument("--length", metavar="SECONDS", help="how long, 6 to 180 (30)")
    parser.add_argument("--music", metavar="WORDS", help="what the music is like, in words")
    parser.add_argument(
        "--compose", metavar="WORDS", help="the same, written here: no service is asked"
    )
    parser.add_argument("--title", metavar="TEXT", help="what to call it")
    parser.add_argument("--card", action="store_true", help="begin with the title")
    parser.add_argument("--no-captions", action="store_true", help="show no words")
    parser.add_argument("--seed", metavar="N", help="gives the same video again")
    parser.add_argument("--out", metavar="DIR", default=".", help="where to write (.)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from core.errors import UserError
    from core.film.wishes import OPTIONS, order_film
    from core.options import read_values

    try:
        values = read_values(OPTIONS, _read(arguments))
        order_film(values, seed=0)
    except UserError as error:
        sys.stderr.write(f"tapedeck video: {error}\n")
        return USAGE
    from bot.commands.video import order_video

    job = make_here("video", values, order_video, Path(arguments.out))
    return finish(job, contract=as_contract if arguments.json else None, show=show)


def _read(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as the command takes them."""
    given: dict[str, Any] = {name: getattr(arguments, name) for name in _GIVEN}
    given["photos"] = [attach(path) for path in arguments.photos]
    if arguments.track is not None:
        given["track"] = attach(arguments.track)
    if arguments.compose is not None:
        given |= {"music": arguments.compose, "compose": True}
    return given | {"card": arguments.card, "captions": not arguments.no_captions}


def as_contract(job: "Job") -> dict[str, Any]:
    """The result as `--json` prints it."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    places, details = place_products(job), job.outcome.details
    scene = details["scene"]
    assert isinstance(scene, dict)  # noqa: S101  as the pipeline makes it
    return {
        **{name: places.get(role) for name, role in _FILES.items()},
        **{name: details[name] for name in FACTS},
        **{name: scene[name] for name in SEEN},
    }


def show(job: "Job") -> None:
    """Print the result for a person: what was made, and where the files are."""
    from core.tracks import label_of

    facts = as_contract(job)
    lines = [job.outcome.text if job.outcome else "", ""]
    lines.append(f"  {facts['loudness']:g} LUFS, true peak {facts['true_peak']:g} dBTP")
    lines += [f"  The same again with --seed {facts['seed']} --style {facts['style']}", ""]
    names = {"mp4": "MP4", "description": "Description", "recipe": "Recipe"}
    lines += [f"  {name:<12} {facts[key]}" for key, name in names.items() if facts[key]]
    for item in facts["rejected"]:
        lines.append(f"  Left out: {label_of(item['source'])} {item['reason']}")
    sys.stdout.write("\n".join(lines) + "\n")
