"""/mixtape: mix tracks into one MP3 and MP4 with chapters."""

import secrets
from dataclasses import dataclass
from typing import ClassVar

from bot.pipelines.mixtape import KIND
from core.calls import Call, Entry
from core.jobs import Json, Order
from core.mixtape import OPTIONS, read_loudness, read_seed
from core.options import Attachment
from core.ports import Jobs
from core.screens import Reply
from core.tracks import clean_text


@dataclass(frozen=True, slots=True)
class Mixtape:
    jobs: Jobs

    entry: ClassVar[Entry] = Entry(
        name="mixtape",
        summary="Mix tracks into one MP3 and MP4 with crossfades and chapters",
        options=OPTIONS,
        examples=(
            "/mixtape with the tracks attached",
            "/mixtape title: Late night, crossfade: 8, order: shuffle",
        ),
        menu="Make mixtape",
    )

    async def run(self, call: Call) -> Reply:
        order = order_mixtape(call)
        job = await self.jobs.start(order)
        tracks = order.request["tracks"]
        count = len(tracks) if isinstance(tracks, list) else 0
        return Reply(f"Mixing {count} tracks." if count > 1 else "Mastering 1 track.", job.id)


def order_mixtape(call: Call) -> Order:
    """What to order for a call. Raises `UserError` when a value makes no sense."""
    values = call.values
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
        "seed": secrets.randbelow(2**31) if seed is None else seed,
        "loudness": read_loudness(str(values["loudness"])),
        "video": bool(values["video"]),
    }
    return Order(
        key=call.key,
        kind=KIND,
        title=str(request["title"] or "Mixtape"),
        person=call.person,
        place=call.asker.place,
        server=call.asker.server,
        limit=call.asker.limit,
        request=request,
    )


def _file(file: Attachment) -> dict[str, Json]:
    return {"path": str(file.path), "label": file.label}
