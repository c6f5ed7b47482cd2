"""/clip: cut many pieces out of links and files, and join them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.buttons import outdated, read_owned
from bot.clipping import (
    Draft,
    Sheet,
    announce_clips,
    drop_draft,
    find_draft,
    keep_draft,
    list_whole,
    mend,
    new_draft,
    order_clips,
    reopen,
    require_files,
    sort_files,
    write_form,
)
from bot.picking import find_own
from bot.pipelines.clip import KIND
from bot.screens.clip import (
    FIELDS,
    SLOT,
    ask_rows,
    open_fix,
    open_form,
    open_options,
    show_preview,
)
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.clips import CHAT_OPTIONS, FILES, ROWS, Checked
from core.errors import UserError
from core.jobs import Job
from core.options import Option, read_values
from core.ports import Jobs, Notes, People
from core.preferences import as_text, personal, read_texts
from core.screens import Reply

_NOT_KEPT = frozenset({ROWS.name, FILES.name})


@dataclass(frozen=True, slots=True)
class Clip:
    """`most_seconds` is what all clips of one result may last together."""

    jobs: Jobs
    notes: Notes
    people: People
    words: Words
    most_seconds: float

    entry: ClassVar[Entry] = Entry(
        name="clip",
        summary="Cut pieces out of links and files, and join them",
        options=personal(CHAT_OPTIONS),
        examples=(
            "/clip and fill in the table",
            "/clip with a CSV attached, result: video, captions: yes",
            "/clip rows: https://youtu.be/dQw4w9WgXcQ 0:43 1:01 Chorus",
        ),
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        typed, files = call.values["rows"], call.values["files"]
        sheets = [Sheet("", typed)] if isinstance(typed, str) else []
        found, sources = await sort_files(files if isinstance(files, tuple) else ())
        sheets += found
        if not sheets and sources:
            sheets = [list_whole(sources)]
        if not sheets:
            return ask_rows(call.person, say)
        said = {
            name: as_text(value)
            for name, value in call.values.items()
            if value is not None and name not in _NOT_KEPT
        }
        # Wrong values are told before anything is kept.
        options = read_texts([each for each in CHAT_OPTIONS if each.name in said], said)
        return await self._preview(new_draft(call.person, sheets, sources, options), say)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        if press.action in ("job", "retry"):
            return await self._return(press, say)
        match press.action, read_owned(press, say):
            case "form", []:
                return await self._fill_in(press, say)
            case "run" | "fix" | "options" | "drop", [name]:
                draft = await find_draft(self.notes, name, press.person)
                if draft is None:
                    raise UserError(say("clip-gone"))
                return await self._deal(press, draft, say)
        raise outdated(say)

    async def _fill_in(self, press: Press, say: Say) -> Reply:
        if press.given is None:
            return open_form(press.person, say)
        rows, options = _read_form((ROWS, *FIELDS), press.given)
        if not rows:
            raise UserError(say("clip-empty"))
        draft = new_draft(press.person, [Sheet("", rows)], [], options)
        return await self._preview(draft, say, edits=True)

    async def _deal(self, press: Press, draft: Draft, say: Say) -> Reply:
        """Do something with a draft of this person's."""
        match press.action:
            case "run":
                return await self._run(draft, press.asker, say)
            case "fix":
                return await self._fix(press, draft, say)
            case "options":
                return await self._change(press, draft, say)
            case _:
                await drop_draft(self.notes, draft)
                return Reply(say("clip-discarded"), slot=SLOT, edits=True)

    async def _run(self, draft: Draft, asker: Asker, say: Say, *, edits: bool = True) -> Reply:
        require_files(draft.files, say("clip-files-gone"))
        checked = self._check(draft)
        if not any(each.row is not None for each in checked):
            raise UserError(say("clip-none-good"))
        defaults = await self.people.settings(draft.person)
        order = order_clips(draft, checked, asker, defaults=defaults)
        job = await self.jobs.start(order)
        await drop_draft(self.notes, draft)
        return Reply(announce_clips(order, say), job.id, edits=edits, alone=order.private)

    async def _fix(self, press: Press, draft: Draft, say: Say) -> Reply:
        checked = self._check(draft)
        if press.given is None:
            return open_fix(draft, checked, say)
        rows, _ = _read_form((ROWS,), press.given)
        if not rows:
            raise UserError(say("clip-empty"))
        _, whole = write_form(draft, checked)
        typed = replace(draft, sheets=(Sheet("", rows),))
        draft = typed if whole else mend(draft, checked, rows)
        return await self._preview(draft, say, edits=True)

    async def _change(self, press: Press, draft: Draft, say: Say) -> Reply:
        defaults = await self.people.settings(press.person)
        if press.given is None:
            return open_options(draft, say, defaults=defaults)
        said = read_texts(FIELDS, press.given)
        kept = {name: text for name, text in draft.options.items() if name in ("private", "where")}
        return await self._preview(replace(draft, options=kept | said), say, edits=True)

    async def _return(self, press: Press, say: Say) -> Reply:
        """The buttons of a finished job: all of its rows again, or those that are missing."""
        job = await find_own(self.jobs, press.argument, press.person, say)
        if job.kind != KIND:
            raise outdated(say)
        order = await self.jobs.order(job.id, person=press.person)
        if press.action == "job":
            return await self._preview(reopen(order, press.person), say)
        missing = list_missing(job)
        if not missing:
            raise UserError(say("clip-none-missing"))
        # A retry of its own each time: the one before may have failed again.
        draft = replace(reopen(order, job.person, only=missing), id=f"retry:{press.key}")
        return await self._run(draft, press.asker, say, edits=False)

    async def _preview(self, draft: Draft, say: Say, *, edits: bool = False) -> Reply:
        checked = self._check(draft)
        if not checked:
            raise UserError(say("clip-empty"))
        await keep_draft(self.notes, draft)
        defaults = await self.people.settings(draft.person)
        return show_preview(draft, checked, say, defaults=defaults, edits=edits)

    def _check(self, draft: Draft) -> Sequence[Checked]:
        return draft.check(most_seconds=self.most_seconds)


def _read_form(
    options: Sequence[Option], given: Mapping[str, object]
) -> tuple[str, dict[str, str]]:
    """The table in a form, and the texts of the rest."""
    values = read_values(personal(options), given)
    rest = [option for option in options if option is not ROWS]
    texts = read_texts(rest, {name: text for name, text in given.items() if name != ROWS.name})
    return str(values[ROWS.name] or ""), texts


def list_missing(job: Job) -> list[int]:
    """The places, among a job's rows, of those that its result lacks and may be tried again."""
    found = job.outcome.details.get("again") if job.outcome is not None else None
    return [int(str(each)) for each in found] if isinstance(found, Sequence) else []
