"""`tapedeck clip`: a table of clips, checked, then made here and now through the same job as in a
chat."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.clipping import Draft
    from core.clips import Checked
    from core.jobs import Job
    from core.options import Attachment


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "clip",
        help="cut pieces out of links and files, and join them",
        description="Cut the pieces that a table names out of links and files, and join them. "
        "A row is a link or a file, its start, its end, and if wanted a label, fade and gain. "
        "Files are looked for beside the table.",
    )
    parser.add_argument("table", metavar="FILE", help="CSV, TSV or JSON; - for standard input")
    parser.add_argument("--title", metavar="TEXT", help="what to call it")
    parser.add_argument(
        "--crossfade", metavar="SECONDS", help="how long neighbours overlap, 0 to 10 (3)"
    )
    parser.add_argument("--loudness", metavar="LUFS|off", help="the target, -30 to -8 (-14)")
    parser.add_argument("--video", action="store_true", help="make an MP4 with the pictures")
    parser.add_argument("--captions", action="store_true", help="show the labels in the video")
    parser.add_argument("--check", action="store_true", help="say what is wrong, and make nothing")
    parser.add_argument("--strict", action="store_true", help="make nothing when a row is wrong")
    parser.add_argument("--out", metavar="DIR", default=".", help="where to write (.)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from bot.terminal.making import MADE, USAGE, finish
    from bot.terminal.mixtape import as_contract, show
    from config.settings import load
    from core.errors import UserError

    settings = load()
    try:
        draft = _read(arguments)
        checked = draft.check(most_seconds=settings.mixtape_minutes * 60)
        if not checked:
            raise UserError("The table has no rows. Write a link or a file, its start and its end.")  # noqa: TRY301
    except UserError as error:
        sys.stderr.write(f"tapedeck clip: {error}\n")
        return USAGE
    wrong = [each for each in checked if each.row is None]
    _tell(draft, checked, everything=arguments.check)
    if arguments.check:
        return USAGE if wrong else MADE
    if len(wrong) == len(checked) or (wrong and arguments.strict):
        sys.stderr.write("tapedeck clip: nothing was made. Mend the rows that are wrong.\n")
        return USAGE
    contract = as_contract if arguments.json else None
    return finish(_make(draft, checked, Path(arguments.out)), contract=contract, show=show)


def _read(arguments: argparse.Namespace) -> "Draft":
    """The table as a draft. Raises `UserError` for what cannot be read, or a wrong value."""
    from bot.clipping import Sheet, new_draft
    from core.clips import OPTIONS
    from core.names import PersonId
    from core.options import read_values
    from core.preferences import read_texts

    said: dict[str, object] = {
        name: getattr(arguments, name) for name in ("title", "crossfade", "loudness")
    }
    said |= {"result": "video" if arguments.video else "audio", "captions": arguments.captions}
    options = [option for option in OPTIONS if option.name in said]
    read_values(options, said)
    texts = read_texts(options, {name: value for name, value in said.items() if value is not None})
    text, folder = _open_table(arguments.table)
    files = _find_files(text, folder)
    return new_draft(PersonId(""), [Sheet("", text)], files, texts)


def _open_table(name: str) -> tuple[str, Path]:
    """The table's text, and the folder that its files are beside."""
    from core.errors import UserError
    from core.tables import MOST_BYTES, decode_table

    try:
        if name == "-":
            return decode_table(sys.stdin.buffer.read(MOST_BYTES + 1)), Path()
        path = Path(name)
        with path.open("rb") as opened:
            return decode_table(opened.read(MOST_BYTES + 1)), path.parent
    except OSError as error:
        raise UserError(f"{name} cannot be read: {(error.strerror or '').lower()}.") from error
    except UserError as error:
        raise UserError(f"{name} {error}") from error


def _find_files(text: str, folder: Path) -> "list[Attachment]":
    """The files that the rows name and that are there: on a command line, a path is a path."""
    from bot.terminal.making import attach
    from core.tables import Column, read_table

    found: dict[str, Any] = {}
    for record in read_table(text):
        name = record.cells.get(Column.SOURCE, "")
        if name and "://" not in name and name not in found:
            path = folder / Path(name).expanduser()
            if path.is_file():
                found[name] = replace(attach(str(path)), label=name)
    return list(found.values())


def _tell(draft: "Draft", checked: "Sequence[Checked]", *, everything: bool) -> None:
    """The fate of the rows on standard error; of the wrong ones only, unless asked."""
    from bot.screens.clip import list_fates
    from bot.words import Words

    lines = list_fates(draft, checked, Words().to(""))
    for line, each in zip(lines, checked, strict=True):
        if everything or each.row is None:
            sys.stderr.write(f"{line}\n")


def _make(draft: "Draft", checked: "Sequence[Checked]", out: Path) -> "Job":
    """Order the good rows, make them here with a progress bar, and return the ended job."""
    from bot.clipping import order_clips
    from bot.terminal.making import carry_out, stand_at
    from core.calls import Asker

    person, place = stand_at(out)
    asker = Asker(identity=person, place=place, home=place)
    order = order_clips(replace(draft, person=person), checked, asker, defaults={})
    return carry_out(order)
