"""Clips: what a person may ask for, and the rows of their table, each checked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from core.errors import UserError
from core.jobs import Json
from core.mixtape import LOUDNESS, PRIVATE, TITLE, WHERE
from core.options import Kind, Option
from core.tables import OPEN, Column, Record
from core.times import read_link_time, read_time, write_time
from core.tracks import clean_text, label_of

MOST_ROWS = 200
MOST_FILES = 50
SHORTEST = 0.1
"""Seconds that a clip must have."""
LONGEST_FADE = 10.0
MOST_CHARACTERS = 4000
"""Of a table that is typed: Discord's forms hold no more."""
_GAINS = (-40.0, 24.0)
_LONGEST_LINK = 2000

ROWS = Option(
    name="rows",
    kind=Kind.TEXT,
    summary="A line each: link or file, start, end, label",
    most=MOST_CHARACTERS,
)
FILES = Option(
    name="files",
    kind=Kind.FILES,
    summary="A table (CSV, TSV, JSON), or files that the rows name",
    most=MOST_FILES,
)
CROSSFADE = Option(
    name="crossfade",
    kind=Kind.NUMBER,
    summary="How long neighbours overlap",
    default=3.0,
    least=0,
    most=LONGEST_FADE,
    unit="seconds",
)
RESULT = Option(
    name="result",
    kind=Kind.CHOICE,
    summary="What it becomes: an MP3, or a video with the pictures",
    default="audio",
    choices=("audio", "video"),
)
CAPTIONS = Option(
    name="captions",
    kind=Kind.FLAG,
    summary="Show the labels in the video",
    default=False,
)
SETTINGS = (TITLE, CROSSFADE, RESULT, CAPTIONS, LOUDNESS)
OPTIONS = (ROWS, FILES, *SETTINGS)
CHAT_OPTIONS = (*OPTIONS, PRIVATE, WHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One clip that can be tried: a part of a source, in seconds.

    `url` is a link, or empty when `file` counts in the files that came along. `end` None is the
    source's own. `fade` in seconds is that into this clip, None for the usual one; `gain` in dB
    comes on top of the levelling. `linked` says that the start is the link's own `?t=`.
    """

    place: str
    url: str = ""
    file: int | None = None
    start: float = 0.0
    end: float | None = None
    label: str = ""
    fade: float | None = None
    gain: float = 0.0

    @property
    def seconds(self) -> float | None:
        return None if self.end is None else self.end - self.start

    def as_json(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """What `as_json` made, whole again."""
        return cls(**facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one cell: what was read, and what would be right."""

    column: Column
    found: str
    right: str

    def __str__(self) -> str:
        found = clean_text(self.found, most=60)
        read = f"I read “{found}”" if found else "nothing is there"
        return f"{self.column.value}: {read}. {self.right}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One row of a table and its fate: the clip, or what is wrong with it."""

    record: Record
    row: Row | None
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        return self.record.place


def name_place(place: str) -> str:
    """A row's place at the beginning of a sentence; a file's name stays as it is."""
    return place[:1].upper() + place[1:] if place.startswith(("line ", "entry ")) else place


def check_records(
    records: Sequence[Record], names: Sequence[str], *, most_seconds: float
) -> list[Checked]:
    """The fate of every row. `names` are the labels of the files that came along.

    `most_seconds` is what all clips together may last.
    """
    checked = []
    total, count = 0.0, 0
    for record in records:
        each = _check_record(record, names)
        if each.row is not None:
            count += 1
            total += each.row.seconds or 0.0
            each = _check_limits(each, count=count, total=total, most_seconds=most_seconds)
        checked.append(each)
    return checked


def _check_limits(checked: Checked, *, count: int, total: float, most_seconds: float) -> Checked:
    if count > MOST_ROWS:
        found, right = f"clip {count}", f"{MOST_ROWS} clips are the most. Make two of it."
        problem = Problem(column=Column.SOURCE, found=found, right=right)
    elif total > most_seconds:
        right = (
            f"All clips together last {write_time(total)} by then, and "
            f"{write_time(most_seconds)} is the most. Make it shorter, or make two of it."
        )
        problem = Problem(
            column=Column.END, found=checked.record.cells.get(Column.END, ""), right=right
        )
    else:
        return checked
    return replace(checked, row=None, problems=(problem,))


_Read = TypeVar("_Read")


class _Reader:
    """Reads a record's cells, and remembers what was wrong with which."""

    def __init__(self, record: Record) -> None:
        self._cells = record.cells
        self.problems: list[Problem] = []

    def text(self, column: Column) -> str:
        return self._cells.get(column, "").strip()

    def read(self, column: Column, text: str, how: Callable[[str], _Read]) -> _Read | None:
        """What a text says; None when it is empty or wrong, which is then a problem."""
        try:
            return how(text) if text else None
        except UserError as error:
            self.complain(column, str(error), found=text)
            return None

    def complain(self, column: Column, right: str, *, found: str | None = None) -> None:
        text = self.text(column) if found is None else found
        self.problems.append(Problem(column=column, found=text, right=right))


def _check_record(record: Record, names: Sequence[str]) -> Checked:
    reader = _Reader(record)
    url, file = _read_source(reader, names)
    start, end = _read_span(reader, url)
    fade = reader.read(Column.FADE, reader.text(Column.FADE), _read_fade)
    gain = reader.read(Column.GAIN, reader.text(Column.GAIN), _read_gain)
    label = reader.text(Column.LABEL)
    if "\n" in label and re.search(r"\n.*(?:https?://|\d:\d\d)", label):
        reader.complain(Column.LABEL, "A quotation mark is opened here and never closed.")
    if reader.problems:
        return Checked(record=record, row=None, problems=tuple(reader.problems))
    row = Row(
        place=record.place,
        url=url,
        file=file,
        start=start,
        end=end,
        label=clean_text(label),
        fade=fade,
        gain=gain or 0.0,
    )
    return Checked(record=record, row=row)


def _read_source(reader: _Reader, names: Sequence[str]) -> tuple[str, int | None]:
    """A link, or the place among the files; neither when it is a problem."""
    text = reader.text(Column.SOURCE)
    file = find_file(text, names)
    if file is not None:
        return "", file
    if not text:
        right = "Begin the row with a link, or with the name of a file that comes along."
        reader.complain(Column.SOURCE, right)
        return "", None
    return reader.read(Column.SOURCE, text, lambda given: read_link(given, names)) or "", None


def find_file(text: str, names: Sequence[str]) -> int | None:
    """Which of the files a cell names, with or without its ending; the only one when empty."""
    if not text:
        return 0 if len(names) == 1 else None
    if text in names:
        return list(names).index(text)
    wanted = label_of(text).casefold()
    labels = [label_of(name).casefold() for name in names]
    if wanted in labels:
        return labels.index(wanted)
    stems = [label.rpartition(".")[0] for label in labels]
    return stems.index(wanted) if stems.count(wanted) == 1 else None


def read_link(text: str, names: Sequence[str] = ()) -> str:
    """The address that a cell holds. Raises `UserError` with what would be right."""
    link = text.strip().removeprefix("<").removesuffix(">")
    if "://" not in link and re.match(r"(?:[\w-]+\.)+[a-z]{2,}/", link, re.IGNORECASE):
        link = f"https://{link}"
    right = "Write a link that begins with https://"
    if names:
        right += ", or the name of a file that comes along"
    if any(mark.isspace() for mark in link):
        raise UserError("There is a space or a line break in it. Is a comma or a quote missing?")
    try:
        parts = urlsplit(link)
        good = parts.scheme.casefold() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise UserError(f"{right}.")
    if len(link) > _LONGEST_LINK:
        raise UserError(f"That link is too long: {_LONGEST_LINK} characters are the most.")
    return link


def _read_span(reader: _Reader, url: str) -> tuple[float, float | None]:
    """Start and end, out of all the ways in which they can be said."""
    first, more, given_end = _split_range(reader.text(Column.START), reader.text(Column.END))
    start = reader.read(Column.START, first, read_time)
    if start is None:
        start = (read_link_time(url) if url else None) or 0.0
    if not more:
        more, length = "", reader.read(Column.LENGTH, reader.text(Column.LENGTH), read_time)
    else:
        length = reader.read(Column.START, more, read_time)
    end: float | None = None
    if given_end.startswith("+"):
        length = reader.read(Column.END, given_end[1:].strip(), read_time)
    elif given_end.casefold() not in OPEN:
        end = reader.read(Column.END, given_end, read_time)
    if length is not None and end is not None and abs(start + length - end) > 0.0005:
        right = f"The length says that it ends at {write_time(start + length)}. Write only one."
        reader.complain(Column.END, right)
    end = start + length if end is None and length is not None else end
    if end is not None and not reader.problems:
        _check_order(reader, start, end)
    return start, None if end is None else round(end, 3)


def _split_range(start: str, end: str) -> tuple[str, str, str]:
    """Start, length and end out of `1:00+30`, `1:00-1:30`, or two cells."""
    first, plus, length = start.partition("+")
    if plus and first.strip():
        return first.strip(), length.strip(), end
    pair = re.fullmatch(r"\s*([\d:.,hms]+)\s*(?:[–—-]|\.\.+|→|->)\s*([\d:.,hms]+)\s*", start)
    if pair and not end:
        return pair[1], "", pair[2]
    return start, "", end


def _check_order(reader: _Reader, start: float, end: float) -> None:
    if end <= start:
        reader.complain(
            Column.END,
            f"A clip ends after its start at {write_time(start)}: write a later time, "
            "+30 for 30 seconds, or nothing for all of the rest.",
            found=reader.text(Column.END) or reader.text(Column.START),
        )
    elif end - start < SHORTEST:
        reader.complain(Column.END, f"A clip lasts {SHORTEST:g} seconds at least.")


def _read_fade(text: str) -> float:
    right = f"Write seconds from 0 to {LONGEST_FADE:g}."
    try:
        seconds = read_time(text)
    except UserError:
        raise UserError(right) from None
    if seconds > LONGEST_FADE:
        raise UserError(right)
    return seconds


def _read_gain(text: str) -> float:
    low, high = _GAINS
    plain = text.replace("−", "-").replace(",", ".").casefold().removesuffix("db").strip()
    right = f"Write decibels from {low:g} to {high:g}, such as -3 or +2."
    try:
        gain = float(plain)
    except ValueError:
        raise UserError(right) from None
    if not low <= gain <= high:  # what is no number is not either
        raise UserError(right)
    return gain


def as_record(row: Row, names: Sequence[str]) -> Record:
    """The record that a row would be read from."""
    return Record(
        row.place,
        {
            Column.SOURCE: row.url if row.file is None else label_of(names[row.file]),
            Column.START: write_time(row.start),
            Column.END: "" if row.end is None else write_time(row.end),
            Column.LABEL: row.label,
            Column.FADE: "" if row.fade is None else f"{row.fade:g}",
            Column.GAIN: f"{row.gain:g}" if row.gain else "",
        },
    )


def check_end(row: Row, seconds: float | None) -> Row:
    """The row within a source whose length is known now. Raises `UserError` beyond its end.

    An end that is late by less than a second is what people round to.
    """
    if seconds is None:
        return row
    lasts = write_time(round(seconds, 1))
    if row.start > seconds - SHORTEST:
        raise UserError(
            f"starts at {write_time(row.start)}, but its source lasts only {lasts}. "
            "Write an earlier start."
        )
    if row.end is None or row.end > seconds + 1.0:
        if row.end is not None:
            raise UserError(
                f"ends at {write_time(row.end)}, but its source lasts only {lasts}. Write an "
                "earlier end, or none for all of the rest."
            )
        return replace(row, end=round(seconds, 3))
    return replace(row, end=min(row.end, round(seconds, 3)))
