"""`tapedeck download`: the sound or the video of a link, fetched here and now as in a chat."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs import Job, Order


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "download",
        help="fetch the sound or the video of a link",
        description="Fetch the sound or the video of a link, with its tags, cover and chapters.",
    )
    parser.add_argument("link", metavar="URL", help="a page of a site, or of a file")
    parser.add_argument("--kind", metavar="audio|video", help="sound or video (audio)")
    parser.add_argument(
        "--quality",
        metavar="QUALITY",
        help="best, 1080p, 720p or 480p; original, mp3, opus or m4a (best or original)",
    )
    parser.add_argument("--start", metavar="TIME", help="where to begin, such as 1:30")
    parser.add_argument("--end", metavar="TIME", help="where to end, such as 2:45")
    parser.add_argument("--entries", metavar="LIST", help="which of a list, such as 1-3,7 (all)")
    parser.add_argument("--out", metavar="DIR", default=".", help="where to write (.)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from bot.terminal.making import USAGE, carry_out, finish
    from core.errors import UserError

    try:
        order = _order(arguments)
    except UserError as error:
        sys.stderr.write(f"tapedeck download: {error}\n")
        return USAGE
    contract = as_contract if arguments.json else None
    return finish(carry_out(order), contract=contract, show=_show)


def _order(arguments: argparse.Namespace) -> "Order":
    """What to order. Raises `UserError` for a wrong value."""
    from uuid import uuid4

    from bot.commands.download import write_request
    from bot.pipelines.download import KIND
    from bot.terminal.making import stand_at
    from core.downloads import OPTIONS, read_choice
    from core.jobs import Order
    from core.link_texts import read_link
    from core.options import read_values

    given = {option.name: getattr(arguments, option.name) for option in OPTIONS}
    given["kind"] = given["kind"] or (None if given["quality"] else "audio")
    values = read_values(OPTIONS, given)
    link, choice = read_link(str(values["link"])), read_choice(values)
    assert choice is not None  # noqa: S101  it has a kind or a quality
    person, place = stand_at(Path(arguments.out))
    return Order(
        key=uuid4().hex,
        kind=KIND,
        title=link,
        person=person,
        place=place,
        request=write_request(link, choice),
    )


def as_contract(job: "Job") -> dict[str, Any]:
    """The result as `--json` prints it: a file for each entry, in their order."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    folder, details = Path(job.place.conversation), job.outcome.details
    made = [each for each in job.outcome.products if each.role in ("audio", "video")]
    tracks = details["tracks"]
    assert isinstance(tracks, list)  # noqa: S101  as the pipeline writes it
    return {
        "title": details["title"],
        "files": [
            {
                "path": str(folder / product.label),
                "kind": product.role,
                "size": product.size,
                "duration": product.seconds,
                "title": track["title"],
                "artist": track["artist"],
                "link": track["source"],
            }
            for product, track in zip(made, tracks, strict=True)
        ],
        "rejected": details["rejected"],
    }


def _show(job: "Job") -> None:
    """Print the result for a person."""
    from core.tracklist import clock
    from core.tracks import clean_text

    facts = as_contract(job)
    lines = [job.outcome.text if job.outcome else "", ""]
    for file in facts["files"]:
        size = f"{file['size'] / 1e6:.1f} MB"
        lines.append(f"  {clock(file['duration'] or 0):>8}  {size:>9}  {file['path']}")
    lines += [
        f"  Left out: {clean_text(str(item['source']))} {item['reason']}"
        for item in facts["rejected"]
    ]
    sys.stdout.write("\n".join(lines) + "\n")
