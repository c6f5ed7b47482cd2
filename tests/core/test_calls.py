"""Options: what people send becomes values that commands can trust, or a kind sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from core.options import Attachment, Kind, Option, Value, read_values

FILE = Attachment(Path("/in/a"), "a.mp3", 3)
OTHER = Attachment(Path("/in/b"), "b.mp3", 4)

TITLE = Option(name="title", kind=Kind.TEXT, summary="What to call it", least=2, most=5)
FADE = Option(
    name="fade", kind=Kind.NUMBER, summary="Overlap", default=6.0, least=0, most=30, unit="seconds"
)
SEED = Option(name="seed", kind=Kind.NUMBER, summary="A number")
LEVEL = Option(name="level", kind=Kind.NUMBER, summary="How loud", unit="LUFS")
VIDEO = Option(name="video", kind=Kind.FLAG, summary="Make a video", default=True)
ORDER = Option(
    name="order", kind=Kind.CHOICE, summary="Order", default="given", choices=("given", "name")
)
COVER = Option(name="cover", kind=Kind.FILE, summary="A picture")
TRACKS = Option(
    name="tracks", kind=Kind.FILES, summary="The tracks, in order", required=True, least=2, most=3
)
EXTRAS = Option(name="extras", kind=Kind.FILES, summary="More", least=2)
NEEDED = Option(name="words", kind=Kind.TEXT, summary="What to say", required=True)


def read(option: Option, given: object) -> Value:
    return read_values([option], {option.name: given})[option.name]


@pytest.mark.parametrize(
    ("option", "given", "value"),
    [
        (TITLE, "  Tape ", "Tape"),
        (TITLE, 12345, "12345"),
        (FADE, "4.5", 4.5),
        (FADE, " 4,5 ", 4.5),
        (FADE, 0, 0.0),
        (FADE, 30, 30.0),
        (FADE, "-0", 0.0),
        (SEED, -1e9, -1e9),
        (VIDEO, "Yes", True),
        (VIDEO, "1", True),
        (VIDEO, True, True),
        (VIDEO, " off ", False),
        (VIDEO, False, False),
        (VIDEO, 0, False),
        (ORDER, " NAME ", "name"),
        (COVER, FILE, FILE),
        (COVER, [FILE], FILE),
        (TRACKS, [FILE, OTHER], (FILE, OTHER)),
        (TRACKS, (FILE, OTHER, FILE), (FILE, OTHER, FILE)),
    ],
)
def test_reads_what_people_and_platforms_send(option: Option, given: object, value: Value) -> None:
    found = read(option, given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("nothing", [None, "", "   ", (), []])
@pytest.mark.parametrize(
    ("option", "value"),
    [(TITLE, None), (FADE, 6.0), (VIDEO, True), (ORDER, "given"), (COVER, None), (EXTRAS, ())],
)
def test_nothing_is_the_default(option: Option, value: Value, nothing: object) -> None:
    assert read(option, nothing) == value


def test_a_default_that_people_may_set_is_left_to_them() -> None:
    mine = [replace(FADE, personal=True), replace(EXTRAS, personal=True)]
    assert read_values(mine, {"fade": " "}) == {"fade": None, "extras": ()}
    assert read_values(mine, {"fade": 0}) == {"fade": 0.0, "extras": ()}


def test_what_was_not_given_at_all_gets_its_default() -> None:
    options = [TITLE, FADE, VIDEO, ORDER, COVER, EXTRAS]
    assert read_values(options, {}) == {
        "title": None, "fade": 6.0, "video": True, "order": "given", "cover": None, "extras": (),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "given", "sentence"),
    [
        (NEEDED, None, "“words” is missing: what to say."),
        (NEEDED, "  ", "“words” is missing: what to say."),
        (TRACKS, [], "“tracks” is missing: the tracks, in order."),
        (TITLE, "abcdef", "“title” is too long: 6 characters, 5 are allowed."),
        (TITLE, "a", "“title” is too short: at least 2 characters are needed."),
        (FADE, "long", "“fade” must be a number from 0 to 30 seconds, not “long”."),
        (FADE, True, "“fade” must be a number from 0 to 30 seconds, not “True”."),
        (FADE, FILE, f"“fade” must be a number from 0 to 30 seconds, not “{str(FILE)[:40]}”."),
        (FADE, -1, "“fade” must be a number from 0 to 30 seconds, not -1."),
        (FADE, "31", "“fade” must be a number from 0 to 30 seconds, not 31."),
        (FADE, 30.001, "“fade” must be a number from 0 to 30 seconds, not 30.001."),
        (FADE, "nan", "“fade” must be a number from 0 to 30 seconds, not nan."),
        (FADE, float("inf"), "“fade” must be a number from 0 to 30 seconds, not inf."),
        (SEED, "x", "“seed” must be a number, not “x”."),
        (SEED, "1e999", "“seed” must be a number, not 1e999."),
        (LEVEL, "loud", "“level” must be a number of LUFS, not “loud”."),
        (VIDEO, "perhaps", "“video” must be yes or no, not “perhaps”."),
        (ORDER, "random", "“order” must be one of given, name, not “random”."),
        (COVER, "cover.png", "“cover” takes files: attach them to the message."),
        (COVER, [FILE, OTHER], "“cover” takes one file, not 2."),
        (TRACKS, [FILE, "b.mp3"], "“tracks” takes files: attach them to the message."),
        (TRACKS, [FILE], "“tracks” needs at least 2 files, not 1."),
        (TRACKS, FILE, "“tracks” needs at least 2 files, not 1."),
        (
            TRACKS,
            [FILE] * 4,
            "“tracks” takes up to 3 files, not 4: leave some out, or make two.",
        ),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(option: Option, given: object, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        read(option, given)
    assert str(caught.value) == sentence


def test_an_unknown_option_names_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        read_values([TITLE, FADE], {"titel": "x"})
    assert str(caught.value) == "There is no option “titel” here. The options are: title, fade."


@pytest.mark.parametrize("option", [FADE, VIDEO, ORDER])
def test_long_nonsense_is_quoted_only_in_part(option: Option) -> None:
    with pytest.raises(UserError) as caught:
        read(option, "y" * 5000)
    assert "y" * 40 in str(caught.value) and len(str(caught.value)) < 120


@pytest.mark.parametrize("given", [[], {}, object(), b"x", 10**400, "1" * 5000, "\0", "\ud800"])
@pytest.mark.parametrize("option", [TITLE, FADE, SEED, VIDEO, ORDER, COVER, TRACKS])
def test_whatever_comes_is_a_value_or_a_sentence(option: Option, given: Any) -> None:
    try:
        read(option, given)
    except UserError as error:
        assert str(error).endswith(".")
