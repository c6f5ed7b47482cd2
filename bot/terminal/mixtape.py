"""`tapedeck mixtape`: one mix from files, made here and now through the same job as in a chat."""

import argparse
import getpass
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from core.jobs import Job, Order
    from core.names import PersonId, Place

MADE, REFUSED, USAGE, BUG = 0, 1, 2, 70


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
    return finish(make(given, Path(arguments.out)), as_json=arguments.json)


def finish(job: "Job", *, as_json: bool) -> int:
    """Print how a job ended and return the exit status."""
    from bot.dispatch import find_ticket

    if job.outcome is None:
        sys.stderr.write(f"{job.sentence}\n")
        return BUG if find_ticket(job.sentence) else REFUSED
    if as_json:
        sys.stdout.write(json.dumps(as_contract(job), indent=2) + "\n")
    else:
        show(job)
    return MADE


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


def attach(path: str) -> "Any":
    from core.link_texts import is_link
    from core.options import Attachment, attach_link

    if is_link(path):
        return attach_link(path)
    whole = Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow links
    return Attachment(whole, str(whole), 0)


def make(given: dict[str, Any], out: Path) -> "Job":
    """Order a mixtape, run it here with a progress bar, and return the job when it has ended."""
    from bot.ordering import order_mixtape
    from core.calls import Asker, Call
    from core.mixtape import OPTIONS
    from core.options import read_values

    person, place = stand_at(out)
    asker = Asker(identity=person, place=place, home=place)
    call = Call("mixtape", person, asker, uuid4().hex, read_values(OPTIONS, given))
    return carry_out(order_mixtape(call))


def stand_at(out: Path) -> "tuple[PersonId, Place]":
    """Who asks at a terminal, and the folder where the result goes. Raises `UserError`."""
    from core.names import PersonId, Place

    folder = Path(os.path.abspath(out))  # noqa: PTH100
    require_folder(folder)
    return PersonId(f"terminal:{_name_user()}"), Place("terminal", str(folder))


def carry_out(order: "Order") -> "Job":
    """Have an order made here, with a progress bar; returns the job when it has ended."""
    import asyncio

    from bot.app import Role, open_house
    from bot.logs import write_logs
    from bot.terminal.progress import Bar
    from config.settings import load

    settings = load()
    write_logs(settings.data, level=settings.log_level)

    async def work() -> "Job":
        with Bar() as bar, _stopping_politely():
            async with open_house(settings, Role.TERMINAL) as house:
                return await house.engine.run_here(order, bar.show)

    return asyncio.run(work())


@contextmanager
def _stopping_politely() -> Iterator[None]:
    """Have a plain kill and a closed window clean up as Ctrl-C does, and exit as shells expect."""
    import asyncio

    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    caught: list[signal.Signals] = []

    def stop(how: signal.Signals) -> None:
        caught.append(how)
        if task is not None:
            task.cancel()

    for how in (signal.SIGTERM, signal.SIGHUP):
        # nohup has it ignored, and means it.
        if signal.getsignal(how) is not signal.SIG_IGN:
            loop.add_signal_handler(how, stop, how)
    try:
        yield
    except asyncio.CancelledError:
        if caught:
            raise SystemExit(128 + caught[0]) from None
        raise


def _name_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that no name belongs to.
        return str(os.getuid())


def require_folder(folder: Path) -> None:
    from core.errors import UserError

    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"--out {folder} cannot be used: its name is not UTF-8. Choose another folder."
        ) from error
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out {folder} is a file, not a folder. Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"--out {folder} cannot be used: {os.strerror(error.errno or 0).lower()}. "
            "Choose another folder."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"--out {folder} cannot be written to. Choose another folder.")


def as_contract(job: "Job") -> dict[str, Any]:
    """The result as `--json` prints it; what was not made is null."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    folder = Path(job.place.conversation)
    places = {product.role: str(folder / product.label) for product in job.outcome.products}
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
