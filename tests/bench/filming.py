"""Films, measured: painting and encoding against encoding alone, jitter, and whole commands.

`python -m tests.bench.filming [--quick] [--write]`. `--write` puts the figures into their section
of docs/benchmarks.md.
"""

import argparse
import asyncio
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from adapters.ffmpeg.find import find_ffmpeg
from adapters.film import X264, paint_film, study_photos
from adapters.film.textures import read_rgb
from core.film.plan import plan_film
from core.film.terms import RATE, Film, Style
from core.scenes import Mood, Scene
from tests.adapters.film.pictures import SAMPLES
from tests.bench.watching import Taken, run_watched

_REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_TITLE = "## Films of photos"
_PHOTO = (3000, 2250)
_SCENE = Scene(
    title="Where the morning goes", mood=Mood(0.3, 0.1), words="", palette=(),
    captions=("A cup of light before the day", "and nobody asks for anything yet"), lyrics=(),
    direction="", tempo=100.0, by="colours",
)  # fmt: skip


def make_photo(folder: Path) -> Path:
    """A photo as phones take them: many pixels, and something on each of them."""
    small = read_rgb(str(SAMPLES / "coffee.png"))[:, :, ::-1]
    path = folder / "photo.jpg"
    cv2.imwrite(str(path), cv2.resize(small, _PHOTO, interpolation=cv2.INTER_CUBIC))
    return path


async def film(folder: Path, photo: Path, style: Style, seconds: float) -> tuple[Film, Path]:
    studies = await study_photos([photo], folder)
    beats = [number * 0.6 for number in range(int(seconds / 0.6))]
    planned = plan_film(
        _SCENE, studies, beats, frames=round(seconds * RATE), style=style, seed=1, card=True
    )
    painted = await paint_film(
        find_ffmpeg(), planned, studies, [photo], folder, on_fraction=lambda _: None
    )
    return planned, painted.video


def compare(folder: Path, *, seconds: float) -> list[str]:
    """Each style painted and encoded, and the same frames encoded from a file of raw planes."""
    photo = make_photo(folder)
    lines = [
        f"{seconds:g} s at 1920 × 1080 and {RATE} frames a second, of one photo of {_PHOTO[0]} × "
        f"{_PHOTO[1]} pixels. `alone`: the same frames, encoded in the same way from a file of raw "
        "planes. Seconds of all processors; of the clock in brackets.",
        "",
        "| style | studied, painted and encoded | encoded alone | ratio | Mb/s |",
        "|---|---|---|---|---|",
    ]
    for style in Style:
        made, video = asyncio.run(film(folder, photo, style, seconds))
        whole = _time(partial(_film_again, folder, photo, style, seconds))
        rate = video.stat().st_size * 8e-6 / seconds
        alone = _encode_again(made, video, folder)
        lines.append(
            f"| {style} | {whole[0]:.1f} ({whole[1]:.1f}) | {alone[0]:.1f} ({alone[1]:.1f}) "
            f"| {whole[0] / alone[0]:.2f} ({whole[1] / alone[1]:.2f}) | {rate:.1f} |"
        )
        _say(lines[-1])
    return [*lines, ""]


def _film_again(folder: Path, photo: Path, style: Style, seconds: float) -> None:
    asyncio.run(film(folder, photo, style, seconds))


def _time(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processors that children took, and of the clock."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    passed, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, passed


def _encode_again(planned: Film, video: Path, folder: Path) -> tuple[float, float]:
    raw = folder / "planes.yuv"
    size = f"{planned.size.width}x{planned.size.height}"
    form = ["-f", "rawvideo", "-pix_fmt", "yuv420p"]
    decode = [find_ffmpeg(), "-v", "error", "-y", "-i", f"file:{video}", *form, f"file:{raw}"]
    subprocess.run(decode, check=True)
    encode = [
        find_ffmpeg(), "-v", "error", "-y", *form, "-s", size, "-r", str(RATE),
        "-i", f"file:{raw}", *X264, "-f", "mp4", f"file:{folder / 'again.mp4'}",
    ]  # fmt: skip
    taken = _time(lambda: subprocess.run(encode, check=True))
    raw.unlink()
    return taken


def take_time(lengths: Sequence[int], *, rounds: int) -> list[str]:
    """Whole commands: photo in, video out, with the composer."""
    lines = [
        "Whole commands (`tapedeck video PHOTO --style film`), no keys, no SoundFont; medians.",
        "",
        "| seconds of video | wall s | CPU s | tree MB |",
        "|---|---|---|---|",
    ]
    for seconds in lengths:
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
        photo = make_photo(home)
        command = [sys.executable, "-m", "bot", "video", str(photo), "--style", "film"]
        environment = {"TAPEDECK_DATA": str(home / "data"), "TAPEDECK_SOUNDFONT": "off"}
        # The first command also makes the database.
        for length in ("6", str(seconds)):
            taken = run_watched(
                [*command, "--length", length, "--seed", "1", "--out", "out"],
                cwd=home,
                environment=environment,
            )
        return taken


def report(*, quick: bool) -> list[str]:
    """The section of the report."""
    with TemporaryDirectory() as folder:
        compared = compare(Path(folder), seconds=4.0 if quick else 10.0)
    lengths = (30,) if quick else (30, 180)
    return [_TITLE, "", *compared, *take_time(lengths, rounds=1 if quick else 3)]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.filming")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
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
