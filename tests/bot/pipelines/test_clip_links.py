"""Clips of links, through yt-dlp's own machinery: exact, and little more is fetched than needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from adapters.ffmpeg.pool import Pool
from adapters.ytdlp import Bounds, YtDlp
from bot.pipelines.clip import ClipPipeline
from core.clips import Row
from core.jobs import Outcome
from tests.bot.pipelines.running import Running
from tests.bot.pipelines.test_clip import hear_beeps, product, request
from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import read_pictures
from tests.doubles.tube.videos import State, Video
from tests.media import ffmpeg

LONG, OTHER, PRIVATE = "longvideo01", "othervide02", "privatevi03"
EXACT = 0.02


@pytest.fixture(scope="module")
def tube() -> Iterator[Tube]:
    with Tube() as site:
        site.add(Video(id=LONG, title="A talk", seconds=600, heights=(240,)))
        site.add(Video(id=OTHER, title="A show", seconds=40, heights=(240,)))
        site.add(Video(id=PRIVATE, state=State.PRIVATE))
        yield site


async def make_reel(tube: Tube, folder: Path, rows: list[Row], *, video: bool) -> Outcome:
    bounds = Bounds(seconds=3600, bytes=10**9, kept_bytes=10**9)
    links = YtDlp(ffmpeg(), folder / "kept", bounds, command=tube.child, wait=wait_none())
    pipeline = ClipPipeline(ffmpeg=ffmpeg(), pool=Pool(2), fetcher=links, most_seconds=3600)
    return await pipeline.make(Running(folder / "job", request(rows, video=video)))


def row(video: str, start: float, end: float | None, number: int, **more: Any) -> Row:
    url = f"https://www.youtube.com/watch?v={video}"
    return Row(place=f"line {number}", url=url, start=start, end=end, **more)


async def test_sound_of_links_is_exact_and_only_its_parts_are_fetched(
    tube: Tube, tmp_path: Path
) -> None:
    before = tube.sent[LONG]
    rows = [
        row(LONG, 301.25, 309.75, 1, label="Middle"),
        row(OTHER, 35.5, None, 2),
        row(LONG, 61.5, 66.5, 3),
        row(LONG, 305.5, 307.5, 4),  # again, out of the same range
        row(PRIVATE, 1, 2, 5),
        row(LONG, 595, 700, 6),
    ]
    outcome = await make_reel(tube, tmp_path, rows, video=False)
    offsets = {0: 301.25, 1: 35.5, 2: 61.5, 3: 305.5}
    starts = [0.0, 8.5, 13.0, 18.0]
    heard = hear_beeps(product(outcome, "audio"))
    assert len(heard) >= 18
    for at, second in heard:
        clip = max(number for number, start in enumerate(starts) if start <= at + EXACT)
        assert abs(at - starts[clip] - (second - offsets[clip])) < EXACT, (at, second)
    rejected: Any = outcome.details["rejected"]
    assert [each["source"] for each in rejected] == ["Line 5", "Line 6"]
    assert rejected[0]["reason"].startswith("failed. YouTube shows that to")
    assert "lasts only 10:00" in rejected[1]["reason"]
    tracks: Any = outcome.details["tracks"]
    assert [track["title"] for track in tracks] == ["Middle", "A show", "A talk", "A talk"]
    whole = max(size for tag, size in tube.sizes(LONG).items() if tag == 140)
    needed = whole * (8.5 + 5.0) / 600
    assert tube.sent[LONG] - before < 2 * needed + 60_000  # indexes come on top


async def test_pictures_of_links_are_the_very_frames_with_their_sound(
    tube: Tube, tmp_path: Path
) -> None:
    rows = [row(LONG, 303.4, 306.4, 1), row(OTHER, 12.6, 15.6, 2)]
    outcome = await make_reel(tube, tmp_path, rows, video=True)
    film = product(outcome, "video")
    # The pictures of long videos start again every minute.
    assert read_pictures(film) == [*range(85, 160), *range(315, 390)]
    heard = hear_beeps(film)
    assert [second for _, second in heard] == [304, 305, 306, 13, 14, 15]
    wanted = [0.6, 1.6, 2.6, 3.4, 4.4, 5.4]
    assert max(abs(at - want) for (at, _), want in zip(heard, wanted, strict=True)) < EXACT
