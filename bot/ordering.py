"""What is ordered of the job core when a person wants a mixtape."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.pipelines.mixtape import KIND
from bot.words import Say
from core.calls import Asker, Call
from core.jobs import Json, Order
from core.mixtape import CHAT_OPTIONS, PRIVATE, WHERE, read_loudness, read_seed
from core.options import Attachment, Value, read_values
from core.preferences import first_said
from core.tracks import clean_text
from core.trays import Tray


def settle(call: Call, *, tray: Tray, defaults: Mapping[str, str]) -> Call:
    """The call with a value for everything: what was said, else the tray's, else the defaults.

    The tray is what is mixed when no tracks came along. Raises `UserError`.
    """
    gathered: dict[str, Value | str] = {}
    if not call.values.get("tracks"):
        gathered = {**tray.options, "tracks": tuple(item.file for item in tray.items)}
        gathered["cover"] = tray.cover
    known = {option.name for option in CHAT_OPTIONS}
    said = first_said(call.values, gathered, defaults)
    values = read_values(
        CHAT_OPTIONS, {name: value for name, value in said.items() if name in known}
    )
    return replace(call, values=values)


PLACE = (PRIVATE, WHERE)
"""Where a result goes."""


def settle_place(call: Call, defaults: Mapping[str, str]) -> Call:
    """The call with where its result goes: as was said, else as the person usually wants it."""
    said = first_said(call.values, {option.name: defaults.get(option.name) for option in PLACE})
    placed = read_values(PLACE, {option.name: said.get(option.name) for option in PLACE})
    return replace(call, values={**call.values, **placed})


def order_mixtape(call: Call) -> Order:
    """What to order for a settled call. Raises `UserError` when a value makes no sense."""
    values, asker = call.values, call.asker
    files = values["tracks"]
    tracks = [_file(file) for file in files] if isinstance(files, tuple) else []
    cover, seed = values["cover"], read_seed(values["seed"])
    request: dict[str, Json] = {
        "tracks": tracks,
        "cover": _file(cover) if isinstance(cover, Attachment) else None,
        "title": clean_text(str(values["title"] or "")),
        "crossfade": values["crossfade"] if isinstance(values["crossfade"], float) else 6.0,
        "order": str(values["order"]),
        # Chosen now and kept with the job, so that making it again gives the same mix.
        "seed": draw_seed() if seed is None else seed,
        "loudness": read_loudness(str(values["loudness"])),
        "video": bool(values["video"]),
    }
    private = values.get("private") is True
    away = private or values.get("where") == "dm"
    return address(
        Order(
            key=call.key,
            kind=KIND,
            title=str(request["title"] or "Mixtape"),
            person=call.person,
            place=asker.place,
            request=request,
            private=private,
        ),
        asker,
        away=away,
    )


def address(order: Order, asker: Asker, *, away: bool) -> Order:
    """The order with where it was asked and where its result goes: home when `away`."""
    place = asker.home if away else asker.place
    return replace(
        order,
        place=place,
        asked=None if place == asker.place else asker.place,
        server=asker.server,
        # What another place takes is not known here.
        limit=asker.limit if place == asker.place else None,
    )


def draw_seed() -> int:
    return secrets.randbelow(2**31)


def key_of(tray: Tray) -> str:
    """The key of an order for a tray: pressing Mix twice, or after a crash, is one job."""
    facts = [str(sorted(tray.options.items())), str(tray.cover and tray.cover.path)]
    text = "\0".join([tray.person, *(item.id for item in tray.items), *facts])
    return f"tray:{hashlib.sha256(text.encode()).hexdigest()}"


def announce(order: Order, say: Say) -> str:
    """The sentence with which an order is confirmed."""
    tracks = order.request["tracks"]
    count = len(tracks) if isinstance(tracks, Sequence) else 0
    return say_where(say("mixing", count=count), order, say)


def say_where(said: str, order: Order, say: Say) -> str:
    """The same sentence, and where the result goes when that is not here."""
    if order.asked is None:
        return said
    return f"{said} {say('mixing-private' if order.private else 'mixing-away')}"


def _file(file: Attachment) -> dict[str, Json]:
    if file.url:
        return {"url": file.url, "label": file.label}
    return {"path": str(file.path), "label": file.label}
