"""What of each kind of job may be changed when it is made again."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from bot.clipping import announce_clips, list_said
from bot.ordering import announce, draw_seed
from bot.words import Say
from core.clips import CROSSFADE as CLIP_CROSSFADE
from core.clips import SETTINGS
from core.downloads import END, ENTRIES, QUALITY, START, Quality, read_span
from core.jobs import Job, Json, Order
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, TITLE, VIDEO, read_loudness
from core.options import Option, Value, read_number
from core.preferences import as_text
from core.times import write_time
from core.tracks import clean_text


class Remake(Protocol):
    """How one kind of job is made again, with a change."""

    @property
    def fields(self) -> tuple[Option, ...]:
        """What can be changed: at most five options, so that a form can hold them."""
        ...

    def texts(self, order: Order, job: Job) -> dict[str, str]:
        """What a job was ordered with, as a form shows it."""
        ...

    def change(self, before: Mapping[str, Json], values: Mapping[str, Value]) -> dict[str, Json]:
        """A request with what is asked to be different. Raises `UserError`."""
        ...

    def title(self, request: Mapping[str, Json], job: Job) -> str:
        """What the new job is called until its result has a title."""
        ...

    def announce(self, order: Order, say: Say) -> str: ...


class MixtapeRemake:
    """The seed stays, so that the same order comes out, until shuffling is asked for."""

    fields = (TITLE, CROSSFADE, ORDER, LOUDNESS, VIDEO)

    def texts(self, order: Order, job: Job) -> dict[str, str]:
        request = order.request
        loudness, crossfade = request["loudness"], float(str(request["crossfade"]))
        return {
            "title": str(request["title"] or job.name),
            "crossfade": as_text(crossfade),
            "order": str(request["order"]),
            "loudness": "off" if loudness is None else as_text(float(str(loudness))),
            "video": as_text(bool(request["video"])),
        }

    def change(self, before: Mapping[str, Json], values: Mapping[str, Value]) -> dict[str, Json]:
        said = {name: value for name, value in values.items() if value is not None}
        request = dict(before)
        if "title" in said:
            request["title"] = clean_text(str(said["title"]))
        if isinstance(said.get("crossfade"), float):
            request["crossfade"] = float(str(said["crossfade"]))
        if "order" in said:
            request["order"] = str(said["order"])
            request["seed"] = draw_seed() if said["order"] == "shuffle" else request["seed"]
        if "loudness" in said:
            request["loudness"] = read_loudness(str(said["loudness"]))
        if "video" in said:
            request["video"] = bool(said["video"])
        return request

    def title(self, request: Mapping[str, Json], job: Job) -> str:
        del job
        return str(request["title"] or "Mixtape")

    def announce(self, order: Order, say: Say) -> str:
        return announce(order, say)


class DownloadRemake:
    fields = (TITLE, QUALITY, START, END, ENTRIES)

    def texts(self, order: Order, job: Job) -> dict[str, str]:
        request = order.request
        texts = {"title": str(request["title"] or job.name), "quality": str(request["quality"])}
        for name in ("start", "end"):
            if request[name] is not None:
                texts[name] = write_time(float(str(request[name])))
        if request["entries"]:
            texts["entries"] = str(request["entries"])
        return texts

    def change(self, before: Mapping[str, Json], values: Mapping[str, Value]) -> dict[str, Json]:
        said = {name: str(value) for name, value in values.items() if value is not None}
        request = dict(before)
        if "title" in said:
            request["title"] = clean_text(said["title"])
        if "quality" in said:
            request["quality"] = Quality(said["quality"]).value
        span = read_span(said.get("start"), said.get("end"))
        if "start" in said:
            request["start"] = span.start or None
        if "end" in said:
            request["end"] = span.end
        start, end = float(str(request["start"] or 0.0)), request["end"]
        # Together they must make sense, whichever of them is new.
        read_span(write_time(start), None if end is None else write_time(float(str(end))))
        if "entries" in said:
            request["entries"] = said["entries"]
        return request

    def title(self, request: Mapping[str, Json], job: Job) -> str:
        return str(request["title"] or job.name)

    def announce(self, order: Order, say: Say) -> str:
        del order
        return say("download-started")


class ClipRemake:
    """The rows stay as they are: they have a form of their own."""

    fields = SETTINGS

    def texts(self, order: Order, job: Job) -> dict[str, str]:
        return {**list_said(order.request), "title": str(order.request["title"] or job.name)}

    def change(self, before: Mapping[str, Json], values: Mapping[str, Value]) -> dict[str, Json]:
        said = {name: value for name, value in values.items() if value is not None}
        request = dict(before)
        if "title" in said:
            request["title"] = clean_text(str(said["title"]))
        if "crossfade" in said:
            # A mixtape's may be longer.
            request["crossfade"] = read_number(CLIP_CROSSFADE, said["crossfade"])
        if "result" in said:
            request["video"] = said["result"] == "video"
        if "captions" in said:
            request["captions"] = bool(said["captions"])
        if "loudness" in said:
            request["loudness"] = read_loudness(str(said["loudness"]))
        return request

    def title(self, request: Mapping[str, Json], job: Job) -> str:
        del job
        return str(request["title"] or "Clips")

    def announce(self, order: Order, say: Say) -> str:
        return announce_clips(order, say)


REMAKES: Mapping[str, Remake] = MappingProxyType(
    {"mixtape": MixtapeRemake(), "clip": ClipRemake(), "download": DownloadRemake()}
)
"""By the kind of the job."""
