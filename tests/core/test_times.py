"""Times are read as people write them, and nothing else is taken for one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.times import MOST_HOURS, read_link_time, read_time, write_time

MILLISECONDS = st.integers(0, MOST_HOURS * 3_600_000)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90), ("0", 0), ("1:30", 90), ("01:02:03", 3723), ("1:02.5", 62.5), ("1m30s", 90),
        ("90s", 90), ("1h2m3.5s", 3723.5), ("1:02,5", 62.5), (".5", 0.5), ("2,25", 2.25),
        ("90:00", 5400), ("1h", 3600), ("2 min", 120), ("1h 5min", 3900), ("500ms", 0.5),
        ("1m30", 90), ("1h30", 5400), ("1 hour 2 minutes 3 seconds", 3723), (" 1:30 ", 90),
        ("1H2M", 3720), ("1:00:00.125", 3600.125), ("0:00", 0),
    ],
)  # fmt: skip
def test_reads_what_people_write(text: str, seconds: float) -> None:
    assert read_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "-5", "1:75", "1:60:00", "1::2", "1:2:3:4", ":30", "1:", "1:30:", "s",
        "nan", "inf", "1e3", "1s2m", "1h2h", "5 apples", "1:30 pm", "--", "30s5", "1.2.3",
        "https://youtu.be/x", "101h", "9" * 30, "9" * 5000 + ":00", "1:" + "0" * 5000,
    ],
)  # fmt: skip
def test_says_what_would_be_right(text: str) -> None:
    with pytest.raises(UserError, match=r"(?i)write"):
        read_time(text)


@given(MILLISECONDS)
def test_what_is_written_is_read_again(milliseconds: int) -> None:
    assert read_time(write_time(milliseconds / 1000)) == milliseconds / 1000


@given(MILLISECONDS)
def test_every_way_to_write_it_is_the_same_time(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    whole, rest = divmod(milliseconds, 1000)
    hours, minutes, second = whole // 3600, whole // 60 % 60, whole % 60
    ways = [
        f"{seconds:.3f}",
        f"{seconds:.3f}s".replace(".", ","),
        f"{hours}:{minutes:02}:{second:02}.{rest:03}",
        f"{hours:02}:{minutes:02}:{second:02},{rest:03}",
        f"{hours * 60 + minutes}:{second:02}.{rest:03}",
        f"{hours}h{minutes}m{second}.{rest:03}s",
        f"{hours} h {minutes} min {second} sec {rest} ms",
        f"{hours * 60 + minutes}m{second}.{rest:03}",
    ]
    assert {read_time(way) for way in ways} == {seconds}


@given(st.text(max_size=30) | st.text("0123456789:.,hms +-", max_size=14))
def test_any_text_is_a_sensible_time_or_a_sentence(text: str) -> None:
    try:
        seconds = read_time(text)
    except UserError as error:
        assert str(error).endswith(".")
        return
    assert math.isfinite(seconds) and 0 <= seconds <= MOST_HOURS * 3600
    assert read_time(write_time(seconds)) == seconds


@given(st.integers(0, 59_999), st.integers(60, 10_000))
def test_seconds_after_a_colon_are_less_than_a_minute(milliseconds: int, wrong: int) -> None:
    second, rest = divmod(milliseconds, 1000)
    assert read_time(f"3:{second:02}.{rest:03}") == (180_000 + milliseconds) / 1000
    with pytest.raises(UserError, match="up to 59"):
        read_time(f"3:{wrong}")


@pytest.mark.parametrize(
    ("url", "seconds"),
    [
        ("https://youtu.be/abc?t=90", 90), ("https://youtu.be/abc?t=1m30s", 90),
        ("https://youtu.be/abc?si=x&t=90s", 90), ("https://a.test/v?start=15&end=20", 15),
        ("https://www.youtube.com/watch?v=abc#t=1m2s", 62), ("https://a.test/v.mp4#t=10,20", 10),
        ("https://youtu.be/abc", None), ("https://youtu.be/abc?t=", None),
        ("https://youtu.be/abc?t=soon", None), ("https://youtu.be/abc?time_continue=7", 7),
    ],
)  # fmt: skip
def test_a_link_says_where_it_begins(url: str, seconds: float | None) -> None:
    assert read_link_time(url) == seconds
