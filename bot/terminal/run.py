"""`tapedeck run`: the bot itself, as a gateway, as a worker, or as both."""

import argparse
from typing import Any


def add(subparsers: Any) -> None:  # argparse keeps this type to itself
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "run", help="start the bot with what it finds"
    )
    parser.add_argument(
        "--role",
        choices=("all", "gateway", "worker"),
        default="all",
        help="all: a gateway that starts and minds one worker (the default)",
    )
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bot.serve import serve

    return serve(args.role, parent=args.parent)
