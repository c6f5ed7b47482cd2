"""The doctor can tell how old yt-dlp is, and whether YouTube's JavaScript can be run."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from adapters.process import ProgramError
from adapters.ytdlp.age import find_runtime, read_age, read_runtime


@pytest.mark.parametrize(
    ("told", "days", "old"),
    [("2026.10.26", 25, False), ("2026.7.1", 142, True), ("2026.11.20.232803.dev0", 0, False)],
)
def test_its_version_tells_its_age(told: str, days: int, old: bool) -> None:
    age = read_age(date(2026, 11, 20), told=told)
    assert (age.version, age.days, age.old) == (told, days, old)


def test_the_installed_one_has_an_age() -> None:
    assert read_age(date(2100, 1, 1)).days > 20_000


async def test_the_runtime_that_came_along_is_found_and_starts() -> None:
    assert (await read_runtime(find_runtime())).startswith("deno ")


async def test_what_is_no_runtime_is_told(tmp_path: Path) -> None:
    program = tmp_path / "deno"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o700)
    with pytest.raises(ProgramError):
        await read_runtime(str(program))


def test_nobody_pays_for_yt_dlp_who_does_not_use_it() -> None:
    program = (
        "import sys, bot.app, bot.terminal.download, adapters.ytdlp, adapters.ytdlp.age\n"
        "from bot.__main__ import build_parser\nbuild_parser()\n"
        "assert 'yt_dlp' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
