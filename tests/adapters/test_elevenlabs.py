"""ElevenLabs against a double that is as strict as the service."""

from pathlib import Path

import pytest

from adapters.elevenlabs import ElevenLabs
from core.errors import ServiceError
from core.soundtracks import DeclinedError, RestError
from tests.adapters.wishes import wish
from tests.doubles.muses.elevenlabs import KEY, SUGGESTION, elevenlabs_double
from tests.doubles.muses.elevenlabs import ElevenLabs as Double


def musician(double: Double, *, patience: float = 20.0) -> ElevenLabs:
    return ElevenLabs(KEY, url=double.url, patience=patience)


async def ask(double: Double, folder: Path, **given: float) -> Path:
    band = musician(double, **given)
    ticket = await band.submit(wish())
    assert await band.poll(ticket)
    return (await band.fetch(ticket, folder)).path


async def test_a_wish_becomes_a_song_of_its_length(tmp_path: Path) -> None:
    async with elevenlabs_double() as double:
        path = await ask(double, tmp_path)
    assert path.stat().st_size == pytest.approx(12 * 128_000 / 8, rel=0.05)
    (asked,) = double.asked
    assert asked["music_length_ms"] == 12_000
    assert asked["force_instrumental"] is False and "The water holds" in asked["prompt"]


async def test_without_words_it_is_instrumental(tmp_path: Path) -> None:
    async with elevenlabs_double() as double:
        band = musician(double)
        for wanted in (wish(sung=False), wish(lyrics=())):
            await band.fetch(await band.submit(wanted), tmp_path)
    assert [asked["force_instrumental"] for asked in double.asked] == [True, True]
    assert not any("The water" in asked["prompt"] for asked in double.asked)


async def test_a_prompt_that_is_declined_is_replaced_by_what_they_suggest(tmp_path: Path) -> None:
    async with elevenlabs_double("bad prompt") as double:
        await ask(double, tmp_path)
    assert [asked["prompt"] == SUGGESTION for asked in double.asked] == [False, True]


@pytest.mark.parametrize(
    ("acts", "kind", "words"),
    [
        (["declined"], DeclinedError, "ElevenLabs did not take the description."),
        (["bad prompt", "bad prompt"], ServiceError, "ElevenLabs did not take the description."),
        (["bad key"], RestError, "ElevenLabs does not accept the key that is set here."),
        (["no credit"], RestError, "The account with ElevenLabs has no credit left."),
        (["busy"], RestError, "ElevenLabs has too much to do."),
        (["broken"], ServiceError, "ElevenLabs has trouble of its own."),
        (["cut off"], ServiceError, "ElevenLabs broke off."),
        (["endless"], ServiceError, "ElevenLabs sent far more than was asked for."),
    ],
)
async def test_what_goes_wrong_is_told(
    acts: list[str], kind: type[Exception], words: str, tmp_path: Path
) -> None:
    async with elevenlabs_double(*acts) as double:
        with pytest.raises(kind) as caught:
            await ask(double, tmp_path)
    assert str(caught.value) == words
    # Nobody pays twice for one order.
    assert len(double.asked) == len(acts)


async def test_busy_says_how_long_to_leave_it_in_peace(tmp_path: Path) -> None:
    async with elevenlabs_double("busy") as double:
        with pytest.raises(RestError) as caught:
            await ask(double, tmp_path)
    assert caught.value.seconds == 90


async def test_silence_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with elevenlabs_double("slow") as double:
        with pytest.raises(ServiceError, match="did not answer in time"):
            await ask(double, tmp_path, patience=0.3)
