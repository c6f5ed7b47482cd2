"""Tracks that come as links: fetched one by one, lists with all that is in them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pipelines.facts import as_list, reject
from bot.pipelines.results import empty_folder
from core.downloads import name_found
from core.errors import ServiceError, UserError
from core.jobs import Json
from core.links import Fetched, Found, Medium, Want
from core.mixtape import MOST_TRACKS
from core.ports import Fetcher
from core.tracks import Tags

_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class _Track:
    """One track that was asked for: a file as it was given, or what a link stands for."""

    file: Mapping[str, Json]
    found: Found | None = None


def has_links(request: Mapping[str, Json]) -> bool:
    return any("url" in file for file in as_list(request["tracks"]))


async def fetch_links(
    fetcher: Fetcher,
    request: Mapping[str, Json],
    folder: Path,
    report: Callable[[float], None],
) -> Json:
    """The request's tracks with files in the place of links, and what could not be had.

    One bad link does not keep the others out.
    """
    rejected: list[Json] = []
    tracks = await _look_all(fetcher, as_list(request["tracks"]), rejected)
    over = UserError(f"is one too many: {MOST_TRACKS} tracks is the most.")
    rejected += [reject(track.file, over) for track in tracks[MOST_TRACKS:]]
    tracks, place = tracks[:MOST_TRACKS], empty_folder(folder)
    done = [0.0] * len(tracks)
    room = asyncio.Semaphore(_AT_ONCE)

    async def bring(index: int, track: _Track) -> dict[str, Json] | UserError | ServiceError:
        def tell(fraction: float) -> None:
            done[index] = fraction
            report(sum(done) / len(done))

        async with room:
            try:
                return await _bring(fetcher, track, place / str(index), tell)
            except (UserError, ServiceError) as error:
                return error
            finally:
                tell(1.0)

    async with asyncio.TaskGroup() as tasks:
        bringing = [tasks.create_task(bring(*each)) for each in enumerate(tracks)]
    files: list[Json] = []
    for track, task in zip(tracks, bringing, strict=True):
        brought = task.result()
        if isinstance(brought, Exception):
            rejected.append(_refuse(track.file, brought))
        else:
            files.append(brought)
    return {"tracks": files, "rejected": rejected}


async def _look_all(
    fetcher: Fetcher, asked: Sequence[Mapping[str, Json]], rejected: list[Json]
) -> list[_Track]:
    tracks: list[_Track] = []
    for file in asked:
        if "url" not in file:
            tracks.append(_Track(file))
            continue
        try:
            found = await fetcher.look(str(file["url"]))
        except (UserError, ServiceError) as error:
            rejected.append(_refuse(file, error))
            continue
        for each in found.entries or (found,):
            label = name_found(each) or str(file["label"])
            tracks.append(_Track({"label": label, "url": each.url}, each))
    return tracks


async def _bring(
    fetcher: Fetcher, track: _Track, folder: Path, report: Callable[[float], None]
) -> dict[str, Json]:
    if track.found is None:
        return dict(track.file)
    await asyncio.to_thread(folder.mkdir)
    want = Want(url=track.found.url, medium=Medium.AUDIO)
    fetched = await fetcher.fetch(want, folder, report=report)
    return {"path": str(fetched.path), "label": track.file["label"], "tags": _tags(fetched)}


def _tags(fetched: Fetched) -> dict[str, Json]:
    """What the link's page says, for what the file does not say itself."""
    found = fetched.found
    return {
        "title": found.title,
        "artist": found.artist,
        "album": found.album,
        "cover": str(fetched.cover) if fetched.cover else "",
    }


def read_told(file: Mapping[str, Any]) -> Tags:
    """The tags that came with a link; none for a file."""
    return Tags(**file.get("tags", {}))


def _refuse(file: Mapping[str, Json], error: Exception) -> dict[str, Json]:
    return {"source": file["label"], "reason": f"could not be fetched. {error}"}
