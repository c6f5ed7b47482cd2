"""`tapedeck glasses simulate`: post a photo as glasses do, to a bot that runs."""

import argparse
import sys
from pathlib import Path

_ROUTES = ("wifi", "phone", "json", "failure")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "glasses",
        help="try glasses out without glasses",
        description="Post a photo as MentraOS glasses do, with the token that /glasses gave.",
    )
    parser.add_argument("deed", choices=["simulate"], help="what to do")
    parser.add_argument("photo", metavar="PHOTO", help="a picture file")
    parser.add_argument("--url", metavar="URL", help="where to post (this machine's bot)")
    parser.add_argument(
        "--token", metavar="TOKEN", help="the pairing token; asked for, or read, when left out"
    )
    parser.add_argument(
        "--route",
        metavar="wifi|phone|json|failure",
        choices=_ROUTES,
        default="wifi",
        help="by which way, or the failure to take one (wifi)",
    )
    parser.add_argument(
        "--request", metavar="ID", help="the photo's name; the same again is the same photo"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    import asyncio
    import json

    from adapters.simulated_glasses import Simulation, post_photo
    from config.settings import load, public_url
    from core.errors import UserError

    path = Path(arguments.photo)
    if not path.is_file():
        raise UserError(f"“{path}” is no file. Name a picture.")
    simulation = Simulation(
        photo=path,
        url=arguments.url or f"{public_url(load())}/glasses/photos",
        token=(arguments.token or _read_token()).strip(),
        route=arguments.route,
        request=arguments.request or "",
    )
    status, answer = asyncio.run(post_photo(simulation))
    sys.stdout.write(f"{status} {json.dumps(answer)}\n")
    return 0 if status == 200 else 1


def _read_token() -> str:
    """Typed unseen at a terminal, else the first line of standard input."""
    import getpass

    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass("Pairing token: ")
    return sys.stdin.readline() if sys.stdin is not None else ""
