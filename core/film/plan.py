"""Planning a film: everything that is seen, from the scene, the music's beats and the photos."""

from collections.abc import Sequence
from random import Random

from core.film.cutting import choose_cuts, share_out
from core.film.grade import choose_grade
from core.film.lettering import list_lines, plan_captions, plan_title
from core.film.moves import MANNERS, plan_shots
from core.film.polaroid import first_landing, lay_cards, plan_table
from core.film.terms import (
    LONG_SIDE,
    RATE,
    SHORT_SIDE,
    Caption,
    Card,
    Film,
    Kick,
    Leak,
    Shot,
    Size,
    Study,
    Style,
)
from core.scenes import Scene

_NEARLY_SQUARE = 1.16
_AWAKE = 0.30
_AT_REST = -0.15
_FADES = {
    Style.CALM: (1.2, 2.4),
    Style.FILM: (0.8, 1.8),
    Style.PULSE: (0.25, 1.0),
    Style.POLAROID: (0.7, 1.6),
}
"""Seconds from and to black."""
_BAR = 4
_TITLE_FRAMES = 2 * RATE
"""With a title on it, a table stays empty for so long."""


def choose_size(studies: Sequence[Study]) -> Size:
    """1920 by 1080, upright, or 1080 square: the shape of most of the photos, else of the first."""
    shapes = [_shape(study.size) for study in studies]
    return max(shapes, key=lambda shape: (shapes.count(shape), shape == shapes[0]))


def _shape(photo: Size) -> Size:
    if 1 / _NEARLY_SQUARE <= photo.shape <= _NEARLY_SQUARE:
        return Size(SHORT_SIDE, SHORT_SIDE)
    wide = photo.shape > 1
    return Size(LONG_SIDE, SHORT_SIDE) if wide else Size(SHORT_SIDE, LONG_SIDE)


def choose_style(scene: Scene, photos: int) -> Style:
    """The style that fits the mood, for who did not choose one."""
    if scene.mood.arousal >= _AWAKE:
        return Style.PULSE
    if scene.mood.arousal <= _AT_REST:
        return Style.CALM
    return Style.POLAROID if photos > 3 and scene.mood.valence > 0.2 else Style.FILM


def count_frames(seconds: float) -> int:
    """The frames of a film of that length: none more than the music lasts."""
    return int(seconds * RATE + 1e-6)


def plan_film(
    scene: Scene,
    studies: Sequence[Study],
    beats: Sequence[float],
    *,
    frames: int,
    style: Style,
    seed: int,
    captions: bool = True,
    card: bool = False,
    size: Size | None = None,
) -> Film:
    """The film of some photos. `beats` are seconds; without any, shots have one length.

    With `captions` it shows the scene's lines, with `card` its title at the beginning. The same
    `seed` gives the same film. `size` is the film's, else what fits the photos.
    """
    size = size or choose_size(studies)
    manner = MANNERS[style]
    cuts = choose_cuts(frames, beats, seconds=manner.seconds, least=len(studies))
    photos = share_out(len(studies), len(cuts) - 1)
    lines = list_lines(scene) if captions else ()
    cards: tuple[Card, ...] = ()
    if style is Style.POLAROID:
        lands = [cuts[photos.index(photo)] for photo in range(len(studies))]
        lands[0] = first_landing(cuts, beats, after=_TITLE_FRAMES if card else 0)
        cards = lay_cards(studies, lands, lines, film=size, seed=seed)
        shots = plan_table(cards, studies, photos, cuts, film=size, seed=seed)
    else:
        shots = plan_shots(studies, photos, cuts, film=size, style=style, seed=seed)
    luma = sum(study.luma for study in studies) / len(studies)
    fade_in, fade_out = (min(round(each * RATE), frames // 4) for each in _FADES[style])
    return Film(
        size=size,
        style=style,
        frames=frames,
        seed=seed,
        shots=shots,
        grade=choose_grade(scene.mood, style, luma=luma),
        fade_in=fade_in,
        fade_out=fade_out,
        kicks=_plan_kicks(beats, frames, cuts) if style is Style.PULSE else (),
        leaks=_plan_leaks(shots, frames, seed) if style is Style.FILM else (),
        captions=_write(
            scene.title if card else "",
            () if cards else lines,
            beats,
            first=fade_in + RATE,
            last=frames - fade_out,
        ),
        cards=cards,
        palette=scene.palette,
    )


def _write(
    title: str, lines: Sequence[str], beats: Sequence[float], *, first: int, last: int
) -> tuple[Caption, ...]:
    card = plan_title(title, last)
    captions = plan_captions(lines, beats, first=card.end + RATE // 2 if card else first, last=last)
    return (card, *captions) if card else captions


def _plan_kicks(beats: Sequence[float], frames: int, cuts: Sequence[int]) -> tuple[Kick, ...]:
    """A zoom on each beat, stronger where a bar begins or a cut is; none while it fades out."""
    kicks = []
    for number, beat in enumerate(beats):
        frame = beat * RATE
        if frame >= frames - RATE:
            break
        strong = number % _BAR == 0 or round(frame) in cuts
        kicks.append(Kick(frame, 0.030 if strong else 0.014))
    return tuple(kicks)


def _plan_leaks(shots: Sequence[Shot], frames: int, seed: int) -> tuple[Leak, ...]:
    """Light that comes in while one shot dissolves into the next, from another side each time."""
    chance = Random(seed + 1)  # noqa: S311  for looks
    leaks = []
    for shot in shots:
        middle = shot.start + shot.fade // 2
        half = round(chance.uniform(1.1, 1.7) * RATE)
        side = chance.choice((-1, 1))
        x, y = 0.5 + side * 0.62, chance.uniform(0.1, 0.9)
        leaks.append(
            Leak(
                start=max(0, middle - half),
                end=min(frames, middle + half),
                x=x,
                y=y,
                to_x=x - side * chance.uniform(0.15, 0.35),
                to_y=y + chance.uniform(-0.25, 0.25),
                warmth=chance.uniform(0.15, 0.8),
                strength=chance.uniform(0.40, 0.62),
            )
        )
    return tuple(leaks)
