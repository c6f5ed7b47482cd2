"""What the core wants from the outside, named for the deed and not for who does it."""

from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.calls import Asker, Command
from core.chat import Message, Upload
from core.delivery import PLAYED, Parcel, Preference
from core.figures import Load
from core.glasses import Pair, Photo, Shot
from core.jobs import (
    Job,
    Json,
    Mail,
    Order,
    Outcome,
    Product,
    Progress,
    Stage,
    State,
    Worker,
)
from core.links import Fetched, Found, Want
from core.names import JobId, PersonId, Place
from core.options import Attachment
from core.scenes import Scene
from core.screens import File, Reply
from core.soundtracks import Take, Terms, Wish
from core.tickets import Ticket
from core.trays import Tray


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

    async def order(self, job: JobId, *, person: PersonId) -> Order:
        """What was ordered, to be ordered again with a change. Raises `UserError` as `find`."""
        ...

    async def page(
        self, person: PersonId, *, search: str = "", after: int = 0, most: int = 10
    ) -> tuple[Sequence[Job], int]:
        """Finished jobs with their results, newest first, and how many match in all.

        `search` is looked for in titles and track names; `after` skips so many.
        """
        ...

    async def resend(self, job: JobId, place: Place, *, person: PersonId, key: str) -> None:
        """Hand a finished job over once more, to another place of that person's.

        The same `key` again does nothing. Raises `UserError` when its files are gone.
        """
        ...

    async def remove(self, job: JobId, *, person: PersonId) -> None:
        """Delete an ended job: its rows and all of its files. Raises `UserError`."""
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


class Eye(Protocol):
    """Somebody who looks at photos."""

    @property
    def name(self) -> str: ...

    async def see(self, photos: Sequence[Path]) -> Scene:
        """One scene for all the photos together.

        Raises `UserError` when a photo cannot be opened, `ServiceError` when nothing was seen.
        """
        ...


class Musician(Protocol):
    """Somebody who makes music for a scene, perhaps far away and not at once."""

    @property
    def terms(self) -> Terms: ...

    async def submit(self, wish: Wish) -> str:
        """Order it. The ticket is all that is needed from now on, after a restart, too.

        All three raise `ServiceError`: `RestError` when there is no use in asking again soon,
        `DeclinedError` when it is this one thing that they will not make.
        """
        ...

    async def poll(self, ticket: str) -> bool:
        """Whether it can be fetched."""
        ...

    async def fetch(self, ticket: str, folder: Path) -> Take:
        """Bring the music into `folder`. Its bytes are a stranger's: nobody has looked at them."""
        ...


class Errand(Protocol):
    """A small work for a job that is done, such as making its files smaller."""

    @property
    def name(self) -> str: ...

    async def carry_out(self, folder: Path, request: Mapping[str, Json]) -> Json:
        """Do it in `folder`, which is its own and perhaps not there yet; may be called again."""
        ...


class Platform(Protocol):
    """A place where results are handed over."""

    @property
    def name(self) -> str: ...

    async def deliver(self, job: Job, *, delivery: str) -> str:
        """Hand an ended job over at `job.place` and return the platform's id of the message.

        `delivery` names this handing over: the same after a crash, when it is called again and
        must find what it sent the first time; another one when a person wants the result again.
        """
        ...


class ChatPlatform(Platform, Protocol):
    """A platform whose people talk with us."""

    async def show(self, reply: Reply, asker: Asker) -> None:
        """Tell at `asker.place` what happened elsewhere, say on a web page of ours.

        There is no interaction to answer. A reply with a slot changes that slot's message, or
        posts it; without one it is an ordinary message. `alone` goes to `asker.home`. Raises
        `ServiceError` when the platform does not take it.
        """
        ...


class Fetcher(Protocol):
    """Brings what a link stands for onto the disk."""

    async def look(self, url: str) -> Found:
        """What a link stands for, without fetching it.

        Raises `UserError` (the link cannot work) or `ServiceError` (its site failed), with one
        sentence.
        """
        ...

    async def fetch(self, want: Want, folder: Path, *, report: Callable[[float], None]) -> Fetched:
        """Bring it into `folder`; `report` hears how much is done, 0 to 1. Raises as `look`."""
        ...


class Memory(Protocol):
    """Facts about content, remembered by what was measured: no file is analysed twice."""

    async def recall(self, key: str) -> Mapping[str, Json] | None: ...
    async def remember(self, key: str, facts: Mapping[str, Json]) -> None: ...


class Desk(Protocol):
    """Where chats bring what people do: the catalogue, and where errors become words.

    None of its answers raises but on cancel: what goes wrong is a reply that says so. It finds
    out whose account an identity is, and looks at blocks, the server's rules and quotas.
    """

    @property
    def commands(self) -> Sequence[Command]: ...

    async def answer(
        self,
        command: str,
        asker: Asker,
        *,
        key: str,
        given: Mapping[str, object],
        menu: bool = False,
    ) -> Reply:
        """Read the raw values and run the command; `menu`: it was chosen in a message's menu."""
        ...

    async def press(
        self, action: str, asker: Asker, *, key: str, given: Mapping[str, object] | None = None
    ) -> Reply:
        """A button with that action was pressed, or its form sent with what was `given`.

        An action that is a command's name alone asks for the form of its options; sent back, that
        runs the command. `answer` replies with this form when what the command needs is missing.
        """
        ...

    async def collect(self, files: Sequence[Attachment], asker: Asker, *, key: str) -> Reply:
        """Files came without a command: they go on the person's tray."""
        ...

    async def suggest(
        self, command: str, option: str, asker: Asker, *, typed: str
    ) -> Sequence[str]:
        """What could be meant by what was typed so far; empty when nothing could."""
        ...

    def explain(self, error: Exception, asker: Asker | None = None) -> Reply:
        """What a person is told about an error of the platform's own."""
        ...

    async def show_progress(self, job: Job, *, bar: int = 12) -> Reply:
        """The progress message of a job as it is now, with its Cancel button until it ends.

        `bar` is the width of the bar in characters.
        """
        ...

    async def show_result(self, job: Job, parcels: Sequence[Parcel], *, alone: bool) -> Reply:
        """The message that goes with a finished job's files, with its buttons.

        `title` and `lines` are the tracklist; `text` tells what was rejected and what became of
        the files. `alone` says that only the person themselves will see it.
        """
        ...


class Inbox(Protocol):
    """Where chats put the files that people send, within the limits of each person."""

    async def receive(
        self,
        person: PersonId,
        label: str,
        chunks: AsyncIterable[bytes],
        *,
        key: str,
        size: int | None = None,
    ) -> Attachment:
        """Stream a file to disk under a name of ours. The same `key` again finds what is there.

        `size` is what the platform says it has. Raises `UserError` when it is too large, came
        shorter than it should, or the person has too much here already; nothing is left then.
        """
        ...


class Notes(Protocol):
    """A platform's own small records: which message shows what, limits it has learned.

    Keys are the platform's; `person` is whose they are, to be exported and erased with them.
    """

    async def put(
        self, platform: str, key: str, facts: Mapping[str, Json], *, person: PersonId | None = None
    ) -> None: ...
    async def get(self, platform: str, key: str) -> Mapping[str, Json] | None: ...
    async def drop(self, platform: str, key: str) -> None: ...


class Letters(Protocol):
    """Each message of a delivery on its own: intended, sending, sent.

    A crash in between leaves `SENDING` behind: then the platform alone knows how to find out.
    """

    async def claim(self, delivery: str, letter: str) -> tuple[Mail, str]:
        """How far this letter was before, and the message's id when it was sent.

        From now on it counts as sending, unless it was sent.
        """
        ...

    async def close(self, delivery: str, letter: str, mail: Mail, *, message: str = "") -> None: ...


class Fitting(Protocol):
    """Makes what a place takes out of what it refuses. The work is a worker's."""

    async def fit(
        self,
        job: Job,
        product: Product,
        *,
        limit: int,
        preference: Preference,
        plays: Collection[str] = PLAYED,
    ) -> Parcel:
        """The best form of a product of which each file has at most `limit` bytes.

        `plays` are the endings of sound files that the place plays. Remembered: the same again
        costs nothing. What cannot be made smaller becomes a link, so this does not fail.
        """
        ...


class Links(Protocol):
    """Addresses of our own web pages. Each is for one person and expires."""

    def download(self, job: JobId, index: int, *, seconds: float | None = None) -> str:
        """A product's file; `index` counts in the outcome's products."""
        ...

    async def upload(self, person: PersonId, asker: Asker) -> str:
        """A page on which this person adds files that are too large for the chat to the tray."""
        ...

    async def enter(self, person: PersonId) -> str:
        """A page that signs this person in to the library, once."""
        ...


class People(Protocol):
    """Accounts: one person with one or more chat identities."""

    async def account(self, identity: PersonId) -> PersonId:
        """Whose identity it is. An identity that is new is an account of its own."""
        ...

    async def identities(self, person: PersonId) -> Sequence[PersonId]: ...

    async def offer(self, person: PersonId) -> str:
        """A short-lived code with which another identity joins this account."""
        ...

    async def check(self, identity: PersonId, code: str) -> PersonId:
        """Whose account the code would let this identity join. The code stays good.

        Raises `UserError` as `join` does, and counts as a try when the code is wrong.
        """
        ...

    async def join(self, identity: PersonId, code: str) -> PersonId:
        """Join the account that offered the code: all that was this identity's goes along.

        Raises `UserError` when the code is wrong, spent or too old.
        """
        ...

    async def leave(self, identity: PersonId) -> None:
        """Make an identity an account of its own again; what was shared stays with the rest."""
        ...

    async def settings(self, person: PersonId) -> Mapping[str, str]: ...
    async def set(self, person: PersonId, name: str, value: str | None) -> None:
        """Keep a setting; None forgets it."""
        ...

    async def blocked(self, person: PersonId) -> str:
        """Why an operator blocked this person; empty when none did."""
        ...

    async def block(self, person: PersonId, reason: str | None) -> None: ...


class Servers(Protocol):
    """The rules of Discord servers and Telegram groups."""

    async def rules(self, server: str) -> Mapping[str, str]: ...
    async def set(self, server: str, name: str, value: str | None) -> None: ...
    async def move(self, server: str, new: str) -> None:
        """A server has another id now: its rules go along, and what it has used up.

        What was ruled under the new id already stays. A second time changes nothing.
        """
        ...


class Trays(Protocol):
    """What people gather. Changes of one tray come one after the other."""

    async def find(self, person: PersonId) -> Tray: ...
    async def add(self, person: PersonId, files: Sequence[Attachment], *, key: str) -> Tray:
        """Add tracks, or a cover; the same `key` again changes nothing. Raises `UserError`."""
        ...

    async def change(self, person: PersonId, change: Callable[[Tray], Tray]) -> Tray: ...
    async def clear(self, person: PersonId) -> None: ...


class Pairs(Protocol):
    """The glasses that people paired. Only a hash of a token is kept."""

    async def pair(self, pair: Pair) -> str:
        """Keep a new pair, and return its token, which nobody can find out again.

        Raises `UserError` when the person has too many.
        """
        ...

    async def listed(self, person: PersonId) -> Sequence[Pair]:
        """A person's pairs, the oldest first."""
        ...

    async def find(self, token: str) -> Pair | None:
        """Whose glasses a token is; None for a wrong or revoked one."""
        ...

    async def change(self, pair: Pair) -> None:
        """Keep another name, place or burst. Raises `UserError` when it is not paired."""
        ...

    async def drop(self, pair: str, *, person: PersonId) -> None:
        """Make its token worthless. Raises `UserError` when that person has no such pair."""
        ...


class Darkroom(Protocol):
    """Takes in what glasses send, once for each request, and has videos made of it."""

    async def admit(self, token: str) -> Pair | None:
        """Whose glasses send; None for a wrong token. Raises `UserError` for a blocked person."""
        ...

    async def accept(self, pair: Pair, shot: Shot, chunks: AsyncIterable[bytes]) -> Photo:
        """Keep a photo. Once this returns, its video is made whatever happens.

        Raises `UserError` when there is no room for it.
        """
        ...

    async def note_failure(self, pair: Pair, request: str, *, reason: str) -> None:
        """The glasses could not take a photo: its person is told, in the glasses' words."""
        ...

    async def look(self, photo: str, *, person: PersonId) -> tuple[Photo, Job | None]:
        """A photo and the job of its video, if there is one. Raises `UserError`."""
        ...

    async def page(
        self, person: PersonId, *, request: str = "", after: int = 0, most: int = 20
    ) -> tuple[Sequence[tuple[Photo, Job | None]], int]:
        """A person's photos, newest first, and how many there are; of one `request`, if named."""
        ...


class Tickets(Protocol):
    """One-time entries to web pages, of which only a hash is kept. Purposes never mix."""

    async def offer(
        self, purpose: str, person: PersonId, facts: Mapping[str, Json], *, seconds: float
    ) -> str:
        """A new token, of 32 random bytes, that is good for so long."""
        ...

    async def look(self, token: str, *, purpose: str) -> Ticket:
        """What a token stands for, spent or not. Raises `UserError` for an unknown or old one."""
        ...

    async def spend(self, token: str, *, purpose: str) -> Ticket:
        """Use a token up. Raises `UserError` as `look`, and when it was spent before."""
        ...

    async def drop(self, token: str) -> None:
        """Make a token worthless, as when somebody signs out."""
        ...


class Holdings(Protocol):
    """All that is kept about a person."""

    async def records(self, person: PersonId) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        """Every row about them, by the name of its table; what is secret is left out."""
        ...

    async def files(self, person: PersonId) -> Sequence[File]:
        """Every file of theirs, results and uploads. Labels are distinct, with folders in them."""
        ...


class Privacy(Holdings, Protocol):
    """The same, to be shown to them and erased when they say so."""

    async def erase(self, person: PersonId) -> None:
        """Remove all of it, for good; what still runs is cancelled first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """All that a chat platform leans on.

    `platforms` are the chats by their names: complete once all of them are made.
    """

    desk: Desk
    jobs: Jobs
    inbox: Inbox
    notes: Notes
    letters: Letters
    fitting: Fitting
    links: Links
    people: People
    servers: Servers
    platforms: Mapping[str, ChatPlatform]


class ChatLog(Protocol):
    """The history of the local chat, one per person."""

    async def add(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Append a message. With a key that is already there, returns what is there."""
        ...

    async def change(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Put a new body in a message's place. Raises `UserError` when there is no such message."""
        ...

    async def repost(self, person: PersonId, key: str, body: Mapping[str, Json]) -> Message:
        """Put a message at the end, and take away what had its key before."""
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

    async def page(
        self, person: PersonId, *, search: str, after: int, most: int
    ) -> tuple[Sequence[Job], int]:
        """A part of a person's finished jobs, newest first, and how many there are in all."""
        ...

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
        """The requests of all jobs that have not ended, what lies on trays, photos that wait."""
        ...

    async def requests(self, person: PersonId, *, besides: JobId) -> Sequence[Mapping[str, Json]]:
        """The requests of a person's other jobs, ended or not."""
        ...

    async def expired(self, *, before: float) -> Sequence[JobId]:
        """Settled jobs that ended before that time."""
        ...

    async def forget(self, jobs: Collection[JobId]) -> None: ...


class Book(Register, Shift, Upkeep, Retention, Protocol):
    """All of the book of jobs."""


class Outbox(Protocol):
    """What people are yet to be told, so that each is told once. A job's own telling has its id."""

    async def intend(self, delivery: str, job: JobId, place: Place) -> None:
        """Write one more telling of a job down. The same `delivery` again changes nothing."""
        ...

    async def address(self, delivery: str) -> tuple[JobId, Place] | None:
        """What is told, and where; None when the job is gone."""
        ...

    async def claim(self, delivery: str) -> Mail:
        """How far the telling was before; from now on it counts as sending."""
        ...

    async def close(self, delivery: str, mail: Mail, *, message: str) -> None: ...


class Admission(Protocol):
    """Who may have one more job made."""

    async def admit(self, job: JobId, order: Order) -> None:
        """Count a job in. The same one again changes nothing.

        Raises `UserError`, which says when it will work again, when a quota is used up.
        """
        ...


class Expiry(Protocol):
    """Small records that have had their time."""

    async def expire(self, *, before: float) -> None:
        """Throw away what nobody touched since that time, and all that is good no more."""
        ...


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
