"""How old yt-dlp is, and what runs the JavaScript that YouTube asks for; without importing it."""

import os
import sysconfig
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from shutil import which

from adapters.process import Limits, ProgramError, run

OLD_DAYS = 90
"""Sites change so often that an older one has probably stopped working somewhere."""
_ASKING = Limits(seconds=20)


@dataclass(frozen=True, slots=True)
class Age:
    """Which version is installed, and for how many days it has been out."""

    version: str
    days: int

    @property
    def old(self) -> bool:
        return self.days > OLD_DAYS


def read_age(today: date, *, told: str = "") -> Age:
    """The age on a day, from the version `told`, or the installed one: it is named by its date."""
    named = told or version("yt-dlp")
    year, month, day = (int(part) for part in named.split(".")[:3])
    return Age(named, max(0, (today - date(year, month, day)).days))


def find_runtime() -> str:
    """The path of the JavaScript runtime, looked for as yt-dlp does; empty when there is none."""
    beside = Path(sysconfig.get_path("scripts")) / "deno"
    return str(beside) if os.access(beside, os.X_OK) else which("deno") or ""


async def read_runtime(path: str) -> str:
    """What the runtime calls itself, such as `deno 2.9.8`. Raises `ProgramError`, `OSError`."""
    said = (await run([path, "--version"], limits=_ASKING)).out.decode("utf-8", "replace")
    first = said.partition("\n")[0].split(" (")[0].strip()
    if not first:
        raise ProgramError(path, 0, ("it said nothing",))
    return first
