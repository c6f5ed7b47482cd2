"""Lyria against a double that is as strict as the service."""

from pathlib import Path

import pytest

from adapters.lyria import Lyria
from adapters.pictures.looking import shrink_photo
from core.errors import ServiceError, UserError
from core.soundtracks import DeclinedError, RestError
from tests.adapters.wishes import wish
from tests.doubles.muses.fetching import fetcher_for
from tests.doubles.muses.lyria import KEY, MODEL, lyria_double
from tests.doubles.muses.lyria import Lyria as Double
from tests.doubles.muses.sunolike import sunolike_double
from tests.photos import photo


def musician(double: Double, *, patience: float = 20.0) -> Lyria:
    return Lyria(
        KEY,
        model=MODEL,
        shrink=shrink_photo,
        fetcher=fetcher_for(double.url),
        url=double.url,
        patience=patience,
    )


async def ask(double: Double, folder: Path, **given: float) -> Path:
    band = musician(double, **given)
    ticket = await band.submit(wish())
    assert await band.poll(ticket)
    return (await band.fetch(ticket, folder)).path


async def test_a_wish_and_its_photo_become_a_song(tmp_path: Path) -> None:
    async with lyria_double() as double:
        band = musician(double)
        ticket = await band.submit(wish(photo=photo("coffee.png")))
        take = await band.fetch(ticket, tmp_path)
    assert take.path.stat().st_size == pytest.approx(12 * 128_000 / 8, rel=0.05)
    (step,) = double.asked[0]["input"]
    assert [block["type"] for block in step["content"]] == ["text", "image"]
    assert "The water holds" in step["content"][0]["text"]


async def test_a_place_instead_of_music_is_visited(tmp_path: Path) -> None:
    async with sunolike_double() as elsewhere, lyria_double() as double:
        double.uri = f"{elsewhere.url}/song.mp3"
        band = Lyria(
            KEY, model=MODEL, shrink=shrink_photo, fetcher=fetcher_for(elsewhere.url),
            url=double.url,
        )  # fmt: skip
        take = await band.fetch(await band.submit(wish()), tmp_path)
    assert take.path.read_bytes() == elsewhere.song_bytes()


@pytest.mark.parametrize(
    "uri", ["http://169.254.169.254/a.mp3", "http://127.0.0.2/a.mp3", "file:///etc/passwd"]
)
async def test_a_private_place_is_never_visited(uri: str, tmp_path: Path) -> None:
    async with lyria_double() as double:
        double.uri = uri
        with pytest.raises((UserError, ServiceError)):
            await ask(double, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        ("failed", DeclinedError, "Lyria would not make this piece."),
        ("no music", DeclinedError, "Lyria answered without music."),
        ("odd base64", ServiceError, "Lyria's answer could not be used."),
        ("wrong types", ServiceError, "Lyria's answer could not be used."),
        ("garbage", ServiceError, "Lyria's answer could not be used."),
        ("bad key", RestError, "Lyria does not accept the key that is set here."),
        ("busy", RestError, "Lyria has too much to do."),
        ("odd request", DeclinedError, "Lyria did not take the order."),
        ("broken", ServiceError, "Lyria has trouble of its own."),
        ("cut off", ServiceError, "Lyria cannot be reached."),
        ("endless", ServiceError, "Lyria sent far more than was asked for."),
    ],
)
async def test_what_goes_wrong_is_told(
    act: str, kind: type[Exception], words: str, tmp_path: Path
) -> None:
    async with lyria_double(act) as double:
        with pytest.raises(kind) as caught:
            await ask(double, tmp_path)
    assert str(caught.value) == words
    # Nobody pays twice for one order.
    assert len(double.asked) == 1


async def test_busy_says_how_long_to_leave_it_in_peace(tmp_path: Path) -> None:
    async with lyria_double("busy") as double:
        with pytest.raises(RestError) as caught:
            await ask(double, tmp_path)
    assert caught.value.seconds == 90


async def test_silence_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with lyria_double("slow") as double:
        with pytest.raises(ServiceError, match="did not answer in time"):
            await ask(double, tmp_path, patience=0.5)
