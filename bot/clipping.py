"""From a table of clips to a job: the draft that is looked over, and what is ordered of it."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.intake import look
from bot.ordering import address
from bot.pipelines.clip import KIND
from bot.words import Say
from core.calls import Asker
from core.clips import (
    MOST_CHARACTERS,
    SETTINGS,
    Checked,
    Row,
    as_record,
    check_records,
    name_place,
)
from core.errors import UserError
from core.jobs import Json, Order
from core.mixtape import LOUDNESS, PRIVATE, WHERE, read_loudness
from core.names import PersonId
from core.options import Attachment, Value, read_values
from core.ports import Notes
from core.preferences import first_said
from core.tables import MOST_BYTES, Column, Record, decode_table, read_table, write_table
from core.tracks import clean_text, label_of

_SHELF = "clip"
"""The name under which drafts are kept among the notes."""
_MOST_SHEETS = 10
SAID = (*SETTINGS, PRIVATE, WHERE)
_PERSONAL = frozenset({LOUDNESS.name, PRIVATE.name, WHERE.name})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as it came: its file's label, empty for what was typed, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Clips that are not ordered yet. `options` are texts, as `read_values` takes them."""

    id: str
    person: PersonId
    sheets: tuple[Sheet, ...]
    files: tuple[Attachment, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [file.label for file in self.files]

    def check(self, *, most_seconds: float) -> list[Checked]:
        """The fate of every row. Raises `UserError` for a table that cannot be read at all."""
        return check_records(self.records(), self.names, most_seconds=most_seconds)

    def records(self) -> list[Record]:
        """All rows; where there are several tables, the places say in which."""
        found: list[Record] = []
        for sheet in self.sheets:
            try:
                records = read_table(sheet.text)
            except UserError as error:
                where = f"{label_of(sheet.name)}: " if sheet.name else ""
                raise UserError(f"{where}{error}") from error
            if len(self.sheets) > 1:
                name = label_of(sheet.name) if sheet.name else "typed"
                records = [replace(each, place=f"{name}, {each.place}") for each in records]
            found += records
        return found


def new_draft(
    person: PersonId,
    sheets: Sequence[Sheet],
    files: Sequence[Attachment],
    options: Mapping[str, str],
) -> Draft:
    return Draft(
        id=secrets.token_hex(5),
        person=person,
        sheets=tuple(sheets),
        files=tuple(files),
        options=options,
    )


async def keep_draft(notes: Notes, draft: Draft) -> None:
    facts = {**asdict(draft), "files": [_file(file) for file in draft.files]}
    await notes.put(_SHELF, draft.id, facts, person=draft.person)


async def find_draft(notes: Notes, draft: str, person: PersonId) -> Draft | None:
    """A draft of this person's; None when there is none, or not any more."""
    facts: Mapping[str, Any] | None = await notes.get(_SHELF, draft)
    if facts is None or facts["person"] != person:
        return None
    return Draft(
        id=draft,
        person=person,
        sheets=tuple(Sheet(each["name"], each["text"]) for each in facts["sheets"]),
        files=tuple(_attachment(each) for each in facts["files"]),
        options=dict(facts["options"]),
    )


async def drop_draft(notes: Notes, draft: Draft) -> None:
    await notes.drop(_SHELF, draft.id)


async def sort_files(files: Sequence[Attachment]) -> tuple[list[Sheet], list[Attachment]]:
    """Which files are tables and which are sources of clips, by what is in them.

    Raises `UserError` for one that is neither.
    """
    sheets: list[Sheet] = []
    sources: list[Attachment] = []
    for file in files:
        try:
            form = await look(file.path)
        except UserError as refusal:
            sheets.append(Sheet(file.label, await asyncio.to_thread(_read_sheet, file, refusal)))
            continue
        if form is None:
            raise UserError(
                f"{label_of(file.label)} is a picture. Send tables, and sounds or videos."
            )
        sources.append(file)
    if len(sheets) > _MOST_SHEETS:
        raise UserError(f"{len(sheets)} tables are too many: {_MOST_SHEETS} are the most.")
    return sheets, sources


def _read_sheet(file: Attachment, refusal: UserError) -> str:
    """The text of what is no sound. Raises `UserError`, the sound's own when it is no text."""
    try:
        with file.path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError:
        raise UserError(f"{label_of(file.label)} {refusal}") from None
    if b"\0" in content and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UserError(f"{label_of(file.label)} {refusal}")
    try:
        return decode_table(content)
    except UserError as error:
        raise UserError(f"{label_of(file.label)} {error}") from error


def list_whole(files: Sequence[Attachment]) -> Sheet:
    """A table of files from their beginning to their end, for files that come without one."""
    records = [Record("", {Column.SOURCE: label_of(file.label)}) for file in files]
    return Sheet("", write_table(records))


def write_form(draft: Draft, checked: Sequence[Checked]) -> tuple[str, bool]:
    """The table to be mended in a form, and whether it is all of it.

    What was typed is shown as it was. What is too long for a form is written anew, and when that
    is too long, too, only the rows that are wrong are there.
    """
    if len(draft.sheets) == 1 and len(draft.sheets[0].text) <= MOST_CHARACTERS:
        return draft.sheets[0].text.strip(), True
    whole = write_table([each.record for each in checked])
    if len(whole) <= MOST_CHARACTERS:
        return whole, True
    return write_table([each.record for each in checked if each.row is None]), False


def mend(draft: Draft, checked: Sequence[Checked], text: str) -> Draft:
    """The draft with the rows of `text` in the place of those that were wrong."""
    mended = read_table(text)
    wrong = [at for at, each in enumerate(checked) if each.row is None]
    records = [each.record for each in checked]
    if len(mended) == len(wrong):
        for at, record in zip(wrong, mended, strict=True):
            records[at] = record
    elif wrong:
        good = [each.record for each in checked if each.row is not None]
        before = wrong[0]  # all rows up to there are good
        records = [*good[:before], *mended, *good[before:]]
    return replace(draft, sheets=(Sheet("", write_table(records)),))


def settle(draft: Draft, defaults: Mapping[str, str]) -> dict[str, Value]:
    """A value for every option: what was said, else the person's own default, else the usual."""
    own = {name: text for name, text in defaults.items() if name in _PERSONAL}
    return read_values(SAID, first_said(draft.options, own))


def order_clips(
    draft: Draft, checked: Sequence[Checked], asker: Asker, *, defaults: Mapping[str, str]
) -> Order:
    """What to order of a draft: its good rows. The same draft as it is now is one job.

    Raises `UserError` when a value makes no sense.
    """
    values = settle(draft, defaults)
    crossfade = values["crossfade"]
    used = sorted({each.row.file for each in checked if each.row and each.row.file is not None})
    rows = [each.row for each in checked if each.row is not None]
    renumbered = [
        row if row.file is None else replace(row, file=used.index(row.file)) for row in rows
    ]
    files = [draft.files[at] for at in used]
    request: dict[str, Json] = {
        "rows": [row.as_json() for row in renumbered],
        "files": [{"path": str(file.path), "label": file.label} for file in files],
        "wrong": _list_wrong(checked),
        "title": clean_text(str(values["title"] or "")),
        "crossfade": crossfade if isinstance(crossfade, float) else 3.0,
        "loudness": read_loudness(str(values["loudness"])),
        "video": values["result"] == "video",
        "captions": bool(values["captions"]),
    }
    private = values["private"] is True
    order = Order(
        key=_key_of(draft, request),
        kind=KIND,
        title=str(request["title"] or "Clips"),
        person=draft.person,
        place=asker.place,
        request=request,
        private=private,
    )
    return address(order, asker, away=private or values["where"] == "dm")


def _list_wrong(checked: Sequence[Checked]) -> list[Json]:
    """The rows that are left out; `after` so many good ones, so that they can be mended later."""
    wrong: list[Json] = []
    good = 0
    for each in checked:
        if each.row is not None:
            good += 1
            continue
        cells = {column.value: cell for column, cell in each.record.cells.items()}
        wrong.append({**tell_wrong(each), "cells": cells, "after": good})
    return wrong


def announce_clips(order: Order, say: Say) -> str:
    """The sentence with which an order is confirmed."""
    said = say("clipping", count=len(order_rows(order)))
    if order.asked is None:
        return said
    return f"{said} {say('mixing-private' if order.private else 'mixing-away')}"


def tell_wrong(checked: Checked) -> dict[str, Json]:
    """A row that is left out, as the result tells it."""
    reasons = " ".join(str(problem) for problem in checked.problems)
    return {
        "source": name_place(checked.place),
        "reason": f"is wrong. {reasons[:1].upper()}{reasons[1:]}",
    }


def _key_of(draft: Draft, request: Mapping[str, Json]) -> str:
    text = json.dumps([draft.person, draft.id, request], sort_keys=True)
    return f"clip:{hashlib.sha256(text.encode()).hexdigest()}"


def reopen(order: Order, person: PersonId, *, only: Sequence[int] | None = None) -> Draft:
    """A draft of what was ordered before, with what was wrong; or of `only` some of its rows, by
    their places."""
    request: Mapping[str, Any] = order.request
    files = [_attachment({"size": 0, **file}) for file in request["files"]]
    names = [file.label for file in files]
    records = [as_record(row, names) for row in order_rows(order)]
    if only is None:
        for wrong in reversed(request["wrong"]):
            cells = {Column(name): str(cell) for name, cell in wrong["cells"].items()}
            records.insert(wrong["after"], Record("", cells))
    else:
        records = [records[at] for at in only if at < len(records)]
    options = {**list_said(request), "private": "yes" if order.private else ""}
    sheet = Sheet("", write_table(records))
    said = {name: text for name, text in options.items() if text}
    return new_draft(person, [sheet], files, said)


def list_said(request: Mapping[str, Any]) -> dict[str, str]:
    """The settings of a request, as texts that `read_values` takes."""
    loudness = request["loudness"]
    return {
        "title": str(request["title"]),
        "crossfade": f"{request['crossfade']:g}",
        "result": "video" if request["video"] else "audio",
        "captions": "yes" if request["captions"] else "no",
        "loudness": "off" if loudness is None else f"{loudness:g}",
    }


def order_rows(order: Order) -> list[Row]:
    """The rows of an order of clips."""
    request: Mapping[str, Any] = order.request
    return [Row.from_json(row) for row in request["rows"]]


def require_files(files: Sequence[Attachment], sentence: str) -> None:
    """Raise `UserError` with that sentence when one of them is no longer here."""
    if any(not Path(file.path).is_file() for file in files):
        raise UserError(sentence)


def _file(file: Attachment) -> dict[str, Json]:
    return {"path": str(file.path), "label": file.label, "size": file.size}


def _attachment(facts: Mapping[str, Any]) -> Attachment:
    return Attachment(Path(facts["path"]), str(facts["label"]), int(facts["size"]))
