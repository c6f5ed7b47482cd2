"""Rows of clips: what is right becomes a clip, what is wrong says what would be right."""

import pytest

from core.clips import MOST_ROWS, Checked, Row, as_record, check_end, check_records, read_link
from core.errors import UserError
from core.tables import Column, read_table, write_table

LINK = "https://youtu.be/abc"


def check(text: str, *names: str, most_seconds: float = 3600) -> list[Checked]:
    return check_records(read_table(text), names, most_seconds=most_seconds)


def row_of(text: str, *names: str) -> Row:
    (checked,) = check(text, *names)
    assert checked.row is not None, checked.problems
    return checked.row


def problem_of(text: str, *names: str) -> str:
    (checked,) = check(text, *names)
    assert checked.row is None
    (problem,) = checked.problems
    return str(problem)


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        ("1:00,1:30", 60, 90),
        ("60,90", 60, 90),
        ("1:00,", 60, None),
        (",", 0, None),
        (",0:10", 0, 10),
        ("1:00,end", 60, None),
        ("1:00,+30", 60, 90),
        ("1:00+30", 60, 90),
        ("1:00+0:30,", 60, 90),
        ("1:00-1:30", 60, 90),
        ("1:00 – 1:30,", 60, 90),
        ("0:01:00.25,1m30.5s", 60.25, 90.5),
    ],
)
def test_start_and_end_are_said_in_many_ways(cells: str, start: float, end: float | None) -> None:
    row = row_of(f"url,start,end\n{LINK},{cells}\n")
    assert (row.url, row.start, row.end) == (LINK, start, end)


def test_a_length_stands_for_an_end() -> None:
    assert row_of(f"url,start,duration\n{LINK},1:00,30\n").end == 90
    assert row_of(f"url,start,end,length\n{LINK},60,90,30\n").end == 90


def test_a_link_says_where_it_starts_unless_the_row_does() -> None:
    assert row_of(f"{LINK}?t=1m5s,,+10\n").start == 65
    assert row_of(f"{LINK}?t=1m5s,0,10\n").start == 0


def test_label_fade_and_gain_are_kept() -> None:
    row = row_of(f"{LINK},0,9,The\u202e  best,2.5,−3 dB\n")
    assert (row.label, row.fade, row.gain) == ("The best", 2.5, -3.0)
    assert row_of(f"{LINK},0,9,,0,+2\n").fade == 0


def test_files_are_named_with_or_without_their_endings() -> None:
    names = ("Big Day.mp4", "Sea.MP3", "sea.flac")
    assert row_of("big day.mp4,0,9\n", *names).file == 0
    assert row_of("Big Day,0,9\n", *names).file == 0
    assert row_of("sea.flac,0,9\n", *names).file == 2
    assert "link" in problem_of("sea,0,9\n", *names)  # two may be meant
    assert row_of("0:10,0:20\n", "only.mp3").file == 0


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("youtu.be/abc", "https://youtu.be/abc"),
        ("www.youtube.com/watch?v=1", "https://www.youtube.com/watch?v=1"),
        ("<https://a.test/x>", "https://a.test/x"),
        ("HTTP://a.test/x", "HTTP://a.test/x"),
    ],
)
def test_links_are_read_as_people_paste_them(given: str, link: str) -> None:
    assert read_link(given) == link


@pytest.mark.parametrize(
    "given",
    [
        "file:///etc/passwd", "ftp://a.test/x", "javascript:alert(1)", "data:audio/wav;base64,AA",
        "https://", "http:///x", "https://[::1", "/etc/passwd", "../x", "-o", "https://a.test/a b",
        "concat:https://a.test/x", "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_link_of_the_web_is_refused(given: str) -> None:
    with pytest.raises(UserError, match=r"link|space"):
        read_link(given)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (f"{LINK},2:00,1:00", "end: I read “1:00”. A clip ends after its start at 2:00"),
        (f"{LINK},1:00,1:00", "end: I read “1:00”. A clip ends after its start at 1:00"),
        (f"{LINK},soon,1:00", "start: I read “soon”. Write seconds (90), 1:30"),
        (f"{LINK},0:75,2:00", "start: I read “0:75”. After a colon, seconds go up to 59."),
        (f"{LINK},0,1:00,x,11", "fade: I read “11”. Write seconds from 0 to 10."),
        (f"{LINK},0,1:00,x,-1", "fade: I read “-1”. Write seconds from 0 to 10."),
        (f"{LINK},0,1:00,x,,loud", "gain: I read “loud”. Write decibels from -40 to 24"),
        (f"{LINK},0,1:00,x,,nan", "gain: I read “nan”."),
        (f"{LINK},0,0.05", "end: I read “0.05”. A clip lasts 0.1 seconds at least."),
        ("song.mp3,0,1:00", "source: I read “song.mp3”. Write a link"),
        (",0,1:00", "source: nothing is there. Begin the row with a link"),
        (f"{LINK},1:00+0,", "end: I read “1:00+0”. A clip ends after its start"),
    ],
)
def test_a_wrong_cell_is_named_with_what_would_be_right(row: str, wanted: str) -> None:
    said = problem_of(f"url,start,end,label,fade,gain\n{row}\n")
    assert said.startswith(wanted), said


def test_every_wrong_cell_of_a_row_is_told_and_the_others_are_good() -> None:
    table = f"url,start,end,label,fade\n{LINK},0,9\n{LINK},x,y,,99\n\n{LINK},5,7\n"
    good, wrong, last = check(table)
    assert good.row and last.row and wrong.row is None
    assert [problem.column for problem in wrong.problems] == ["fade", "start", "end"] or [
        problem.column for problem in wrong.problems
    ] == ["start", "end", "fade"]
    assert [each.place for each in (good, wrong, last)] == ["line 2", "line 3", "line 5"]


def test_a_quote_that_is_never_closed_swallows_no_row() -> None:
    checked = check(f'url,start,end,label\n{LINK},0,9,"Intro\n{LINK},5,7,x\n')
    assert [each.row for each in checked] == [None]
    assert "never closed" in str(checked[0].problems[0])


def test_overlap_is_fine() -> None:
    assert all(each.row for each in check(f"{LINK},0,60\n{LINK},30,90\n{LINK},30,90\n"))


def test_limits_are_told_with_the_row_that_passes_them() -> None:
    many = check(f"{LINK},0,1\n" * (MOST_ROWS + 2))
    assert [each.row is None for each in many[-3:]] == [False, True, True]
    assert "200 clips are the most" in str(many[-1].problems[0])
    long = check(f"{LINK},0,40\n{LINK},0,40\n", most_seconds=60)
    assert long[0].row and "1:00 is the most" in str(long[1].problems[0])


def test_a_row_is_checked_again_when_the_length_is_known() -> None:
    row = Row(place="line 1", url=LINK, start=60, end=90)
    assert check_end(row, None) == row and check_end(row, 100) == row
    assert check_end(Row(place="", url=LINK, start=60), 80).end == 80
    assert check_end(row, 89.5).end == 89.5  # people round
    with pytest.raises(UserError, match=r"ends at 1:30, but its source lasts only 1:20"):
        check_end(row, 80)
    with pytest.raises(UserError, match=r"starts at 1:00, but its source lasts only 0:50"):
        check_end(row, 50)


def test_a_row_survives_being_written_down() -> None:
    rows = [
        Row(place="line 1", url=LINK, start=60.25, end=90, label="A, “b”", fade=0.0, gain=-2.5),
        Row(place="line 2", file=1, start=0),
    ]
    names = ["x.mp3", "My song.mp4"]
    assert [Row.from_json(row.as_json()) for row in rows] == rows
    text = write_table([as_record(row, names) for row in rows])
    again = check_records(read_table(text), names, most_seconds=3600)
    for each, row in zip(again, rows, strict=True):
        assert each.row is not None
        assert as_record(each.row, names).cells == as_record(row, names).cells


def test_problems_show_little_of_hostile_text() -> None:
    said = problem_of(f"url,start,end\n{LINK},{'9' * 5000},1:00\n")
    assert len(said) < 300
    assert Column.START in said
