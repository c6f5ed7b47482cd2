"""A Suno-like service against a double of its interface."""

import os
import re
from pathlib import Path

import pytest

from adapters.sunolike import STATUSES, SunoLike
from core.errors import ServiceError, UserError
from core.soundtracks import DeclinedError, RestError
from tests.adapters.wishes import wish
from tests.doubles.muses.fetching import fetcher_for
from tests.doubles.muses.sunolike import KEY, ORDER, sunolike_double
from tests.doubles.muses.sunolike import SunoLike as Double


def musician(double: Double) -> SunoLike:
    return SunoLike(double.url + "/", KEY, fetcher=fetcher_for(double.url), pause=0.01)


async def test_an_order_is_asked_for_until_it_is_complete(tmp_path: Path) -> None:
    async with sunolike_double() as double:
        band = musician(double)
        ticket = await band.submit(wish())
        polled = [await band.poll(ticket) for _ in range(3)]
        take = await band.fetch(ticket, tmp_path)
    assert polled == [False, False, True], "what is streaming is not finished"
    assert take.path.read_bytes() == double.song_bytes()
    (asked,) = double.asked
    assert asked["prompt"].startswith("[verse]") and asked["make_instrumental"] is False


async def test_without_words_it_is_instrumental() -> None:
    async with sunolike_double() as double:
        await musician(double).submit(wish(sung=False))
    assert double.asked[0]["make_instrumental"] is True and "prompt" not in double.asked[0]


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        ("bad key", RestError, "The music service does not accept the key that is set here."),
        ("no credit", RestError, "The account with the music service has no credit left."),
        ("busy", RestError, "The music service has too much to do."),
        ("odd request", DeclinedError, "The music service did not take the order."),
        ("broken", ServiceError, "The music service has trouble of its own."),
        ("garbage", ServiceError, "The music service answered in a way that I do not understand."),
        ("wrong types", ServiceError, "The music service answered in a way that I do not "
         "understand."),
        ("endless", ServiceError, "The music service answered in a way that I do not understand."),
        ("moved", ServiceError, "The music service has trouble of its own."),
    ],
)  # fmt: skip
async def test_what_goes_wrong_is_told_at_every_step(
    act: str, kind: type[Exception], words: str
) -> None:
    async with sunolike_double(act) as double:
        with pytest.raises(kind) as caught:
            await musician(double).submit(wish())
        assert str(caught.value) == words
        double.acts = [act]
        with pytest.raises(kind) as caught:
            await musician(double).poll("clip-1")
        assert str(caught.value) == words


async def test_a_clip_that_failed_says_why() -> None:
    async with sunolike_double() as double:
        double.course = ["error"]
        with pytest.raises(DeclinedError) as caught:
            await musician(double).poll("clip-1")
    told = "The music service could not make this piece: The words were not allowed."
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "audio",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/song.mp3",
        "http://127.0.0.2/song.mp3",
        "http://localhost:1/song.mp3",
        "http://[::1]/song.mp3",
        "http://0x7f000001:1/song.mp3",
        "http://user:secret@192.168.0.1/song.mp3",
        "file:///etc/passwd",
        "data:audio/mpeg;base64,AA",
        "song.mp3",
    ],
)
async def test_a_private_or_odd_address_is_never_visited(audio: str, tmp_path: Path) -> None:
    async with sunolike_double() as double:
        double.course, double.audio = ["complete"], audio
        with pytest.raises((UserError, ServiceError)):
            await musician(double).fetch("clip-1", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_a_detour_to_a_private_address_is_not_taken(tmp_path: Path) -> None:
    async with sunolike_double() as double:
        double.course, double.audio = ["complete"], f"{double.url}/detour.mp3"
        with pytest.raises((UserError, ServiceError)):
            await musician(double).fetch("clip-1", tmp_path)
        assert double.detours >= 1
    assert list(tmp_path.iterdir()) == []


async def test_nobody_there_is_told() -> None:
    async with sunolike_double() as double:
        band = musician(double)
    with pytest.raises(ServiceError, match="cannot be reached"):
        await band.submit(wish())


@pytest.mark.skipif("TAPEDECK_SPECS" not in os.environ, reason="TAPEDECK_SPECS names no folder")
def test_both_sides_use_the_specifications_words() -> None:
    told = (Path(os.environ["TAPEDECK_SPECS"]) / "suno-like.yaml").read_text()
    (statuses,) = re.findall(r"^status: \[(.*)\]$", told, re.MULTILINE)
    (body,) = re.findall(r"^ +body: \{(.*)\}$", told, re.MULTILINE)
    assert set(statuses.split(", ")) == STATUSES
    assert set(re.findall(r"(\w+): ", body)) == set(ORDER)
    assert "poll: every 5 s, 5 minutes at most" in told
    terms = SunoLike("http://localhost", KEY, fetcher=fetcher_for("http://localhost:1")).terms
    assert (terms.pause, terms.patience) == (5, 300)
