"""Media comes whole or in part, once for all who want it, and within its bounds."""

import asyncio
import os
from pathlib import Path

import pytest

from adapters.ytdlp import YtDlp
from core.errors import ServiceError, UserError
from core.links import Medium, Span, Want
from tests.adapters.ytdlp.conftest import MakeFetcher
from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import PICTURES, count_seconds, hear_file, read_pictures
from tests.doubles.tube.videos import Playlist, State, Trouble, Video

MARGIN = 0.02
"""Seconds that a cut may be off."""


def quiet(_fraction: float) -> None:
    pass


async def test_brings_the_sound_as_it_is_with_its_cover(
    fetcher: YtDlp, tube: Tube, job: Path
) -> None:
    url, told = tube.add(Video(id="whole-sound")), list[float]()
    fetched = await fetcher.fetch(Want(url=url, medium=Medium.AUDIO), job, report=told.append)
    assert fetched.path.parent == job
    assert fetched.path.stat().st_size in (tube.sizes("whole-sound")[i] for i in (140, 251))
    assert fetched.span == Span(0.0, 10.0)
    assert fetched.cover is not None and fetched.cover.read_bytes()[:2] == b"\xff\xd8"
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 2


async def test_brings_a_video_of_the_height_with_its_sound(
    fetcher: YtDlp, tube: Tube, job: Path
) -> None:
    url = tube.add(Video(id="whole-video", heights=(1080, 720, 360)))
    want = Want(url=url, medium=Medium.VIDEO, height=720)
    fetched = await fetcher.fetch(want, job, report=quiet)
    assert len(read_pictures(fetched.path)) == round(10 * PICTURES)
    assert {beep.second for beep in hear_file(fetched.path)} >= set(range(1, 9))
    assert tube.sent["whole-video"] < sum(tube.sizes("whole-video").values())


async def test_ten_who_want_the_same_at_once_fetch_it_once(
    fetcher: YtDlp, tube: Tube, tmp_path: Path
) -> None:
    want = Want(url=tube.add(Video(id="wanted--ten")), medium=Medium.AUDIO)
    folders = [tmp_path / f"job-{number}" for number in range(10)]
    for folder in folders:
        folder.mkdir()
    fetched = await asyncio.gather(*(fetcher.fetch(want, each, report=quiet) for each in folders))
    assert tube.sent["wanted--ten"] == fetched[0].path.stat().st_size
    assert [each.path.parent for each in fetched] == folders


async def test_another_process_finds_what_is_kept(
    make_fetcher: MakeFetcher, tube: Tube, job: Path
) -> None:
    want = Want(url=tube.add(Video(id="kept-for-it")), medium=Medium.AUDIO)
    await make_fetcher().fetch(want, job, report=quiet)
    sent = tube.sent["kept-for-it"]
    await make_fetcher().fetch(want, job, report=quiet)
    assert tube.sent["kept-for-it"] == sent


@pytest.mark.parametrize("medium", list(Medium))
async def test_a_part_costs_its_bytes_and_says_where_it_begins(
    fetcher: YtDlp, tube: Tube, job: Path, medium: Medium
) -> None:
    """The file's own time begins at `span.start`, to a hundredth of a second."""
    video = Video(id=f"part--{medium}", seconds=120.0)
    want = Want(url=tube.add(video), medium=medium, span=Span(71.3, 78.2))
    fetched = await fetcher.fetch(want, job, report=quiet)
    span, beeps = fetched.span, hear_file(fetched.path)
    assert span.end is not None and span.start <= 71.3 and span.end >= 78.2
    assert {72, 73, 74, 75, 76, 77} <= {beep.second for beep in beeps}
    for beep in beeps:
        assert beep.at + span.start == pytest.approx(beep.second, abs=MARGIN)
    sizes = tube.sizes(video.id)
    whole = sizes[140] if medium is Medium.AUDIO else sizes[136] + sizes[140]
    assert tube.sent[video.id] < whole * 0.25
    if medium is Medium.VIDEO:
        pictures = read_pictures(fetched.path)
        # The numbers begin again every minute.
        assert pictures[0] / PICTURES + 60 == pytest.approx(span.start, abs=2 / PICTURES)
        assert count_seconds(fetched.path) == pytest.approx(span.end - span.start, abs=0.1)


async def test_parts_that_are_wanted_at_once_come_in_one_go(
    fetcher: YtDlp, tube: Tube, tmp_path: Path
) -> None:
    """Also for two jobs: each has its own in its own folder."""
    url, wanted = tube.add(Video(id="parts-group", seconds=120.0)), []
    await fetcher.look(url)
    for number in range(8):
        folder = tmp_path / str(number)
        folder.mkdir()
        want = Want(url=url, medium=Medium.AUDIO, span=Span(12.0 * number, 12.0 * number + 4))
        wanted.append(fetcher.fetch(want, folder, report=quiet))
    before = len(tube.asked)
    fetched = await asyncio.gather(*wanted)
    assert [each.path.parent.name for each in fetched] == [str(number) for number in range(8)]
    for number, each in enumerate(fetched):
        assert each.span.start <= 12.0 * number
        seconds = {beep.second for beep in hear_file(each.path)}
        assert seconds >= {12 * number + 1, 12 * number + 2, 12 * number + 3}
    needed = tube.sizes("parts-group")[140] * 32 / 120
    assert tube.sent["parts-group"] < 1.3 * needed
    assert len(tube.asked) - before < 40


async def test_taking_one_wish_back_leaves_the_others(
    fetcher: YtDlp, tube: Tube, tmp_path: Path
) -> None:
    url = tube.add(Video(id="taken--back", seconds=120.0, rate=200_000))
    tasks = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        want = Want(url=url, medium=Medium.AUDIO, span=Span(20.0 * number, 20.0 * number + 9))
        tasks.append(asyncio.create_task(fetcher.fetch(want, folder, report=quiet)))
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert (await tasks[1]).path.is_file()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]


async def test_parts_of_one_video_share_what_they_have(
    fetcher: YtDlp, tube: Tube, tmp_path: Path
) -> None:
    url, sent = tube.add(Video(id="parts-share", seconds=120.0)), []
    for number, span in enumerate((Span(20.0, 24.0), Span(21.0, 22.0), Span(20.5, 23.5))):
        folder = tmp_path / str(number)
        folder.mkdir()
        want = Want(url=url, medium=Medium.AUDIO, span=span)
        await fetcher.fetch(want, folder, report=quiet)
        sent.append(tube.sent["parts-share"])
    assert sent[0] == sent[1] == sent[2]


async def test_without_ranges_a_part_is_cut_from_the_whole(
    fetcher: YtDlp, tube: Tube, job: Path
) -> None:
    video = Video(id="no-rangesxx", seconds=60.0, trouble=Trouble.NO_RANGES)
    want = Want(url=tube.add(video), medium=Medium.AUDIO, span=Span(20.0, 25.0))
    assert (await fetcher.fetch(want, job, report=quiet)).span == Span(0.0, 60.0)


async def test_nearly_all_of_it_is_all_of_it(fetcher: YtDlp, tube: Tube, job: Path) -> None:
    url = tube.add(Video(id="nearly--all"))
    want = Want(url=url, medium=Medium.AUDIO, span=Span(0.5, None))
    assert (await fetcher.fetch(want, job, report=quiet)).span == Span(0.0, 10.0)


async def test_a_part_after_the_end_is_refused(fetcher: YtDlp, tube: Tube, job: Path) -> None:
    url = tube.add(Video(id="nearly--all"))
    want = Want(url=url, medium=Medium.AUDIO, span=Span(11.0, 12.0))
    with pytest.raises(UserError, match="It lasts 0:10, so there is nothing at 0:11"):
        await fetcher.fetch(want, job, report=quiet)


async def test_what_is_too_long_is_refused_before_it_is_fetched(
    make_fetcher: MakeFetcher, tube: Tube, job: Path
) -> None:
    want = Want(url=tube.add(Video(id="far-toolong", seconds=60.0)), medium=Medium.AUDIO)
    with pytest.raises(UserError, match=r"That lasts 1:00, and 0:30 is the most. Name a start"):
        await make_fetcher(seconds=30).fetch(want, job, report=quiet)
    assert not tube.sent["far-toolong"]


@pytest.mark.parametrize("sized", [True, False])
async def test_what_is_too_large_is_refused_whether_or_not_its_page_says_so(
    make_fetcher: MakeFetcher, tube: Tube, job: Path, sized: bool
) -> None:
    video = Video(id=f"too-large-{sized:d}", seconds=60.0, sized=sized)
    want = Want(url=tube.add(video), medium=Medium.AUDIO)
    with pytest.raises(UserError, match="Take a lower quality, only the sound, or a part"):
        await make_fetcher(size=100_000).fetch(want, job, report=quiet)
    assert list(job.iterdir()) == []


async def test_media_without_an_end_is_stopped(
    make_fetcher: MakeFetcher, tube: Tube, job: Path
) -> None:
    video = Video(id="never-ended", trouble=Trouble.ENDLESS, sized=False)
    want = Want(url=tube.add(video), medium=Medium.AUDIO)
    with pytest.raises(UserError, match="too large"):
        await make_fetcher(size=2_000_000).fetch(want, job, report=quiet)
    assert tube.sent[video.id] < 40_000_000


@pytest.mark.parametrize("trouble", [Trouble.CUT_ONCE, Trouble.FAILING_ONCE, Trouble.MOVED])
async def test_what_goes_wrong_once_is_mended(
    fetcher: YtDlp, tube: Tube, job: Path, trouble: Trouble
) -> None:
    video = Video(id="go-on-again", trouble=trouble, seed=1)
    want = Want(url=tube.add(video), medium=Medium.AUDIO)
    fetched = await fetcher.fetch(want, job, report=quiet)
    assert fetched.path.read_bytes() in [
        tube.paths(video.id)[number].read_bytes() for number in (140, 251)
    ]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.LIMITED, "asked for too much lately"),
        (Trouble.FORBIDDEN, "does not let me have that right now"),
        (Trouble.LURED, "could not be reached"),
    ],
)
async def test_media_that_does_not_come_is_told(
    fetcher: YtDlp, tube: Tube, job: Path, trouble: Trouble, words: str
) -> None:
    want = Want(url=tube.add(Video(id="never-comes", trouble=trouble)), medium=Medium.AUDIO)
    with pytest.raises(ServiceError, match=words):
        await fetcher.fetch(want, job, report=quiet)
    assert list(job.iterdir()) == []


@pytest.mark.parametrize("span", [Span(), Span(20.0, 25.0)], ids=["whole", "part"])
async def test_a_redirect_into_the_house_is_not_followed(
    fetcher: YtDlp, tube: Tube, job: Path, span: Span
) -> None:
    video = Video(id="lured-house", seconds=60.0, trouble=Trouble.LURED)
    want = Want(url=tube.add(video), medium=Medium.AUDIO, span=span)
    with pytest.raises(ServiceError):
        await fetcher.fetch(want, job, report=quiet)
    assert not any("/admin" in asked.target for asked in tube.asked)


async def test_what_stalls_is_ended_and_tried_again(
    make_fetcher: MakeFetcher, tube: Tube, job: Path
) -> None:
    video = Video(id="stalls-half", seconds=60.0, trouble=Trouble.STALLED)
    want = Want(url=tube.add(video), medium=Medium.AUDIO)
    fetched = await make_fetcher(patience=4.0).fetch(want, job, report=quiet)
    assert fetched.path.stat().st_size in tube.sizes(video.id).values()


async def test_cancelling_ends_the_child_and_leaves_nothing(
    fetcher: YtDlp, tube: Tube, tmp_path: Path, job: Path
) -> None:
    video, begun = Video(id="slow-cancel", seconds=60.0, rate=50_000), asyncio.Event()

    def report(fraction: float) -> None:
        if fraction > 0:
            begun.set()

    want = Want(url=tube.add(video), medium=Medium.AUDIO)
    task = asyncio.create_task(fetcher.fetch(want, job, report=report))
    async with asyncio.timeout(30):
        await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not _children_in(tmp_path)
    assert list((tmp_path / "kept" / "work").iterdir()) == [] and list(job.iterdir()) == []


async def test_a_list_is_not_fetched_by_itself(fetcher: YtDlp, tube: Tube, job: Path) -> None:
    tube.add(Video(id="in-the-list"))
    url = tube.add_playlist(Playlist(id="PLone", title="One", videos=("in-the-list",)))
    with pytest.raises(UserError, match="That link is a list"):
        await fetcher.fetch(Want(url=url, medium=Medium.AUDIO), job, report=quiet)


async def test_what_is_live_is_not_fetched(fetcher: YtDlp, tube: Tube, job: Path) -> None:
    url = tube.add(Video(id="live-on-air", state=State.LIVE))
    with pytest.raises(UserError, match="once it is over"):
        await fetcher.fetch(Want(url=url, medium=Medium.AUDIO), job, report=quiet)


def _children_in(folder: Path) -> list[str]:
    """The processes that have something of a folder open."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                opened = [str(each.readlink()) for each in (process / "fd").iterdir()]
            except OSError:
                continue
            found += [process.name for each in opened if each.startswith(str(folder))]
    return found
