"""Tables of clips as people have them: CSV of any kind, words in lines, or JSON, as records."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import UserError
from core.times import read_time

MOST_BYTES = 200_000
"""Of one table."""


class Column(StrEnum):
    """What a cell tells of a clip."""

    SOURCE = "source"
    START = "start"
    END = "end"
    LENGTH = "length"
    LABEL = "label"
    FADE = "fade"
    GAIN = "gain"


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it was read, nothing checked. `place` is where, such as `line 4`."""

    place: str
    cells: Mapping[Column, str]


_IN_ORDER = (Column.SOURCE, Column.START, Column.END, Column.LABEL, Column.FADE, Column.GAIN)
_NAMES: Mapping[str, Column] = {
    name: column
    for column, names in {
        Column.SOURCE: "source url link href address video audio file track filename",
        Column.START: "start from begin beginning in starttime startsat starts",
        Column.END: "end to stop until till out finish endtime endsat ends",
        Column.LENGTH: "length duration len dur lasts",
        Column.LABEL: "label title name caption chapter text comment",
        Column.FADE: "fade crossfade xfade overlap",
        Column.GAIN: "gain volume db level",
    }.items()
    for name in names.split()
}
_TIMES = (Column.START, Column.END, Column.LENGTH)
_LISTS = ("urls", "clips", "rows", "items", "links")
_DELIMITERS = ("\t", ";", ",", "|")
_COMMENTS = ("#", "//")
_LINK = re.compile(r"<?(?:https?://|www\.)\S", re.IGNORECASE)
_NEXT_LINK = re.compile(r"\s+(?=<?https?://)", re.IGNORECASE)
_FILE = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{1,4}")
_MOST_WORDS = 3
"""Of a column's name; more is a sentence."""
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_BETWEEN = frozenset({"-", "–", "—", "to", "until", "->", "→"})
OPEN = frozenset({"", "-", "–", "—", "*", "end", "open"})
"""What stands for an end that is the source's own."""


def decode_table(content: bytes) -> str:
    """The text of a table's file. Raises `UserError` with the end of a sentence about it."""
    if len(content) > MOST_BYTES:
        raise UserError(f"is too large for a table: {MOST_BYTES // 1000} kB is the most.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise UserError("is no table: it is not a text.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what spreadsheets of old write


def read_table(text: str) -> list[Record]:
    """The rows of a table of any kind. Raises `UserError` when it is none at all."""
    if len(text) > MOST_BYTES:
        raise UserError(
            f"That table is too long: {MOST_BYTES // 1000} kB is the most. Make two of it."
        )
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(text)
    lines = [_without_comment(line) for line in _split_lines(text)]
    try:
        ways = [_read_delimited(lines, delimiter) for delimiter in _DELIMITERS]
    except csv.Error as error:
        raise UserError(f"That table cannot be read: {error}.") from error
    # Of those that make the most sense the first: a tab is in no link and no label.
    return max([*ways, _read_words(lines)], key=_weigh).records


def write_table(records: Sequence[Record]) -> str:
    """The rows as CSV with a header; what is read from it is the same again."""
    used = {column for record in records for column, cell in record.cells.items() if cell}
    columns = [each for each in Column if each in used or each in _IN_ORDER[:4]]
    rows = [[record.cells.get(column, "") for column in columns] for record in records]
    return "\n".join(map(_write_line, [[column.value for column in columns], *rows])) + "\n"


def _write_line(cells: Sequence[str]) -> str:
    quoted = [
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if _needs_quotes(cell) else cell for cell in cells
    ]
    return ", ".join(quoted)


def _needs_quotes(cell: str) -> bool:
    return cell != cell.strip() or any(mark in cell for mark in ',"\n') or cell.startswith("#")


def _split_lines(text: str) -> Iterator[str]:
    """The lines, also of a paste whose line breaks a chat has made into spaces."""
    for line in text.split("\n"):
        parts = _NEXT_LINK.split(line)
        headed = _read_header(re.split(r"[\t;,|\s]+", parts[0].strip())) is not None
        if (len(parts) > 1 and headed) or all(_LINK.match(part.strip()) for part in parts):
            yield from parts
        else:
            yield line


def _without_comment(line: str) -> str:
    start = line.strip().casefold()
    # Spreadsheets that speak a language with decimal commas begin with `sep=;`.
    return "" if start.startswith((*_COMMENTS, "sep=")) else line


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a table; `headed` is how many columns its header names."""

    records: list[Record]
    headed: int


def _read_delimited(lines: Sequence[str], delimiter: str) -> _Reading:
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, skipinitialspace=True)
    header: list[Column | None] | None = None
    records: list[Record] = []
    first, before = True, 0
    for row in reader:
        cells = [cell.strip() for cell in row]
        line, before = before + 1, reader.line_num
        if not any(cells):
            continue
        if first:
            header, first = _read_header(cells), False
            if header is not None:
                continue
        named = _by_header(header, cells) if header is not None else _by_place(cells)
        records.append(Record(f"line {line}", named))
    return _Reading(records, _count_named(header or []))


def _read_header(cells: Sequence[str]) -> list[Column | None] | None:
    """Which column each cell of a first row names; None when it is no header."""
    columns = [_name_column(cell) for cell in cells]
    named = [column for column in columns if column is not None]
    if any(_LINK.match(cell) or _is_time(cell) for cell in cells if cell):
        return None
    is_header = len(named) >= 2 or (named and len([cell for cell in cells if cell]) == 1)
    return columns if is_header else None


def _name_column(name: str) -> Column | None:
    """`URL`, `Start time` and `Video URL (YouTube)` are known; the first word that is, counts."""
    words = re.findall(r"[a-z]+", name.casefold())
    whole = _NAMES.get("".join(words))
    if whole is not None or len(words) > _MOST_WORDS:
        return whole
    return next((_NAMES[word] for word in words if word in _NAMES), None)


def _by_header(header: Sequence[Column | None], cells: Sequence[str]) -> dict[Column, str]:
    found: dict[Column, str] = {}
    for column, cell in zip(header, cells, strict=False):
        if column is not None and not found.get(column):
            found[column] = cell
    return found


def _by_place(cells: Sequence[str]) -> dict[Column, str]:
    """Without a header the source is what looks like one, and the rest is in the usual order."""
    at = next((i for i, cell in enumerate(cells) if _LINK.match(cell) or _FILE.fullmatch(cell)), 0)
    if _is_time(cells[at]):
        # Times alone are of the one file that came along.
        return dict(zip(_IN_ORDER[1:], cells, strict=False))
    rest = [*cells[:at], *cells[at + 1 :]]
    return {Column.SOURCE: cells[at], **dict(zip(_IN_ORDER[1:], rest, strict=False))}


def _read_words(lines: Sequence[str]) -> _Reading:
    """Rows without delimiters: a source, up to two times, and the rest is the label."""
    records: list[Record] = []
    headed = 0
    for number, line in enumerate(lines, 1):
        words = [quoted or plain for quoted, plain in _WORDS.findall(line)]
        header = None if records else _read_header(words)
        if header is not None:
            headed = 0 if any(mark in line for mark in _DELIMITERS) else _count_named(header)
        elif words:
            records.append(Record(f"line {number}", _sort_words(words)))
    return _Reading(records, headed)


def _sort_words(words: Sequence[str]) -> dict[Column, str]:
    source = 0 if _is_time(words[0]) else 1
    if source and not (_LINK.match(words[0]) or _FILE.fullmatch(words[0])):
        # A file name with spaces goes on until its ending, or until the first time.
        ends = [i for i, word in enumerate(words, 1) if _FILE.fullmatch(word)]
        times = [i for i, word in enumerate(words) if ":" in word and _is_time(word)]
        source = (ends or times or [len(words)])[0]
    rest, times_read = list(words[source:]), list[str]()
    while rest and len(times_read) < 2:
        if _is_time(rest[0]) or (times_read and rest[0].casefold() in OPEN - _BETWEEN):
            times_read.append(rest.pop(0))
        elif times_read and rest[0].casefold() in _BETWEEN and len(rest) > 1 and _is_time(rest[1]):
            rest.pop(0)
        else:
            break
    start, end = [*times_read, "", ""][:2]
    label = " ".join(rest)
    return {
        Column.SOURCE: " ".join(words[:source]),
        Column.START: start,
        Column.END: end,
        Column.LABEL: label,
    }


def _is_time(cell: str) -> bool:
    """Whether a cell is one or two times; not whether they make sense."""
    parts = [part for part in re.split(r"[+–—-]|\.\.+", cell.strip()) if part.strip()]
    if not parts or len(parts) > 2:
        return False
    try:
        for part in parts:
            read_time(part)
    except UserError:
        return False
    return True


def _count_named(header: Sequence[Column | None]) -> int:
    return sum(column is not None for column in header)


def _weigh(reading: _Reading) -> tuple[int, int, int]:
    """How much sense a way to read makes: times where times should be, a header, full cells."""
    whole = [record.cells for record in reading.records if not _is_torn(record.cells)]
    times = [cells.get(each, "") for cells in whole for each in _TIMES]
    filled = sum(bool(cell) for cells in whole for cell in cells.values())
    return sum(map(_is_time, times)), reading.headed, filled


def _is_torn(cells: Mapping[Column, str]) -> bool:
    """Whether there is more than a link in the cell of the source."""
    source = cells.get(Column.SOURCE, "")
    return bool(_LINK.match(source)) and bool(re.search(r"\s", source))


def _read_json(text: str) -> list[Record]:
    try:
        given = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = ""
        if isinstance(error, json.JSONDecodeError):
            where = f", at line {error.lineno}, column {error.colno}: {error.msg.casefold()}"
        raise UserError(f"The JSON cannot be read{where}.") from None
    if isinstance(given, dict):
        lists = {name.casefold(): rows for name, rows in given.items() if isinstance(rows, list)}
        given = next((lists[name] for name in _LISTS if name in lists), None)
    if not isinstance(given, list):
        raise UserError(
            'The JSON has no list of clips. Write {"urls": [{"url": "…", "start": "1:00", '
            '"end": "1:30"}]}.'
        )
    return [Record(f"entry {number}", _read_entry(each)) for number, each in enumerate(given, 1)]


def _read_entry(entry: Any) -> dict[Column, str]:
    if isinstance(entry, dict):
        names = [str(name) for name in entry]
        columns = [_name_column(name) for name in names]
        return _by_header(columns, [_as_cell(value) for value in entry.values()])
    cells = [_as_cell(value) for value in (entry if isinstance(entry, list) else [entry])]
    return _by_place(cells) if any(cells) else {}


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value)
