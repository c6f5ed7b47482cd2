"""What `tapedeck` promises to those who call it: options, JSON, files, exit statuses."""

import asyncio
import hashlib
import itertools
import json
import os
import resource
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import bad
from tests.adapters.test_pictures import huge_png
from tests.bot.terminal.program import PROGRAM, Ended, Shell
from tests.media import Sound, ffmpeg, make

ONE = Sound(wave="music", seconds=4.0)
TWO = Sound(wave="music", seconds=3.0, hertz=330.0, seed=2, peak=-20.0)
SHORT = Sound(wave="music", seconds=2.0, hertz=250.0, seed=3)


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for many calls: what was heard once is remembered."""
    return tmp_path_factory.mktemp("contract-data")


@pytest.fixture
def shell(tmp_path: Path, data: Path) -> Shell:
    """A folder of its own with three good tracks in it."""
    make("mp3", ONE, tags={"title": "One", "artist": "Ann"}, to=tmp_path / "10 one.mp3")
    make("flac", TWO, to=tmp_path / "9 two.flac")
    make("ogg", SHORT, to=tmp_path / "short.ogg")
    return Shell(tmp_path, {"TAPEDECK_DATA": str(data)})


# The result.


async def test_json_is_one_object_of_the_agreed_shape(shell: Shell) -> None:
    ended = await shell.run("mixtape", "10 one.mp3", "9 two.flac", "--json", "--title", "My Mix")
    result = ended.result
    assert list(result) == [
        "mp3", "mp4", "cue", "description", "recipe", "duration", "loudness", "true_peak",
        "tracks", "rejected",
    ]  # fmt: skip
    names = ("mp3", "mp4", "cue", "description", "recipe")
    endings = ("mp3", "mp4", "cue", "txt", "json")
    assert [result[name] for name in names] == [
        str(shell.folder / f"my-mix.{ending}") for ending in endings
    ]
    assert all(Path(result[name]).stat().st_size for name in names)
    assert all(is_number(result[name]) for name in ("duration", "loudness", "true_peak"))
    assert result["duration"] == pytest.approx(4 + 3 - 1.5, abs=0.1)
    assert abs(result["loudness"] + 14) <= 0.5 and result["true_peak"] <= -1
    assert result["rejected"] == []
    check_tracks(result["tracks"], [shell.folder / "10 one.mp3", shell.folder / "9 two.flac"])
    assert [track["title"] for track in result["tracks"]] == ["One", "9 two"]
    assert [track["artist"] for track in result["tracks"]] == ["Ann", ""]
    assert left_behind(shell) == []
    check_recipe(result)


def check_tracks(tracks: list[dict[str, Any]], sources: list[Path]) -> None:
    assert [track["source"] for track in tracks] == [str(path) for path in sources]
    for track in tracks:
        assert list(track) == ["title", "artist", "source", "start", "end", "crossfade", "gain"]
        for name in ("start", "end", "crossfade", "gain"):
            assert is_number(track[name]) and round(track[name], 3) == track[name]
        assert track["start"] < track["end"]
    assert tracks[0]["start"] == tracks[0]["crossfade"] == 0
    for left, right in itertools.pairwise(tracks):
        assert right["start"] == pytest.approx(left["end"] - right["crossfade"], abs=0.002)


def check_recipe(result: dict[str, Any]) -> None:
    recipe = json.loads(Path(result["recipe"]).read_text())
    for track, source in zip(result["tracks"], recipe["sources"], strict=True):
        content = Path(track["source"]).read_bytes()
        assert source["sha256"] == hashlib.sha256(content).hexdigest()
        assert (source["source"], source["gain"]) == (track["source"], track["gain"])
    assert recipe["versions"].keys() >= {"tapedeck"}


def left_behind(shell: Shell) -> list[str]:
    """Scraps in the folder of the result, and inputs that are kept for no reason."""
    names = [path.name for path in shell.folder.iterdir()]
    kept = [str(path) for path in shell.data.glob("jobs/*/*") if path.name in ("in", "work")]
    return [name for name in names if ".part" in name or name.startswith(".")] + kept


async def test_without_json_a_person_reads_where_things_are(shell: Shell) -> None:
    ended = await shell.run("mixtape", "short.ogg", "--no-video", "--title", "Alone")
    assert ended.status == 0
    for words in ("“Alone” is ready: 1 track, 0:02.", "0:00  short", str(shell.folder)):
        assert words in ended.out
    assert not (shell.folder / "alone.mp4").exists()


async def test_the_same_request_gives_the_same_plan(shell: Shell) -> None:
    command = ("mixtape", "10 one.mp3", "9 two.flac", "short.ogg", "short.ogg", "--no-video")
    options = ("--order", "shuffle", "--seed", "7", "--crossfade", "0.5", "--loudness", "-18")
    results = [
        (await shell.run(*command, *options, "--json", "--out", out)).result for out in ("a", "b")
    ]
    recipes = [json.loads(Path(result["recipe"]).read_text()) for result in results]
    assert recipes[0] == recipes[1]
    assert (recipes[0]["seed"], recipes[0]["crossfade"], recipes[0]["loudness"]) == (7, 0.5, -18)
    assert results[0]["mp4"] is None
    assert results[0]["tracks"] == results[1]["tracks"]
    assert sorted(Path(track["source"]).name for track in results[0]["tracks"]) == [
        "10 one.mp3", "9 two.flac", "short.ogg", "short.ogg",
    ]  # fmt: skip
    assert results[0]["loudness"] == pytest.approx(-18, abs=0.5)
    assert {track["crossfade"] for track in results[0]["tracks"][1:]} == {0.5}
    mp3 = [Path(result["mp3"]).read_bytes() for result in results]
    assert hashlib.sha256(mp3[0]).digest() == hashlib.sha256(mp3[1]).digest()


async def test_by_name_counts_and_without_loudness_nothing_is_turned_up(shell: Shell) -> None:
    ended = await shell.run(
        *("mixtape", "10 one.mp3", "9 two.flac", "--order", "name", "--loudness", "off"),
        *("--crossfade", "0", "--no-video", "--json"),
    )
    tracks = ended.result["tracks"]
    assert [Path(track["source"]).name for track in tracks] == ["9 two.flac", "10 one.mp3"]
    assert [track["gain"] for track in tracks] == [0, 0]
    assert tracks[1]["crossfade"] == 0


async def test_a_bad_cover_is_told_and_another_is_used(shell: Shell) -> None:
    cover = bad.write(shell.folder, "huge.png", huge_png(30_000))
    result = (
        await shell.run("mixtape", "short.ogg", "--cover", cover.name, "--json", "--no-video")
    ).result
    (rejected,) = result["rejected"]
    assert list(rejected) == ["source", "reason"]
    assert rejected["source"] == str(cover)
    assert "30,000" in rejected["reason"] or "30000" in rejected["reason"]


# The files.


async def test_an_older_result_is_replaced_at_once_and_no_source_ever(shell: Shell) -> None:
    good = (shell.folder / "10 one.mp3").read_bytes()
    sources = {"mix.mp3": good, "mix-mixtape.txt": good, "mix-mixtape-mixtape.mp3": b"no music"}
    for name, content in sources.items():
        (shell.folder / name).write_bytes(content)
    (shell.folder / "elsewhere").mkdir()
    link = shell.folder / "elsewhere" / "link.mp3"
    link.symlink_to(shell.folder / "mix.mp3")
    older = shell.folder / "mix-mixtape-mixtape-mixtape.mp3"
    older.write_bytes(b"older")
    kept = shell.folder / "second name"
    os.link(older, kept)
    given = (str(link), "mix-mixtape.txt", "mix-mixtape-mixtape.mp3")
    result = (await shell.run("mixtape", *given, "--title", "Mix", "--no-video", "--json")).result
    assert {name: (shell.folder / name).read_bytes() for name in sources} == sources
    assert Path(result["mp3"]) == older
    assert older.read_bytes() != b"older" == kept.read_bytes()


async def test_names_of_all_kinds_are_only_labels(shell: Shell) -> None:
    folder = shell.folder / "odd \udcff names 🎧"
    try:
        folder.mkdir()
        (folder / "not \udcffutf-8").write_bytes(make("mp3", SHORT).read_bytes())
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    bad.named_on_disk(folder)
    for path in folder.iterdir():
        shutil.copyfile(make("mp3", SHORT), path)
    make("mp3", SHORT, to=shell.folder / "-leading.mp3")
    (shell.folder / "link").symlink_to("short.ogg")
    given = [os.fsencode(path) for path in sorted(folder.iterdir())]
    options = ("--no-video", "--crossfade", "1", "--title", "🎧 \u202e ../\n", "--json")
    long = "x" * 300
    result = (
        await shell.run("mixtape", *options, "--", "-leading.mp3", "link", long, *given)
    ).result
    assert [Path(item["source"]).name for item in result["rejected"]] == [long]
    assert "too long" in result["rejected"][0]["reason"]
    assert len(result["tracks"]) == len(given) + 2
    assert [track["source"] for track in result["tracks"][2:]] == [os.fsdecode(n) for n in given]
    assert result["mp3"] == str(shell.folder / "mixtape.mp3")
    titles = [track["title"] for track in result["tracks"]]
    assert all("\n" not in title and "\u202e" not in title for title in titles)
    for name in ("cue", "description"):
        Path(result[name]).read_text(encoding="utf-8")


async def test_folders_with_odd_names_are_good_to_work_in(shell: Shell) -> None:
    # SQLAlchemy reads ? and % in an address, ffmpeg %d in a picture's name.
    odd = shell.folder / "100%41 %03d 'a\"? b=c#\n"
    odd.mkdir()
    there = Shell(odd, {"TAPEDECK_DATA": "the data?"})
    result = (await there.run("mixtape", "../short.ogg", "--json", "--out", "o")).result
    assert Path(result["mp4"]).parent == odd / "o"
    assert sorted(path.name for path in odd.iterdir()) == ["o", "the data?"]


async def test_where_nothing_can_be_written_is_told_before_any_work(shell: Shell) -> None:
    (shell.folder / "file").touch()
    for place in ("file", "file/deeper", "/proc/nothing", "n\udcff"):
        ended = await shell.run("mixtape", "short.ogg", "--out", os.fsencode(place))
        assert "--out" in ended.refusal and "Choose another" in ended.refusal
    if os.geteuid() != 0:
        (shell.folder / "locked").mkdir(mode=0o500)
        assert "written" in (await shell.run("mixtape", "short.ogg", "--out", "locked")).refusal


async def test_a_data_folder_that_cannot_be_used_is_one_sentence(shell: Shell) -> None:
    (shell.folder / "file").touch()
    for command, place in (
        (("mixtape", "short.ogg"), "file"),
        (("jobs",), "file/deeper"),
        (("jobs",), "n\udcff"),
        (("cancel", "x"), "/proc/nothing"),
    ):
        ended = await shell.run(*command, TAPEDECK_DATA=place)
        assert "set TAPEDECK_DATA to another folder." in ended.refusal


# Exit statuses.


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("crossfade", ("-1", "nan", "31", "inf", "six", "30.001")),
        ("loudness", ("5", "loud", "-31", "-7.9", "nan")),
        ("seed", ("-1", "1.5", "x", "2147483648")),
        ("order", ("random",)),
        ("title", ("x" * 201,)),
    ],
)
async def test_a_wrong_value_is_usage_and_named(
    option: str, values: tuple[str, ...], shell: Shell
) -> None:
    for value in values:
        ended = await shell.run("mixtape", "short.ogg", f"--{option}", value)
        assert (ended.status, ended.out) == (2, "")
        assert f"“{option}”" in ended.words and len(ended.words.splitlines()) == 1
        assert "e+" not in ended.words
    assert not shell.data.exists() or not list(shell.data.glob("jobs/*/work"))


async def test_wrong_usage_is_2(shell: Shell) -> None:
    for wrong in ((), ("nonsense",), ("mixtape",), ("mixtape", "a", "--nonsense"), ("cancel",)):
        ended = await shell.run(*wrong)
        assert (ended.status, ended.out) == (2, "") and "usage: tapedeck" in ended.words


async def test_two_hundred_and_one_tracks_are_too_many(shell: Shell) -> None:
    ended = await shell.run("mixtape", *["short.ogg"] * 201)
    assert "up to 200 files, not 201" in ended.refusal


async def test_an_encoder_that_makes_garbage_is_a_bug_with_a_ticket(shell: Shell) -> None:
    """The only thing that finds it is that the result is opened before it is handed over."""
    liar = shell.folder / "ffmpeg"
    liar.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "given = sys.argv[1:]\n"
        # What was asked for as V0 is cut after a second.
        "if 'libmp3lame' in given:\n"
        "    given[-1:] = ['-t', '1', given[-1]]\n"
        f"os.execv({ffmpeg()!r}, ['ffmpeg', *given])\n"
    )
    liar.chmod(liar.stat().st_mode | stat.S_IXUSR)
    ended = await shell.run("mixtape", "short.ogg", "--no-video", TAPEDECK_FFMPEG=str(liar))
    assert (ended.status, ended.out) == (70, "")
    ticket = ended.words.split("ticket ")[1].rstrip(".\n")
    assert f"{ticket}: a bug" in (shell.data / "tapedeck.log").read_text()
    assert not list(shell.folder.glob("*.cue"))


async def test_a_bug_of_any_command_is_in_the_log_of_the_data_folder(shell: Shell) -> None:
    data = shell.folder / "broken"
    data.mkdir()
    (data / "tapedeck.db").write_bytes(b"this is no database, " * 100)
    for command in (("jobs",), ("mixtape", "short.ogg")):
        ended = await shell.run(*command, TAPEDECK_DATA="broken")
        assert (ended.status, ended.out) == (70, "")
        assert ended.words.split("ticket ")[1].rstrip(".\n") in (data / "tapedeck.log").read_text()
    assert not (shell.folder / "data").exists()


# The terminal.


async def test_a_terminal_that_knows_only_ascii_gets_escapes(shell: Shell) -> None:
    ended = await shell.run("mixtape", "short.ogg", "--no-video", PYTHONIOENCODING="ascii")
    assert ended.status == 0 and "\\u201d is ready: 1 track" in ended.out
    ended = await shell.run("mixtape", "shört.ogg", PYTHONIOENCODING="ascii")
    assert "sh\\xf6rt.ogg is not there" in ended.refusal


async def test_output_that_nobody_takes_is_no_bug(shell: Shell) -> None:
    for unbuffered in ("", "1"):
        for words in ("--version >/dev/full", "--help | true", "jobs >&-"):
            ended = await shell_words(words, shell, unbuffered)
            assert ended.status in (0, 1)
            assert "Exception ignored" not in ended.words
            assert len(ended.words.splitlines()) <= 1


async def shell_words(words: str, shell: Shell, unbuffered: str) -> Ended:
    """`tapedeck` with a redirection of its output, as a shell makes it."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f"set -o pipefail; '{PROGRAM}' {words}"),
        cwd=shell.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **shell.settings, "PYTHONUNBUFFERED": unbuffered},
    )
    out, said = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), said.decode())


async def test_help_and_version_are_quick(shell: Shell) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(3):
        assert (await shell.run("--help")).status == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent / 3 < 0.4
    assert (await shell.run("--version")).out.startswith("tapedeck ")


# The doctor.


async def test_the_doctor_is_content_here_and_not_without_ffmpeg(shell: Shell) -> None:
    ended = await shell.run("doctor")
    assert (ended.status, ended.words) == (0, "") and "MISSING" not in ended.out
    (shell.folder / "file").touch()
    for setting in ({"TAPEDECK_FFMPEG": "/bin/true"}, {"TAPEDECK_DATA": "file"},
                    {"TAPEDECK_FFMPEG": "/nowhere"}, {"TAPEDECK_PORT": "x"}):  # fmt: skip
        ended = await shell.run("doctor", **setting)
        assert (ended.status, ended.words) == (1, "") and "MISSING" in ended.out


async def test_the_doctor_tells_about_tokens_and_never_shows_them(shell: Shell) -> None:
    good = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    ended = await shell.run("doctor", TAPEDECK_TELEGRAM_TOKEN=good)
    assert ended.status == 0 and good not in ended.out
    assert "ok       Telegram           a token is set" in ended.out
    assert "Set TAPEDECK_DISCORD_TOKEN to the token from" in ended.out
    assert "none     addresses          links lead to http://127.0.0.1:8321" in ended.out
    ended = await shell.run("doctor", TAPEDECK_DISCORD_TOKEN="hunter2")
    assert ended.status == 1 and "hunter2" not in ended.out
    assert "MISSING  Discord            this is no token" in ended.out


async def test_the_doctor_tells_who_looks_and_plays_and_never_shows_a_key(shell: Shell) -> None:
    ended = await shell.run(
        "doctor", TAPEDECK_ANTHROPIC_KEY="hunter2", TAPEDECK_ELEVENLABS_KEY="hunter3"
    )
    assert ended.status == 0 and "hunter" not in ended.out
    assert "ok       photos             claude-haiku-5-5 looks at them" in ended.out
    assert "ok       music for photos   ElevenLabs, then the composer" in ended.out


async def test_jobs_and_cancel_know_no_such_job(shell: Shell) -> None:
    for name in ("nothing", "\udcff"):
        ended = await shell.run("cancel", os.fsencode(name))
        assert ended.refusal.startswith("There is no job “")
