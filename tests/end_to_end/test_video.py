"""A photo in the local chat becomes a music video, also when everything is killed in the middle."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.film.pictures import FACE
from tests.end_to_end.deck import Deck, new_jar, until_none
from tests.end_to_end.test_kill import assert_downloads, compare, look, results_of
from tests.toys import until


@pytest.fixture
async def deck(tmp_path: Path) -> AsyncIterator[Deck]:
    deck = Deck(tmp_path)
    yield deck
    await asyncio.to_thread(deck.stop)


def is_painting(deck: Deck) -> bool:
    """Whether a film is being painted, and some of it is written."""
    films = (deck.data / "jobs").glob("*/work/film.mp4")
    return bool(deck.tools()) and any(film.stat().st_size for film in films)


async def test_a_kill_while_it_is_filmed_costs_only_that_step(deck: Deck) -> None:
    await asyncio.to_thread(deck.start, TAPEDECK_SOUNDFONT="off")
    jar = new_jar()
    async with deck.person(jar) as person:
        photo = await person.upload("me.png", FACE.read_bytes())
        await person.send(
            "video", key="order-one", values={"length": 8, "style": "pulse", "seed": 3},
            files={"photos": [photo]},
        )  # fmt: skip

        async def painting() -> bool:
            return is_painting(deck)

        await until(painting, seconds=120, what="it is being filmed")
    marks = look(deck)
    assert {step for _, step in marks} >= {"looking at the photos", "making the music"}
    await asyncio.to_thread(deck.kill, gateway=True, worker=True)
    await until_none(deck, tools_only=False)
    await asyncio.to_thread(deck.start, TAPEDECK_SOUNDFONT="off")
    async with deck.person(jar) as person:

        async def is_here() -> bool:
            return len(await results_of(person)) == 1

        await until(is_here, seconds=120, what="the video is here")
        (result,) = await results_of(person)
        await assert_downloads(deck, person, result)
        assert "Other music" in str(result["buttons"]) and "Other style" in str(result["buttons"])
    compare(marks, look(deck))
    assert deck.rows("SELECT state FROM jobs") == [("done",)]
    await until_none(deck, tools_only=True)
