"""The composed piece, opened as others open it: length, loudness, chapters, tags, MIDI, picture."""

import asyncio
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from PIL import Image

from adapters.ffmpeg.pool import Pool
from bot.pipelines.compose import ComposePipeline
from bot.pipelines.recording import Studio
from core.errors import UserError
from core.jobs import Json, Outcome
from core.music.commission import OPTIONS, order_piece
from core.options import read_values
from tests.adapters.ffmpeg.rendering import decode, measure
from tests.bot.pipelines.running import Running
from tests.media import ffmpeg

RATE = 44_100


@dataclass(frozen=True, slots=True)
class Made:
    outcome: Outcome
    told: list[float]

    def path(self, role: str) -> Path:
        (found,) = [product.path for product in self.outcome.products if product.role == role]
        return Path(found)

    @property
    def details(self) -> dict[str, Any]:
        return dict(self.outcome.details)


async def compose(folder: Path, **given: object) -> Made:
    request: dict[str, Json] = order_piece(read_values(OPTIONS, given), seed=5)
    run = Running(folder, request)
    folder.mkdir(exist_ok=True)
    pipeline = ComposePipeline(studio=Studio(ffmpeg=ffmpeg(), pool=Pool(2), soundfont=""))
    return Made(await pipeline.make(run), run.told)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("piece")
    given = {"mood": "happy", "length": 21.37, "key": "D", "time": "3/4", "wav": True, "seed": 8}
    return asyncio.run(compose(folder, **given))


def test_all_its_files_are_there(made: Made) -> None:
    roles = [product.role for product in made.outcome.products]
    assert roles == ["audio", "wav", "midi", "picture", "recipe", "cover", "thumbnail"]
    assert all(Path(p.path).stat().st_size == p.size > 0 for p in made.outcome.products)
    assert made.outcome.text.startswith(f"“{made.details['title']}” is ready: D major, 3/4, ")


def test_it_is_as_long_as_asked_to_the_frame(made: Made) -> None:
    frames = round(21.37 * RATE)
    assert len(decode(made.path("audio"))) == frames
    assert len(decode(made.path("wav"))) == frames
    assert mido.MidiFile(made.path("midi")).length == pytest.approx(21.37, abs=0.002)
    length = MP3(made.path("audio")).info.length  # type: ignore[attr-defined]  # never None
    assert length == pytest.approx(21.37, abs=0.05)


@pytest.mark.parametrize("role", ["audio", "wav"])
def test_its_loudness_is_right_and_no_peak_is_too_high(made: Made, role: str) -> None:
    loudness, peak = measure(made.path(role))
    assert abs(loudness + 14) <= 0.5 and peak <= -1
    if role == "audio":
        assert made.details["loudness"] == pytest.approx(loudness, abs=0.2)
        assert made.details["true_peak"] == pytest.approx(peak, abs=0.3)


def test_the_mp3_has_tags_chapters_and_a_cover(made: Made) -> None:
    tags = ID3(made.path("audio"))
    assert tags["TIT2"].text == [made.details["title"]] and tags["TPE1"].text == ["Tapedeck"]
    chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [
        (chapter.sub_frames["TIT2"].text[0], chapter.start_time / 1000) for chapter in chapters
    ] == [(part["name"], part["start"]) for part in made.details["sections"]]
    assert chapters[-1].end_time == 21370
    with Image.open(io.BytesIO(tags.getall("APIC")[0].data)) as cover:
        assert cover.size == (1400, 1400)
    with Image.open(made.path("picture")) as roll:
        assert roll.size == (1920, 1080)


def test_the_recipe_tells_all_that_is_needed_to_make_it_again(made: Made) -> None:
    recipe = json.loads(made.path("recipe").read_text())
    for name in ("key", "time_signature", "tempo", "sections", "chords", "seed", "instruments"):
        assert recipe[name] == made.details[name]
    assert recipe["request"]["mood"] == "happy" and recipe["player"] == "Tapedeck"
    assert (recipe["key"], recipe["time_signature"], recipe["seed"]) == ("D major", "3/4", 8)


def test_what_is_heard_begins_and_ends_softly_and_never_stops(made: Made) -> None:
    sound = decode(made.path("wav"))
    assert np.abs(sound[-20:]).max() < 0.002
    steps = np.abs(sound[: len(sound) // RATE * RATE]).reshape(-1, RATE, 2).max(axis=(1, 2))
    assert steps[:-1].min() > 0.02


def test_progress_rises_to_the_end(made: Made) -> None:
    assert made.told[0] > 0 and max(made.told) == 1
    assert len(made.told) > 5


async def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    given = {"mood": "sad and slow", "length": 6}
    one, two = [await compose(tmp_path / name, **given) for name in ("one", "two")]
    for role in ("midi", "picture"):
        assert one.path(role).read_bytes() == two.path(role).read_bytes()
    assert np.array_equal(decode(one.path("audio")), decode(two.path("audio")))


async def test_a_step_may_be_done_twice(tmp_path: Path) -> None:
    given = {"mood": "tense", "length": 6, "title": "Twice"}
    first = await compose(tmp_path / "job", **given)
    before = decode(first.path("audio")).copy()
    again = await compose(tmp_path / "job", **given)
    assert np.array_equal(before, decode(again.path("audio")))
    assert again.path("audio").name == "twice.mp3"


async def test_a_full_disk_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.pipelines import compose as pipeline

    monkeypatch.setattr(pipeline, "_DISK_RESERVE", 10**18)
    with pytest.raises(UserError, match=r"The disk is too full: the piece needs about"):
        await compose(tmp_path, mood="happy", length=5)
