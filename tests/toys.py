"""Toys for tests of the job core: a pipeline with real children, a platform that keeps count."""

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from adapters.dbos import Engine, Limits, Records, Role
from adapters.process import Limits as ChildLimits
from adapters.process import run as run_child
from core.errors import ServiceError, UserError
from core.figures import Load
from core.jobs import Job, Json, Order, Outcome, Product, Stage
from core.names import PersonId, Place
from core.ports import Errand, Pipeline, Platform, Run
from core.quotas import Quota, Quotas
from storage.database import Database, open_database
from storage.expiry import Expiry
from storage.files import Files
from storage.jobs import JobBook
from storage.outbox import OutboxTable
from storage.quotas import QuotaBook
from storage.workers import WorkerTable

SECRET = "kept by a test"


@dataclass(frozen=True)
class Toy:
    """Three steps, each with a real child and a file that comes into being by a rename."""

    diary: Path
    kind: str = "toy"
    stages: tuple[Stage, ...] = (Stage("first", 1), Stage("second", 2), Stage("third", 1))

    async def make(self, run: Run) -> Outcome:
        made = [await run.step(stage.name, self._work(run, stage.name)) for stage in self.stages]
        files = [Path(str(path)) for path in made]
        return Outcome(
            text=f"made by {len(files)} steps",
            products=tuple(
                Product("audio", str(file), file.name, file.stat().st_size) for file in files
            ),
            details={"files": [file.name for file in files]},
        )

    def _work(self, run: Run, stage: str) -> Callable[[], Awaitable[Json]]:
        async def work() -> Json:
            act = str(run.request.get("act", ""))
            if run.request.get("at", "second") == stage:
                _act(act)
            write_down(self.diary.with_name("begun.log"), f"{run.job} {stage}")
            run.report(0.3)
            seconds = run.request.get("seconds", 0.1)
            await run_child(["sleep", str(seconds)], limits=ChildLimits(seconds=100))
            run.report(0.9)
            part = run.folder / f".{stage}.part"
            part.write_text(stage)
            part.rename(run.folder / f"{stage}.txt")
            write_down(self.diary, f"{run.job} {stage}")
            return str(run.folder / f"{stage}.txt")

        return work


@dataclass(frozen=True)
class Chore:
    """A small work with a child and a file, written down when it begins and when it is done."""

    diary: Path
    name: str = "chore"

    async def carry_out(self, folder: Path, request: Mapping[str, Json]) -> Json:
        write_down(self.diary, f"begun {request['n']}")
        _act(str(request.get("act", "")))
        seconds = request.get("seconds", 0.05)
        await run_child(["sleep", str(seconds)], limits=ChildLimits(seconds=100))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "made.txt"
        path.write_text(f"made {request['n']}")
        write_down(self.diary, f"done {request['n']}")
        return {"path": str(path)}


def _act(act: str) -> None:
    match act:
        case "user error":
            raise UserError("Track 2 is empty.")
        case "service error":
            raise ServiceError("The other side is not there.")
        case "bug":
            raise ZeroDivisionError("a bug")
        case "full disk":
            raise OSError(28, "No space left on device")
        case "kill":
            os.kill(os.getpid(), 9)


@dataclass(frozen=True)
class Doorstep:
    """A platform that writes each telling down; a second one finds the first by its file."""

    folder: Path
    name: str = "toy"

    async def deliver(self, job: Job, *, delivery: str) -> str:
        try:
            with (self.folder / f"{job.id}.told").open("x") as file:
                file.write(f"{job.state} {job.sentence}")
        except FileExistsError:
            return "found"
        write_down(self.folder / "told.log", f"{job.id} {job.state}")
        return "sent"


def write_down(diary: Path, line: str) -> None:
    """Append one line, whole, whoever else does so."""
    with diary.open("a") as file:
        file.write(line + "\n")


def order(key: str, *, person: str = "toy:anna", **request: Json) -> Order:
    return Order(
        key=key,
        kind="toy",
        title=f"Job {key}",
        person=PersonId(person),
        place=Place("toy", "here"),
        request=request,
    )


def explain(error: Exception) -> str:
    logging.getLogger("toys").info("explained %r", error)
    return str(error) if isinstance(error, UserError | ServiceError) else "ticket T-test"


@dataclass(frozen=True)
class Bench:
    """An open engine with what it stands on."""

    engine: Engine
    book: JobBook
    files: Files
    outbox: OutboxTable
    database: Database
    folder: Path

    @property
    def diary(self) -> list[str]:
        return read_lines(self.folder / "diary.log")

    @property
    def told(self) -> list[str]:
        return read_lines(self.folder / "told.log")


def read_lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


UNLIMITED = Quotas(person=Quota(), server=Quota())
_PREPARED: list[Path] = []


async def prepare(folder: Path) -> None:
    """Make databases to copy: migrations take time, and DBOS notices queues only once a second."""
    async with open_bench(folder):
        pass
    database = await open_database("", data=folder / "data")
    async with database.write() as connection:
        # The one that made them would seem to be at work for as long as the tests run.
        await connection.execute(sa.text("DELETE FROM workers"))
    await database.close()
    _PREPARED[:] = [folder / "data" / name for name in ("dbos.db", "tapedeck.db")]


@asynccontextmanager
async def open_bench(
    folder: Path,
    role: Role = Role.WORKER,
    *,
    limits: Limits | None = None,
    platforms: Sequence[Platform] | None = None,
    pipelines: Sequence[Pipeline] | None = None,
    errands: Sequence[Errand] | None = None,
    quotas: Quotas = UNLIMITED,
    url: str = "",
) -> AsyncIterator[Bench]:
    data = folder / "data"
    if _PREPARED and not data.exists():
        data.mkdir()
        for prepared in _PREPARED:
            shutil.copy(prepared, data)
    database = await open_database(url, data=data)
    book, files, outbox = JobBook(database), Files(data), OutboxTable(database)
    engine = Engine(
        Records(
            book,
            outbox,
            WorkerTable(database),
            files,
            QuotaBook(database, quotas, measure=files.measure, secret=SECRET),
            Expiry(database),
        ),
        pipelines or [Toy(folder / "diary.log")],
        errands=[Chore(folder / "chores.log")] if errands is None else errands,
        data=data,
        url=url,
        explain=explain,
        limits=limits or Limits(slots=2, poll_seconds=0.05),
        weigh=lambda: Load(slots=2, busy=1),
    )
    await engine.open(role, platforms if platforms is not None else [Doorstep(folder)])
    try:
        yield Bench(engine, book, files, outbox, database, folder)
    finally:
        await engine.close()
        await database.close()


async def until(true: Callable[[], Awaitable[bool]], *, what: str, seconds: float = 30) -> None:
    """Wait until something is so. Slow machines get their time; nothing waits blindly."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await true():
        assert asyncio.get_running_loop().time() < deadline, f"not so in time: {what}"
        await asyncio.sleep(0.05)
