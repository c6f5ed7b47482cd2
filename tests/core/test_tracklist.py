"""What a mix says of itself: chapters, description, cue sheet, hashtags."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.timeline import Timeline, plan_timeline
from core.tracklist import (
    artists_of,
    chapters_of,
    clock,
    cue_sheet,
    default_title,
    describe,
    genres_of,
    hashtags,
)
from core.tracks import Tags, Track, clean_text
from tests.core.tapes import track

LINE = re.compile(r"^(?:(\d+):)?(\d+):(\d\d) (.+)$")


def tape(*tracks: Track, title: str = "Night Drive", crossfade: float = 6) -> Timeline:
    return plan_timeline(tracks, title=title, crossfade=crossfade, target=-14)


def song(title: str = "", artist: str = "", *, seconds: float = 60, genre: str = "") -> Track:
    return track(seconds, name="x.mp3", tags=Tags(title=title, artist=artist, genre=genre))


def lines_of(description: str) -> list[tuple[int, str]]:
    """The lines that YouTube makes chapters of, as seconds and titles."""
    found = [LINE.match(line) for line in description.splitlines()]
    return [
        (int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]), match[4])
        for match in found
        if match and not re.search(r" · \d+ tracks?$", match[0])
    ]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (59.999, "0:59"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (3661.5, "1:01:01"),
        (36000, "10:00:00"),
    ],
)
def test_the_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_a_description_as_it_should_be() -> None:
    timeline = tape(
        song("Neon", "Vela", genre="Synthwave"), song("Rain", "Vela"), song("Kites", "Açúcar")
    )
    assert describe(timeline) == (
        "Night Drive\n\n2:48 · 3 tracks\n\n"
        "0:00 Vela – Neon\n0:54 Vela – Rain\n1:48 Açúcar – Kites\n\n"
        "Music by Vela, Açúcar.\n\n#mixtape #synthwave\n"
    )


def test_one_track_is_one_track_and_without_artists_there_are_no_credits() -> None:
    text = describe(tape(song("Alone")))
    assert "1 track\n" in text and "Music by" not in text


def test_chapters_leave_no_gap() -> None:
    timeline = tape(*(song(f"T{number}", seconds=20.123 + number) for number in range(9)))
    chapters = chapters_of(timeline)
    assert chapters[0].start == 0 and chapters[-1].end == round(timeline.seconds, 3)
    assert all(left.end == right.start for left, right in pairwise(chapters))
    assert [chapter.title for chapter in chapters] == [f"T{number}" for number in range(9)]


def test_tracks_under_ten_seconds_share_a_line() -> None:
    timeline = tape(*(song(f"T{number}", seconds=6) for number in range(5)), crossfade=0)
    assert lines_of(describe(timeline)) == [(0, "T0 / T1"), (12, "T2 / T3 / T4")]


def test_the_last_line_is_ten_seconds_long_too() -> None:
    timeline = tape(song("A", seconds=30), song("B", seconds=30), song("C", seconds=9), crossfade=0)
    assert lines_of(describe(timeline)) == [(0, "A"), (30, "B / C")]


def test_hours_are_shown_where_there_are_any() -> None:
    timeline = tape(*(song(f"T{number}", seconds=1900) for number in range(3)), crossfade=0)
    assert [line for line in describe(timeline).splitlines() if LINE.match(line)] == [
        "1:35:00 · 3 tracks", "0:00 T0", "31:40 T1", "1:03:20 T2",
    ]  # fmt: skip


@pytest.mark.parametrize("letter", ["a", "é", "漢", "😀"])
def test_two_hundred_long_titles_are_under_5000_bytes(letter: str) -> None:
    long = letter * 200
    timeline = tape(*(song(long, long + str(index)) for index in range(200)), title=long)
    text = describe(timeline)
    assert len(text.encode()) < 5000
    lines = lines_of(text)
    assert lines[0][0] == 0 and len(lines) > 70
    assert all(right[0] - left[0] >= 10 for left, right in pairwise(lines))
    assert not text.endswith("\n\n") and text.endswith("\n")


def test_two_hundred_usual_titles_are_all_there() -> None:
    timeline = tape(*(song(f"Song {index}") for index in range(200)))
    assert len(lines_of(describe(timeline))) == 200


_TEXTS = some.text(max_size=30).map(clean_text)
_SONGS = some.builds(
    lambda title, artist, genre, seconds: song(title, artist, genre=genre, seconds=seconds),
    _TEXTS, _TEXTS, _TEXTS, some.floats(0.01, 400),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(songs=some.lists(_SONGS, min_size=1, max_size=40), crossfade=some.floats(0, 30))
def test_every_description_is_one_that_can_be_posted(songs: list[Track], crossfade: float) -> None:
    timeline = tape(*songs, crossfade=crossfade)
    text = describe(timeline)
    lines = lines_of(text.partition("tracks\n\n")[2] or text.partition("track\n\n")[2])
    assert lines[0][0] == 0
    assert all(right[0] - left[0] >= 10 for left, right in pairwise(lines))
    assert len(lines) == 1 or timeline.seconds - lines[-1][0] >= 10
    assert not set("<>") & set(text)
    assert len(text.encode()) < 5000


def test_angle_brackets_are_replaced() -> None:
    text = describe(tape(song("<b>A</b>", "<3"), title="I <3 it"))
    assert "I ‹3 it" in text and "‹b›A‹/b›" in text and "Music by ‹3." in text


def test_the_cue_sheet() -> None:
    timeline = tape(
        song('Say "Hey"', "Vela", seconds=3700.5), song("Rain", seconds=60), crossfade=0
    )
    assert cue_sheet(timeline, "night-drive.mp3") == (
        'PERFORMER "Vela"\nTITLE "Night Drive"\nFILE "night-drive.mp3" MP3\n'
        "  TRACK 01 AUDIO\n    TITLE \"Say 'Hey'\"\n"
        '    PERFORMER "Vela"\n    INDEX 01 00:00:00\n'
        '  TRACK 02 AUDIO\n    TITLE "Rain"\n'
        '    PERFORMER "Unknown Artist"\n    INDEX 01 61:40:38\n'
    )


@settings(max_examples=50, deadline=None)
@given(songs=some.lists(_SONGS, min_size=1, max_size=10))
def test_every_cue_sheet_is_well_formed(songs: list[Track]) -> None:
    timeline = tape(*songs)
    sheet = cue_sheet(timeline, "x.mp3")
    indices = re.findall(r"^    INDEX 01 (\d{2,}):([0-5]\d):(\d\d)$", sheet, re.MULTILINE)
    positions = [int(m) * 4500 + int(s) * 75 + int(f) for m, s, f in indices]
    assert all(int(frame) < 75 for _, _, frame in indices)
    assert len(positions) == len(songs) and positions == sorted(positions)
    for segment, position in zip(timeline.segments, positions, strict=True):
        assert abs(position / 75 - segment.start / timeline.rate) <= 0.5 / 75 + 1e-9
    assert all(line.count('"') in (0, 2) for line in sheet.split("\n"))


def test_artists_and_genres_come_once() -> None:
    timeline = tape(
        song(artist="A", genre="Dub"), song(artist="B", genre="House"),
        song(artist="A", genre="House"), song(),
    )  # fmt: skip
    assert artists_of(timeline) == ["A", "B"]
    assert genres_of(timeline) == ["House", "Dub"]


def test_hashtags_are_single_words_and_few() -> None:
    timeline = tape(
        song(genre="Drum & Bass"), song(genre="Lo-Fi; Hip Hop/R&B"), song(genre="1990, x"),
        song(genre="MPB, Forró"), song(genre="g" * 31), *(song(genre=f"kind{n}") for n in range(9)),
    )  # fmt: skip
    assert hashtags(timeline) == [
        "#mixtape", "#drumbass", "#lofi", "#hiphop", "#rb", "#mpb", "#forró", "#kind0",
    ]  # fmt: skip


def test_no_hashtag_twice() -> None:
    assert hashtags(tape(song(genre="Mixtape"), song(genre="house"), song(genre="HOUSE"))) == [
        "#mixtape", "#house",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("artists", "count", "title"),
    [
        ([], 1, "Mixtape"),
        ([], 7, "Mixtape of 7 tracks"),
        (["A"], 3, "A mixtape"),
        (["A", "B"], 3, "A and B mixtape"),
        (["A", "B", "C"], 3, "A, B and others mixtape"),
    ],
)
def test_an_unnamed_mix_gets_a_title(artists: list[str], count: int, title: str) -> None:
    assert default_title(artists, count) == title
