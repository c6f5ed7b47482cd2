"""What the core wants from the outside, named for the deed and not for who does it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from core.calls import Command, JobId, PersonId, Place, Reply
from core.chat import Message, Upload
from core.figures import Load
from core.jobs import Job, Json, Mail, Order, Outcome, Progress, Stage, State, Worker


class Jobs(Protocol):
    """The job core: durable, fair between people, cancellable."""

    async def start(self, order: Order) -> Job:
        """Accept an order. Once this returns, the job survives anything. Idempotent by key."""
        ...

    async def cancel(self, job: JobId, *, person: PersonId | None) -> Job:
        """End a job and its children within a second. `person` None is the operator.

        Raises `UserError` when there is no such job of that person, or it has ended.
        """
        ...

    async def find(self, job: JobId, *, person: PersonId | None) -> Job:
        """One job. Raises `UserError` when that person has no such job."""
        ...

    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]:
        """Jobs, newest first: one person's, or everyone's for the operator (None)."""
        ...


class Run(Protocol):
    """A job from the inside: what a pipeline may lean on."""

    @property
    def job(self) -> JobId: ...
    @property
    def folder(self) -> Path:
        """The job's own folder: everything it writes is in there."""
        ...

    @property
    def request(self) -> Mapping[str, Json]: ...

    async def step(self, stage: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """Do `work` once and remember its JSON result; after a restart only the result is read.

        Steps are remembered in the order in which they start, so start them in a fixed order. A
        failure of `work` is remembered too, and raised again as the same sentence.
        """
        ...

    def report(self, fraction: float) -> None:
        """Tell how much of the current stage is done, 0 to 1. Cheap: call it often."""
        ...


class Pipeline(Protocol):
    """How one kind of job is made, stage by stage."""

    @property
    def kind(self) -> str: ...
    @property
    def stages(self) -> tuple[Stage, ...]: ...
    async def make(self, run: Run) -> Outcome: ...


class Platform(Protocol):
    """A place where results are handed over."""

    @property
    def name(self) -> str: ...

    async def deliver(self, job: Job) -> str:
        """Hand an ended job over and return the platform's id of the message.

        Called again for the same job after a crash: where the platform allows it, the second call
        finds what the first one sent.
        """
        ...


class Memory(Protocol):
    """Facts about content, remembered by what was measured: no file is analysed twice."""

    async def recall(self, key: str) -> Mapping[str, Json] | None: ...
    async def remember(self, key: str, facts: Mapping[str, Json]) -> None: ...


class Desk(Protocol):
    """Where chats bring their calls: the catalogue, and where errors become words."""

    @property
    def commands(self) -> Sequence[Command]: ...

    async def answer(
        self, command: str, *, person: PersonId, place: Place, key: str, given: Mapping[str, object]
    ) -> Reply:
        """Read the raw values, run the command, and always answer: never raises but on cancel."""
        ...


class ChatLog(Protocol):
    """The history of the local chat, one per person."""

    async def add(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Append a message. With a key that is already there, returns what is there."""
        ...

    async def change(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Put a new body in a message's place. Raises `UserError` when there is no such message."""
        ...

    async def find(self, person: PersonId, key: str) -> Message | None: ...

    async def page(
        self, person: PersonId, *, before: int | None = None, most: int = 30
    ) -> Sequence[Message]:
        """The `most` messages before message id `before` (None: the latest), oldest first."""
        ...

    async def since(self, person: PersonId, revision: int, *, most: int = 200) -> Sequence[Message]:
        """What was added or changed after `revision`, in the order of the changes."""
        ...


class UploadBook(Protocol):
    """Which files people have handed in; the bytes themselves are in a folder."""

    async def add(self, upload: Upload) -> None: ...
    async def find(self, upload: str, *, person: PersonId) -> Upload:
        """One upload. Raises `UserError` when that person has no such upload."""
        ...

    async def listed(self) -> Sequence[Upload]:
        """Everyone's uploads, oldest first."""
        ...

    async def mark_sent(self, uploads: Sequence[str], *, now: float) -> None: ...
    async def remove(self, upload: str) -> None: ...


class Register(Protocol):
    """The book of jobs, as people see it."""

    async def enter(self, job: JobId, order: Order) -> Job:
        """Write an order down as queued, or find the job that its key already has."""
        ...

    async def find(self, job: JobId) -> Job | None: ...
    async def order(self, job: JobId) -> Order | None: ...
    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]: ...

    async def finish(
        self, job: JobId, state: State, *, sentence: str, outcome: Outcome | None
    ) -> bool:
        """End a job that has not ended, with the intent to tell; False when it had ended."""
        ...


class Shift(Protocol):
    """The book of jobs, as the one who works on them writes it."""

    async def begin(self, job: JobId) -> int | None:
        """Mark a job as running and count the attempt; None when it has ended."""
        ...

    async def advance(self, job: JobId, *, stage: str, seconds: float) -> None:
        """A step came to its end: its time is added up, and attempts are counted anew."""
        ...

    async def rest(self, job: JobId) -> None:
        """Put a job down on purpose: this attempt does not count."""
        ...

    async def note(
        self, progress: Mapping[JobId, Progress], *, running: Collection[JobId]
    ) -> frozenset[JobId]:
        """Write progress, which never falls, and tell which of `running` were ended by others."""
        ...


class Upkeep(Protocol):
    """The book of jobs, as the one who brings them to rest reads it."""

    async def settle(self, job: JobId) -> None:
        """An ended job is tidied up and its delivery is on the way."""
        ...

    async def settled(self, job: JobId) -> bool: ...

    async def waiting(self, *, before: float) -> Sequence[Job]:
        """Jobs that are still queued and were entered before that time."""
        ...


class Retention(Protocol):
    """The book of jobs, as the one who throws away reads it."""

    async def known(self) -> frozenset[JobId]: ...

    async def wanted(self) -> Sequence[Mapping[str, Json]]:
        """The requests of all jobs that have not ended."""
        ...

    async def expired(self, *, before: float) -> Sequence[JobId]:
        """Settled jobs that ended before that time."""
        ...

    async def forget(self, jobs: Collection[JobId]) -> None: ...


class Book(Register, Shift, Upkeep, Retention, Protocol):
    """All of the book of jobs."""


class Outbox(Protocol):
    """What people are yet to be told, so that each is told once."""

    async def claim(self, job: JobId) -> Mail:
        """How far the telling was before; from now on it counts as sending."""
        ...

    async def close(self, job: JobId, mail: Mail, *, message: str) -> None: ...


class Presence(Protocol):
    """Which processes are at work."""

    async def beat(self, worker: Worker, load: Load) -> bool:
        """Say that this process lives and what it does; False when it was declared dead."""
        ...

    async def enter(self, worker: Worker) -> None: ...
    async def present(self) -> Sequence[Worker]: ...
    async def leave(self, worker: str) -> None: ...


class Shelf(Protocol):
    """Where jobs keep their files."""

    def folder(self, job: JobId) -> Path:
        """The job's own folder, made when it is not there."""
        ...

    def clear(
        self, job: JobId, request: Mapping[str, Json], *, wanted: Sequence[Mapping[str, Json]]
    ) -> None:
        """Remove everything of a job, and the uploads that no other, `wanted` request names."""
        ...

    def discard(self, job: JobId) -> None:
        """Remove a job's folder."""
        ...

    def sweep(
        self, known: Collection[JobId], *, wanted: Sequence[Mapping[str, Json]], before: float
    ) -> int:
        """Remove what crashes left: folders of unknown jobs, old uploads that nobody wants."""
        ...
