"""Finished jobs: found again, handed over again, made again, deleted; and only by their owners."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.dbos import Role
from core.errors import ServiceError, UserError
from core.jobs import Job, Json, Mail, State
from core.names import JobId, PersonId, Place
from core.quotas import Quota, Quotas
from tests.toys import Bench, Doorstep, open_bench, order, until

ANNA, OTTO = PersonId("toy:anna"), PersonId("toy:otto")
HOME = Place("toy", "at home")


@dataclass
class Letterbox:
    """A platform that keeps what it was given; it may be away for a while."""

    name: str = "toy"
    handed: list[tuple[str, Place, str]] = field(default_factory=list)
    away: bool = False

    async def deliver(self, job: Job, *, delivery: str) -> str:
        if self.away:
            raise ServiceError("The platform is away.")
        self.handed.append((job.id, job.place, delivery))
        return f"m{len(self.handed)}"


async def made(bench: Bench, *keys: str, person: PersonId = ANNA, **request: Json) -> list[Job]:
    """Jobs that have ended and come to rest."""
    started = [await bench.engine.start(order(key, person=person, **request)) for key in keys]

    async def at_rest() -> bool:
        settled = [await bench.book.settled(job.id) for job in started]
        mail = [await bench.outbox.claim(job.id) for job in started]
        return all(settled) and set(mail) <= {Mail.SENT}

    await until(at_rest, what="all come to rest")
    return [await bench.engine.find(job.id, person=None) for job in started]


def workflows(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "data" / "dbos.db", timeout=30)) as database:
        rows = database.execute("SELECT workflow_uuid FROM workflow_status").fetchall()
    return [str(row[0]) for row in rows]


async def test_an_order_comes_back_with_all_that_was_said(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        (job,) = await made(bench, "1", seconds=0.01)
        assert await bench.engine.order(job.id, person=ANNA) == order("1", seconds=0.01)
        with pytest.raises(UserError, match="There is no job"):
            await bench.engine.order(job.id, person=OTTO)


async def test_results_are_paged_and_found_by_their_words(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        jobs = await made(bench, "Über 1", "Über 2", "100%", seconds=0)
        await made(bench, "hers", person=OTTO, seconds=0)
        await made(bench, "failed", act="user error")

        async def titles(search: str = "", **part: int) -> tuple[list[str], int]:
            found, count = await bench.engine.page(ANNA, search=search, **part)
            return [job.title for job in found], count

        newest = [job.title for job in sorted(jobs, key=lambda job: -(job.finished or 0))]
        assert await titles() == (newest, 3)
        assert await titles(after=1, most=1) == (newest[1:2], 3)
        assert (await titles("üBER job"))[1] == 2
        assert await titles("1 über") == (["Job Über 1"], 1)
        assert await titles("100%") == (["Job 100%"], 1)
        assert await titles("_") == ([], 0), "no sign is a wildcard"


async def test_a_result_is_handed_over_again_once_for_each_key(tmp_path: Path) -> None:
    box = Letterbox()
    async with open_bench(tmp_path, platforms=[box]) as bench:
        (job,) = await made(bench, "1")
        for key in ("a", "a", "b"):
            await bench.engine.resend(job.id, HOME, person=ANNA, key=key)
        await until(lambda: asyncio.sleep(0, len(box.handed) == 3), what="it is sent twice more")
        await bench.engine.resend(job.id, HOME, person=ANNA, key="b")
        await asyncio.sleep(0.3)
    first, *again = box.handed
    assert first == (job.id, Place("toy", "here"), job.id)
    assert [place for _, place, _ in again] == [HOME, HOME]
    assert len({delivery for _, _, delivery in box.handed}) == 3


async def test_what_cannot_be_handed_over_again_is_told(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        good, failed = (
            *await made(bench, "1"),
            *await made(bench, "2", act="user error"),
        )

        async def resend(job: Job, place: Place = HOME, person: PersonId = ANNA) -> str:
            with pytest.raises(UserError) as raised:
                await bench.engine.resend(job.id, place, person=person, key="k")
            return str(raised.value)

        assert "There is no job" in await resend(good, person=OTTO)
        assert "has no result" in await resend(failed)
        assert "not connected" in await resend(good, Place("elsewhere", "x"))
        (bench.files.folder(good.id) / "second.txt").unlink()
        assert "no longer kept" in await resend(good)


async def test_a_resend_survives_a_crash(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        (job,) = await made(bench, "1")
    gateway = Letterbox(away=True)
    async with open_bench(tmp_path, Role.GATEWAY, platforms=[gateway]) as bench:
        await bench.engine.resend(job.id, HOME, person=ANNA, key="k")
    box = Letterbox()
    async with open_bench(tmp_path, platforms=[box]):
        await until(lambda: asyncio.sleep(0, len(box.handed) == 1), what="it arrives")
    assert box.handed[0][:2] == (job.id, HOME)


async def test_removing_leaves_no_row_no_file_and_no_workflow(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        upload, shared = bench.files.uploads / "own", bench.files.uploads / "shared"
        for file in (upload, shared):
            file.write_text("sent")
        gone, kept = await made(bench, "1", "2", tracks=[str(shared)])
        (other,) = await made(bench, "3", tracks=[str(upload), str(shared)])
        await bench.engine.resend(gone.id, HOME, person=ANNA, key="k")
        for job in (gone, other):
            await bench.engine.remove(job.id, person=ANNA)
        assert not upload.exists()
        assert shared.exists(), "the second one can still be made again"
        assert [path.name for path in bench.files.jobs.iterdir()] == [kept.id]
        assert {name[:12] for name in workflows(tmp_path)} == {kept.id}
        for table in ("jobs", "deliveries"):
            async with bench.database.read() as connection:
                rows = (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()  # noqa: S608 - a constant
            assert len(rows) == 1


async def test_only_the_owner_removes_and_only_what_has_ended(tmp_path: Path) -> None:
    async with open_bench(tmp_path, platforms=[Letterbox()]) as bench:
        (job,) = await made(bench, "1")
        with pytest.raises(UserError, match="There is no job"):
            await bench.engine.remove(job.id, person=OTTO)
        running = await bench.engine.start(order("2", seconds=60))
        with pytest.raises(UserError, match="cancel it first"):
            await bench.engine.remove(running.id, person=ANNA)
        await bench.engine.cancel(running.id, person=ANNA)
        await bench.engine.remove(running.id, person=ANNA)
        assert [each.id for each in await bench.engine.listed(person=ANNA, active=False)] == [
            job.id
        ]


async def test_a_telling_that_waits_ends_when_its_job_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.dbos.telling._RETRY_SECONDS", (0.05,) * 1000)
    monkeypatch.setattr("adapters.dbos.finished._ENDING_SECONDS", 0.2)
    box = Letterbox(away=True)
    async with open_bench(tmp_path, platforms=[box]) as bench:
        job = await bench.engine.start(order("1"))
        await until(lambda: bench.book.settled(job.id), what="it is made")
        await bench.engine.remove(job.id, person=ANNA)
        box.away = False
        await asyncio.sleep(0.3)
    assert box.handed == []


async def test_a_quota_holds_however_many_orders_come_at_once(tmp_path: Path) -> None:
    quotas = Quotas(person=Quota(jobs=20), server=Quota())
    # A gateway works on nothing, so nothing ends in between.
    async with open_bench(tmp_path, Role.GATEWAY, quotas=quotas) as bench:
        heavy = await asyncio.gather(
            *(bench.engine.start(order(str(number), person="toy:heavy")) for number in range(200)),
            return_exceptions=True,
        )
        light = await bench.engine.start(order("1", person="toy:light"))
        listed = await bench.engine.listed(person=PersonId("toy:heavy"), active=True)
    refused = {str(each) for each in heavy if not isinstance(each, Job)}
    assert len(listed) == sum(1 for each in heavy if isinstance(each, Job)) == 20
    assert len(refused) == 1
    assert "20 at once is the most" in refused.pop()
    assert light.state is State.QUEUED


async def test_of_200_queued_jobs_of_one_person_few_come_before_anothers(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Role.GATEWAY, platforms=[Doorstep(tmp_path)]) as bench:
        await _start_many(bench, 200)
        light = await bench.engine.start(order("1", person="toy:light", seconds=0))
        assert light.ahead <= 1
    async with open_bench(tmp_path) as bench:

        async def told() -> bool:
            return any(line.startswith(light.id) for line in bench.told)

        await until(told, what="the light person's job is told", seconds=90)
        before = len([line for line in bench.told if not line.startswith(light.id)])
        found = await bench.engine.find(light.id, person=None)
    assert found.state is State.DONE
    assert before < 30


async def _start_many(bench: Bench, count: int) -> Sequence[JobId]:
    orders = [order(str(number), person="toy:heavy", seconds=0) for number in range(count)]
    return [(await bench.engine.start(each)).id for each in orders]
