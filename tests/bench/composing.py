"""The composer, measured: its rules over many seeds, its sound, its speed.

`python -m tests.bench.composing [--quick] [--write]`. All of it takes some five minutes on two
cores. `--write` puts the figures into their section of docs/benchmarks.md.
"""

import argparse
import re
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.music.chance import Chance
from core.music.measures import Measures, measure, scramble
from core.music.moods import MOODS
from core.studio.playback import play
from tests.bench.watching import Taken, run_watched
from tests.core.music.hearing import Heard, hear
from tests.core.music.pieces import piece

_REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_TITLE = "## The composer"
_SECONDS = 60.0
_QUADRANTS = ("happy", "angry", "sad", "relaxed")
_FIRST_SEED = 1000
"""Far from those by which anything was set."""
_NAMES = {
    "fitting": "strong beats on a tone of the chord",
    "steps": "intervals that are steps",
    "parallels": "parallel fifths and octaves with the bass",
    "misplaced": "notes out of their instrument's range",
    "returning": "likeness of bars in sections that return",
    "contrasting": "likeness of bars in other sections",
}


def judge_scores(seeds: int) -> list[str]:
    """What the rules promise, for each mood, against random notes of the same scale."""
    ours: dict[str, list[Measures]] = {}
    theirs: list[Measures] = []
    for mood in MOODS:
        for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
            score = piece(mood, seconds=_SECONDS, seed=seed)
            ours.setdefault(mood, []).append(measure(score))
            theirs.append(measure(scramble(score, Chance(seed))))
        _say(f"{mood}: {seeds} pieces")
    everything = [found for rows in ours.values() for found in rows]
    lines = [
        f"{len(MOODS)} moods × {seeds} seeds, {_SECONDS:g} s each. `random`: the same rhythms with "
        "random notes of the same scale. `worst mood`: the mood with the worst mean.",
        "",
        "| share of | mean | worst mood | worst piece | random |",
        "|---|---|---|---|---|",
    ]
    for name, words in _NAMES.items():
        good = max if name in ("parallels", "misplaced", "contrasting") else min
        means = {mood: _mean(rows, name) for mood, rows in ours.items()}
        worst = good(means, key=lambda mood: means[mood])
        piece_ = good(asdict(found)[name] for found in everything)
        lines.append(
            f"| {words} | {_mean(everything, name):.3f} | {means[worst]:.3f} ({worst}) "
            f"| {piece_:.3f} | {_mean(theirs, name):.3f} |"
        )
    return [*lines, ""]


def _mean(found: Sequence[Measures], name: str) -> float:
    return statistics.fmean(asdict(each)[name] for each in found)


def judge_sound(seeds: int) -> list[str]:
    """Whether the four moods can be told apart by their sound alone."""
    lines = [
        f"{seeds} pieces of 20 s each, played by our own instruments; heard by an analysis of "
        "onsets and keys that knows nothing of the score.",
        "",
        "| mood | heard as such | tempo | centroid Hz | major |",
        "|---|---|---|---|---|",
    ]
    right = 0
    for mood in _QUADRANTS:
        heard: list[Heard] = []
        tempi = []
        for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
            score = piece(mood, seconds=20.0, seed=seed)
            heard.append(hear(np.concatenate(list(play(score)))))
            tempi.append(score.tempo)
        hits = sum(each.quadrant == mood for each in heard)
        right += hits
        lines.append(
            f"| {mood} | {hits} of {seeds} | {statistics.fmean(tempi):.0f} "
            f"| {statistics.fmean(each.centroid for each in heard):.0f} "
            f"| {statistics.fmean(each.major for each in heard):+.2f} |"
        )
        _say(lines[-1])
    total = seeds * len(_QUADRANTS)
    return [*lines, "", f"In all {right} of {total}: {10 * right / total:.1f} of 10.", ""]


def time_commands(rounds: int) -> list[str]:
    """Whole commands, from the shell to the files, without a SoundFont."""
    lines = [
        "Whole commands (`tapedeck compose`), without a SoundFont, medians.",
        "",
        "| seconds of music | wall s | CPU s | tree MB |",
        "|---|---|---|---|",
    ]
    for seconds in (30, 180, 600):
        taken = [_command(seconds) for _ in range(rounds)]
        figures = [
            statistics.median(getattr(each, what) for each in taken)
            for what in ("wall", "cpu", "tree")
        ]
        lines.append(f"| {seconds} | {figures[0]:.1f} | {figures[1]:.1f} | {figures[2]:.0f} |")
        _say(lines[-1])
    return [*lines, ""]


def _command(seconds: int) -> Taken:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        command = [sys.executable, "-m", "bot", "compose", "--mood", "happy", "--seed", "1"]
        environment = {"TAPEDECK_DATA": str(home / "data"), "TAPEDECK_SOUNDFONT": "off"}
        # The first command also makes the database.
        for length in ("5", str(seconds)):
            taken = run_watched(
                [*command, "--length", length, "--out", "out"], cwd=home, environment=environment
            )
        return taken


def report(*, quick: bool) -> list[str]:
    """The section of the report."""
    return [
        _TITLE,
        "",
        *judge_scores(10 if quick else 100),
        *judge_sound(5 if quick else 10),
        *time_commands(1 if quick else 3),
    ]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.composing")
    parser.add_argument("--quick", action="store_true", help="fewer seeds and rounds")
    parser.add_argument("--write", action="store_true", help=f"write into {_REPORT.name}")
    chosen = parser.parse_args()
    section = "\n".join(report(quick=chosen.quick)).rstrip() + "\n"
    print(section)
    if chosen.write:
        text = _REPORT.read_text(encoding="utf-8")
        rest = re.sub(rf"{_TITLE}\n.*?(?=^## |\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
        _REPORT.write_text(f"{rest.rstrip()}\n\n{section}", encoding="utf-8")


if __name__ == "__main__":
    main()
