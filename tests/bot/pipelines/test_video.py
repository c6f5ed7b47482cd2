"""The finished music video, opened as others open it; and one that is made again with a change."""

import asyncio
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.ffmpeg.pool import Pool
from adapters.pictures.looking import ColourEye
from bot.pipelines.composing import Composer
from bot.pipelines.seeing import Eyes
from bot.pipelines.soundtrack import Soundtracks
from bot.pipelines.video import VideoPipeline, choose_slug, direct
from core.errors import UserError
from core.film.terms import RATE
from core.film.wishes import OPTIONS, order_film
from core.jobs import Json, Outcome
from core.options import Attachment, read_values
from core.scenes import Mood, Scene
from tests.adapters.ffmpeg.rendering import measure
from tests.adapters.film.pictures import COFFEE, FACE, ROCKET
from tests.bot.pipelines.running import Running
from tests.bot.pipelines.test_fitting import fit
from tests.core.film.scenes import scene
from tests.media import Sound, ffmpeg, make

PLACE = b"GPS-48.137-11.575"


@dataclass
class Blind:
    """An eye that nobody should ask."""

    name: str = "nobody"

    async def see(self, photos: Sequence[Path]) -> Scene:
        raise AssertionError("it was seen before")


@dataclass(frozen=True)
class Made:
    outcome: Outcome
    run: Running

    def path(self, role: str) -> Path:
        (found,) = [product.path for product in self.outcome.products if product.role == role]
        return Path(found)

    @property
    def details(self) -> dict[str, Any]:
        return dict(self.outcome.details)


@dataclass
class Studio:
    """A pipeline without a key for anything."""

    eyes: Eyes = field(default_factory=lambda: Eyes(last=ColourEye(), hire=list))
    pool: Pool = field(default_factory=lambda: Pool(2))

    @property
    def pipeline(self) -> VideoPipeline:
        composer = Composer(soundfont="", pool=self.pool)
        soundtracks = Soundtracks(ffmpeg=ffmpeg(), pool=self.pool, composer=composer, hire=list)
        return VideoPipeline(
            ffmpeg=ffmpeg(), pool=self.pool, eyes=self.eyes, soundtracks=soundtracks
        )

    async def film(self, folder: Path, photos: Sequence[Path], **given: object) -> Made:
        attached = [Attachment(path, path.name, 0) for path in photos]
        asked = {"length": 6, **given, "photos": attached}
        return await self.make(folder, order_film(read_values(OPTIONS, asked), seed=5))

    async def make(self, folder: Path, request: dict[str, Json]) -> Made:
        folder.mkdir(exist_ok=True)
        run = Running(folder, request)
        return Made(await self.pipeline.make(run), run)


def photo_with_place(path: Path) -> Path:
    """A photo that lies on its side and says where it was taken."""
    with Image.open(ROCKET) as upright:
        lying = upright.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 14.0)
    lying.save(path, exif=exif)
    assert PLACE in path.read_bytes()
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("video")
    notes = folder / "notes.txt"
    notes.write_text("no photo")
    photos = [COFFEE, photo_with_place(folder / "rocket.jpg"), notes]
    track = Attachment(notes, "song.mp3", 0)
    given = {"style": "film", "card": True, "title": "Späte Tasse", "track": track}
    return asyncio.run(Studio().film(folder / "job", photos, **given))


def describe(path: Path) -> str:
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-i", f"file:{path}"]
    command += ["-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
    found = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return found.stderr.decode()


def test_all_its_files_are_there(made: Made) -> None:
    roles = [product.role for product in made.outcome.products]
    assert roles == ["video", "description", "recipe", "cover", "thumbnail"]
    assert all(Path(p.path).stat().st_size == p.size > 0 for p in made.outcome.products)
    assert made.path("video").name == "spate-tasse.mp4"
    ready, music = "“Späte Tasse” is ready: 0:06, film.", "Music: Tapedeck's composer."
    assert made.outcome.text.startswith(f"{ready} {music} Colours feel")


def test_it_is_as_long_as_asked_to_the_frame(made: Made) -> None:
    said = describe(made.path("video"))
    assert re.findall(r"frame= *(\d+)", said)[-1] == str(6 * RATE)
    assert "1920x1080" in said and "30 fps" in said and "h264 (High)" in said
    assert made.details["duration"] == 6.0
    assert made.outcome.products[0].seconds == 6.0


def test_its_sound_is_as_loud_as_all_results(made: Made) -> None:
    loudness, peak = measure(made.path("video"))
    assert loudness == pytest.approx(-14, abs=0.5) and peak <= -1
    assert made.details["loudness"] == pytest.approx(loudness, abs=0.3)


def test_it_plays_while_it_is_loading_and_says_what_it_is(made: Made) -> None:
    data, said = made.path("video").read_bytes(), describe(made.path("video"))
    assert data.index(b"moov") < data.index(b"mdat")
    assert re.search(r"title +: Späte Tasse", said)
    assert re.search(r"artist +: Tapedeck's composer", said) and "attached pic" in said


def test_it_has_pictures_for_chats(made: Made) -> None:
    with Image.open(made.path("thumbnail")) as thumbnail:
        assert thumbnail.format == "JPEG" and max(thumbnail.size) <= 320
    assert made.path("thumbnail").stat().st_size <= 200_000
    with Image.open(made.path("cover")) as cover:
        assert cover.width > cover.height > 700


def test_nothing_says_where_the_photo_was_taken(made: Made) -> None:
    files = [path for path in made.run.folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert PLACE not in path.read_bytes(), path


def test_what_is_no_photo_and_no_track_is_named_and_the_rest_goes_on(made: Made) -> None:
    rejected = {file["source"]: file["reason"] for file in made.details["rejected"]}
    assert rejected.keys() == {"notes.txt", "song.mp3"}
    assert rejected["notes.txt"].startswith("cannot be used. This is no picture")
    assert rejected["song.mp3"] == "is a text, not a sound file."


def test_its_recipe_says_who_saw_what_and_who_played(made: Made) -> None:
    recipe = json.loads(made.path("recipe").read_text())
    assert recipe["photos"] == ["coffee.png", "rocket.jpg"]
    assert recipe["provider"] == "Tapedeck's composer" and recipe["prompt"]
    assert recipe["scene"]["by"] == "colours" and recipe["seed"] == 5
    grid = {round(beat * RATE) for beat in recipe["beats"]}
    cuts = [shot["start"] + shot["fade"] // 2 for shot in recipe["film"]["shots"][1:]]
    assert cuts and set(cuts) <= grid
    assert [shot["photo"] for shot in recipe["film"]["shots"]][-1] == 1
    assert made.path("description").read_text().startswith("Späte Tasse\n\nColours")


def test_only_what_is_wanted_again_is_kept(made: Made) -> None:
    kept = {path.name for path in made.run.folder.iterdir()}
    assert kept == {"out", "cover", "music"}
    assert Path(made.details["soundtrack"]["path"]).is_relative_to(made.run.folder / "music")


def test_progress_is_told(made: Made) -> None:
    assert len(made.run.told) > 5 and 0 < max(made.run.told) <= 1


async def test_it_can_be_made_to_fit_a_chat(made: Made, tmp_path: Path) -> None:
    video = made.path("video")
    limit = video.stat().st_size // 2
    (smaller,) = (await fit(video, tmp_path, limit, seconds=6.0)).files
    assert re.findall(r"frame= *(\d+)", describe(smaller))[-1] == str(6 * RATE)


async def test_the_same_music_in_another_style_is_not_made_anew(made: Made, tmp_path: Path) -> None:
    again = {name: made.details[name] for name in ("scene", "soundtrack")}
    photo = {"path": str(FACE), "label": "face.png"}
    request = {**made.run.request, **again, "style": "polaroid", "photos": [photo]}
    blind = Studio(eyes=Eyes(last=Blind(), hire=list))
    other = await blind.make(tmp_path / "job", request)
    before, after = (Path(each.details["soundtrack"]["path"]) for each in (made, other))
    assert before != after and before.read_bytes() == after.read_bytes()
    assert other.details["style"] == "polaroid"
    assert other.details["scene"] == made.details["scene"]


async def test_a_track_of_ones_own_is_the_music_and_its_end_is_the_end(tmp_path: Path) -> None:
    song = make("mp3", Sound(wave="music", seconds=6.8), to=tmp_path)
    track = Attachment(song, "My_Song.mp3", 0)
    result = await Studio().film(
        tmp_path / "job", [FACE], track=track, length=30, style="pulse", captions=False
    )
    frames = int(re.findall(r"frame= *(\d+)", describe(result.path("video")))[-1])
    assert frames / RATE == pytest.approx(result.details["duration"], abs=1e-3)
    assert 6.7 < frames / RATE <= 6.85
    assert result.outcome.text.endswith("It ends with its music, after 0:06 of 0:30.")
    assert (result.details["provider"], result.details["prompt"]) == ("“My Song”", "")
    recipe = json.loads(result.path("recipe").read_text())
    assert recipe["tempo"] == pytest.approx(120, rel=0.03) and len(recipe["film"]["kicks"]) > 5


# --- what goes wrong


async def test_without_any_photo_all_reasons_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(UserError, match=r"None of the 2 files can be used: a\.txt cannot be used"):
        await Studio().film(tmp_path / "job", [tmp_path / "a.txt", tmp_path / "gone.jpg"])


async def test_music_that_is_gone_is_told(tmp_path: Path) -> None:
    kept: dict[str, Json] = {
        "path": str(tmp_path / "gone.wav"), "seconds": 30.0, "tempo": None, "beats": [],
        "provider": "Us", "note": "",
    }  # fmt: skip
    photos: list[Json] = [{"path": str(COFFEE), "label": "coffee.png"}]
    request: dict[str, Json] = {
        "photos": photos, "seconds": 6.0, "seed": 1, "scene": scene().as_json(), "soundtrack": kept,
    }  # fmt: skip
    with pytest.raises(UserError, match="The music of that video is no longer here"):
        await Studio().make(tmp_path / "job", request)


async def test_a_full_disk_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.pipelines import video as pipeline

    monkeypatch.setattr(pipeline, "_DISK_RESERVE", 10**18)
    with pytest.raises(UserError, match=r"The disk is too full: the video needs about"):
        await Studio().film(tmp_path / "job", [COFFEE])


# --- decisions


def test_words_for_the_music_bring_their_mood() -> None:
    seen = scene(valence=0.5, arousal=0.5)
    assert direct(seen, "") == seen
    sad = direct(seen, "sad piano")
    assert sad.direction == "sad piano" and sad.tempo is None and sad.mood.valence < 0
    assert direct(seen, "xyzzy") == replace(seen, direction="xyzzy", tempo=None)
    assert sad.title == seen.title and seen.mood == Mood(0.5, 0.5)


def test_a_result_never_has_the_name_of_what_was_given() -> None:
    request: dict[str, Json] = {
        "photos": [{"path": "/x", "label": "/home/a/Sea.MP4"}],
        "track": {"path": "/y", "label": "sea-video.json"},
    }
    assert choose_slug("Sea", request) == "sea-video-video"
    assert choose_slug("海", {"photos": [], "track": None}) == "hai"
