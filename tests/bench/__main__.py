"""`make bench`: measures everything that the product promises of speed and memory, in one run.

`python -m tests.bench [--music FOLDER] [--quick] [--write]`. All of it takes over an hour on
two cores; `--quick` measures a sixth of it. `--write` puts the figures in docs/benchmarks.md.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.ffmpeg.find import find_ffmpeg
from tests.bench import clips, composing, discord, filming
from tests.bench.chat import measure_answers
from tests.bench.material import find_tracks, make_photo, make_tracks
from tests.bench.telegram import measure_telegram
from tests.bench.watching import Taken, run_watched

_ROUNDS = 3
_COMPARED = 15
_REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Mix:
    """One mix that was made: what it took, and how long it plays."""

    taken: Taken
    minutes: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured with: the program, the music, and a place for results."""

    ffmpeg: str
    tracks: Sequence[Path]
    place: Path
    mixes: dict[int, list[Mix]] = field(default_factory=dict)
    """What was measured so far, by the number of tracks."""

    def repeat(self, count: int, *, rounds: int) -> list[Mix]:
        """At least `rounds` mixes of the first `count` tracks; those made before count, too."""
        made = self.mixes.setdefault(count, [])
        while len(made) < rounds:
            made.append(self._mix(self.tracks[:count]))
        return made

    def _mix(self, tracks: Sequence[Path]) -> Mix:
        """One whole `tapedeck mixtape`, with nothing remembered from before."""
        with TemporaryDirectory(dir=self.place) as folder:
            home = Path(folder)
            answer = home / "answer.json"
            script = f'exec "{sys.executable}" -m bot mixtape "$@" --json --out out > {answer}'
            taken = run_watched(
                ["sh", "-c", script, "sh", *map(str, tracks), "--cover", str(self._cover())],
                cwd=home,
                environment={"TAPEDECK_DATA": str(home / "data"), "TAPEDECK_FFMPEG": self.ffmpeg},
            )
            facts = json.loads(answer.read_text())
            pcm = self.place / f"mix-{len(tracks)}.f32"
            if tracks == self.tracks[:_COMPARED] and not pcm.exists():
                self._decode(facts["mp3"], pcm)
        return Mix(taken, facts["duration"] / 60)

    def _decode(self, mp3: str, pcm: Path) -> None:
        command = [self.ffmpeg, "-v", "error", "-y", "-i", mp3, "-map", "0:a", "-f", "f32le"]
        subprocess.run([*command, "-ac", "2", "-ar", "44100", str(pcm)], check=True)

    def recipe(self, tracks: Sequence[Path]) -> Taken:
        """The usual recipe, with the same picture."""
        out = str(self.place / "recipe")
        return run_watched(
            self._module("recipe", self.ffmpeg, str(self._cover()), out, *map(str, tracks)),
            cwd=Path.cwd(),
        )

    def _cover(self) -> Path:
        """A photo as telephones take them: 12 megapixels, JPEG of some 6 MB."""
        cover = self.place / "cover.jpg"
        if not cover.exists():
            make_photo(cover, width=4032, height=3024)
        return cover

    def floor(self, tracks: Sequence[Path], coder: str) -> Taken:
        """Decoding and encoding alone; `coder` is `plain` or `ours`."""
        pcm = str(self.place / f"mix-{len(tracks)}.f32")
        command = self._module("floor", self.ffmpeg, pcm, "44100", coder, *map(str, tracks))
        return run_watched(command, cwd=Path.cwd())

    def _module(self, name: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"tests.bench.{name}", *arguments]


def compare(bench: Bench, *, rounds: int, recipes: int) -> list[str]:
    """This engine, the usual recipe and the floor, in turn."""
    tracks = bench.tracks[:_COMPARED]
    ours, theirs, plain, same = [], [], [], []
    minutes = 0.0
    for turn in range(rounds):
        mix = bench.repeat(len(tracks), rounds=turn + 1)[turn]
        taken, minutes = mix.taken, mix.minutes
        ours.append(taken)
        plain.append(bench.floor(tracks, "plain"))
        same.append(bench.floor(tracks, "ours"))
        if turn < recipes:
            theirs.append(bench.recipe(tracks))
        _say(f"round {turn + 1}: {taken.wall:.1f} s")
    mine, cores = _median(ours), os.cpu_count() or 1
    floor, near = _median(plain, "cpu") / cores, _median(same, "cpu") / cores
    return [
        f"## {len(tracks)} tracks in mixed formats, {minutes:.0f} minutes, MP3 V0 and 1080p",
        "",
        f"Medians of {rounds} rounds, in turn (the recipe: {recipes}).",
        "",
        "| way | wall s | CPU s | peak memory MB | ours takes |",
        "|---|---|---|---|---|",
        _row("(a) this engine", ours, 1),
        _row("(b) pydub, then `-loop 1 -r 1` at 720p", theirs, mine / _median(theirs)),
        _row("(c) floor: decode, MP3 V0, AAC 192k", plain, mine / _median(plain)),
        _row("(c) floor with our AAC settings", same, mine / _median(same)),
        "",
        f"CPU of (c) divided by the {cores} cores: {floor:.1f} s, of which (a) takes "
        f"{mine / floor:.2f} times; with our AAC settings {near:.1f} s and "
        f"{mine / near:.2f} times. (b) takes {_median(theirs) / mine:.1f} times as long as (a).",
        "",
    ]


def grow(bench: Bench, counts: Sequence[int], *, rounds: int) -> list[str]:
    """Time and memory against length."""
    rows = [
        "## Longer mixes",
        "",
        "`tree` is the peak of the whole process tree: proportional set size, in which a page that "
        "several processes share counts once; `resident` counts it for each.",
        "",
        "| tracks | minutes | wall s | s per track | CPU s per track | tree MB | resident MB "
        "| Python MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    costs: list[float] = []
    trees: list[float] = []
    mains: list[float] = []
    for count in counts:
        mixes = bench.repeat(count, rounds=rounds if count < 60 else 1)
        taken = [mix.taken for mix in mixes]
        wall, cpu = _median(taken), _median(taken, "cpu")
        costs.append(cpu)
        trees.append(_median(taken, "tree"))
        mains.append(_median(taken, "main"))
        rows.append(
            f"| {count} | {mixes[0].minutes:.0f} | {wall:.1f} | {wall / count:.2f} "
            f"| {cpu / count:.2f} | {_median(taken, 'tree'):.0f} "
            f"| {_median(taken, 'resident'):.0f} | {_median(taken, 'main'):.0f} |"
        )
        _say(rows[-1])
    rows += [
        "",
        f"From the least to the most: the tree's memory {_spread(trees):.2f} times, Python's "
        f"{_spread(mains):.2f} times. {_describe_growth(counts, costs)}",
    ]
    return [*rows, ""]


def _describe_growth(counts: Sequence[int], costs: Sequence[float]) -> str:
    """What a further track costs: the same everywhere when time grows linearly."""
    pairs = list(zip(counts[1:], costs[1:], strict=True))
    said = [
        f"{(cost - before) / (count - fewer):.2f} s from {fewer} to {count}"
        for (fewer, before), (count, cost) in pairwise(pairs)
    ]
    share = (costs[-1] / counts[-1]) / (costs[1] / counts[1])
    return (
        f"A further track costs, in CPU time: {', '.join(said)}. Of {counts[-1]} tracks one takes "
        f"{share:.2f} times as long as of {counts[1]}, where starting up weighs more."
    )


def _spread(values: Sequence[float]) -> float:
    return max(values) / min(values)


def answer(bench: Bench) -> list[str]:
    """The chat while two mixes run, and how fast things start."""
    found = asyncio.run(measure_answers(bench.tracks[:8]))
    helps = [run_watched([sys.executable, "-m", "bot", "--help"], cwd=Path.cwd()) for _ in range(5)]
    return [
        "## Answers and starts",
        "",
        f"While two mixes run, a call of the chat is answered in {found['median']:.0f} ms at the "
        f"median, {found['p99']:.0f} ms at the 99th percentile, {found['most']:.0f} ms at most; "
        f"the longest stall of the gateway's loop since it was ready was {found['loop']:.0f} ms.",
        "",
        f"`tapedeck --help` takes {_median(helps, 'cpu'):.2f} s of CPU; `tapedeck run` is ready "
        f"after {found['ready']:.1f} s on a new data folder.",
        "",
    ]


def converse(bench: Bench) -> list[str]:
    """The Telegram bot while two mixes run."""
    found = asyncio.run(measure_telegram(bench.tracks[:8]))
    return [
        "## Telegram",
        "",
        "While two mixes run, 50 people send a command within 10 s: the first answers come after "
        f"{found['median']:.0f} ms at the median and {found['p99']:.0f} ms at the 99th percentile. "
        f"Edits of one message were at least {found['gap']:.1f} s apart, Telegram refused "
        f"{found['floods']:.0f} requests as a flood, and {found['missing']:.0f} results were lost.",
        "",
    ]


def _median(taken: Sequence[Taken], what: str = "wall") -> float:
    return statistics.median(getattr(one, what) for one in taken) if taken else float("nan")


def _row(name: str, taken: Sequence[Taken], ratio: float) -> str:
    figures = [_median(taken, what) for what in ("wall", "cpu", "tree")]
    return f"| {name} | {figures[0]:.1f} | {figures[1]:.1f} | {figures[2]:.0f} | {ratio:.2f} |"


def _machine(ffmpeg: str) -> list[str]:
    banner = subprocess.run([ffmpeg, "-version"], check=True, capture_output=True, text=True)
    return [
        "# Benchmarks",
        "",
        "Made by `make bench`. Read ratios, not seconds: the machine is shared and noisy.",
        "",
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, "
        f"{banner.stdout.splitlines()[0].split(' Copyright')[0]}.",
        "",
    ]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--music", type=Path, help="a folder of music instead of our own")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--write", action="store_true", help=f"write {_REPORT.name}")
    parser.add_argument("--place", type=Path, help="keep the music in this folder")
    chosen = parser.parse_args()
    ffmpeg = find_ffmpeg(os.environ.get("TAPEDECK_FFMPEG", ""))
    with TemporaryDirectory() as folder:
        place = chosen.place or Path(folder)
        count = 15 if chosen.quick else 64
        if chosen.music:
            tracks = find_tracks(chosen.music)
        else:
            _say(f"making {count} tracks …")
            tracks = asyncio.run(make_tracks(place / "music", ffmpeg, count))
        bench = Bench(ffmpeg, tracks, Path(folder))
        rounds = 1 if chosen.quick else _ROUNDS
        parts: list[Callable[[], list[str]]] = [
            lambda: _machine(ffmpeg),
            lambda: compare(bench, rounds=rounds, recipes=rounds),
            lambda: grow(bench, (3, 4, 15) if chosen.quick else (3, 4, 15, 64), rounds=rounds),
            lambda: answer(bench),
            lambda: discord.report(asyncio.run(discord.measure_discord(bench.tracks))),
            lambda: converse(bench),
            lambda: clips.measure_clips(ffmpeg, rounds=rounds),
            lambda: composing.report(quick=chosen.quick),
            lambda: filming.report(quick=chosen.quick),
        ]
        lines: list[str] = []
        for part in parts:
            made = part()
            print("\n".join(made), flush=True)
            lines += made
    if chosen.write:
        _REPORT.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
