"""Clips out of long videos: bytes, time and memory against the usual recipe."""

import csv
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.watching import Taken, run_watched
from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import hear_file
from tests.doubles.tube.videos import Video

_HOUR = 3600.0
_ROWS = 20
_SECONDS = (15, 45)
_VIDEOS = ("hour0000001", "hour0000002", "hour0000003")
_LINE = 12_500_000.0
"""Bytes in a second, of a line of 100 Mbit/s."""
_SOUND = 140
_HEIGHT, _BITS = 720, 1_200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of one video, in seconds."""

    link: str
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Made:
    """One run: what it took, and how many bytes of media came."""

    taken: Taken
    fetched: int


def measure_clips(ffmpeg: str, *, rounds: int) -> list[str]:
    """Twenty rows from three videos of an hour, by us and by the usual recipe, in turn."""
    lines = [
        f"## {_ROWS} clips out of three videos of an hour",
        "",
        f"MP3 of {_ROWS} pieces of {_SECONDS[0]} to {_SECONDS[1]} seconds, crossfaded, from a site "
        f"on loopback that serves ranges: {_HEIGHT}p of {_BITS / 1e6:g} Mbit/s and sound of 128 "
        f"kbit/s. Medians of {rounds} rounds, in turn. The recipe fetches each video once, with "
        "its pictures as yt-dlp does unasked, or its sound alone, and cuts with pydub. What is "
        "needed is the sound of the pieces.",
        "",
        "| way | line | wall s | CPU s | peak memory MB | MB fetched | of what is needed |",
        "|---|---|---|---|---|---|---|",
    ]
    ratios = []
    for name, rate in (("loopback", None), ("100 Mbit/s", _LINE)):
        with Tube() as tube, TemporaryDirectory() as folder:
            rows = _choose(tube, rate)
            table = Path(folder) / "rows.csv"
            _write(table, rows)
            needed = sum(_need(tube, row) for row in rows)
            made = _take_turns(tube, table, ffmpeg, rounds=rounds)
        for way, runs in made.items():
            lines.append(_tell(way, name, runs, needed))
        ours, whole, sound = (
            statistics.median(run.taken.wall for run in runs) for runs in made.values()
        )
        ratios.append(f"On {name} whole videos take {whole / ours:.1f} times as long as ours, ")
        ratios.append(f"their sound alone {sound / ours:.1f} times. ")
    return [*lines, "", "".join(ratios).rstrip(), ""]


def _choose(tube: Tube, rate: float | None) -> list[Row]:
    """Rows in no order, not near each other; the same in every run."""
    links = [
        tube.add(
            Video(
                id=id,
                title=id,
                seconds=_HOUR,
                heights=(_HEIGHT,),
                bits=_BITS,
                opus=False,
                rate=rate,
                seed=seed,
            )
        )
        for seed, id in enumerate(_VIDEOS)
    ]
    chance = random.Random(4)
    rows = []
    for index in range(_ROWS):
        start = chance.uniform(10, _HOUR - 60)
        rows.append(Row(links[index % len(links)], start, start + chance.uniform(*_SECONDS)))
    return rows


def _need(tube: Tube, row: Row) -> float:
    """Bytes of the sound that the row is about."""
    return tube.sizes(row.link[-11:])[_SOUND] * row.seconds / _HOUR


def _write(table: Path, rows: Sequence[Row]) -> None:
    with table.open("w", newline="") as file:
        csv.writer(file).writerows((row.link, f"{row.start:.3f}", f"{row.end:.3f}") for row in rows)


def _take_turns(tube: Tube, table: Path, ffmpeg: str, *, rounds: int) -> dict[str, list[Made]]:
    ways: dict[str, Callable[[Path], list[str]]] = {
        "(a) `tapedeck clip`": lambda folder: [
            "tests.bench.clip_ours", tube.address, "clip", str(table), "--out", str(folder),
        ],
        "(b) whole videos, then pydub": lambda folder: [
            "tests.bench.clip_recipe", ffmpeg, tube.address, str(table), str(folder), "bv*+ba",
        ],
        "(b) their sound, then pydub": lambda folder: [
            "tests.bench.clip_recipe", ffmpeg, tube.address, str(table), str(folder), "ba",
        ],
    }  # fmt: skip
    made: dict[str, list[Made]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, command in ways.items():
            with TemporaryDirectory() as folder:
                made[way].append(_run(tube, command(Path(folder)), Path(folder)))
    return made


def _run(tube: Tube, module: Sequence[str], folder: Path) -> Made:
    """One run with nothing kept from before; it has to have made something that beeps."""
    before = sum(tube.sent.values())
    home = {"TAPEDECK_DATA": str(folder / "data")}
    taken = run_watched([sys.executable, "-m", *module], cwd=Path.cwd(), environment=home)
    songs = sorted(folder.glob("*.mp3"))
    if not songs or not hear_file(songs[0]):
        raise RuntimeError(f"{module[0]} made nothing")
    return Made(taken, sum(tube.sent.values()) - before)


def _tell(way: str, line: str, runs: Sequence[Made], needed: float) -> str:
    wall, cpu, tree = (
        statistics.median(getattr(run.taken, what) for run in runs)
        for what in ("wall", "cpu", "tree")
    )
    fetched = statistics.median(run.fetched for run in runs)
    return (
        f"| {way} | {line} | {wall:.1f} | {cpu:.1f} | {tree:.0f} | {fetched / 1e6:.1f} "
        f"| {fetched / needed:.2f} |"
    )
