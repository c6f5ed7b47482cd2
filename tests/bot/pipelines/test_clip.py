"""Reels of clips, opened as others open them: where each clip is, how loud, what is missing."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from adapters.ffmpeg.pool import Pool
from bot.pipelines.clip import ClipPipeline
from core.clips import Row
from core.errors import ServiceError, UserError
from core.jobs import Json, Outcome
from core.links import Found, Medium, Span
from core.reel import LEAD, TRAIL
from tests.adapters.ffmpeg.rendering import decode, measure
from tests.bot.pipelines.running import Running
from tests.doubles.tube.timecode import hear, read_pictures
from tests.fakes import FakeFetcher
from tests.footage import film, song
from tests.media import Sound, ffmpeg, make

TALK, SHOW = "https://youtu.be/talk", "https://youtu.be/show"
EXACT = 0.02


def found(url: str, *, seconds: float | None = 24.0, video: bool = True, **more: Any) -> Found:
    name = url.rpartition("/")[2]
    return Found(
        url=url, site="youtube", id=more.pop("id", name), title=f"The {name}", seconds=seconds,
        artist="Channel", video=video, **more,
    )  # fmt: skip


def fetcher(**troubles: Exception) -> FakeFetcher:
    return FakeFetcher(
        {
            TALK: (found(TALK), film()),
            SHOW: (found(SHOW), film(size=(320, 240))),
            f"{TALK}?t=3": (found(f"{TALK}?t=3", id="talk"), film()),
        },
        pages=[
            found("https://youtu.be/live", live=True, seconds=None),
            found("https://youtu.be/list", entries=(found(TALK), found(SHOW))),
        ],
        troubles={f"https://youtu.be/{name}": error for name, error in troubles.items()},
    )


def request(
    rows: Sequence[Row], *, files: Sequence[Path] = (), video: bool = False, **more: Json
) -> dict[str, Json]:
    return {
        "rows": [row.as_json() for row in rows],
        "files": [{"path": str(path), "label": path.name} for path in files],
        "wrong": [],
        "title": "",
        "crossfade": 0.0,
        "loudness": -14.0,
        "video": video,
        "captions": False,
        **more,
    }


def row(url: str, start: float, end: float | None, *, number: int = 1, **more: Any) -> Row:
    return Row(place=f"line {number}", url=url, start=start, end=end, **more)


async def make_reel(
    folder: Path, asked: Mapping[str, Json], *, by: FakeFetcher | None = None
) -> Outcome:
    pipeline = ClipPipeline(
        ffmpeg=ffmpeg(), pool=Pool(2), fetcher=by or fetcher(), most_seconds=3600
    )
    running = Running(folder, asked)
    outcome = await pipeline.make(running)
    assert all(0 <= told <= 1.001 for told in running.told)
    return outcome


def product(outcome: Outcome, role: str) -> Path:
    return next(Path(each.path) for each in outcome.products if each.role == role)


def hear_beeps(path: Path) -> list[tuple[float, int]]:
    return [(beep.at, beep.second) for beep in hear(decode(path)[:, 0].copy())]


async def test_clips_are_cut_where_they_should_and_come_in_order(tmp_path: Path) -> None:
    rows = [
        row(SHOW, 13.25, 17.75, number=1, label="Late"),
        row(TALK, 2.5, 5.5, number=2, label="Early"),
        row(TALK, 12.4, 14.4, number=3),
    ]
    by = fetcher()
    outcome = await make_reel(tmp_path, request(rows), by=by)
    mp3 = product(outcome, "audio")
    offsets = [(0.0, 13.25), (4.5, 2.5), (7.5, 12.4)]
    wanted = [
        (offset + second - start, second)
        for (offset, start), seconds in zip(
            offsets, ([14, 15, 16, 17], [3, 4, 5], [13, 14]), strict=True
        )
        for second in seconds
    ]
    heard = hear_beeps(mp3)
    assert [second for _, second in heard] == [second for _, second in wanted]
    assert max(abs(a - b) for (a, _), (b, _) in zip(heard, wanted, strict=True)) < EXACT
    assert outcome.details["duration"] == pytest.approx(9.5, abs=0.01)
    # The same source in two rows: looked at once, and fetched as few ranges, of sound alone.
    assert by.looked.count(TALK) == 1 + len([want for want in by.fetched if want.url == TALK])
    assert [want.medium for want in by.fetched] == [Medium.AUDIO] * len(by.fetched)
    chapters = [
        (frame.start_time, str(frame.sub_frames["TIT2"])) for frame in ID3(mp3).getall("CHAP")
    ]
    assert sorted(chapters) == [(0, "Late"), (4500, "Early"), (7500, "Channel – The talk")]
    assert product(outcome, "description").read_text().startswith("Clips from 2 sources\n\n0:09")


async def test_only_what_is_needed_is_asked_for(tmp_path: Path) -> None:
    by = fetcher()
    rows = [
        row(TALK, 20.0, 21.0),
        row(TALK, 1.0, 2.0),
        row(f"{TALK}?t=3", 2.5, 3.5),  # the same video, as another link
    ]
    await make_reel(tmp_path, request(rows), by=by)
    spans = sorted((want.span.start, want.span.end or 0.0) for want in by.fetched)
    assert [end for span in spans for end in span] == pytest.approx(
        [1 - LEAD, 3.5 + TRAIL, 20 - LEAD, 21 + TRAIL]
    )
    assert by.fetched[0].url in (TALK, f"{TALK}?t=3")


async def test_a_plain_file_of_which_only_all_can_be_had_is_fetched_once(tmp_path: Path) -> None:
    url = "https://files.test/talk.mp3"
    plain = Found(url=url, site="link", id="1", title="talk.mp3", seconds=None)
    by = FakeFetcher({url: (plain, song("mp3"))})
    rows = [
        row(url, 20.5, 21.5, number=1),
        row(url, 1.5, 2.5, number=2),
        row(url, 23, 40, number=3),
    ]
    outcome = await make_reel(tmp_path, request(rows), by=by)
    assert [want.span for want in by.fetched] == [Span()]
    assert [second for _, second in hear_beeps(product(outcome, "audio"))] == [21, 2]
    rejected: Any = outcome.details["rejected"]
    assert [each["source"] for each in rejected] == ["Line 3"]


async def test_crossfades_overlap_and_all_is_equally_loud(tmp_path: Path) -> None:
    loud = make("flac", Sound(wave="music", seconds=12, peak=-1.0, seed=1))
    soft = make("wav", Sound(wave="music", seconds=12, peak=-24.0, seed=2))
    rows = [
        Row(place="line 1", file=0, start=1.0, end=9.0),
        Row(place="line 2", file=1, start=1.0, end=9.0),
        Row(place="line 3", file=0, start=2.0, end=10.0, fade=0.0),
    ]
    asked = request(rows, files=[loud, soft], crossfade=3.0)
    outcome = await make_reel(tmp_path, asked)
    mp3 = product(outcome, "audio")
    assert outcome.details["duration"] == pytest.approx(8 + 8 + 8 - 3, abs=0.01)
    loudness, peak = measure(mp3)
    assert loudness == pytest.approx(-14.0, abs=1.0) and peak <= -0.9
    sound = decode(mp3)
    levels = [
        20 * math.log10(float(part.std()))
        for part in (sound[44100 : 4 * 44100], sound[9 * 44100 : 12 * 44100])
    ]
    assert levels[0] == pytest.approx(levels[1], abs=1.5)
    tracks: Any = outcome.details["tracks"]
    assert [track["crossfade"] for track in tracks] == [0, 3.0, 0]
    assert [track["start"] for track in tracks] == [0, 5.0, 13.0]


async def test_a_reel_of_films_shows_the_very_frames_with_their_sound(tmp_path: Path) -> None:
    rows = [
        row(TALK, 13.4, 17.4, label="Late"),
        row(SHOW, 2.48, 5.48, label="Early"),
        row(TALK, 9.0, 11.0, label="Across a key frame"),
    ]
    by = fetcher()
    outcome = await make_reel(tmp_path, request(rows, video=True, title="Reel"), by=by)
    mp4 = product(outcome, "video")
    seen = read_pictures(mp4)
    assert seen[:100] == [*range(335, 435)]
    assert seen[175:225] == [*range(225, 275)]
    assert len(seen) == 225
    heard = hear_beeps(mp4)
    wanted = [*[(s - 13.4, s) for s in (14, 15, 16, 17)], *[(4 + s - 2.48, s) for s in (3, 4, 5)]]
    wanted += [(7 + s - 9.0, s) for s in (9, 10)]
    assert [second for _, second in heard if second != 9] == [s for _, s in wanted if s != 9]
    found_at = {second: at for at, second in heard}
    assert all(abs(found_at[second] - at) < EXACT for at, second in wanted if second != 9)
    assert {want.medium for want in by.fetched} == {Medium.VIDEO}
    assert {want.height for want in by.fetched} == {1080}
    chapters = MP4(mp4).chapters
    assert chapters is not None
    assert [chapter.title for chapter in chapters] == ["Late", "Early", "Across a key frame"]
    assert [round(chapter.start, 2) for chapter in chapters] == [0, 4, 7]
    roles = [each.role for each in outcome.products]
    assert "video" in roles and "audio" not in roles and "cue" not in roles
    recipe = json.loads(product(outcome, "recipe").read_text())
    assert recipe["canvas"] == {"width": 480, "height": 270, "rate": 25}
    assert recipe["clips"][1]["from"] == 2.48


async def test_films_sounds_and_silent_films_go_together(tmp_path: Path) -> None:
    mute = film(sound=False, seconds=6.0)
    files = [film(), song("mp3"), mute]
    rows = [
        Row(place="line 1", file=0, start=3.0, end=6.0, label="Film"),
        Row(place="line 2", file=1, start=3.0, end=6.0, label="Only sound"),
        Row(place="line 3", file=2, start=1.0, end=4.0, label="Only pictures"),
    ]
    asked = request(rows, files=files, video=True, crossfade=1.0, captions=True)
    outcome = await make_reel(tmp_path, asked)
    mp4 = product(outcome, "video")
    assert len(read_pictures(mp4)) == 7 * 25
    sound = decode(mp4)
    assert abs(sound[round(5.5 * 44100) :]).max() < 0.001
    assert abs(sound[: 4 * 44100]).max() > 0.05
    assert outcome.details["rejected"] == []


async def test_rows_that_cannot_be_made_are_missed_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = tmp_path / "note.mp3"
    bad.write_text("no sound")
    rows = [
        row(TALK, 1, 3, number=1),
        row("https://youtu.be/private", 1, 3, number=2),
        row("https://youtu.be/busy", 1, 3, number=3),
        row(TALK, 20, 40, number=4),
        row(TALK, 30, None, number=5),
        row("https://youtu.be/live", 1, 3, number=6),
        row("https://youtu.be/list", 1, 3, number=7),
        Row(place="line 8", file=0, start=1, end=3),
        row(SHOW, 22, None, number=9),
    ]
    by = fetcher(
        private=UserError("That video is private. Ask its owner."),
        busy=ServiceError("YouTube does not answer. Try again later."),
    )
    wrong: Json = [{"source": "Line 0", "reason": "is wrong."}]
    asked = request(rows, files=[bad], wrong=wrong)
    outcome = await make_reel(tmp_path / "job", asked, by=by)
    rejected: Any = outcome.details["rejected"]
    told = {each["source"]: each["reason"] for each in rejected}
    assert told == {
        "Line 0": "is wrong.",
        "Line 2": "failed. That video is private. Ask its owner.",
        "Line 3": "failed. YouTube does not answer. Try again later.",
        "Line 4": "ends at 0:40, but its source lasts only 0:24. Write an earlier end, or none "
        "for all of the rest.",
        "Line 5": "starts at 0:30, but its source lasts only 0:24. Write an earlier start.",
        "Line 6": "is live. Clip it when it is over.",
        "Line 7": "names a list of 2. Name one of its entries.",
        "Line 8": "cannot be made: note.mp3 is a text, not a sound file.",
    }
    # What lies beyond an end stays there, however often it is tried.
    assert outcome.details["again"] == [1, 2, 5, 6, 7]
    assert outcome.details["duration"] == pytest.approx(4.0, abs=0.02)
    assert outcome.text.endswith(": 2 clips, 0:04. 8 rows were left out.")


async def test_a_job_without_a_single_clip_says_why(tmp_path: Path) -> None:
    by = fetcher(private=UserError("That video is private."))
    rows = [row("https://youtu.be/private", 1, 3), row(TALK, 90, 95, number=2)]
    with pytest.raises(UserError, match=r"None of the 2 clips can be made\. Line 1 failed\. That"):
        await make_reel(tmp_path, request(rows), by=by)


async def test_too_long_a_reel_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    by = FakeFetcher({TALK: (found(TALK, seconds=7200), film())})
    with pytest.raises(UserError, match=r"would last 1:59:59; the most is 1:00:00"):
        await make_reel(tmp_path, request([row(TALK, 1, None)]), by=by)
    assert by.fetched == []


async def test_too_long_a_reel_of_unknown_lengths_is_told_while_it_is_cut(tmp_path: Path) -> None:
    # A bare stream does not say how long it is.
    rows = [Row(place=f"line {n}", file=0, start=0.0, end=None) for n in range(4)]
    asked = request(rows, files=[song("aac")])
    pipeline = ClipPipeline(ffmpeg=ffmpeg(), pool=Pool(2), fetcher=fetcher(), most_seconds=40)
    with pytest.raises(UserError, match=r"would last 0:4\d; the most is 0:40"):
        await pipeline.make(Running(tmp_path, asked))


async def test_a_film_without_sound_is_no_clip_for_an_mp3(tmp_path: Path) -> None:
    rows = [
        Row(place="line 1", file=0, start=1, end=3),
        Row(place="line 2", file=1, start=1, end=3),
    ]
    outcome = await make_reel(
        tmp_path, request(rows, files=[film(sound=False, seconds=6.0), song("mp3")])
    )
    rejected: Any = outcome.details["rejected"]
    assert rejected == [
        {"source": "Line 1", "reason": "cannot be made: its source has no sound in it."}
    ]


async def test_the_length_of_an_unknown_source_is_found_on_the_way(tmp_path: Path) -> None:
    by = FakeFetcher({TALK: (found(TALK, seconds=None, video=False), song("mp3"))})
    rows = [row(TALK, 20, None, number=1), row(TALK, 20, 60, number=2), row(TALK, 5, 6, number=3)]
    outcome = await make_reel(tmp_path, request(rows), by=by)
    assert outcome.details["duration"] == pytest.approx(5.0, abs=0.1)
    rejected: Any = outcome.details["rejected"]
    assert [each["source"] for each in rejected] == ["Line 2"]
    assert "lasts only 0:24" in rejected[0]["reason"]


async def test_every_step_can_be_done_twice(tmp_path: Path) -> None:
    class Interrupted(Running):
        async def step(self, stage: str, work: Any) -> Json:
            await super().step(stage, work)
            return await super().step(stage, work)

    pipeline = ClipPipeline(ffmpeg=ffmpeg(), pool=Pool(2), fetcher=fetcher(), most_seconds=3600)
    rows = [row(TALK, 3.5, 5.5), row(SHOW, 7.5, 9.5, number=2)]
    asked = request(rows, video=False)
    # The last step throws the scraps away, so only the others are repeated from what they left.
    outcome = await pipeline.make(Interrupted(tmp_path, asked))
    assert [second for _, second in hear_beeps(product(outcome, "audio"))] == [4, 5, 8, 9]
