"""What the core wants from the outside, named for the deed and not for who does it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from core.calls import Command, JobId, PersonId, Place, Reply
from core.chat import Message, Upload
from core.jobs import Job, Json, Order, Outcome, Stage


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
        """Do `work` once and remember its JSON result; after a restart only the result is read."""
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
