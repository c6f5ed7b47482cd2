"""What `tapedeck video` promises: options, JSON, files, exit statuses."""

import json
import shutil
from pathlib import Path

import pytest

from tests.adapters.film.pictures import COFFEE, FACE
from tests.bot.terminal.program import Shell


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("video-data")


@pytest.fixture
def shell(tmp_path: Path, data: Path) -> Shell:
    return Shell(tmp_path, {"TAPEDECK_DATA": str(data), "TAPEDECK_SOUNDFONT": "off"})


async def test_json_is_one_object_of_the_agreed_shape(shell: Shell) -> None:
    photo = shutil.copyfile(FACE, shell.folder / "a photo — 1.png")
    (shell.folder / "notes.txt").write_text("no photo")
    ended = await shell.run(
        "video", photo, "notes.txt", "--length", "6", "--style", "calm", "--compose", "sad piano",
        "--seed", "42", "--out", "films", "--json",
    )  # fmt: skip
    result = ended.result
    assert list(result) == [
        "mp4", "description", "recipe", "title", "style", "duration", "width", "height", "seed",
        "loudness", "true_peak", "provider", "prompt", "notes", "rejected", "words", "mood",
        "palette", "captions", "lyrics", "by",
    ]  # fmt: skip
    for name in ("mp4", "description", "recipe"):
        assert Path(result[name]).parent == shell.folder / "films"
        assert Path(result[name]).stat().st_size
    assert (result["duration"], result["width"], result["height"]) == (6.0, 1080, 1080)
    assert (result["style"], result["seed"], result["by"]) == ("calm", 42, "colours")
    assert (result["prompt"], result["provider"]) == ("sad piano", "Tapedeck's composer")
    assert abs(result["loudness"] + 14) <= 0.5 and result["true_peak"] <= -1
    assert [Path(file["source"]).name for file in result["rejected"]] == ["notes.txt"]
    assert json.loads(Path(result["recipe"]).read_text())["seed"] == 42
    assert photo.is_file() and len(list((shell.folder / "films").iterdir())) == 3


async def test_a_person_is_told_why_nothing_could_be_made(shell: Shell) -> None:
    (shell.folder / "notes.txt").write_text("words")
    ended = await shell.run("video", "notes.txt")
    assert ended.refusal.startswith("notes.txt cannot be used. This is no picture")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--length", "4"], "“length” must be a number from 6 to 180 seconds, not 4."),
        (["--style", "loud"], "“style” must be one of calm, film, pulse, polaroid, not “loud”."),
        (["--seed", "0.5"], "“seed” must be a whole number, not 0.5."),
    ],
)
async def test_wrong_usage_is_told_before_anything_starts(
    shell: Shell, arguments: list[str], words: str
) -> None:
    ended = await shell.run("video", str(COFFEE), *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.words.strip() == f"tapedeck video: {words}"
