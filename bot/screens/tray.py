"""The tray as one message: its list, its buttons, and the mode in which tracks are moved."""

from collections.abc import Mapping
from dataclasses import replace

from bot.amounts import say_size
from bot.buttons import cut_label, owned
from bot.words import Say
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, TITLE, TRACKS, VIDEO
from core.options import Value, read_values
from core.preferences import as_text
from core.screens import Button, Form, Reply, Tone
from core.tracks import label_of, title_from_label
from core.trays import Item, Tray

SLOT = "tray"
PAGE = 8
"""Tracks to pick from at a time: two in a row, and one row of five is for turning pages."""
FIELDS = (TITLE, CROSSFADE, ORDER, LOUDNESS, VIDEO)
MORE = replace(TRACKS, summary="Tracks, or a picture for the cover", accepts="")
_WINDOW = 4
_LONGEST = 200


def show_tray(
    tray: Tray,
    say: Say,
    *,
    defaults: Mapping[str, str],
    picks: bool,
    note: str = "",
    edits: bool = False,
) -> Reply:
    """The tray, with what there is to say about the latest change first.

    `picks` offers a form to add files with, where forms take files.
    """
    person = tray.person
    adding = Button(say("button-add"), owned(person, "tray.add"), opens_form=True)
    if not tray.items:
        empty = "tray-empty-picks" if picks else "tray-empty"
        text = say(empty) if tray.cover is None else say("tray-only-cover")
        rows = ((adding,),) if picks else ()
        return Reply(_paragraphs(note, text), buttons=rows, slot=SLOT, edits=edits)
    facts = [_weigh(tray, say)]
    if tray.cover is not None:
        facts.append(say("tray-cover", label=label_of(tray.cover.label)))
    facts.append(describe_options(tray, say, defaults=defaults))
    return Reply(
        _paragraphs(note, "\n".join(facts)),
        title=tray.options.get("title") or say("tray-title"),
        lines=tuple(_line(at, item, say) for at, item in enumerate(tray.items, 1)),
        buttons=(
            (
                Button(say("button-mix"), owned(person, "tray.mix"), Tone.MAIN),
                *((adding,) if picks else ()),
                Button(say("button-options"), owned(person, "tray.options"), opens_form=True),
                Button(say("button-reorder"), owned(person, "tray.reorder", 0)),
                Button(say("button-clear"), owned(person, "tray.clear"), Tone.DANGER),
            ),
        ),
        slot=SLOT,
        edits=edits,
    )


def describe_options(tray: Tray, say: Say, *, defaults: Mapping[str, str]) -> str:
    """How the tray would be mixed, in one line."""
    values = _values(tray, defaults)
    return say(
        "tray-options",
        crossfade=float(str(values["crossfade"])),
        order=str(values["order"]),
        loudness=str(values["loudness"]).lower(),
        video="yes" if values["video"] else "no",
    )


def ask_files(tray: Tray, say: Say) -> Reply:
    """A form that takes more tracks, or a picture."""
    action, title = owned(tray.person, "tray.add"), say("tray-form-add")
    return Reply("", form=Form(action=action, title=title, options=(MORE,)))


def ask_options(tray: Tray, say: Say, *, defaults: Mapping[str, str]) -> Reply:
    form = Form(
        action=owned(tray.person, "tray.options"),
        title=say("tray-form"),
        options=FIELDS,
        values={
            name: as_text(value)
            for name, value in _values(tray, defaults).items()
            if value is not None
        },
    )
    return Reply("", form=form)


def ask_clear(tray: Tray, say: Say) -> Reply:
    return Reply(
        say("tray-clear", count=len(tray.items)),
        buttons=(
            (
                Button(say("button-clear-all"), owned(tray.person, "tray.empty"), Tone.DANGER),
                Button(say("button-keep"), owned(tray.person, "tray.show")),
            ),
        ),
        slot=SLOT,
        edits=True,
    )


def show_picking(tray: Tray, say: Say, *, page: int) -> Reply:
    """The tracks as buttons, a page of them at a time."""
    last = max(0, len(tray.items) - 1) // PAGE
    page = min(max(page, 0), last)
    shown = list(enumerate(tray.items))[page * PAGE : (page + 1) * PAGE]
    picks = [
        Button(f"{at + 1}. {cut_label(name_item(item), most=24)}", _act(tray, "pick", item.id))
        for at, item in shown
    ]
    rows = [tuple(picks[at : at + 2]) for at in range(0, len(picks), 2)]
    turning = []
    if page > 0:
        turning.append(Button(say("button-back"), _act(tray, "reorder", page - 1)))
    if page < last:
        turning.append(Button(say("button-next"), _act(tray, "reorder", page + 1)))
    done = Button(say("button-done"), _act(tray, "show"), Tone.MAIN)
    return Reply(
        say("tray-pick", page=page + 1, pages=last + 1),
        title=say("tray-reorder-title"),
        lines=tuple(_line(at + 1, item, say) for at, item in shown),
        buttons=(*rows, (*turning, done)),
        slot=SLOT,
        edits=True,
    )


def show_picked(tray: Tray, say: Say, *, item: str) -> Reply:
    """One track among its neighbours, and where it can go. Raises `UserError` if it is gone."""
    at = tray.index(item)
    first = max(0, min(at - _WINDOW, len(tray.items) - 2 * _WINDOW - 1))
    shown = list(enumerate(tray.items))[first : first + 2 * _WINDOW + 1]
    moves = (
        ("button-top", -at, at > 1),
        ("button-up", -1, at > 0),
        ("button-down", 1, at < len(tray.items) - 1),
    )
    buttons = [Button(say(key), _act(tray, "move", item, by)) for key, by, can in moves if can]
    return Reply(
        say("tray-picked", name=name_item(tray.items[at]), place=at + 1, count=len(tray.items)),
        title=say("tray-reorder-title"),
        lines=tuple(
            f"{'▸' if each.id == item else ' '} {_line(index + 1, each, say)}".lstrip()
            for index, each in shown
        ),
        buttons=(
            *((tuple(buttons),) if buttons else ()),
            (
                Button(say("button-remove"), _act(tray, "remove", item), Tone.DANGER),
                Button(say("button-another"), _act(tray, "reorder", at // PAGE)),
                Button(say("button-done"), _act(tray, "show"), Tone.MAIN),
            ),
        ),
        slot=SLOT,
        edits=True,
    )


def _weigh(tray: Tray, say: Say) -> str:
    """How many tracks there are, and what the files among them weigh."""
    links = sum(bool(item.file.url) for item in tray.items)
    if not links:
        size = say_size(sum(item.file.size for item in tray.items), say)
        return say("tray-count", count=len(tray.items), size=size)
    files = len(tray.items) - links
    counted = [say("tracks", count=files)] if files else []
    return f"{', '.join([*counted, say('tray-links', count=links)])}."


def name_item(item: Item) -> str:
    if item.file.url:
        return item.file.url.partition("://")[2].removeprefix("www.")
    return title_from_label(label_of(item.file.label))


def _line(number: int, item: Item, say: Say) -> str:
    name = f"{number}. {cut_label(name_item(item), most=_LONGEST)}"
    return name if item.file.url else f"{name} · {say_size(item.file.size, say)}"


def _act(tray: Tray, action: str, *parts: object) -> str:
    return owned(tray.person, f"tray.{action}", *parts)


def _values(tray: Tray, defaults: Mapping[str, str]) -> dict[str, Value]:
    known = {option.name for option in FIELDS}
    said = {**defaults, **tray.options}
    return read_values(FIELDS, {name: text for name, text in said.items() if name in known})


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
