"""/video: a music video of photos, and again with other music or in another style."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from bot.buttons import outdated
from bot.ordering import PLACE, address, draw_seed, settle_place
from bot.picking import find_own
from bot.pipelines.video import KIND
from bot.sorting import sort_files
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.film.wishes import OPTIONS, STYLE, order_film
from core.jobs import Job, Json, Order
from core.options import read_values
from core.ports import Jobs, People
from core.preferences import personal
from core.screens import Form, Reply

_STYLE = replace(STYLE, required=True)


@dataclass(frozen=True, slots=True)
class Video:
    jobs: Jobs
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="video",
        summary="Make a music video of photos",
        options=(*OPTIONS, *personal(PLACE)),
        examples=(
            "/video with a photo attached",
            "/video style: calm, length: 60",
            "/video music: dreamy folk, card: yes, title: Home",
        ),
        menu="Make music video",
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        call = await sort_out(call)
        if not call.values["photos"]:
            raise UserError(say("video-no-photo"))
        settled = settle_place(call, await self.people.settings(call.person))
        return await self._start(order_video(settled), say)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        if press.action not in ("music", "style"):
            raise outdated(say)
        job = await find_own(self.jobs, press.argument, press.person, say)
        if job.kind != KIND or job.outcome is None:
            raise UserError(say("again-kind"))
        if press.action == "style" and press.given is None:
            return _ask_style(job, job.outcome.details, say)
        change = _change_style(press.given) if press.action == "style" else _change_music()
        before = await self.jobs.order(job.id, person=press.person)
        order = order_again(before, job.outcome.details, change, key=press.key)
        await _require_files(order.request, say)
        defaults = await self.people.settings(press.person)
        return await self._start(_to(order, press.asker, defaults), say)

    async def _start(self, order: Order, say: Say) -> Reply:
        job = await self.jobs.start(order)
        said = say("filming", count=_count(order.request["photos"]))
        if order.asked is not None:
            said += " " + say("mixing-private" if order.private else "mixing-away")
        return Reply(said, job.id, alone=order.private)


async def sort_out(call: Call) -> Call:
    """The call with a sound among its photos as the track, unless it has one.

    What is neither stays among the photos: the rest is filmed, and the reason is told.
    """
    files = call.values["photos"]
    if not isinstance(files, tuple) or not files:
        return call
    sounds = (await sort_files(files)).sounds
    photos = tuple(file for file in files if file not in sounds)
    track = call.values["track"] or (sounds[0] if sounds else None)
    return replace(call, values={**call.values, "photos": photos, "track": track})


def order_video(call: Call) -> Order:
    """What to order for a call. Raises `UserError` when a value makes no sense."""
    # Chosen now and kept with the job, so that the steps of one video agree with each other.
    request = order_film(call.values, seed=draw_seed())
    private = call.values.get("private") is True
    order = Order(
        key=call.key,
        kind=KIND,
        title=str(request["title"] or _name(call.values["photos"])),
        person=call.person,
        place=call.asker.place,
        request=request,
        private=private,
    )
    return address(order, call.asker, away=private or call.values.get("where") == "dm")


def _name(photos: object) -> str:
    count = len(photos) if isinstance(photos, tuple) else 1
    return "Video of a photo" if count == 1 else f"Video of {count} photos"


def order_again(
    before: Order, details: Mapping[str, Json], change: Mapping[str, Json], *, key: str
) -> Order:
    """The order of a video like one that is done: what does not change is taken from there."""
    request = {**before.request, "scene": details["scene"], "soundtrack": details["soundtrack"]}
    return replace(before, key=key, request={**request, **change})


def _change_music() -> dict[str, Json]:
    """Another seed gives other music, and nobody's track is wanted any more."""
    return {"soundtrack": None, "track": None, "seed": draw_seed()}


def _change_style(given: Mapping[str, object] | None) -> dict[str, Json]:
    return {"style": str(read_values((_STYLE,), given or {})["style"])}


def _ask_style(job: Job, details: Mapping[str, Json], say: Say) -> Reply:
    """Which style, beginning with another one than it has."""
    others = [style for style in STYLE.choices if style != details.get("style")]
    form = Form(
        action=f"video.style:{job.id}",
        title=say("video-form"),
        options=(_STYLE,),
        values={"style": others[0]},
    )
    return Reply("", form=form)


def _to(order: Order, asker: Asker, defaults: Mapping[str, str]) -> Order:
    return address(order, asker, away=order.private or defaults.get("where") == "dm")


async def _require_files(request: Mapping[str, Json], say: Say) -> None:
    """Raise `UserError` when the photos, or the music that is to stay, are gone."""
    wanted = [*_files(request["photos"]), *_files([request["soundtrack"]])]
    if await asyncio.to_thread(_misses_any, wanted):
        raise UserError(say("video-gone"))


def _files(value: Json) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [file for file in value if isinstance(file, Mapping)]


def _misses_any(files: Sequence[Mapping[str, Any]]) -> bool:
    return not all(Path(str(file["path"])).is_file() for file in files)


def _count(value: Json) -> int:
    return len(_files(value))
