"""Scenes, photos and beats for tests of films."""

from core.film.terms import Point, Size, Study
from core.scenes import Mood, Scene, Verse

LINES = ("A cup of light before the day", "and nobody asks for anything yet", "the steam forgets")
WIDE, TALL, SQUARE = Size(1600, 1200), Size(1200, 1600), Size(1500, 1500)


def scene(*, valence: float = 0.3, arousal: float = 0.1, lines: tuple[str, ...] = LINES) -> Scene:
    return Scene(
        title="Where the morning goes",
        mood=Mood(valence, arousal),
        words="A cup of coffee on a wooden table.",
        palette=("#b5532a", "#2f1d14"),
        captions=lines,
        lyrics=(Verse("chorus", ("La la la", "lo lo lo")),),
        direction="Slow guitar",
        tempo=90.0,
        by="colours",
    )


def photo(size: Size = WIDE, *points: Point, luma: float = 0.5) -> Study:
    return Study(size=size, points=points or (Point(0.3, 0.4), Point(0.7, 0.6)), luma=luma)


def beats(seconds: float, *, step: float = 0.6) -> list[float]:
    return [round(number * step, 4) for number in range(int(seconds / step) + 1)]
