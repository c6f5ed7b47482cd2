"""The library: a page of results, one result, and what is asked before it is deleted."""

from collections.abc import Sequence

from bot.amounts import say_ago, say_length, say_size
from bot.buttons import cut_bytes, cut_label, owned
from bot.showing import (
    again_buttons,
    list_tracks,
    sum_up,
    tell_rejected,
    tell_video,
    video_buttons,
)
from bot.words import Say
from core.calls import Asker
from core.jobs import Job, Product
from core.names import PersonId
from core.screens import Button, Reply, Tone

PAGE = 5
SEARCH_BYTES = 22
"""What of a search fits on a button beside a job and a page."""
_ROW = 3


def cut_search(text: str) -> str:
    """The beginning of a search that turns pages with it."""
    return cut_bytes(text.strip(), SEARCH_BYTES).strip()


def show_page(
    jobs: Sequence[Job],
    person: PersonId,
    say: Say,
    *,
    total: int,
    page: int,
    search: str,
    now: float,
    edits: bool,
    unseen: bool,
) -> Reply:
    """One page of results. `now` is in seconds since 1970.

    Unless it is `unseen` by others, nothing of a private result is named.
    """
    if not jobs:
        return Reply(_say_none(say, search), slot="library", edits=edits, alone=True)
    first = page * PAGE + 1
    numbers = tuple(
        Button(str(number), owned(person, "library.show", job.id, page, search))
        for number, job in enumerate(jobs, first)
    )
    turning = [
        Button(say(key), owned(person, "library.page", to, search))
        for key, to, there in (
            ("button-back", page - 1, page > 0),
            ("button-next", page + 1, first + len(jobs) <= total),
        )
        if there
    ]
    opening = Button(say("button-browser"), owned(person, "library.open"))
    return Reply(
        say("library-found", count=total, search=search)
        if search
        else say("library-count", count=total),
        title=say("library-title"),
        lines=tuple(
            f"{number}. {_describe(job, say, now=now, hidden=job.private and not unseen)}"
            for number, job in enumerate(jobs, first)
        ),
        buttons=(numbers, (*turning, opening)),
        slot="library",
        edits=edits,
        alone=True,
    )


def show_item(
    job: Job, asker: Asker, say: Say, *, page: int, search: str, now: float, person: PersonId
) -> Reply:
    """One result with all that can be done with it."""
    outcome = job.outcome
    if outcome is None:
        raise ValueError(f"job {job.id} has no outcome")
    away = asker.place != asker.home
    sending = [Button(say("button-send"), f"library.send:{job.id}", Tone.MAIN)]
    if away:
        sending.append(Button(say("button-dm"), f"library.dm:{job.id}"))
    sending.append(Button(say("button-download"), f"library.download:{job.id}"))
    changing = [
        *video_buttons(job, say),
        *again_buttons(job, say),
        Button(say("button-delete"), f"library.delete:{job.id}", Tone.DANGER),
        Button(say("button-back"), owned(person, "library.page", page, search)),
    ]
    made = say("library-made", ago=_ago(job, say, now=now))
    return Reply(
        "\n\n".join([f"{sum_up(outcome, say)} {made}", *tell_rejected(outcome, say)]),
        title=job.name,
        lines=(*list_tracks(outcome), *tell_video(outcome, say)),
        buttons=(tuple(sending), tuple(changing)),
        slot="library",
        edits=True,
        alone=True,
    )


def show_downloads(job: Job, links: Sequence[tuple[Product, str]], say: Say) -> Reply:
    """Links to all files of a result."""
    buttons = [
        Button(_name_file(product, say), link=link, tone=Tone.PLAIN) for product, link in links
    ]
    rows = [tuple(buttons[at : at + _ROW]) for at in range(0, len(buttons), _ROW)]
    return Reply(say("library-links"), title=job.name, buttons=tuple(rows), alone=True)


def ask_delete(job: Job, person: PersonId, say: Say) -> Reply:
    return Reply(
        say("library-delete", name=job.name),
        buttons=(
            (
                Button(say("button-delete-now"), f"library.erase:{job.id}", Tone.DANGER),
                Button(say("button-keep"), owned(person, "library.keep")),
            ),
        ),
        alone=True,
    )


def _say_none(say: Say, search: str) -> str:
    return say("library-nothing", search=search) if search else say("library-empty")


def _describe(job: Job, say: Say, *, now: float, hidden: bool) -> str:
    if hidden:
        return f"{say('library-private')} · {_ago(job, say, now=now)}"
    parts = [cut_label(job.name, most=60)]
    details = job.outcome.details if job.outcome else {}
    tracks, seconds = details.get("tracks"), details.get("duration")
    if isinstance(tracks, Sequence) and tracks:
        length = float(seconds) if isinstance(seconds, int | float) else None
        parts.append(say_length(len(tracks), length, say))
    return " · ".join([*parts, _ago(job, say, now=now)])


def _ago(job: Job, say: Say, *, now: float) -> str:
    return say_ago(now - (job.finished or job.created), say)


def _name_file(product: Product, say: Say) -> str:
    ending = product.label.rpartition(".")[2].upper()
    return say("button-link", kind=ending, size=say_size(product.size, say))
