"""Jobs as people see them: what was ordered, how far it is, and what came out."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.names import JobId, PersonId, Place

LOOK = "look"
"""The kind of jobs that only find out what somebody can choose from: their outcome is a question,
without files, and they are in nobody's library."""
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
    `place` is where the result goes, `asked` where it was asked for (the same when None): there
    the progress shows. `private` says that nobody else may see the result. `server` is whose
    quota it counts to, `limit` the most bytes of one file that the place said it takes.
    """

    key: str
    kind: str
    title: str
    person: PersonId
    place: Place
    request: Mapping[str, Json]
    asked: Place | None = None
    private: bool = False
    server: str = ""
    limit: int | None = None


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
    asked: Place | None = None
    private: bool = False
    server: str = ""
    limit: int | None = None

    @property
    def asks(self) -> bool:
        """Whether what came out is a question, without any file: it takes the place of progress."""
        return self.state is State.DONE and self.outcome is not None and not self.outcome.products

    @property
    def name(self) -> str:
        """What to call it: the title that the result has got, else the one it was ordered by."""
        return str(self.outcome.details.get("title") or self.title) if self.outcome else self.title


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works on jobs. `host` names the machine and its process numbering."""

    id: str
    host: str
    pid: int
    born: str
    seen: float = 0.0


class Mail(StrEnum):
    """How far the telling of a job's end is."""

    INTENDED = "intended"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


ILLUSTRATIONS = frozenset({"cover", "thumbnail", "waveform"})
"""Roles of pictures that chats show beside a result; nobody downloads them by themselves.

A thumbnail is a JPEG of at most 320 pixels a side and 200 kB, a waveform a PNG of 1200 by 260.
"""


@dataclass(frozen=True, slots=True)
class Product:
    """One file of a result. `role` is audio, video, wav, midi, picture, cue, description or recipe,
    or one of the illustrations."""

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


def count_ahead(job: Job, active: Sequence[Job]) -> int:
    """How many of the `active` jobs come before a queued one, when people take turns.

    All of the person's own earlier jobs, and of each other person's earlier ones at most as
    many, and one more.
    """
    if job.state is not State.QUEUED:
        return 0
    earlier = Counter(
        other.person
        for other in active
        if other.id != job.id and not other.state.ended and other.created <= job.created
    )
    own = earlier.pop(job.person, 0)
    return own + sum(min(count, own + 1) for count in earlier.values())


def smooth_left(before: float | None, fresh: float | None, *, passed: float) -> float | None:
    """Seconds left without jumps: the last figure runs down, and a fresh one pulls it along.

    `passed` seconds went by since `before` was said. The pull has a time constant of 5 s.
    """
    if fresh is None or before is None:
        return fresh
    share = 1 - math.exp(-passed / 5)
    return max(0.0, (before - passed) * (1 - share) + fresh * share)


def search_words(title: str, outcome: Outcome | None) -> str:
    """What a job is found by, in the case in which to look for it: titles and artists."""
    named = [title]
    if outcome is not None:
        tracks = outcome.details.get("tracks")
        for facts in (outcome.details, *(tracks if isinstance(tracks, Sequence) else ())):
            if isinstance(facts, Mapping):
                named += [str(facts.get("title") or ""), str(facts.get("artist") or "")]
    return " ".join(dict.fromkeys(name.casefold() for name in named if name))
