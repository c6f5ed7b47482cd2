"""The messages that go with a job: how far it is, and what came out of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.amounts import say_left, say_length, say_size
from bot.parcels import say_parcel
from bot.pipelines.look import read_found
from bot.screens.download import show_found
from bot.words import Say
from core.delivery import Parcel, Rung
from core.jobs import LOOK, Job, Json, Outcome, State
from core.scenes import Scene
from core.screens import Button, Reply, Tone
from core.tracklist import clock
from core.tracks import clean_text, label_of

_MOST_REJECTED = 10
AGAIN_KINDS = frozenset({"clip", "download", "mixtape"})
"""Kinds of jobs whose order may be changed and given again."""
VIDEO = "video"
_CLIPS = "clip"


def show_progress(job: Job, say: Say, *, bar: int = 12) -> Reply:
    """A job as it is now. `bar` is the width of the bar in characters."""
    if job.kind == LOOK and job.state is State.DONE and job.outcome is not None:
        found = job.outcome.details["found"]
        return show_found(job, read_found(found), say) if isinstance(found, Mapping) else Reply("")
    # What others can read names nothing of a private job.
    hidden = job.private and job.asked not in (None, job.place)
    return Reply(
        _tell_state(job, say, bar=bar),
        title=say("progress-private") if hidden else job.name,
        buttons=() if job.state.ended else ((cancel_button(job, say),),),
    )


def cancel_button(job: Job, say: Say) -> Button:
    return Button(say("button-cancel"), f"cancel.job:{job.id}", Tone.DANGER)


def say_state(job: Job, say: Say) -> str:
    """Where a job stands, in one line."""
    match job.state:
        case State.QUEUED:
            waiting = (
                say("progress-next") if job.ahead == 0 else say("progress-waiting", ahead=job.ahead)
            )
            return _and_left(waiting, job, say)
        case State.RUNNING:
            return _and_left(say_stage(job.progress.stage, say), job, say)
        case State.DONE:
            return say("progress-done")
        case _:
            return job.sentence or say("progress-cancelled")


def say_stage(stage: str, say: Say) -> str:
    """A pipeline's step in the listener's language; English has it from the pipeline."""
    if not stage:
        return say("progress-starting")
    text = say.find("stage-" + "-".join(stage.split()), stage)
    return text[0].upper() + text[1:]


def _and_left(text: str, job: Job, say: Say) -> str:
    left = job.progress.seconds_left
    return text if left is None else f"{text} · {say_left(left, say)}"


def _tell_state(job: Job, say: Say, *, bar: int) -> str:
    if job.state is not State.RUNNING:
        return say_state(job, say)
    percent = job.progress.percent
    return f"{draw_bar(percent, bar)} {int(percent)} %\n{say_state(job, say)}"


def draw_bar(percent: float, width: int) -> str:
    """A bar of `width` characters, full only when all is done."""
    full = int(width * min(max(percent, 0.0), 100.0) / 100)
    return "█" * full + "░" * (width - full)


def show_result(job: Job, parcels: Sequence[Parcel], say: Say, *, alone: bool) -> Reply:
    """The message that goes with a finished job's files, or with links to them."""
    if job.outcome is None:
        raise ValueError(f"job {job.id} has no outcome")
    notes = [say_parcel(parcel, job.place.platform, say) for parcel in parcels]
    links = tuple(
        Button(_name_parcel(parcel, say), link=parcel.link)
        for parcel in parcels
        if parcel.rung is Rung.LINK
    )
    return Reply(
        "\n\n".join(
            [sum_up(job.outcome, say), *tell_rejected(job.outcome, say), *filter(None, notes)]
        ),
        title=job.name,
        lines=list_tracks(job.outcome),
        buttons=tuple(row for row in (links, result_buttons(job, say, alone=alone)) if row),
    )


def result_buttons(job: Job, say: Say, *, alone: bool) -> tuple[Button, ...]:
    """What can be done with a result. Each is checked again when it is pressed."""
    buttons = [Button(say("button-download"), f"library.download:{job.id}")]
    if not alone:
        buttons.append(Button(say("button-dm"), f"library.dm:{job.id}"))
    buttons += [*video_buttons(job, say), *again_buttons(job, say)]
    buttons.append(Button(say("button-delete"), f"library.delete:{job.id}", Tone.DANGER))
    return tuple(buttons)


def video_buttons(job: Job, say: Say) -> list[Button]:
    """What a video can be made into: the same photos with other music, or in another style."""
    if job.kind != VIDEO:
        return []
    style = Button(say("button-other-style"), f"video.style:{job.id}", opens_form=True)
    return [Button(say("button-other-music"), f"video.music:{job.id}"), style]


def tell_video(outcome: Outcome, say: Say) -> tuple[str, ...]:
    """What the music of a video was asked to be, by whom it is, and the words of the song."""
    details, scene = outcome.details, outcome.details.get("scene")
    if not isinstance(scene, Mapping):
        return ()
    lines = []
    if prompt := str(details.get("prompt") or ""):
        lines.append(say("video-music", provider=str(details.get("provider")), prompt=prompt))
    for verse in Scene.from_json(scene).lyrics:
        lines += [f"[{verse.section}]", *verse.lines]
    return tuple(lines)


def again_buttons(job: Job, say: Say) -> list[Button]:
    """What makes a result once more: with a change, or only what it lacks."""
    if job.kind not in AGAIN_KINDS:
        return []
    if job.kind != _CLIPS:
        return [Button(say("button-again"), f"again.job:{job.id}", opens_form=True)]
    buttons = [Button(say("button-rows"), f"clip.job:{job.id}")]
    if job.outcome is not None and job.outcome.details.get("again"):
        buttons.insert(0, Button(say("button-retry"), f"clip.retry:{job.id}", Tone.MAIN))
    return buttons


def sum_up(outcome: Outcome, say: Say) -> str:
    """`5 tracks, 18:22.`, or the pipeline's own words for what has no tracks."""
    tracks, files = _records(outcome.details.get("tracks")), outcome.details.get("files")
    if isinstance(files, int):
        return say("result-archive", count=files)
    if isinstance(form := outcome.details.get("form"), str):
        return _sum_up_download(outcome, form, say)
    if not tracks:
        return outcome.text
    seconds = outcome.details.get("duration")
    length = float(seconds) if isinstance(seconds, int | float) else None
    if "clips" in outcome.details:
        return say("result-clips", count=len(tracks), length=clock(length or 0.0))
    return f"{say_length(len(tracks), length, say)}."


def _sum_up_download(outcome: Outcome, form: str, say: Say) -> str:
    media = [each for each in outcome.products if each.role in ("audio", "video")]
    length = clock(sum(each.seconds or 0.0 for each in media))
    size = say_size(sum(each.size for each in media), say)
    return say("result-download", count=len(media), form=form, length=length, size=size)


def list_tracks(outcome: Outcome) -> tuple[str, ...]:
    """`H:MM:SS Artist – Title`, a line each, as in the description."""
    if "form" in outcome.details and len(_records(outcome.details.get("tracks"))) < 2:
        return ()  # one file says what it is by its name
    return tuple(_line(track) for track in _records(outcome.details.get("tracks")))


def tell_rejected(outcome: Outcome, say: Say) -> list[str]:
    """Which files were left out and why; nothing when none was."""
    rejected = _records(outcome.details.get("rejected"))
    if not rejected:
        return []
    reasons = [f"{label_of(str(file.get('source')))} {file.get('reason')}" for file in rejected]
    if len(reasons) > _MOST_REJECTED:
        more = say("and-more-files", count=len(reasons) - _MOST_REJECTED)
        reasons[_MOST_REJECTED:] = [more]
    if len(reasons) == 1:
        return [say("result-rejected-one", reason=reasons[0])]
    if "clips" in outcome.details:
        return ["\n".join([say("result-missing", count=len(rejected)), *reasons])]
    return ["\n".join([say("result-rejected", count=len(rejected)), *reasons])]


def _line(track: Mapping[str, Any]) -> str:
    title, artist = clean_text(str(track.get("title"))), clean_text(str(track.get("artist") or ""))
    name = f"{artist} – {title}" if artist else title
    return f"{clock(float(track['start']))} {name}"


def _name_parcel(parcel: Parcel, say: Say) -> str:
    ending = parcel.product.label.rpartition(".")[2].upper()
    return say("button-link", kind=ending, size=say_size(parcel.product.size, say))


def _records(value: Json) -> list[Mapping[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [record for record in value if isinstance(record, Mapping)]
