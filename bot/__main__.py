"""The command line: `tapedeck ...`. What a subcommand needs is imported when it is run."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from bot.terminal import (
    cancel,
    clip,
    compose,
    demo,
    doctor,
    download,
    glasses,
    jobs,
    mixtape,
    run,
    video,
)  # fmt: skip
from core.errors import ServiceError, UserError

MADE, REFUSED, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status. Wrong usage exits with 2 by itself."""
    _mend_streams()
    try:
        parsed = build_parser().parse_args(arguments)
        status = int(parsed.run(parsed))
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = _say("Cancelled.", INTERRUPTED)
    except BrokenPipeError:
        status = REFUSED  # whoever read our output has gone, as `head` does
    except (UserError, ServiceError) as error:
        status = _say(str(error), REFUSED)
    except Exception as error:  # noqa: BLE001 - put in words by dispatch
        status = _report(error)
    finally:
        _drop_unwritten()
    return status


def _mend_streams() -> None:
    """Have somewhere to write, and in what the terminal knows, whatever the shell gave us."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123  until the end
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_unwritten() -> None:
    """Python would complain, in its own words, about output that nobody takes."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tapedeck", description="Turns tracks into crossfaded mixtapes."
    )
    parser.add_argument("--version", action=_Version, help="say which version this is, and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for subcommand in (
        mixtape, clip, download, compose, video, demo, run, jobs, cancel, glasses, doctor,
    ):  # fmt: skip
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
    from config.settings import load

    if not logging.getLogger().handlers:
        try:
            write_logs(load().data, level="info")
        except Exception:  # noqa: BLE001 - the bug may be in there, and must still be told
            logging.getLogger().addHandler(logging.NullHandler())
    sentence = explain(error)
    return _say(sentence, BUG if find_ticket(sentence) else REFUSED)


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
