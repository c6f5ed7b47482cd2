"""A reel's plan: which ranges are needed, what the pictures share, where every clip lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clips import Row
from core.links import Span
from core.reel import (
    LEAD,
    SILENT,
    TRAIL,
    VIDEO_RATE,
    Canvas,
    Clip,
    Shape,
    choose_canvas,
    default_title,
    holds,
    list_clips,
    needed_spans,
    plan_reel,
)
from core.tracklist import chapters_of
from core.tracks import Sound, Tags, Track


def row(start: float, end: float | None) -> Row:
    return Row(place="line 1", url="https://a.test/v", start=start, end=end)


def clip(
    seconds: float,
    *,
    loudness: float = -20.0,
    fade: float | None = None,
    gain: float = 0.0,
    label: str = "x",
) -> Clip:
    frames = round(seconds * VIDEO_RATE)
    sound = Sound(
        rate=VIDEO_RATE,
        frames=frames,
        first=0,
        last=frames,
        loudness=loudness,
        peak=-12.0,
        starts_sounding=True,
        ends_sounding=True,
    )
    track = Track(
        path="x", demuxer="wav", source="s", digest="d", tags=Tags(title=label), sound=sound
    )
    return Clip(track=track, fade=fade, gain=gain)


def test_clips_that_overlap_or_are_near_are_one_range() -> None:
    rows = [row(100, 110), row(105, 120), row(121, 125), row(300, 310), row(10, 20)]
    assert needed_spans(rows) == [
        Span(10 - LEAD, 20 + TRAIL), Span(100 - LEAD, 125 + TRAIL), Span(300 - LEAD, 310 + TRAIL),
    ]  # fmt: skip


def test_an_open_end_takes_all_that_follows() -> None:
    assert needed_spans([row(100, None), row(200, 300), row(0, 5)]) == [
        Span(0.0, 5 + TRAIL), Span(100 - LEAD, None),
    ]  # fmt: skip


ROWS = st.lists(
    st.builds(
        lambda start, length: row(start, None if length is None else start + length),
        st.floats(0, 4000),
        st.none() | st.floats(0.1, 600),
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS)
def test_every_clip_is_in_one_range_and_little_else_is(rows: list[Row]) -> None:
    spans = needed_spans(rows)
    assert all(sum(holds(span, each) for span in spans) == 1 for each in rows)
    if all(each.end is not None for each in rows):
        needed = sum(each.seconds or 0.0 for each in rows)
        fetched = sum((span.end or 0.0) - span.start for span in spans)
        assert fetched <= needed + len(rows) * (4.0 + LEAD + TRAIL) + 1e-6


def test_the_canvas_is_what_is_seen_longest() -> None:
    wide, tall = Shape(width=1280, height=720, rate=25), Shape(width=720, height=1280, rate=30)
    assert choose_canvas([(wide, 20), (tall, 10)]) == Canvas(width=1280, height=720, rate=25)
    assert choose_canvas([(wide, 5), (tall, 10)]) == Canvas(width=720, height=1280, rate=30)
    assert choose_canvas([]) == Canvas(width=1280, height=720, rate=30)


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        (Shape(width=3840, height=2160, rate=60), (1920, 1080, 30)),
        (Shape(width=1080, height=2400, rate=29.97), (864, 1920, 30)),
        (Shape(width=1440, height=1080, rate=23.976), (1440, 1080, 24)),
        (Shape(width=641, height=361, rate=50), (640, 360, 25)),
        (Shape(width=640, height=360, rate=1), (640, 360, 30)),
        (Shape(width=640, height=360, rate=1000), (640, 360, 30)),
        (Shape(width=2, height=2, rate=15), (64, 64, 30)),
    ],
)
def test_pictures_fit_a_screen_and_come_in_whole_frames(
    shape: Shape, wanted: tuple[int, int, int]
) -> None:
    canvas = choose_canvas([(shape, 1.0)])
    assert (canvas.width, canvas.height, canvas.rate) == wanted
    assert canvas.grid * canvas.rate == VIDEO_RATE


def plan(
    *clips: Clip, crossfade: float = 3.0, grid: int = 1, target: float | None = -14.0
) -> list[tuple[float, float, float]]:
    timeline = plan_reel(
        clips, title="T", crossfade=crossfade, target=target, rate=VIDEO_RATE, grid=grid
    )
    return [
        (each.start / VIDEO_RATE, each.length / VIDEO_RATE, each.fade / VIDEO_RATE)
        for each in timeline.segments
    ]


def test_neighbours_overlap_by_the_crossfade() -> None:
    assert plan(clip(10), clip(8), clip(20)) == [(0, 10, 0), (7, 8, 3), (12, 20, 3)]
    assert plan(clip(10), clip(8), crossfade=0) == [(0, 10, 0), (10, 8, 0)]


def test_a_short_clip_is_never_faded_twice_in_one_place() -> None:
    assert plan(clip(10), clip(2), clip(10)) == [(0, 10, 0), (9, 2, 1), (10, 10, 1)]


def test_a_row_may_say_its_own_fade() -> None:
    assert plan(clip(10), clip(10, fade=0), clip(10, fade=5)) == [
        (0, 10, 0), (10, 10, 0), (15, 10, 5),
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.floats(0.1, 30), st.none() | st.floats(0, 10)), min_size=1, max_size=12),
    st.floats(0, 10),
    st.sampled_from([1, 1600, 1920, 2000]),
)
def test_everything_lies_on_the_grid_and_fades_never_meet(
    given_clips: list[tuple[float, float | None]], crossfade: float, grid: int
) -> None:
    clips = [clip(seconds, fade=fade) for seconds, fade in given_clips]
    timeline = plan_reel(
        clips, title="T", crossfade=crossfade, target=None, rate=VIDEO_RATE, grid=grid
    )
    fades = [*(each.fade for each in timeline.segments[1:]), 0]
    for each, fade_out in zip(timeline.segments, fades, strict=True):
        assert each.start % grid == each.length % grid == each.fade % grid == 0
        assert each.length >= each.fade + fade_out and each.length > 0
        assert abs(each.length - each.track.sound.frames) <= max(grid, 2)


def test_clips_are_brought_to_one_loudness_and_then_to_what_the_row_says() -> None:
    timeline = plan_reel(
        [clip(5, loudness=-20), clip(5, loudness=-26, gain=-3), clip(5, loudness=SILENT)],
        title="T",
        crossfade=0,
        target=-14.0,
        rate=VIDEO_RATE,
    )
    assert [each.gain for each in timeline.segments] == [6.0, 9.0, 0.0]


def test_labels_are_chapters_and_the_recipe_says_where_each_is_from() -> None:
    timeline = plan_reel(
        [clip(10, label="One"), clip(10, label="Two")],
        title="T",
        crossfade=2,
        target=None,
        rate=VIDEO_RATE,
    )
    assert [(each.start, each.title) for each in chapters_of(timeline)] == [(0, "One"), (8, "Two")]
    rows = [row(60, 70), Row(place="", file=0, start=5, end=15, label="Two")]
    assert list_clips(timeline, rows, ["a.mp4"])[1] == {
        "source": "a.mp4", "from": 5, "to": 15, "label": "Two", "start": 8.0, "end": 18.0,
    }  # fmt: skip


def test_a_reel_without_a_title_is_called_after_its_source() -> None:
    assert default_title(["A", "A"]) == "A"
    assert default_title(["A", "B", "A"]) == "Clips from 2 sources"
    assert default_title([""]) == "Clips"
