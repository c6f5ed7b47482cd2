"""Jobs as people see them: what was ordered, how far it is, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.calls import JobId, PersonId, Place

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class State(StrEnum):
    """Where a job stands. The last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Order:
    """What a command asks the job core for. The same `key` twice is one job.

    `kind` names the pipeline, `request` is what it needs (JSON, paths and never bytes).
    """

    key: str
    kind: str
    title: str
    person: PersonId
    place: Place
    request: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline: its name in people's words and its usual share of the time."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is: `percent` from 0 to 100, never falling; seconds left if known."""

    stage: str
    percent: float
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it is listed. Times are seconds since 1970, `ahead` counts jobs before it."""

    id: JobId
    kind: str
    title: str
    person: PersonId
    place: Place
    state: State
    progress: Progress
    created: float
    started: float | None = None
    finished: float | None = None
    ahead: int = 0
    sentence: str = ""
    outcome: "Outcome | None" = None


@dataclass(frozen=True, slots=True)
class Product:
    """One file of a result. `role` is audio, video, cue, description, recipe or cover."""

    role: str
    path: str
    label: str
    size: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished job gives: words, files, and its details as the command defines them."""

    text: str
    products: tuple[Product, ...]
    details: Mapping[str, Json]


def plan_progress(stages: Sequence[Stage], current: str, *, fraction: float) -> float:
    """Percent of the whole when `fraction` (0 to 1) of stage `current` is done."""
    total = sum(stage.weight for stage in stages)
    before = 0.0
    for stage in stages:
        if stage.name == current:
            return 100 * (before + stage.weight * min(max(fraction, 0.0), 1.0)) / total
        before += stage.weight
    raise KeyError(current)


def estimate_left(percent: float, elapsed: float) -> float | None:
    """Seconds left at the pace so far; None while too little is known to be honest."""
    if percent < 3 or elapsed < 1:
        return None
    return elapsed * (100 - percent) / percent
