"""What the job core promises to people, in one process."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from adapters.dbos import Limits, Role
from adapters.process import Limits as ChildLimits
from adapters.process import run as run_child
from core.errors import ServiceError, UserError
from core.figures import Load
from core.jobs import Job, Json, Mail, Outcome, Progress, Stage, State
from core.names import JobId, PersonId
from core.ports import Run
from storage.database import open_database
from storage.figures import count_figures
from storage.letters import LetterTable
from tests.toys import Bench, Doorstep, open_bench, order, until

FAST = Limits(slots=2, poll_seconds=0.05)


async def rest(bench: Bench, *ids: JobId, seconds: float = 40) -> list[Job]:
    """Wait until jobs have ended and were told."""

    async def told() -> bool:
        lines = {line.split()[0] for line in bench.told}
        settled = [await bench.book.settled(job) for job in ids]
        return all(settled) and lines >= set(ids)

    await until(told, what="all jobs come to rest", seconds=seconds)
    return [await bench.engine.find(job, person=None) for job in ids]


async def running(bench: Bench, job: JobId, *, percent: float = 1) -> None:
    async def started() -> bool:
        found = await bench.engine.find(job, person=None)
        return found.state is State.RUNNING and found.progress.percent >= percent

    await until(started, what="the job runs")


def children() -> list[int]:
    """The children of the toy pipeline in this process."""
    found = psutil.Process().children(recursive=True)
    return [process.pid for process in found if _is_toy(process)]


def _is_toy(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[:1] == ["sleep"]
    except psutil.NoSuchProcess:  # a zombie, too, has no command any more
        return False


async def test_a_job_is_made_step_by_step_and_told_once(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        started = await bench.engine.start(order("1"))
        (job,) = await rest(bench, started.id)
    assert job.state is State.DONE
    assert job.progress.percent == 100
    assert job.outcome is not None
    assert [Path(product.path).read_text() for product in job.outcome.products] == [
        "first",
        "second",
        "third",
    ]
    assert bench.diary == [f"{job.id} first", f"{job.id} second", f"{job.id} third"]
    assert bench.told == [f"{job.id} done"]


async def test_finished_steps_are_timed_and_the_load_is_told(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        jobs = [await bench.engine.start(order(str(number))) for number in range(2)]
        failing = await bench.engine.start(order("bad", act="user error"))
        await rest(bench, *(job.id for job in jobs), failing.id)
        figures = await count_figures(bench.database)
    assert figures.jobs == {("toy", "done"): 2, ("toy", "failed"): 1}
    counts = {stage: steps.count for (_, stage), steps in figures.steps.items()}
    assert counts == {"first": 3, "second": 3, "third": 2}
    assert 0.2 <= figures.steps[("toy", "third")].seconds < 20
    assert figures.load == Load(slots=2, busy=1)


async def test_the_same_key_of_the_same_person_is_one_job(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        jobs = await asyncio.gather(*(bench.engine.start(order("same")) for _ in range(5)))
        other = await bench.engine.start(order("same", person="toy:otto"))
        await rest(bench, jobs[0].id, other.id)
        again = await bench.engine.start(order("same"))
    assert {job.id for job in jobs} == {again.id}
    assert again.state is State.DONE
    assert other.id != again.id
    assert len(bench.diary) == 6
    assert len(bench.told) == 2


async def test_an_order_without_a_person_is_refused(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(ValueError, match="person"):
            await bench.engine.start(order("1", person=" "))
        assert await bench.engine.listed(person=None, active=False) == []


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("user error", "Track 2 is empty."),
        ("service error", "The other side is not there."),
        ("bug", "ticket T-test"),
    ],
)
async def test_a_failure_is_told_and_leaves_no_file(
    tmp_path: Path, act: str, sentence: str
) -> None:
    async with open_bench(tmp_path) as bench:
        upload = bench.files.uploads / "a1"
        upload.write_text("sent")
        started = await bench.engine.start(order("1", act=act, track=str(upload)))
        (job,) = await rest(bench, started.id)
        assert list(bench.files.jobs.iterdir()) == []
        assert not upload.exists()
    assert (job.state, job.sentence) == (State.FAILED, sentence)
    assert bench.told == [f"{job.id} failed"]


async def test_cancel_ends_children_and_removes_files_within_a_second(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        started = await bench.engine.start(order("1", seconds=60))
        await running(bench, started.id)
        assert len(children()) == 1
        begun = time.monotonic()
        cancelled = await bench.engine.cancel(started.id, person=PersonId("toy:anna"))
        took = time.monotonic() - begun
        assert children() == []
        assert list(bench.files.jobs.iterdir()) == []
        await rest(bench, started.id)
    assert cancelled.state is State.CANCELLED
    assert took < 3  # a second, and the noise of a busy machine
    assert bench.told == [f"{started.id} cancelled"]


async def test_an_upload_stays_while_another_job_needs_it(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=replace(FAST, slots=1)) as bench:
        shared, own = bench.files.uploads / "shared", bench.files.uploads / "own"
        for upload in (shared, own):
            upload.write_text("sent")
        first = await bench.engine.start(order("1", seconds=60, tracks=[str(shared), str(own)]))
        await running(bench, first.id)
        second = await bench.engine.start(order("2", act="user error", tracks=[str(shared)]))
        await bench.engine.cancel(first.id, person=None)
        assert (shared.exists(), own.exists()) == (True, False)
        await rest(bench, first.id, second.id)
        assert not shared.exists(), "the last one that failed takes it along"


async def test_cancel_reaches_a_job_of_another_process(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        started = await bench.engine.start(order("1", seconds=60))
        await running(bench, started.id)
        # Another process can do no more than write it down in the book.
        await bench.book.finish(started.id, State.CANCELLED, sentence="", outcome=None)
        await rest(bench, started.id)
        assert children() == []
        assert list(bench.files.jobs.iterdir()) == []


async def test_a_waiting_job_is_cancelled_before_it_begins(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=replace(FAST, slots=1)) as bench:
        first = await bench.engine.start(order("1", seconds=0.5))
        await running(bench, first.id)
        second = await bench.engine.start(order("2"))
        assert (await bench.engine.find(second.id, person=None)).ahead == 1
        await bench.engine.cancel(second.id, person=None)
        await rest(bench, first.id, second.id)
    assert not any(line.startswith(second.id) for line in bench.diary)
    assert sorted(bench.told) == sorted([f"{first.id} done", f"{second.id} cancelled"])


async def test_an_ended_job_cannot_be_cancelled(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        started = await bench.engine.start(order("1"))
        await rest(bench, started.id)
        with pytest.raises(UserError, match="already ended"):
            await bench.engine.cancel(started.id, person=None)


async def test_a_stranger_neither_sees_nor_cancels(tmp_path: Path) -> None:
    stranger = PersonId("toy:mallory")
    async with open_bench(tmp_path) as bench:
        started = await bench.engine.start(order("1", seconds=0.3))
        for deed in (bench.engine.find, bench.engine.cancel):
            with pytest.raises(UserError, match="There is no job"):
                await deed(started.id, person=stranger)
        assert await bench.engine.listed(person=stranger, active=False) == []
        (job,) = await rest(bench, started.id)
    assert job.state is State.DONE


async def test_a_light_person_does_not_wait_behind_a_heavy_one(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        heavy = [
            await bench.engine.start(order(str(number), person="toy:heavy", seconds=0.03))
            for number in range(20)
        ]
        light = await bench.engine.start(order("1", person="toy:light", seconds=0.03))
        await rest(bench, light.id)
        ended = [line for line in bench.told if not line.startswith(light.id)]
        await rest(bench, *(job.id for job in heavy), seconds=90)
    assert len(ended) < 16, "the light person's job came before the last of the heavy one's"
    assert len(bench.told) == 21


async def test_progress_never_falls(tmp_path: Path) -> None:
    seen: list[Progress] = []
    async with open_bench(tmp_path, Role.TERMINAL, platforms=[Doorstep(tmp_path)]) as bench:
        await bench.engine.run_here(order("1", seconds=0.6), seen.append)
    percents = [progress.percent for progress in seen]
    assert percents == sorted(percents)
    assert len(percents) >= 3
    assert {progress.stage for progress in seen} >= {"second", "third"}


async def test_a_job_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=replace(FAST, job_seconds=0.5)) as bench:
        started = await bench.engine.start(order("1", seconds=60))
        (job,) = await rest(bench, started.id)
        assert children() == []
    assert job.state is State.FAILED
    assert "longer than" in job.sentence


async def test_old_jobs_are_thrown_away_with_their_files(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        old = await bench.engine.start(order("old"))
        await rest(bench, old.id)
        assert bench.files.folder(old.id).exists()
    async with open_bench(tmp_path, limits=replace(FAST, retention_seconds=0)) as bench:

        async def gone() -> bool:
            return await bench.book.find(old.id) is None

        await until(gone, what="the old job is thrown away")
        assert list(bench.files.jobs.iterdir()) == []
        # Its key is free again, which shows that DBOS has forgotten it too.
        await bench.engine.start(order("old"))

        async def made() -> bool:
            return len(bench.diary) == 6

        await until(made, what="the job is made again")


async def test_a_job_that_was_entered_but_never_enqueued_is_found(tmp_path: Path) -> None:
    lost = JobId("lostlostlost")
    async with open_bench(tmp_path) as bench:
        await bench.book.enter(lost, order("1"))
        async with bench.database.write() as connection:
            await connection.execute(sa.text("UPDATE jobs SET created = created - 10"))
    async with open_bench(tmp_path) as bench:
        (job,) = await rest(bench, lost)
    assert job.state is State.DONE


class Flaky:
    """A platform that is away twice."""

    name = "toy"

    def __init__(self) -> None:
        self.calls = 0

    async def deliver(self, job: Job, *, delivery: str) -> str:
        self.calls += 1
        if self.calls < 3:
            raise ServiceError("The platform is away.")
        return "42"


async def test_a_platform_that_is_away_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.dbos.telling._RETRY_SECONDS", (0.01, 0.01, 0.01))
    platform = Flaky()
    async with open_bench(tmp_path, platforms=[platform]) as bench:
        started = await bench.engine.start(order("1"))

        async def sent() -> bool:
            return await bench.outbox.claim(started.id) is Mail.SENT

        await until(lambda: asyncio.sleep(0, platform.calls == 3), what="it is tried three times")
        await until(sent, what="it is sent")
    assert platform.calls == 3


class Careful:
    """A platform that asks its letters before it says anything."""

    name = "toy"

    def __init__(self, letters: LetterTable) -> None:
        self._letters = letters
        self.found: list[tuple[Mail, str]] = []

    async def deliver(self, job: Job, *, delivery: str) -> str:
        self.found.append(await self._letters.claim(delivery, "result"))
        await self._letters.close(delivery, "result", Mail.SENT, message="m1")
        return "m1"


async def test_after_a_crash_the_platform_decides_by_its_letters(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Role.TERMINAL, platforms=[]) as bench:
        started = await bench.engine.start(order("1"))
        await bench.book.finish(started.id, State.CANCELLED, sentence="", outcome=None)
        # as if a process had died while it was sending
        await bench.outbox.claim(started.id)
        await LetterTable(bench.database).claim(started.id, "result")
    database = await open_database("", data=tmp_path / "data")
    platform = Careful(LetterTable(database))
    async with open_bench(tmp_path, platforms=[platform]) as bench:

        async def sent() -> bool:
            return await bench.outbox.claim(started.id) is Mail.SENT

        await until(sent, what="it is called again")
    await database.close()
    assert platform.found == [(Mail.SENDING, "")]


async def test_closing_puts_a_job_down_and_the_next_one_goes_on(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=replace(FAST, attempts=1)) as bench:
        started = await bench.engine.start(order("1", seconds=0.6))
        await running(bench, started.id, percent=30)
        before = await bench.engine.find(started.id, person=None)
    assert children() == []
    # The same process opens again under another id, so only a heartbeat tells that it went.
    limits = replace(FAST, attempts=1, stale_seconds=1, beat_seconds=0.1)
    async with open_bench(tmp_path, limits=limits) as bench:
        await _make_foreign(bench)
        (job,) = await rest(bench, started.id)
    assert job.state is State.DONE
    assert job.progress.percent >= before.progress.percent
    assert sorted(bench.diary) == [f"{job.id} first", f"{job.id} second", f"{job.id} third"]


async def _make_foreign(bench: Bench) -> None:
    async with bench.database.write() as connection:
        await connection.execute(
            sa.text("UPDATE workers SET host = 'elsewhere' WHERE seen < :now"),
            {"now": time.time() - 0.001},
        )


async def test_a_process_that_was_declared_dead_puts_its_jobs_down(tmp_path: Path) -> None:
    async with open_bench(tmp_path, limits=replace(FAST, beat_seconds=0.1)) as bench:
        started = await bench.engine.start(order("1", seconds=60))
        await running(bench, started.id)
        async with bench.database.write() as connection:
            await connection.execute(sa.text("DELETE FROM workers"))
        async with asyncio.timeout(10):
            await bench.engine.lost.wait()
        await until(lambda: asyncio.sleep(0, not children()), what="its children end")
    assert bench.told == []


async def test_the_same_engine_runs_on_postgresql(tmp_path: Path, postgres: str) -> None:
    async with open_bench(tmp_path, url=postgres) as bench:
        jobs = [await bench.engine.start(order(f"pg{number}")) for number in range(4)]
        ended = await rest(bench, *(job.id for job in jobs))
        failing = await bench.engine.start(order("pg-bad", act="user error"))
        (failed,) = await rest(bench, failing.id)
    assert {job.state for job in ended} == {State.DONE}
    assert failed.sentence == "Track 2 is empty."


async def test_a_terminal_that_is_stopped_cancels_its_job(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Role.TERMINAL) as bench:
        begun = asyncio.Event()
        waiting = asyncio.create_task(
            bench.engine.run_here(order("1", seconds=60), lambda _progress: begun.set())
        )
        async with asyncio.timeout(20):
            await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert children() == []
        (job,) = await bench.engine.listed(person=None, active=False)
        assert list(bench.files.jobs.iterdir()) == []
    assert job.state is State.CANCELLED


class Broken:
    """A platform that cannot hand anything over."""

    name = "toy"

    async def deliver(self, job: Job, *, delivery: str) -> str:
        raise UserError("I could not write there.")


async def test_a_terminal_is_told_when_handing_over_fails(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Role.TERMINAL, platforms=[Broken()]) as bench:
        with pytest.raises(ServiceError, match="could not write there"):
            await bench.engine.run_here(order("1"), lambda _progress: None)


class Parallel:
    """A pipeline whose one step fails while another is at work."""

    kind = "toy"
    stages = (Stage("both", 1),)

    async def make(self, run: Run) -> Outcome:
        async def sleep() -> Json:
            await run_child(["sleep", "60"], limits=ChildLimits(seconds=100))
            return None

        async def fail() -> Json:
            raise UserError("No.")

        await asyncio.gather(run.step("both", sleep), run.step("both", fail))
        raise AssertionError


async def test_steps_beside_a_failed_one_are_ended(tmp_path: Path) -> None:
    async with open_bench(tmp_path, pipelines=[Parallel()]) as bench:
        started = await bench.engine.start(order("1"))
        (job,) = await rest(bench, started.id)
        assert children() == []
    assert (job.state, job.sentence) == (State.FAILED, "No.")


async def test_a_bad_minute_of_the_database_loses_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path) as bench:
        bad = {"begin": 2, "finish": 2, "settle": 2}

        def spoil(name: str) -> None:
            good = getattr(bench.book, name)

            async def spoilt(*given: object, **named: object) -> object:
                if bad[name]:
                    bad[name] -= 1
                    raise sa.exc.OperationalError("write", {}, Exception("database is locked"))
                return await good(*given, **named)

            monkeypatch.setattr(bench.book, name, spoilt)

        for name in bad:
            spoil(name)
        started = await bench.engine.start(order("1"))
        (job,) = await rest(bench, started.id)
    assert job.state is State.DONE
    assert set(bad.values()) == {0}


class Odd:
    """A pipeline whose outcome cannot be written down."""

    kind = "toy"
    stages = (Stage("one", 1),)

    async def make(self, run: Run) -> Outcome:
        return Outcome("x", (), {"path": Path("x")})  # type: ignore[dict-item]  # the point


async def test_an_outcome_that_is_no_json_is_a_bug_that_is_told(tmp_path: Path) -> None:
    async with open_bench(tmp_path, pipelines=[Odd()]) as bench:
        started = await bench.engine.start(order("1"))
        (job,) = await rest(bench, started.id)
    assert (job.state, job.sentence) == (State.FAILED, "ticket T-test")
