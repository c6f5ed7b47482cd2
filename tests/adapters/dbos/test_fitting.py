"""Results made to fit by a worker: parcels for every rung, and no mix is rendered twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.dbos import WorkerFitting
from adapters.ffmpeg.pool import Pool
from bot.pipelines.fitting import FittingErrand
from core.delivery import Codec, Coding, Parcel, Preference, Rung, Why
from core.errors import ServiceError
from core.jobs import Job, Json, Outcome, Product, Progress, Stage, State
from core.names import JobId, PersonId, Place
from core.ports import Run
from tests.adapters.ffmpeg.fitting import clicking, make_mix
from tests.fakes_people import FakeLinks
from tests.media import ffmpeg
from tests.toys import Bench, Doorstep, open_bench, order, read_lines, until, write_down

SECONDS = 60.0


@dataclass(frozen=True)
class Rendering:
    """A pipeline that renders a real mix of a minute and counts how often it does."""

    folder: Path
    kind: str = "toy"
    stages: tuple[Stage, ...] = (Stage("mixing", 1),)

    async def make(self, run: Run) -> Outcome:
        async def render() -> Json:
            write_down(self.folder / "renders.log", run.job)
            mix = await make_mix(run.folder, clicking(SECONDS), [0, 20, 40])
            (run.folder / "large.json").write_text("x" * 900_000)
            return [str(mix.mp3), str(mix.mp4), str(run.folder / "large.json")]

        made = await run.step("mixing", render)
        assert isinstance(made, list)
        paths = [Path(str(path)) for path in made]
        return Outcome(
            "made",
            tuple(
                Product(role, str(path), f"late-night{path.suffix}", path.stat().st_size, SECONDS)
                for role, path in zip(("audio", "video", "recipe"), paths, strict=True)
            ),
            {"title": "Late night", "waveform": [0.5] * 600},
        )


@dataclass
class Stubborn:
    """A platform that refuses a size although it promised it, and takes the next smaller one."""

    doorstep: Doorstep
    promised: int
    takes: int
    name: str = "toy"
    fitting: WorkerFitting | None = None
    parcels: list[Parcel] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    async def deliver(self, job: Job, *, delivery: str) -> str:
        assert self.fitting is not None and job.outcome is not None
        product = job.outcome.products[0]
        for limit in (self.promised, self.takes):
            parcel = await self.fitting.fit(job, product, limit=limit, preference=Preference.PARTS)
            largest = max(file.size for file in parcel.files)
            if largest <= self.takes:
                self.parcels.append(parcel)
                return await self.doorstep.deliver(job, delivery=delivery)
            self.refused.append(largest)
        raise ServiceError("It takes nothing.")


async def test_a_server_that_breaks_its_promise_costs_no_second_render(tmp_path: Path) -> None:
    platform = Stubborn(Doorstep(tmp_path), promised=1_500_000, takes=800_000)
    async with open_bench(
        tmp_path,
        platforms=[platform],
        pipelines=[Rendering(tmp_path)],
        errands=[FittingErrand(ffmpeg=ffmpeg(), pool=Pool(2))],
    ) as bench:
        platform.fitting = WorkerFitting(bench.engine.errands.run, FakeLinks())
        job = await bench.engine.start(order("1"))
        await until(lambda: _told(bench), what="the job is told", seconds=90)
        (parcel,) = platform.parcels
        fitted = {path.parent.parent for path in map(Path, _paths(parcel))}
        assert fitted == {bench.files.folder(job.id) / "fit"}
    assert read_lines(tmp_path / "renders.log") == [job.id]
    (first,) = platform.refused
    assert 800_000 < first <= 1_500_000
    assert parcel.rung is Rung.SMALLER and parcel.limit == 800_000
    assert parcel.coding is not None and parcel.coding.codec is Codec.OPUS


async def _told(bench: Bench) -> bool:
    return len(bench.told) == 1


def _paths(parcel: Parcel) -> list[str]:
    return [file.path for file in parcel.files]


MP3 = Product("audio", "/x/a.mp3", "a.mp3", 5_000_000, SECONDS)
RECIPE = Product("recipe", "/x/a.json", "a.json", 5_000_000)
THUMBNAIL = Product("thumbnail", "/x/t.jpg", "t.jpg", 9_000)
JOB = Job(
    id=JobId("abc"), kind="toy", title="Job", person=PersonId("toy:anna"),
    place=Place("toy", "here"), state=State.DONE, progress=Progress("", 100), created=0.0,
    outcome=Outcome("made", (MP3, RECIPE, THUMBNAIL), {"title": "Late", "waveform": [0.1, 0.2]}),
)  # fmt: skip


class Worker:
    """Answers errands as a test says, and keeps what was asked."""

    def __init__(self, answer: Json | ServiceError) -> None:
        self._answer = answer
        self.asked: list[Mapping[str, Json]] = []

    async def ask(self, name: str, job: Job, request: Mapping[str, Json]) -> Json:
        assert (name, job.id) == ("fit", "abc")
        self.asked.append(request)
        if isinstance(self._answer, ServiceError):
            raise self._answer
        return self._answer


async def fit(worker: Worker, product: Product, limit: int) -> Parcel:
    fitting = WorkerFitting(worker.ask, FakeLinks())
    return await fitting.fit(
        JOB, product, limit=limit, preference=Preference.LINK, plays={"ogg", "mp3"}
    )


async def test_what_fits_goes_out_as_it_is_and_no_worker_is_asked() -> None:
    worker = Worker(None)
    parcel = await fit(worker, MP3, 5_000_000)
    assert (parcel.rung, parcel.files, parcel.why) == (Rung.AS_IS, (MP3,), None)
    assert not worker.asked


async def test_a_worker_hears_all_that_it_needs() -> None:
    worker = Worker({"why": Why.WISH.value})
    parcel = await fit(worker, MP3, 1_000_000)
    assert worker.asked == [
        {
            "path": "/x/a.mp3", "label": "a.mp3", "role": "audio", "seconds": SECONDS,
            "title": "Late", "thumbnail": "/x/t.jpg", "levels": [0.1, 0.2], "limit": 1_000_000,
            "preference": "link", "plays": ["mp3", "ogg"],
        }
    ]  # fmt: skip
    assert (parcel.rung, parcel.why, parcel.files) == (Rung.LINK, Why.WISH, ())
    assert parcel.link == "https://deck.test/files/abc/0"


async def test_what_is_no_sound_becomes_a_link() -> None:
    parcel = await fit(Worker(None), RECIPE, 1_000_000)
    assert (parcel.rung, parcel.why) == (Rung.LINK, Why.KIND)
    assert parcel.link == "https://deck.test/files/abc/1"


async def test_a_failure_becomes_a_link_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    parcel = await fit(Worker(ServiceError("The disk is full.")), MP3, 1_000_000)
    assert (parcel.rung, parcel.why, parcel.limit) == (Rung.LINK, Why.TROUBLE, 1_000_000)
    assert "The disk is full." in caplog.text


async def test_parts_come_back_in_order_with_how_they_were_made() -> None:
    files: list[Json] = [
        {"role": "audio", "path": f"/x/{n}", "label": f"a-part-{n}", "size": 9, "seconds": 30.0}
        for n in (1, 2)
    ]
    coding: Json = {"codec": "AAC", "rate": 96, "height": 0, "picture": 0}
    worker = Worker({"why": None, "rung": "parts", "coding": coding, "split": 1, "files": files})
    parcel = await fit(worker, MP3, 1_000_000)
    assert (parcel.rung, parcel.split) == (Rung.PARTS, 1)
    assert [file.label for file in parcel.files] == ["a-part-1", "a-part-2"]
    assert parcel.coding == Coding(codec=Codec.AAC, rate=96)
