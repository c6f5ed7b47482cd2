"""What the page gets to see: messages, jobs, results and commands as JSON."""

import math
from collections.abc import Mapping, Sequence

from adapters.web.labels import tidy, tidy_name
from adapters.web.links import SignedLinks
from adapters.web.replies import draw_option
from core.calls import Command
from core.chat import Message
from core.jobs import Job, Json, Product
from core.names import JobId
from core.options import Attachment

_PEAKS = 1200


def draw_command(command: Command) -> dict[str, Json]:
    """A menu entry with its options."""
    return {
        "name": command.entry.name,
        "summary": command.entry.summary,
        "examples": list(command.entry.examples),
        "options": [draw_option(option) for option in command.entry.options],
    }


def gone_body() -> dict[str, Json]:
    """What stays of a message that made way for another one."""
    return {"kind": "gone"}


def said_body(
    *, text: str, command: str, values: Mapping[str, str], files: Sequence[Attachment]
) -> dict[str, Json]:
    """What a person sent."""
    return {
        "kind": "said",
        "text": text,
        "command": command,
        "values": dict(values),
        "files": [{"label": tidy_name(file.label), "size": file.size} for file in files],
    }


def job_body(job: Job, *, text: str) -> dict[str, Json]:
    """A progress message as it is now."""
    return {
        "kind": "job",
        "job": job.id,
        "text": text,
        "title": tidy(job.name),
        "state": job.state.value,
        "stage": job.progress.stage,
        "percent": round(job.progress.percent, 1),
        "left": job.progress.seconds_left,
        "ahead": job.ahead,
        "sentence": job.sentence,
        "seconds": _took(job),
        **({"asks": True} if job.asks else {}),
    }


def _took(job: Job) -> float | None:
    if job.finished is None:
        return None
    return round(job.finished - (job.started or job.created), 1)


def result_body(job: Job) -> dict[str, Json]:
    """A result: words, files and facts. Paths stay here; the links are made when it is shown."""
    if job.outcome is None:
        raise ValueError(f"job {job.id} has no outcome")
    details = job.outcome.details
    return {
        "kind": "result",
        "job": job.id,
        "command": job.kind,
        "title": tidy(job.name),
        "text": job.outcome.text,
        "products": [_product(product) for product in job.outcome.products],
        "duration": _number(details.get("duration")),
        "loudness": _number(details.get("loudness")),
        "true_peak": _number(details.get("true_peak")),
        "tracks": [_track(track) for track in _records(details.get("tracks"))],
        "rejected": [_rejected(file) for file in _records(details.get("rejected"))],
        "waveform": _peaks(details.get("waveform")),
    }


def _product(product: Product) -> dict[str, Json]:
    return {
        "role": product.role,
        "label": tidy_name(product.label),
        "size": product.size,
        "seconds": product.seconds,
    }


def _track(track: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "title": tidy(str(track.get("title") or "")),
        "artist": tidy(str(track.get("artist") or "")),
        "source": tidy_name(str(track.get("source") or "")),
        **{name: _number(track.get(name)) for name in ("start", "end", "crossfade", "gain")},
    }


def _rejected(file: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "source": tidy_name(str(file.get("source") or "")),
        "reason": tidy(str(file.get("reason") or ""), most=600),
    }


def _records(given: Json) -> Sequence[Mapping[str, Json]]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        return ()
    return [record for record in given if isinstance(record, Mapping)]


def _number(given: Json) -> float | None:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        return None
    return given


def _peaks(given: Json) -> list[Json]:
    """At most 1,200 peaks from 0 to 1, each the loudest of those it stands for."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return []
    peaks = [min(1.0, max(0.0, _number(peak) or 0.0)) for peak in given]
    step = math.ceil(len(peaks) / _PEAKS) or 1
    return [round(max(peaks[at : at + step]), 3) for at in range(0, len(peaks), step)]


def draw_message(message: Message, body: Mapping[str, Json]) -> dict[str, Json]:
    """One message as the page sees it, with `body` as it is now."""
    return {
        "id": message.id,
        "key": message.key,
        "created": message.created,
        "revision": message.revision,
        **body,
    }


def draw_products(
    body: Mapping[str, Json], links: SignedLinks, *, seconds: float | None = None
) -> list[Json]:
    """A result's files, with fresh links that are good for `seconds`."""
    job = JobId(str(body["job"]))
    return [
        {**product, "link": links.path(job, index, seconds=seconds)}
        for index, product in enumerate(_records(body.get("products")))
    ]
