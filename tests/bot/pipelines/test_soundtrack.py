"""Music is made by the first who is well; whatever goes wrong, there is music and a word of why."""

import asyncio
import json
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from adapters.elevenlabs import ElevenLabs
from adapters.ffmpeg.pool import Pool
from bot.pipelines.composing import Composer
from bot.pipelines.soundtrack import Soundtracks
from core.errors import ServiceError, UserError
from core.ports import Musician
from core.soundtracks import RestError, Take, Terms, Wish
from tests.adapters.wishes import wish
from tests.doubles.muses.elevenlabs import KEY, elevenlabs_double
from tests.doubles.muses.elevenlabs import ElevenLabs as Double
from tests.media import Sound, ffmpeg, make
from tests.toys import until

COMPOSER = "Tapedeck's composer"
SONG = Sound(wave="music", seconds=12.5)


@dataclass
class FakeMusician:
    """Hands a file out after so many questions, or fails as a test says."""

    song: Path | None = None
    failure: Exception | None = None
    questions: int = 0
    trouble: int = 0
    """How many questions fail before the first is answered."""
    terms: Terms = field(
        default_factory=lambda: Terms(
            title="Band", least=5, most=120, cents=50, patience=20, pause=0
        )
    )
    orders: list[Wish] = field(default_factory=list)

    async def submit(self, wish: Wish) -> str:
        self.orders.append(wish)
        if self.failure is not None:
            raise self.failure
        return f"ticket {len(self.orders)}"

    async def poll(self, ticket: str) -> bool:
        assert ticket == f"ticket {len(self.orders)}"
        if self.trouble > 0:
            self.trouble -= 1
            raise ServiceError("Band has trouble of its own.")
        self.questions -= 1
        return self.questions < 0

    async def fetch(self, ticket: str, folder: Path) -> Take:
        path = folder / "take.mp3"
        assert self.song is not None
        path.write_bytes(self.song.read_bytes())
        return Take(path=path)


def soundtracks(*musicians: Musician, most_cents: float = 0.0) -> Soundtracks:
    pool = Pool(2)
    return Soundtracks(
        ffmpeg=ffmpeg(),
        pool=pool,
        composer=Composer(soundfont="", pool=pool),
        hire=lambda: musicians,
        most_cents=most_cents,
    )


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with elevenlabs_double() as double:
        yield double


async def there(folder: Path, name: str) -> bool:
    return bool(list(folder.rglob(name)))


async def test_the_composer_plays_exactly_and_knows_its_beats(tmp_path: Path) -> None:
    made = await soundtracks().make(wish(), tmp_path)
    assert (made.provider, made.note, made.seconds) == (COMPOSER, "", 12.0)
    with wave.open(str(made.path)) as file:
        assert file.getnframes() == 12 * file.getframerate()
    assert made.tempo == pytest.approx(110, abs=0.1)
    assert np.diff(made.beats) == pytest.approx(60 / 110, abs=2e-3)
    assert made.beats[0] == 0 and made.beats[-1] < 12


@pytest.mark.parametrize(
    ("direction", "style"),
    [("Warm lo-fi.", "lo-fi"), ("A tender song (folk), slow", "folk"), ("Something blue", "")],
)
async def test_the_composer_hears_the_style_in_a_direction(direction: str, style: str) -> None:
    wanted = replace(wish(), scene=replace(wish().scene, direction=direction))
    ticket = json.loads(await Composer(soundfont="", pool=Pool(1)).submit(wanted))
    assert (ticket["style"], ticket["mood"], ticket["tempo"]) == (style, "0.40,0.30", 110)


async def test_the_same_seed_gives_the_same_music(tmp_path: Path) -> None:
    both = [await soundtracks().make(wish(), tmp_path / name) for name in ("one", "two")]
    other = await soundtracks().make(replace(wish(), seed=8), tmp_path / "three")
    one, two, three = (made.path.read_bytes() for made in (*both, other))
    assert one == two != three


async def test_a_service_is_taken_first_and_its_beat_is_heard(
    double: Double, tmp_path: Path
) -> None:
    made = await soundtracks(ElevenLabs(KEY, url=double.url)).make(wish(), tmp_path)
    assert (made.provider, made.note) == ("ElevenLabs", "")
    assert made.seconds == pytest.approx(12, abs=0.1)
    assert made.tempo == pytest.approx(120, abs=1) and len(made.beats) > 15


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("busy", "ElevenLabs has too much to do."),
        ("broken", "ElevenLabs has trouble of its own."),
        ("cut off", "ElevenLabs broke off."),
        ("silence", "What ElevenLabs sent is silent: there is nothing to hear in it."),
        ("short", "ElevenLabs gave 4 of 12 seconds of music."),
    ],
)
async def test_a_failing_service_falls_back_and_says_so(
    act: str, words: str, double: Double, tmp_path: Path
) -> None:
    double.acts = [act]
    made = await soundtracks(ElevenLabs(KEY, url=double.url)).make(wish(), tmp_path)
    assert made.provider == COMPOSER and made.beats
    assert made.note == f"{words} {COMPOSER} made the music instead."


async def test_a_page_instead_of_music_falls_back(double: Double, tmp_path: Path) -> None:
    double.acts = ["page"]
    made = await soundtracks(ElevenLabs(KEY, url=double.url)).make(wish(), tmp_path)
    assert made.provider == COMPOSER and made.note.startswith("What ElevenLabs sent is ")


async def test_who_failed_is_left_in_peace_and_the_next_one_plays(tmp_path: Path) -> None:
    ill = FakeMusician(failure=RestError("Ill is busy.", seconds=60))
    ill.terms = replace(ill.terms, title="Ill")
    band = FakeMusician(make("mp3", SONG))
    all_ = soundtracks(ill, band)
    first = await all_.make(wish(), tmp_path / "one")
    second = await all_.make(wish(), tmp_path / "two")
    assert (first.provider, first.note) == ("Band", "Ill is busy. Band made the music instead.")
    assert second.note.startswith("Ill failed a moment ago and is left in peace.")
    assert len(ill.orders) == 1 and len(band.orders) == 2


async def test_what_costs_too_much_or_is_too_long_is_not_ordered(tmp_path: Path) -> None:
    band = FakeMusician(make("mp3", SONG))
    dear = await soundtracks(band, most_cents=5).make(wish(), tmp_path / "dear")
    assert dear.note.startswith("Band would cost 10 cents, of which 5 are allowed.")
    long = await soundtracks(band).make(wish(seconds=130.0), tmp_path / "long")
    assert long.note.startswith("Band makes music of 5 to 120 seconds only.")
    assert band.orders == []


async def test_a_few_questions_in_vain_are_forgiven(tmp_path: Path) -> None:
    band = FakeMusician(make("mp3", SONG), questions=3, trouble=2)
    assert (await soundtracks(band).make(wish(), tmp_path / "one")).provider == "Band"
    band = FakeMusician(make("mp3", SONG), trouble=3)
    made = await soundtracks(band).make(wish(), tmp_path / "two")
    assert made.note.startswith("Band has trouble of its own.")


async def test_who_never_finishes_is_given_up(tmp_path: Path) -> None:
    band = FakeMusician(questions=1_000_000)
    band.terms = replace(band.terms, patience=0.2, pause=0.01)
    made = await soundtracks(band).make(wish(), tmp_path)
    assert made.note.startswith("Band did not answer in time.")


async def test_after_a_crash_what_was_ordered_is_waited_for(tmp_path: Path) -> None:
    band = FakeMusician(make("mp3", SONG), questions=1_000_000)
    band.terms = replace(band.terms, pause=0.01)
    making = asyncio.create_task(soundtracks(band).make(wish(), tmp_path))
    await until(lambda: there(tmp_path, "ticket.json"), what="it is ordered")
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    band.questions = 0
    made = await soundtracks(band).make(wish(), tmp_path)
    assert made.provider == "Band" and len(band.orders) == 1


async def test_another_wish_is_another_order(tmp_path: Path) -> None:
    band = FakeMusician(make("mp3", SONG))
    await soundtracks(band).make(wish(), tmp_path)
    await soundtracks(band).make(replace(wish(), seed=9), tmp_path)
    assert [order.seed for order in band.orders] == [7, 9]


async def test_an_address_that_is_refused_falls_back(tmp_path: Path) -> None:
    band = FakeMusician(failure=UserError("That link leads to a private address."))
    made = await soundtracks(band).make(wish(), tmp_path)
    assert made.provider == COMPOSER and "private address" in made.note


async def test_a_persons_own_track_is_heard_the_same_way(tmp_path: Path) -> None:
    track = make("m4a", Sound(wave="music", seconds=10.0), to=tmp_path / "track.m4a")
    heard = await soundtracks().listen(track, provider="")
    assert heard.seconds == pytest.approx(10, abs=0.1) and heard.tempo == pytest.approx(120, abs=1)
    page = tmp_path / "page.mp3"
    page.write_text("<html>")
    with pytest.raises(UserError):
        await soundtracks().listen(page, provider="")


async def test_cancelling_the_composer_leaves_no_music(tmp_path: Path) -> None:
    making = asyncio.create_task(soundtracks().make(wish(seconds=300.0), tmp_path))
    await until(lambda: there(tmp_path, "mix.f32"), what="it plays")
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert json.loads(next(tmp_path.rglob("ticket.json")).read_text())["ticket"]
