"""`tapedeck compose`: one piece of music for a mood, made here and now."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.terminal.making import USAGE, finish, make_here, place_products

if TYPE_CHECKING:
    from core.jobs import Job

_GIVEN = ("mood", "length", "tempo", "key", "time", "style", "instruments", "seed", "title", "wav")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "compose",
        help="write and play music for a mood",
        description="Write and play a piece of music for a mood: MP3, MIDI and a picture of it.",
    )
    parser.add_argument(
        "--mood", metavar="MOOD", required=True,
        help="a feeling: a word, a few words, or valence and arousal such as 0.6,-0.4",
    )  # fmt: skip
    parser.add_argument("--length", metavar="SECONDS", help="how long, 5 to 600 (60)")
    parser.add_argument("--tempo", metavar="BPM", help="quarter notes in a minute, 50 to 200")
    parser.add_argument("--key", metavar="KEY", help="such as C, F#m, Bb major or D dorian")
    parser.add_argument("--time", metavar="4/4|3/4|6/8", help="the time signature")
    parser.add_argument("--style", metavar="STYLE", help="such as pop, lo-fi or orchestral")
    parser.add_argument("--instruments", metavar="LIST", help="who plays: piano, cello, drums")
    parser.add_argument("--seed", metavar="N", help="gives the same piece again")
    parser.add_argument("--title", metavar="TEXT", help="what to call it")
    parser.add_argument("--wav", action="store_true", help="write a WAV too")
    parser.add_argument("--out", metavar="DIR", default=".", help="where to write (.)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from core.errors import UserError
    from core.music.commission import OPTIONS, order_piece
    from core.options import read_values

    try:
        given = {name: getattr(arguments, name) for name in _GIVEN}
        values = read_values(OPTIONS, given)
        order_piece(values, seed=0)
    except UserError as error:
        sys.stderr.write(f"tapedeck compose: {error}\n")
        return USAGE
    from bot.commands.compose import order_compose
    from bot.terminal.rehearsing import rehearse

    job = make_here("compose", values, order_compose, Path(arguments.out), ahead=rehearse)
    return finish(job, contract=as_contract if arguments.json else None, show=show)


_FILES = {"mp3": "audio", "wav": "wav", "midi": "midi", "picture": "picture", "recipe": "recipe"}
FACTS = (
    "title", "mood", "style", "key", "camelot", "time_signature", "tempo", "duration", "seed",
    "loudness", "true_peak", "player", "instruments", "sections", "chords",
)  # fmt: skip


def as_contract(job: "Job") -> dict[str, Any]:
    """The result as `--json` prints it; what was not made is null."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    places, details = place_products(job), job.outcome.details
    return {
        **{name: places.get(role) for name, role in _FILES.items()},
        **{name: details[name] for name in FACTS},
    }


def show(job: "Job") -> None:
    """Print the result for a person: the sections, and where the files are."""
    from core.tracklist import clock

    facts = as_contract(job)
    lines = [job.outcome.text if job.outcome else "", ""]
    lines += [f"  {clock(part['start']):>8}  {part['name']}" for part in facts["sections"]]
    lines += ["", f"  {facts['loudness']:g} LUFS, true peak {facts['true_peak']:g} dBTP"]
    lines += [f"  Played by {facts['player']}; the same again with --seed {facts['seed']}", ""]
    names = {"mp3": "MP3", "wav": "WAV", "midi": "MIDI", "picture": "Picture", "recipe": "Recipe"}
    lines += [f"  {name:<12} {facts[key]}" for key, name in names.items() if facts[key]]
    sys.stdout.write("\n".join(lines) + "\n")
