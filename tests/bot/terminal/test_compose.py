"""What `tapedeck compose` promises: options, JSON, files, exit statuses."""

import asyncio
import itertools
import json
import signal
from pathlib import Path
from typing import Any

import mido
import pytest

from tests.bot.terminal.program import Shell, family, until_gone
from tests.toys import until


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compose-data")


@pytest.fixture
def shell(tmp_path: Path, data: Path) -> Shell:
    return Shell(tmp_path, {"TAPEDECK_DATA": str(data), "TAPEDECK_SOUNDFONT": "off"})


def check_spans(spans: list[dict[str, Any]], seconds: float) -> None:
    assert spans[0]["start"] == 0 and spans[-1]["end"] == seconds
    for one, two in itertools.pairwise(spans):
        assert one["end"] == two["start"] > one["start"]


async def test_json_is_one_object_of_the_agreed_shape(shell: Shell) -> None:
    ended = await shell.run(
        "compose", "--mood", "heroic", "--length", "12", "--tempo", "120", "--key", "Eb",
        "--seed", "42", "--instruments", "strings, horn, drums", "--out", "music", "--json",
    )  # fmt: skip
    result = ended.result
    assert list(result) == [
        "mp3", "wav", "midi", "picture", "recipe", "title", "mood", "style", "key", "camelot",
        "time_signature", "tempo", "duration", "seed", "loudness", "true_peak", "player",
        "instruments", "sections", "chords",
    ]  # fmt: skip
    assert result["wav"] is None
    for name in ("mp3", "midi", "picture", "recipe"):
        assert Path(result[name]).parent == shell.folder / "music"
        assert Path(result[name]).stat().st_size
    assert result["key"] == "Eb major" and result["tempo"] == 120
    assert (result["duration"], result["seed"], result["player"]) == (12.0, 42, "Tapedeck")
    assert set(result["instruments"]) == {"String Ensemble 1", "French Horn", "Drums"}
    assert abs(result["loudness"] + 14) <= 0.5 and result["true_peak"] <= -1
    check_spans(result["sections"], 12.0)
    check_spans(result["chords"], 12.0)
    assert json.loads(Path(result["recipe"]).read_text())["chords"] == result["chords"]
    assert mido.MidiFile(result["midi"]).length == pytest.approx(12, abs=0.02)


async def test_without_json_a_person_reads_where_things_are(shell: Shell) -> None:
    ended = await shell.run("compose", "--mood", "0.7,0.4", "--length", "5", "--title", "Über all")
    assert ended.status == 0
    assert ended.out.startswith("“Über all” is ready: ") and "with --seed " in ended.out
    assert {path.name for path in shell.folder.iterdir()} == {
        "uber-all.mp3", "uber-all.mid", "uber-all.png", "uber-all.json",
    }  # fmt: skip


async def test_a_wav_is_written_on_request_and_a_seed_repeats(shell: Shell) -> None:
    runs = []
    for folder in ("one", "two"):
        ended = await shell.run(
            "compose", "--mood", "sad", "--length", "6", "--seed", "3", "--wav", "--json",
            "--out", folder,
        )  # fmt: skip
        runs.append(ended.result)
    for name in ("midi", "wav"):
        one, two = (Path(run[name]).read_bytes() for run in runs)
        assert one == two


async def test_what_was_begun_ahead_is_taken_over_or_gone(shell: Shell) -> None:
    scrap = shell.folder / "scrap"
    scrap.mkdir()
    given = ("compose", "--mood", "sad", "--length", "5", "--seed", "3")
    assert (await shell.run(*given, TMPDIR=str(scrap))).status == 0
    assert list(scrap.iterdir()) == []
    # It fails ahead, and then as a job, which tells it.
    broken = shell.folder / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    ended = await shell.run(*given, TMPDIR=str(scrap), TAPEDECK_FFMPEG=str(broken))
    assert ended.status == 70 and "T-" in ended.words
    assert list(scrap.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--mood", "xyzzy", "names no feeling that I know in “xyzzy”. Take one of happy, sad"),
        ("--mood", "2,2", "from -1 to 1, such as 0.6,-0.4"),
        ("--length", "4.9", "“length” must be a number from 5 to 600 seconds, not 4.9."),
        ("--length", "601", "“length” must be a number from 5 to 600 seconds, not 601."),
        ("--tempo", "49", "“tempo” must be a number from 50 to 200 BPM, not 49."),
        ("--tempo", "fast", "“tempo” must be a number from 50 to 200 BPM, not “fast”."),
        ("--key", "H", "“key” must be a note with or without a mode, such as C, F#m"),
        ("--time", "5/4", "“time” must be one of 4/4, 3/4, 6/8, not “5/4”."),
        ("--style", "polka", "“style” must be one of pop, rock, lo-fi"),
        ("--instruments", "kazoo", "names no instrument that I know with “kazoo”"),
        ("--seed", "1.5", "“seed” must be a whole number, not 1.5."),
        ("--seed", "-1", "“seed” must be a number from 0 to 2147483647, not -1."),
        ("--title", "x" * 201, "“title” is too long: 201 characters, 200 are allowed."),
    ],
)
async def test_a_wrong_value_is_usage_and_says_what_would_be_right(
    shell: Shell, option: str, value: str, words: str
) -> None:
    given = {"--mood": "happy", option: value}
    ended = await shell.run("compose", *(f"{name}={text}" for name, text in given.items()))
    assert (ended.status, ended.out) == (2, "")
    assert ended.words.startswith("tapedeck compose: ") and words in ended.words
    assert len(ended.words.splitlines()) == 1


async def test_without_a_mood_it_is_wrong_usage(shell: Shell) -> None:
    ended = await shell.run("compose", "--length", "10")
    assert (ended.status, ended.out) == (2, "") and "--mood" in ended.words


async def test_ctrl_c_while_it_plays_leaves_nothing(shell: Shell) -> None:
    given = ("--mood", "angry", "--length", "600", "--out", "out")
    async with shell.start("compose", *given) as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            while b"playing" not in (line := await process.stderr.readline()):
                assert line, "it ended too early"
        await until(lambda: asyncio.sleep(0, len(family(process)) > 1), what="children at work")
        children = family(process)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await process.wait() == 130
        await until_gone(children)
    assert not list((shell.folder / "out").iterdir())
    assert (await shell.jobs()) == []
