"""What a link stands for, with a button for each way to have it."""

from bot.amounts import say_size
from bot.buttons import cut_label
from bot.words import Say
from core.downloads import (
    END,
    ENTRIES,
    QUALITY,
    SOUNDS,
    START,
    VIDEOS,
    Quality,
    estimate,
    name_found,
    offer,
    total_seconds,
)
from core.jobs import Job
from core.links import Found
from core.screens import Button, Form, Reply, Tone
from core.tracklist import clock

_ROW = 4
_SHOWN = 25
"""Entries of a list that are shown; of the others only the number."""


def show_found(job: Job, found: Found, say: Say) -> Reply:
    """The question what to make of a link; `job` is the one that looked at it."""
    if found.live:
        return Reply(say("download-live"), title=name_found(found))
    offered = offer(found)
    rows = []
    for qualities in (VIDEOS, SOUNDS):
        there = [quality for quality in qualities if quality in offered]
        if found.entries:
            # For lists, only what suits everything in them; the rest is in the form.
            there = [each for each in there if each in (Quality.BEST, Quality.P720, *SOUNDS)]
        row = [_button(job, found, quality, say) for quality in there]
        rows += [tuple(row[at : at + _ROW]) for at in range(0, len(row), _ROW)]
    label = "button-entries" if found.entries else "button-part"
    rows.append((Button(say(label), f"download.choose:{job.id}", opens_form=True),))
    return Reply(
        _describe(found, say),
        title=name_found(found),
        lines=_list_entries(found, say),
        buttons=tuple(row for row in rows if row),
    )


def ask_choice(job: Job, found: Found, say: Say) -> Reply:
    """A form for what buttons have no room for: the part of a piece, or entries of a list."""
    options = (ENTRIES, QUALITY) if found.entries else (QUALITY, START, END)
    values = {"quality": Quality.ORIGINAL.value}
    if found.start and not found.entries:
        values["start"] = clock(found.start)
    if found.entries:
        values["entries"] = f"1-{len(found.entries)}"
    form = Form(
        action=f"download.choose:{job.id}",
        title=say("download-form"),
        options=options,
        values=values,
    )
    return Reply("", form=form)


def _button(job: Job, found: Found, quality: Quality, say: Say) -> Button:
    label = say("quality", quality=quality.value)
    size = None if found.entries else estimate(found, quality)
    if size is not None:
        label = f"{label} · {say_size(size, say)}"
    tone = Tone.MAIN if quality in (Quality.BEST, Quality.ORIGINAL) else Tone.PLAIN
    return Button(cut_label(label, most=40), f"download.get:{job.id}.{quality}", tone)


def _describe(found: Found, say: Say) -> str:
    if found.entries:
        seconds = total_seconds(found.entries)
        asked = say("download-list", count=len(found.entries))
    else:
        seconds = found.seconds
        asked = say("download-ask", chapters=len(found.chapters))
    return asked if seconds is None else f"{say('download-length', length=clock(seconds))} {asked}"


def _list_entries(found: Found, say: Say) -> tuple[str, ...]:
    lines = [
        f"{number}. {cut_label(name_found(entry), most=80)}{_length(entry)}"
        for number, entry in enumerate(found.entries[:_SHOWN], 1)
    ]
    if len(found.entries) > _SHOWN:
        lines.append(say("download-more", count=len(found.entries) - _SHOWN))
    return tuple(lines)


def _length(entry: Found) -> str:
    return "" if entry.seconds is None else f" · {clock(entry.seconds)}"
