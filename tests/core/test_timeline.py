"""The timeline: where every track lies, to the frame."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.timeline import Timeline, choose_rate, is_gapless, plan_timeline, rate_family
from core.tracks import Tags, Track
from tests.core.tapes import album_track, track


def plan(*tracks: Track, crossfade: float = 6.0, target: float | None = -14.0) -> Timeline:
    return plan_timeline(tracks, title="Mix", crossfade=crossfade, target=target)


def test_positions_are_exact() -> None:
    timeline = plan(track(60), track(30), track(90.5), crossfade=6)
    assert [segment.start for segment in timeline.segments] == [
        0,
        54 * 44100,
        (54 + 24) * 44100,
    ]
    assert [segment.fade for segment in timeline.segments] == [0, 264600, 264600]
    assert timeline.frames == round((54 + 24 + 90.5) * 44100)
    assert timeline.seconds == 168.5
    assert timeline.seconds_at(44101) == 1.0 and timeline.seconds_at(44123) == 1.001


def test_an_overlap_is_at_most_half_of_the_shorter_neighbour() -> None:
    timeline = plan(track(60), track(5), track(60), track(7), crossfade=30)
    assert [segment.fade / 44100 for segment in timeline.segments] == [0, 2.5, 2.5, 3.5]


def test_without_a_crossfade_tracks_meet() -> None:
    timeline = plan(track(10), track(10), crossfade=0)
    assert [segment.start for segment in timeline.segments] == [0, 441000]


def test_a_single_track_is_a_timeline() -> None:
    timeline = plan(track(10))
    assert timeline.frames == 441000 and timeline.segments[0].fade == 0


def test_silence_at_the_ends_is_left_out() -> None:
    timeline = plan(track(10, first=4410, last=400000), crossfade=0)
    assert (timeline.segments[0].skip, timeline.segments[0].length) == (4410, 395590)


def test_trims_are_measured_at_the_rate_of_the_mix() -> None:
    high = track(10, rate=48000, first=4800, last=432000)
    timeline = plan(high, track(100), crossfade=0)
    assert (timeline.segments[0].skip, timeline.segments[0].length) == (4410, 392490)


@pytest.mark.parametrize(
    ("seconds_44", "seconds_48", "rate"), [(10, 9, 44100), (9, 10, 48000), (10, 10, 44100)]
)
def test_the_rate_is_what_most_of_the_material_has(
    seconds_44: float, seconds_48: float, rate: int
) -> None:
    assert choose_rate([track(seconds_44), track(seconds_48, rate=48000)]) == rate


@pytest.mark.parametrize(
    ("source", "family"),
    [
        (8000, 48000),
        (16000, 48000),
        (32000, 48000),
        (96000, 48000),
        (192000, 48000),
        (11025, 44100),
        (22050, 44100),
        (88200, 44100),
        (176400, 44100),
        (12345, 44100),
    ],
)
def test_a_rate_has_the_family_it_divides_into(source: int, family: int) -> None:
    assert rate_family(source) == family


def test_gapless_neighbours_meet_without_fade_or_trim() -> None:
    one = album_track(1, 60, first=441, last=60 * 44100 - 10)
    two = album_track(2, 60, first=5, last=60 * 44100 - 441)
    timeline = plan(one, two)
    left, right = timeline.segments
    assert (left.skip, left.length) == (441, 60 * 44100 - 441)
    assert (right.skip, right.fade, right.length) == (0, 0, 60 * 44100 - 441)
    assert right.start == left.end and left.gain == right.gain


def test_an_album_fades_only_where_it_begins_and_ends() -> None:
    timeline = plan(track(60), album_track(1), album_track(2), album_track(3), track(60))
    assert [segment.fade // 44100 for segment in timeline.segments] == [0, 6, 0, 0, 6]


_TWO = album_track(2)


@pytest.mark.parametrize(
    "right",
    [
        album_track(3),
        album_track(1),
        album_track(2, disc=2),
        album_track(2, starts_sounding=False),
        replace(_TWO, tags=replace(_TWO.tags, album="Dead")),
        replace(_TWO, tags=replace(_TWO.tags, album="")),
        replace(_TWO, tags=replace(_TWO.tags, number=0)),
    ],
)
def test_other_neighbours_are_not_gapless(right: Track) -> None:
    assert is_gapless(album_track(1), _TWO)
    assert not is_gapless(album_track(1), right)
    assert not is_gapless(album_track(1, ends_sounding=False), _TWO)
    nothing = replace(right, tags=replace(right.tags, album="", number=1))
    assert not is_gapless(replace(nothing, tags=Tags()), nothing)


_TRACKS = some.lists(
    some.builds(
        lambda frames, rate, lead, tail, number: track(
            frames / rate,
            rate=rate,
            first=min(lead, frames - 1),
            last=max(min(lead, frames - 1) + 1, frames - tail),
            tags=Tags(album="Live" if number else "", number=number),
        ),
        some.integers(1, 400_000) | some.integers(1_000_000, 30_000_000),
        some.sampled_from([44100, 48000]),
        some.integers(0, 200_000),
        some.integers(0, 200_000),
        some.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(tracks=_TRACKS, crossfade=some.floats(0, 30))
def test_whatever_is_laid_out_holds_together(tracks: list[Track], crossfade: float) -> None:
    timeline = plan(*tracks, crossfade=crossfade)
    segments = timeline.segments
    assert segments[0].start == segments[0].fade == 0
    assert [segment.track for segment in segments] == tracks
    for left, right in pairwise(segments):
        assert right.start == left.end - right.fade
        assert 0 <= right.fade <= round(crossfade * timeline.rate)
        assert right.fade * 2 <= min(left.length, right.length)
        assert left.fade + right.fade <= left.length, "a track's two fades meet"
        assert right.start >= left.start
    for segment in segments:
        available = round(segment.track.sound.frames * timeline.rate / segment.track.sound.rate)
        assert segment.skip >= 0 and segment.length >= 0
        assert segment.skip + segment.length <= available
    assert timeline.frames == sum(segment.length - segment.fade for segment in segments)


@settings(max_examples=30, deadline=None)
@given(tracks=_TRACKS, title=some.text())
def test_a_timeline_survives_json(tracks: list[Track], title: str) -> None:
    timeline = replace(plan(*tracks), title=title)
    assert Timeline.from_json(json.loads(json.dumps(timeline.as_json()))) == timeline
