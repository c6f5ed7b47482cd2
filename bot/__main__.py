"""The command line: `tapedeck ...`. What a subcommand needs is imported when it is run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.terminal import cancel, demo, doctor, jobs, mixtape, run
from core.errors import ServiceError, UserError

MADE, REFUSED, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status. Wrong usage exits with 2 by itself."""
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (UserError, ServiceError) as error:
        return _say(str(error), REFUSED)
    except Exception as error:  # noqa: BLE001 - put in words by dispatch
        return _report(error)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tapedeck", description="Turns tracks into crossfaded mixtapes."
    )
    parser.add_argument("--version", action=_Version, help="say which version this is, and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for subcommand in (mixtape, demo, run, jobs, cancel, doctor):
        subcommand.add(subparsers)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"tapedeck {version('tapedeck')}\n")
        parser.exit(MADE)


def _report(error: Exception) -> int:
    """A bug: its ticket goes to the terminal and to the log, its traceback to the log only."""
    import logging

    from bot.dispatch import explain, find_ticket
    from bot.logs import write_logs

    if not logging.getLogger().handlers:
        try:
            write_logs(Path("data"), level="info")
        except UserError as unwritable:
            return _say(str(unwritable), REFUSED)
    sentence = explain(error)
    return _say(sentence, BUG if find_ticket(sentence) else REFUSED)


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
