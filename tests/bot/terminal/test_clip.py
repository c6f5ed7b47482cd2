"""`tapedeck clip`: a table is checked, and what is good in it is made."""

import asyncio
import shutil
from pathlib import Path

from bot.__main__ import MADE, USAGE
from tests.bot.pipelines.test_clip import hear_beeps
from tests.bot.terminal.program import PROGRAM, Shell
from tests.footage import film, song

TABLE = """# my clips
File;Start;End;Label
sub/talk.mp4;0:13,25;0:16;Late
song.mp3;2,5;+3;Early
song.mp3;9;4;Wrong
gone.mp3;1;2;Gone
"""


def fill(folder: Path) -> Path:
    (folder / "lists" / "sub").mkdir(parents=True)
    shutil.copy(film(), folder / "lists" / "sub" / "talk.mp4")
    shutil.copy(song("mp3"), folder / "lists" / "song.mp3")
    table = folder / "lists" / "clips.csv"
    table.write_text(TABLE)
    return table


async def test_the_good_rows_are_made_and_the_wrong_ones_named(tmp_path: Path) -> None:
    fill(tmp_path)
    ended = await Shell(tmp_path).run("clip", "lists/clips.csv", "--crossfade", "0", "--json")
    result = ended.result
    assert Path(result["mp3"]).parent == tmp_path
    assert [track["title"] for track in result["tracks"]] == ["Late", "Early"]
    heard = hear_beeps(Path(result["mp3"]))
    assert [second for _, second in heard] == [14, 15, 3, 4, 5]
    wanted = [0.75, 1.75, 3.25, 4.25, 5.25]
    assert max(abs(at - want) for (at, _), want in zip(heard, wanted, strict=True)) < 0.02
    assert [each["source"] for each in result["rejected"]] == ["Line 5", "Line 6"]
    assert "✗ Line 5 · end: I read “4”." in ended.words
    assert "✗ Line 6 · source: I read “gone.mp3”." in ended.words
    # Beside the table and where the command was given lies nothing that was not asked for.
    assert sorted(path.name for path in (tmp_path / "lists").iterdir()) == [
        "clips.csv", "song.mp3", "sub",
    ]  # fmt: skip


async def test_a_check_tells_every_row_and_makes_nothing(tmp_path: Path) -> None:
    table = fill(tmp_path)
    ended = await Shell(tmp_path).run("clip", table, "--check")
    assert (ended.status, ended.out) == (USAGE, "")
    assert [line[0] for line in ended.words.splitlines()] == ["✓", "✓", "✗", "✗"]
    table.write_text("\n".join(TABLE.splitlines()[:4]))
    assert (await Shell(tmp_path).run("clip", table, "--check")).status == MADE
    assert not (tmp_path / "data").exists()


async def test_strict_makes_nothing_while_a_row_is_wrong(tmp_path: Path) -> None:
    table = fill(tmp_path)
    ended = await Shell(tmp_path).run("clip", table, "--strict")
    assert ended.status == USAGE and "nothing was made" in ended.words
    assert not (tmp_path / "data").exists()


async def test_a_table_comes_from_standard_input(tmp_path: Path) -> None:
    fill(tmp_path)
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "clip", "-", "--check",
        cwd=tmp_path / "lists",
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, words = await process.communicate(b'{"urls": [{"url": "song.mp3", "start": 1, "end": 2}]}')
    assert process.returncode == MADE
    assert words.decode() == "✓ 1. song.mp3 · 0:01–0:02\n"


async def test_what_is_no_table_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("# nothing\n")
    (tmp_path / "sound.csv").write_bytes(song("mp3").read_bytes()[:5000])
    for name, words in (
        ("none.csv", "none.csv cannot be read: no such file or directory."),
        ("empty.csv", "The table has no rows."),
        ("sound.csv", "sound.csv is no table: it is not a text."),
    ):
        ended = await Shell(tmp_path).run("clip", name)
        assert ended.status == USAGE and ended.words.startswith(f"tapedeck clip: {words}")
    ended = await Shell(tmp_path).run("clip", "empty.csv", "--crossfade", "11")
    assert ended.status == USAGE and "from 0 to 10 seconds, not 11" in ended.words
