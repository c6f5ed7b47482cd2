"""When words are shown and where they may stand: long enough to be read, inside safe areas."""

from collections.abc import Sequence

from core.film.terms import RATE, Caption, Size
from core.scenes import Scene

_READING = 14.0
"""Characters that people read in a second of moving picture (subtitlers count 12 to 17)."""
_LOOK = 1.0
_SHORTEST = 2.4
_LONGEST = 6.5
_PAUSE = 0.5
_TITLE_SECONDS = 3.4
_FADE = 0.45
_MOST_CHARACTERS = 90


def list_lines(scene: Scene) -> tuple[str, ...]:
    """What is worth showing: the captions, or the song's lines where there are none."""
    lines = scene.captions or tuple(line for verse in scene.lyrics for line in verse.lines)
    return tuple(" ".join(line.split())[:_MOST_CHARACTERS] for line in lines if line.strip())


def plan_title(title: str, frames: int) -> Caption | None:
    """The title at the beginning; none in a film that is too short for it."""
    seconds = min(_TITLE_SECONDS, frames / RATE * 0.35)
    if not title or seconds < 1.5:
        return None
    return Caption(title, round(0.3 * RATE), round(seconds * RATE), round(0.5 * RATE), title=True)


def plan_captions(
    lines: Sequence[str], beats: Sequence[float], *, first: int, last: int
) -> tuple[Caption, ...]:
    """Lines one after the other, spread over the frames from `first` to `last`, each on a beat.

    `beats` are seconds. What finds no room is left out, the last lines first.
    """
    fitting = list(lines)
    while fitting and sum(map(_needed, fitting)) > last - first:
        fitting.pop()
    if not fitting:
        return ()
    room = (last - first) / len(fitting)
    captions = []
    for number, line in enumerate(fitting):
        at = _on_a_beat(first + number * room, beats)
        seconds = min(_LONGEST, max(_seconds(line), room / RATE * 0.72))
        until = min(at + round(seconds * RATE), round(first + (number + 1) * room), last)
        captions.append(Caption(line, at, until, round(_FADE * RATE)))
    return tuple(captions)


def _seconds(line: str) -> float:
    return max(_SHORTEST, _LOOK + len(line) / _READING)


def _needed(line: str) -> int:
    return round((_seconds(line) + _PAUSE) * RATE)


def _on_a_beat(frame: float, beats: Sequence[float]) -> int:
    """The next beat within half a second, else the frame itself."""
    return next(
        (round(beat * RATE) for beat in beats if 0 <= beat * RATE - frame <= RATE / 2),
        round(frame),
    )


def caption_box(film: Size) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of where captions stand, in pixels.

    Inside what televisions and players surely show (EBU R 95: 5 % from each edge), and upright
    above the buttons and names with which phones cover the last fifth of a film.
    """
    left, right = round(film.width * 0.10), round(film.width * 0.90)
    if film.height > film.width:
        return left, round(film.height * 0.60), right, round(film.height * 0.77)
    return left, round(film.height * 0.70), right, round(film.height * 0.91)


def title_box(film: Size) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of where a title stands, in pixels: around the middle."""
    left, right = round(film.width * 0.10), round(film.width * 0.90)
    return left, round(film.height * 0.36), right, round(film.height * 0.64)
