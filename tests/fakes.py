"""Small honest stand-ins for the ports, for tests of whoever leans on them."""

import asyncio
import itertools
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from core.calls import Asker, Call, Command, Entry
from core.errors import UserError
from core.jobs import Job, Order, Outcome, Progress, State
from core.links import Fetched, Found, Span, Want
from core.names import JobId, PersonId
from core.options import Attachment, Kind, Option, read_values
from core.ports import Jobs
from core.screens import Reply


class FakeJobs:
    """Fills `core.ports.Jobs` in memory. A test says how far each job is."""

    def __init__(self) -> None:
        self._jobs: dict[JobId, Job] = {}
        self._keys: dict[str, JobId] = {}
        self._numbers = itertools.count(1)
        self.orders: dict[JobId, Order] = {}
        self.accepted: asyncio.Queue[Job] = asyncio.Queue()

    async def start(self, order: Order) -> Job:
        if order.key in self._keys:
            return self._jobs[self._keys[order.key]]
        job = Job(
            id=JobId(f"job{next(self._numbers):09}"),
            kind=order.kind,
            title=order.title,
            person=order.person,
            place=order.place,
            state=State.QUEUED,
            progress=Progress("", 0.0),
            created=time.time(),
            ahead=len(await self.listed(person=None, active=True)),
            asked=order.asked,
            private=order.private,
            server=order.server,
            limit=order.limit,
        )
        self._jobs[job.id] = job
        self._keys[order.key] = job.id
        self.orders[job.id] = order
        self.accepted.put_nowait(job)
        return job

    async def cancel(self, job: JobId, *, person: PersonId | None) -> Job:
        found = await self.find(job, person=person)
        if found.state.ended:
            raise UserError("That job has ended already.")
        return self._put(
            replace(
                found, state=State.CANCELLED, finished=time.time(), sentence="You cancelled it."
            )
        )

    async def find(self, job: JobId, *, person: PersonId | None) -> Job:
        found = self._jobs.get(job)
        if found is None or person not in (None, found.person):
            raise UserError("There is no such job of yours.")
        return found

    async def listed(self, *, person: PersonId | None, active: bool) -> Sequence[Job]:
        return [
            job
            for job in reversed(self._jobs.values())
            if person in (None, job.person) and not (active and job.state.ended)
        ]

    def run(self, job: JobId, stage: str, percent: float, left: float | None = None) -> Job:
        progress = Progress(stage, percent, left)
        started = self._jobs[job].started or time.time()
        return self._put(
            replace(
                self._jobs[job], state=State.RUNNING, progress=progress, started=started, ahead=0
            )
        )

    def finish(self, job: JobId, outcome: Outcome) -> Job:
        return self._put(
            replace(
                self._jobs[job],
                state=State.DONE,
                progress=Progress("", 100.0),
                finished=time.time(),
                outcome=outcome,
            )
        )

    def fail(self, job: JobId, sentence: str) -> Job:
        return self._put(
            replace(self._jobs[job], state=State.FAILED, finished=time.time(), sentence=sentence)
        )

    def forget(self, job: JobId) -> None:
        del self._jobs[job]

    def _put(self, job: Job) -> Job:
        self._jobs[job.id] = job
        return job


class FakeFetcher:
    """Fills `core.ports.Fetcher` with real files. It knows no link but those it was given.

    `troubles` are what is raised in the place of a page.
    """

    def __init__(
        self,
        files: Mapping[str, tuple[Found, Path]],
        *,
        pages: Sequence[Found] = (),
        troubles: Mapping[str, Exception] | None = None,
    ) -> None:
        self._files = dict(files)
        self._pages = {page.url: page for page in pages}
        self._troubles = dict(troubles or {})
        self.looked: list[str] = []
        self.fetched: list[Want] = []

    async def look(self, url: str) -> Found:
        self.looked.append(url)
        if url in self._troubles:
            raise self._troubles[url]
        if url in self._files:
            return self._files[url][0]
        if url in self._pages:
            return self._pages[url]
        raise UserError(f"There is nothing at {url}. Look at how it is spelled.")

    async def fetch(self, want: Want, folder: Path, *, report: Callable[[float], None]) -> Fetched:
        """Copy the whole file, whatever the span: a real one may bring more than wanted, too."""
        found = await self.look(want.url)
        if found.entries:
            raise UserError("That is a list. Pick one of its entries.")
        source = self._files[want.url][1]
        self.fetched.append(want)
        target = folder / f"fetched-{len(self.fetched)}{source.suffix}"
        shutil.copyfile(source, target)
        report(1.0)
        return Fetched(path=target, found=found, span=Span(0.0, found.seconds))


class FakeDesk:
    """Fills `core.ports.Desk`: reads values and turns `UserError` into words."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = tuple(commands)

    @property
    def commands(self) -> Sequence[Command]:
        return self._commands

    async def answer(
        self,
        command: str,
        asker: Asker,
        *,
        key: str,
        given: Mapping[str, object],
        menu: bool = False,
    ) -> Reply:
        found = next((each for each in self._commands if each.entry.name == command), None)
        if found is None:
            return Reply(f"There is no command /{command} here.")
        try:
            values = read_values(found.entry.options, given)
            return await found.run(Call(command, asker.identity, asker, key, values, menu=menu))
        except UserError as error:
            return Reply(str(error))


@dataclass(frozen=True, slots=True)
class FakeMixtape:
    """A command with an option of every kind; it orders a job and does nothing else."""

    jobs: Jobs

    entry: ClassVar[Entry] = Entry(
        name="mixtape",
        summary="Mix tracks into one tape with crossfades and chapters",
        options=(
            Option(
                name="tracks",
                kind=Kind.FILES,
                summary="What to mix, in this order",
                least=1,
                most=200,
                accepts="audio",
                required=True,
            ),
            Option(name="title", kind=Kind.TEXT, summary="What the tape is called", most=200),
            Option(name="cover", kind=Kind.FILE, summary="A picture for it", accepts="image"),
            Option(
                name="crossfade",
                kind=Kind.NUMBER,
                summary="How long tracks overlap",
                default=6.0,
                least=0,
                most=30,
                unit="seconds",
            ),
            Option(
                name="order",
                kind=Kind.CHOICE,
                summary="Which track follows which",
                default="given",
                choices=("given", "name", "shuffle"),
            ),
            Option(name="video", kind=Kind.FLAG, summary="Make an MP4 as well", default=True),
            Option(
                name="loudness",
                kind=Kind.CHOICE,
                summary="How loud it gets (LUFS)",
                default="-14",
                choices=("-9", "-11", "-14", "-16", "-18", "-23", "off"),
            ),
        ),
        examples=(
            "/mixtape title: Summer drive, crossfade: 3",
            "/mixtape crossfade:10 order:shuffle",
        ),
    )

    async def run(self, call: Call) -> Reply:
        tracks = call.values["tracks"]
        files = tracks if isinstance(tracks, tuple) else ()
        labels = [file.label for file in files if isinstance(file, Attachment)]
        title = str(call.values["title"] or "Mixtape")
        request = {"tracks": [str(file.path) for file in files], "labels": labels}
        order = Order(call.key, "mixtape", title, call.person, call.asker.place, request)
        job = await self.jobs.start(order)
        return Reply(f"Mixing {len(files)} tracks.", job.id)


@dataclass(frozen=True, slots=True)
class FakeHelp:
    """A command without options, answered at once."""

    entry: ClassVar[Entry] = Entry(
        name="help",
        summary="What Tapedeck can do, with examples",
        options=(),
        examples=("/help",),
    )

    async def run(self, call: Call) -> Reply:
        return Reply("Try /mixtape with some tracks.")
