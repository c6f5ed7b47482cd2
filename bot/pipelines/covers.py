"""Which picture a mix gets: the given one, else one from its tracks, else a drawn one."""

from pathlib import Path
from typing import Any

from adapters.pictures import Cover, draw_cover, make_cover
from bot.pipelines.facts import as_mapping, reject
from core.errors import UserError
from core.jobs import Json
from core.timeline import Timeline
from core.tracklist import name_of


async def choose_cover(
    given: Json, timeline: Timeline, folder: Path, *, rejected: list[Any]
) -> tuple[Cover, Json]:
    """The given picture, else the first embedded one that is good, else a drawn one."""
    if given is not None:
        file = as_mapping(given)
        try:
            return await make_cover(Path(file["path"]), folder), {
                "source": file["label"],
                "sha256": file["digest"],
            }
        except UserError as error:
            rejected.append(reject(file, UserError(f"cannot be the cover. {error}")))
    for segment in timeline.segments:
        if not segment.track.tags.cover:
            continue
        try:
            cover = await make_cover(Path(segment.track.tags.cover), folder)
        except UserError:
            # A broken picture inside a good track is no news to anyone: the next will do.
            continue
        return cover, {"embedded_in": segment.track.digest}
    names = [name_of(segment) for segment in timeline.segments]
    seed = timeline.title + "".join(segment.track.digest for segment in timeline.segments)
    return await draw_cover(timeline.title, names, seed, folder), {"drawn": True}
