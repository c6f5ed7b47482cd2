"""A result that is too large, made to fit with real encoders: every rung, and nothing lost."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from adapters.ffmpeg.pool import Pool
from bot.pipelines.fitting import FittingErrand
from core.jobs import Json
from tests.adapters.ffmpeg.fitting import Mix, clicking, make_mix
from tests.adapters.ffmpeg.rendering import call, decode, measure, onsets
from tests.adapters.ffmpeg.test_weigh import make_film
from tests.media import ffmpeg as any_ffmpeg

STARTS = (0.0, 95.5, 190.123, 301.0, 420.7, 510.0)
TEN_MINUTES = 600.0
ALL = ["mp3", "m4a", "ogg"]


@dataclass(frozen=True, slots=True)
class Result:
    facts: Mapping[str, Any]
    files: list[Path]
    labels: list[str]
    limit: int

    @property
    def coding(self) -> tuple[str, int, int]:
        coding = self.facts["coding"]
        return coding["codec"], coding["rate"], coding["height"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mix(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mix]:
    folder = tmp_path_factory.mktemp("mix")
    call("-f", "lavfi", "-i", "testsrc2=s=1400x1400", "-frames:v", "1", f"file:{folder}/c.jpg")
    cover = (folder / "c.jpg").read_bytes()
    yield await make_mix(folder, clicking(TEN_MINUTES, every=2.5), STARTS, cover=cover)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def short(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mix]:
    folder = tmp_path_factory.mktemp("short")
    yield await make_mix(folder, clicking(100, every=2.5), [0.0])


async def fit(
    path: Path, folder: Path, limit: int, *, seconds: float = TEN_MINUTES, **request: Json
) -> Result:
    errand = FittingErrand(ffmpeg=any_ffmpeg(), pool=Pool(2))
    asked: dict[str, Json] = {
        "path": str(path), "label": f"late-night{path.suffix}", "title": "Late night",
        "role": "video" if path.suffix == ".mp4" else "audio", "seconds": seconds,
        "thumbnail": None, "levels": None, "limit": limit, "preference": "parts", "plays": ALL,
    }  # fmt: skip
    made = await errand.carry_out(folder / "fit" / "1", asked | request)
    assert isinstance(made, Mapping)
    given = made.get("files", [])
    assert isinstance(given, list)
    files = [Path(file["path"]) for file in given]
    for file, facts in zip(files, given, strict=True):
        assert facts["size"] == file.stat().st_size <= limit
    there = sorted((folder / "fit").rglob("*.*"))
    assert there == sorted(files), "nothing else is left"
    return Result(made, files, [file["label"] for file in given], limit)


def clicks_of(made: Result) -> list[float]:
    """The clicks of all parts, in seconds of the whole."""
    found: list[float] = []
    past = 0.0
    for file, facts in zip(made.files, made.facts["files"], strict=True):
        sound = decode(file)
        assert len(sound) / 44100 == pytest.approx(facts["seconds"], abs=0.03)
        found += [past + at / 44100 for at in onsets(sound, 44100)]
        past += facts["seconds"]
    return found


EXPECTED = [1.25 + 2.5 * number for number in range(240)]


async def test_a_step_smaller_stays_an_mp3(mix: Mix, tmp_path: Path) -> None:
    made = await fit(mix.mp3, tmp_path, mix.mp3.stat().st_size * 9 // 10)
    assert made.facts["rung"] == "smaller"
    assert (made.coding[0], made.labels) == ("MP3", ["late-night.mp3"])
    tags = ID3(made.files[0])
    assert tags.getall("TIT2")[0].text == ["Late night"]
    assert [mark.start_time for mark in tags.getall("CHAP")] == [
        round(start * 1000) for start in STARTS
    ]
    assert tags.getall("APIC"), "the cover goes along"
    assert clicks_of(made) == pytest.approx(EXPECTED, abs=0.002)


async def test_ten_minutes_fit_into_a_small_chat_as_opus(mix: Mix, tmp_path: Path) -> None:
    made = await fit(mix.mp3, tmp_path, 10 << 20)
    assert (made.facts["rung"], made.coding) == ("smaller", ("Opus", 128, 0))
    assert made.labels == ["late-night.ogg"]
    assert made.files[0].stat().st_size > (10 << 20) * 0.85, "the room is used"
    assert clicks_of(made) == pytest.approx(EXPECTED, abs=0.002)


@pytest.mark.parametrize(
    ("plays", "codec"), [(ALL, "Opus"), (["mp3", "m4a"], "AAC"), (["mp3"], "MP3")]
)
async def test_each_place_gets_a_sound_that_it_plays(
    short: Mix, plays: list[str], codec: str, tmp_path: Path
) -> None:
    made = await fit(short.mp3, tmp_path, 1_300_000, seconds=100.0, plays=plays)
    assert (made.facts["rung"], made.coding[0]) == ("smaller", codec)
    assert clicks_of(made) == pytest.approx(EXPECTED[:40], abs=0.002)
    before, after = measure(short.mp3), measure(made.files[0])
    assert after[0] == pytest.approx(before[0], abs=0.5)
    assert after[1] <= -1.0


async def test_parts_are_whole_songs_and_together_all_of_it(mix: Mix, tmp_path: Path) -> None:
    made = await fit(mix.mp3, tmp_path, 3_000_000)
    assert (made.facts["rung"], made.facts["split"], made.coding[0]) == ("parts", 0, "Opus")
    assert made.labels == [f"late-night-part-{n}-of-3.ogg" for n in (1, 2, 3)]
    assert clicks_of(made) == pytest.approx(EXPECTED, abs=0.002)
    titles = []
    for number, file in enumerate(made.files, 1):
        tags: Any = OggOpus(file).tags
        assert tags["TITLE"] == [f"Late night (part {number} of 3)"]
        assert tags["TRACKNUMBER"] == [str(number)]
        titles += tags["CHAPTER000NAME"] + tags.get("CHAPTER001NAME", [])
        assert tags["CHAPTER000"] == ["00:00:00.000"]
    assert titles == [f"Band – Song {number}" for number in range(1, 7)]


async def test_a_chapter_that_is_too_long_is_cut_where_it_is_quiet(
    short: Mix, tmp_path: Path
) -> None:
    levels: list[Json] = [0.5] * 100
    levels[32] = 0.1
    made = await fit(short.mp3, tmp_path, 600_000, seconds=100.0, levels=levels)
    assert (made.facts["rung"], made.facts["split"]) == ("parts", 1)
    assert [file["seconds"] for file in made.facts["files"]] == [32.5, 34.0, 33.5]
    assert clicks_of(made) == pytest.approx(EXPECTED[:40], abs=0.002)


async def test_who_prefers_a_link_or_needs_too_many_parts_gets_nothing_made(
    mix: Mix, tmp_path: Path
) -> None:
    wish = await fit(mix.mp3, tmp_path, 3_000_000, preference="link")
    many = await fit(mix.mp3, tmp_path, 200_000)
    assert [wish.facts["why"], many.facts["why"]] == [
        "the person prefers it",
        "there would be too many parts",
    ]
    assert not wish.files and not many.files


async def test_a_video_keeps_its_picture_while_poorer_sound_is_enough(
    mix: Mix, tmp_path: Path
) -> None:
    made = await fit(mix.mp4, tmp_path, 9_500_000)
    assert made.facts["rung"] == "smaller" and made.coding[0] == "AAC" and made.coding[2] == 0
    assert clicks_of(made) == pytest.approx(EXPECTED, abs=0.002)
    found = MP4(made.files[0]).chapters
    assert found is not None
    assert [mark.start for mark in found] == pytest.approx(STARTS, abs=0.002)


async def test_parts_of_a_video_begin_with_a_picture(mix: Mix, tmp_path: Path) -> None:
    made = await fit(mix.mp4, tmp_path, 3_500_000)
    assert (made.facts["rung"], made.facts["split"]) == ("parts", 0)
    assert made.labels == [f"late-night-part-{n}-of-3.mp4" for n in (1, 2, 3)]
    assert clicks_of(made) == pytest.approx(EXPECTED, abs=0.002)
    for file in made.files:
        picture = tmp_path / f"{file.stem}.png"
        call("-i", f"file:{file}", "-frames:v", "1", f"file:{picture}")
        assert picture.stat().st_size > 2_000, "not black"


async def test_a_moving_picture_gets_smaller_and_its_sound_stays_with_it(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", 20)
    whole = film.stat().st_size
    made = await fit(film, tmp_path, 1_000_000, seconds=20.0)
    assert made.facts["rung"] == "smaller" and made.coding[2] in (480, 360)
    assert whole > 1_500_000


async def test_what_an_interrupted_try_left_is_gone(short: Mix, tmp_path: Path) -> None:
    place = tmp_path / "fit" / "1"
    place.mkdir(parents=True)
    (place / "part-7.ogg").write_bytes(b"left over")
    made = await fit(short.mp3, tmp_path, 1_300_000, seconds=100.0)
    assert [file.name for file in made.files] == ["part-1.ogg"]
