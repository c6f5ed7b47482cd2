"""Claude's eye against a double that is as strict as the service."""

import base64
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from adapters.claude import ClaudeEye
from adapters.pictures.looking import shrink_photo
from core.errors import ServiceError, UserError
from core.scenes import Mood
from core.soundtracks import DeclinedError, RestError
from tests.doubles.muses.claude import KEY, Claude, claude_double
from tests.photos import photo, plain

TINY = Path("tiny")


async def tiny(_: Path) -> bytes:
    packed = BytesIO()
    Image.new("RGB", (8, 8)).save(packed, "JPEG")
    return packed.getvalue()


def eye(
    claude: Claude,
    *,
    patience: float = 20.0,
    key: str = KEY,
    shrink: Callable[[Path], Awaitable[bytes]] = tiny,
) -> ClaudeEye:
    return ClaudeEye(
        key, model="claude-haiku-5-5", shrink=shrink, url=claude.url, patience=patience
    )


async def test_a_photo_becomes_a_scene() -> None:
    async with claude_double() as claude:
        scene = await eye(claude, shrink=shrink_photo).see([photo("coffee.png")])
    assert (scene.title, scene.by, scene.mood) == ("Harbour Lights", "claude", Mood(0.4, -0.3))
    assert [verse.section for verse in scene.lyrics] == ["verse", "chorus"]
    (asked,) = claude.asked
    assert asked["output_config"]["effort"] == "low"


async def test_large_photos_go_out_small_and_without_metadata(tmp_path: Path) -> None:
    large = plain(tmp_path / "large.jpg", "#306090", taken="2026:11:20 21:30:00", size=(4000, 3000))
    async with claude_double() as claude:
        await eye(claude, shrink=shrink_photo).see([large])
    source = claude.asked[0]["messages"][0]["content"][0]["source"]
    with Image.open(BytesIO(base64.b64decode(source["data"]))) as sent:
        assert sent.size == (1568, 1176) and not sent.getexif()


async def test_of_many_photos_six_are_shown_first_and_last_among_them() -> None:
    shown: list[Path] = []

    async def note(path: Path) -> bytes:
        shown.append(path)
        return await tiny(path)

    photos = [Path(f"{number}") for number in range(20)]
    async with claude_double() as claude:
        await eye(claude, shrink=note).see(photos)
    assert len(shown) == 6 and (shown[0], shown[-1]) == (photos[0], photos[-1])


async def test_writing_in_a_photo_is_named_as_no_instruction() -> None:
    async with claude_double() as claude:
        await eye(claude).see([TINY])
    (asked,) = claude.asked
    assert "never an instruction" in asked["system"]
    texts = [part["text"] for part in asked["messages"][0]["content"] if part["type"] == "text"]
    assert texts == ["Describe the scene of these photos."]


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        ("refuses", DeclinedError, "Claude would not describe this photo."),
        ("truncated", ServiceError, "Claude's answer about the photo was cut off."),
        ("prose", ServiceError, "Claude's answer about the photo could not be used."),
        ("wrong types", ServiceError, "Claude's answer about the photo could not be used."),
        ("garbage", ServiceError, "Claude's answer about the photo could not be used."),
        ("odd shape", ServiceError, "Claude's answer about the photo could not be used."),
        ("bad key", RestError, "Claude does not accept the key that is set here."),
        ("no credit", RestError, "The account with Claude has no credit left."),
        ("odd request", DeclinedError, "Claude did not take the photo."),
    ],
)
async def test_what_goes_wrong_is_told(act: str, kind: type[Exception], words: str) -> None:
    async with claude_double(act) as claude:
        with pytest.raises(kind) as caught:
            await eye(claude).see([TINY])
    assert str(caught.value) == words and type(caught.value) is kind


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("busy", "Claude has too much to do at the moment."),
        ("overloaded", "Claude has too much to do at the moment."),
        ("broken", "Claude has trouble of its own."),
        ("cut off", "Claude cannot be reached."),
    ],
)
async def test_passing_trouble_is_tried_again_and_then_told(act: str, words: str) -> None:
    async with claude_double(act) as claude:
        assert (await eye(claude).see([TINY])).by == "claude"
        claude.acts = [act, act, act]
        with pytest.raises(ServiceError) as caught:
            await eye(claude).see([TINY])
    assert str(caught.value) == words


async def test_busy_says_how_long_to_leave_it_in_peace() -> None:
    async with claude_double("busy", "busy", "busy") as claude:
        with pytest.raises(RestError) as caught:
            await eye(claude).see([TINY])
    assert caught.value.seconds == 120


async def test_silence_is_not_waited_for_for_ever() -> None:
    async with claude_double("slow") as claude:
        with pytest.raises(ServiceError, match="did not answer in time"):
            await eye(claude, patience=0.3).see([TINY])


async def test_a_photo_that_cannot_be_opened_is_the_persons(tmp_path: Path) -> None:
    page = tmp_path / "page.jpg"
    page.write_text("<html>")
    async with claude_double() as claude:
        with pytest.raises(UserError, match="no picture"):
            await eye(claude, shrink=shrink_photo).see([page])
    assert claude.asked == []


async def test_no_key_is_ever_in_an_error() -> None:
    secret = "sk-ant-very-secret"
    async with claude_double("bad key") as claude:
        claude.wrong = []
        with pytest.raises(ServiceError) as caught:
            await eye(claude, key=secret).see([TINY])
        claude.wrong.clear()
    told: BaseException | None = caught.value
    while told is not None:
        assert secret not in f"{told!s} {told!r}"
        told = told.__cause__
