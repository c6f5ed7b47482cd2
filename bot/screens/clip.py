"""The preview of clips: every row with its fate, and what can be done with them."""

import itertools
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bot.buttons import cut_label, owned
from bot.clipping import Draft, settle, write_form
from bot.words import Say
from core.clips import ROWS, SETTINGS, Checked, Row, name_place
from core.names import PersonId
from core.options import Option
from core.preferences import as_text
from core.screens import Button, Form, Reply, Tone
from core.times import write_time
from core.tracks import clean_text, label_of

SLOT = "clip"
FIELDS: tuple[Option, ...] = SETTINGS
_EXAMPLE = "url, start, end, label\n"
_SOURCE, _LABEL = 48, 60


def ask_rows(person: PersonId, say: Say) -> Reply:
    """What to say when nothing came along: how it goes, and a button for the table."""
    button = Button(say("button-table"), owned(person, "clip.form"), Tone.MAIN, opens_form=True)
    return Reply(say("clip-nothing"), title=say("clip-title"), buttons=((button,),), slot=SLOT)


def open_form(person: PersonId, say: Say) -> Reply:
    """An empty table, and what it is to become."""
    form = Form(
        action=owned(person, "clip.form"),
        title=say("clip-form"),
        options=(ROWS, *FIELDS[:4]),
        values={ROWS.name: _EXAMPLE},
    )
    return Reply("", form=form)


def open_fix(draft: Draft, checked: Sequence[Checked], say: Say) -> Reply:
    """The table as it was entered; of a very long one, the rows that are wrong."""
    text, whole = write_form(draft, checked)
    form = Form(
        action=owned(draft.person, "clip.fix", draft.id),
        title=say("clip-form" if whole else "clip-form-wrong"),
        options=(ROWS,),
        values={ROWS.name: text},
    )
    return Reply("", form=form)


def open_options(draft: Draft, say: Say, *, defaults: Mapping[str, str]) -> Reply:
    values = settle(draft, defaults)
    texts = {option.name: values[option.name] for option in FIELDS}
    form = Form(
        action=owned(draft.person, "clip.options", draft.id),
        title=say("clip-form-options"),
        options=FIELDS,
        values={name: as_text(value) for name, value in texts.items() if value is not None},
    )
    return Reply("", form=form)


def show_preview(
    draft: Draft,
    checked: Sequence[Checked],
    say: Say,
    *,
    defaults: Mapping[str, str],
    edits: bool,
) -> Reply:
    """Each row with its fate, and the buttons that run the good ones or mend the others."""
    good = [each for each in checked if each.row is not None]
    wrong = len(checked) - len(good)
    paragraphs = [_sum_up([each.row for each in good if each.row], wrong, say)]
    paragraphs.append(_tell_options(draft, say, defaults=defaults))
    return Reply(
        "\n".join(paragraphs),
        title=draft.options.get("title") or say("clip-title"),
        lines=list_fates(draft, checked, say),
        buttons=(_list_buttons(draft, say, good=len(good), wrong=wrong),),
        slot=SLOT,
        edits=edits,
    )


def list_fates(draft: Draft, checked: Sequence[Checked], say: Say) -> tuple[str, ...]:
    """A line for each row: what is cut, or what is wrong and what would be right."""
    numbers = itertools.count(1)
    return tuple(
        _tell_wrong(each) if each.row is None else _line(next(numbers), each.row, draft, say)
        for each in checked
    )


def _list_buttons(draft: Draft, say: Say, *, good: int, wrong: int) -> tuple[Button, ...]:
    person = draft.person
    fix = Button(
        say("button-fix" if wrong else "button-edit"),
        owned(person, "clip.fix", draft.id),
        Tone.PLAIN if good else Tone.MAIN,
        opens_form=True,
    )
    more = (
        Button(say("button-options"), owned(person, "clip.options", draft.id), opens_form=True),
        Button(say("button-discard"), owned(person, "clip.drop", draft.id), Tone.DANGER),
    )
    if not good:
        return (fix, *more)
    label = say("button-run-good", count=good) if wrong else say("button-run")
    return (Button(label, owned(person, "clip.run", draft.id), Tone.MAIN), fix, *more)


def _sum_up(rows: Sequence[Row], wrong: int, say: Say) -> str:
    known = sum(row.seconds or 0.0 for row in rows)
    is_open = any(row.seconds is None for row in rows)
    length = say("clip-length-open" if is_open else "clip-length", length=write_time(round(known)))
    parts = []
    if rows:
        parts.append(say("clip-good", count=len(rows), length=length))
    if wrong:
        parts.append(say("clip-wrong", count=wrong))
    return " ".join(parts) or say("clip-empty")


def _tell_options(draft: Draft, say: Say, *, defaults: Mapping[str, str]) -> str:
    values = settle(draft, defaults)
    return say(
        "clip-options",
        crossfade=float(str(values["crossfade"])),
        result=str(values["result"]),
        captions=as_text(values["captions"]),
        loudness=str(values["loudness"]).lower(),
    )


def _tell_wrong(checked: Checked) -> str:
    problems = " ".join(str(problem) for problem in checked.problems)
    return f"✗ {name_place(checked.place)} · {problems}"


def _line(number: int, row: Row, draft: Draft, say: Say) -> str:
    end = say("clip-to-the-end") if row.end is None else write_time(row.end)
    facts = [f"✓ {number}. {name_source(row, draft.names)}", f"{write_time(row.start)}–{end}"]
    if row.label:
        facts.append(cut_label(row.label, most=_LABEL))
    if row.fade is not None:
        facts.append(say("clip-fade", fade=row.fade))
    if row.gain:
        facts.append(say("clip-gain", gain=f"{row.gain:+g}"))
    return " · ".join(facts)


def name_source(row: Row, names: Sequence[str]) -> str:
    """What to call a row's source: a file's name, or a link without what is not needed."""
    if row.file is not None:
        return cut_label(label_of(names[row.file]), most=_SOURCE)
    parts = urlsplit(row.url)
    shown = f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
    query = f"?{parts.query}" if parts.query else ""
    return cut_label(clean_text(f"{shown}{query}", most=200), most=_SOURCE)
