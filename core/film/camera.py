"""The camera: what it sees at a frame, and which pixel of a photo that puts where."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.film.terms import RATE, Film, Kick, Shot, Size, Style, View

Matrix = NDArray[np.float64]

_SOFT = 0.55
"""The share of a move that speeds up and slows down; the rest is even, so that nothing stands."""
_KICK_SECONDS = 0.05
"""After a beat the zoom is nearest."""
_SWAYS = ((0.071, 0.0035), (0.113, 0.0025), (0.197, 0.0012))
"""Hertz and parts of the picture's width by which a hand-held camera wanders."""
SWAY = sum(reach for _, reach in _SWAYS)


def window(photo: Size, film: Size) -> tuple[float, float]:
    """Width and height, in parts of the photo, of the largest window of the film's shape."""
    if photo.shape > film.shape:
        return film.shape / photo.shape, 1.0
    return 1.0, photo.shape / film.shape


def hold_inside(view: View, photo: Size, film: Size, *, margin: float = 0.0) -> View:
    """The nearest view that sees nothing beyond the photo's edges, with a `margin` in parts."""
    wide, high = _reach(replace(view, zoom=1.0), photo, film)
    room = 0.5 - margin
    zoom = max(view.zoom, wide / room, high / room)
    wide, high = wide / zoom + margin, high / zoom + margin
    return replace(
        view,
        zoom=zoom,
        x=min(max(view.x, wide), 1 - wide),
        y=min(max(view.y, high), 1 - high),
    )


def _reach(view: View, photo: Size, film: Size) -> tuple[float, float]:
    """How far a view reaches from its middle, in parts of the photo, turned and tilted as it is."""
    wide, high = window(photo, film)
    turn = math.radians(abs(view.angle))
    far = 1 / (1 - abs(view.tilt))
    half_wide, half_high = wide * photo.width / 2 * far, high * photo.height / 2 * far
    across = half_wide * math.cos(turn) + half_high * math.sin(turn)
    down = half_wide * math.sin(turn) + half_high * math.cos(turn)
    return across / photo.width / view.zoom, down / photo.height / view.zoom


def ease(part: float, soft: float = _SOFT) -> float:
    """How much of a move is done at `part` of its time: `soft` of it as a smooth step."""
    part = min(max(part, 0.0), 1.0)
    return (1 - soft) * part + soft * part * part * (3 - 2 * part)


def smooth(part: float) -> float:
    """A step from 0 to 1 that begins and ends at rest, without a jolt (Perlin 2002)."""
    part = min(max(part, 0.0), 1.0)
    return part**3 * (part * (part * 6 - 15) + 10)


def between(one: View, other: View, share: float) -> View:
    """The view at `share` of the way. Zooming in, the point that stays in its place is fixed."""
    zoom = 1 / _mix(1 / one.zoom, 1 / other.zoom, share)
    return View(
        x=_mix(one.x, other.x, share),
        y=_mix(one.y, other.y, share),
        zoom=zoom,
        angle=_mix(one.angle, other.angle, share),
        tilt=_mix(one.tilt, other.tilt, share),
    )


def _mix(one: float, other: float, share: float) -> float:
    return one + (other - one) * share


def see(film: Film, index: int, frame: float) -> View:
    """What the camera sees in shot `index` of a film at a frame, which need not be whole."""
    shot = film.shots[index]
    soft = 1.0 if film.style is Style.POLAROID else _SOFT
    view = between(shot.begin, shot.finish, ease(_part(shot, frame), soft))
    if shot.glide and frame < shot.start + shot.glide:
        before = film.shots[index - 1].finish
        view = between(before, view, smooth((frame - shot.start) / shot.glide))
    if film.style is Style.FILM:
        view = _sway(view, frame / RATE, film.seed + index)
    return replace(view, zoom=view.zoom * (1 + kick_at(film.kicks, frame)))


def _part(shot: Shot, frame: float) -> float:
    return (frame - shot.start) / max(1, shot.end - 1 - shot.start)


def kick_at(kicks: Sequence[Kick], frame: float) -> float:
    """By which part the beats before a frame bring the picture nearer.

    Each is `t e^(1 - t)` in units of its own time: it rises within two frames and dies away.
    """
    total = 0.0
    for kick in kicks:
        passed = (frame - kick.frame) / RATE / _KICK_SECONDS
        if 0 < passed < 16:
            total += kick.strength * passed * math.exp(1 - passed)
    return total


def _sway(view: View, seconds: float, seed: int) -> View:
    x = y = 0.0
    for number, (hertz, reach) in enumerate(_SWAYS):
        turn = 2 * math.pi * hertz * seconds + seed * 1.7 + number * 2.1
        x += reach * math.sin(turn)
        y += reach * math.cos(turn * 0.83 + 0.9)
    return replace(view, x=view.x + x / view.zoom, y=view.y + y / view.zoom)


def place(view: View, *, photo: Size, film: Size, texture: Size) -> Matrix:
    """The 3 by 3 matrix from the middle of a film's pixel to the middle of a texture's.

    `texture` is the size in which the photo of size `photo` is kept. Divide by the third
    component, which differs from 1 where the picture is tilted.
    """
    wide, _ = window(photo, film)
    scale = wide * texture.width / film.width / view.zoom
    turn = math.radians(view.angle)
    cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
    centre = np.array(
        [[1, 0, 0.5 - film.width / 2], [0, 1, 0.5 - film.height / 2], [0, 0, 1]], np.float64
    )
    lean = np.array([[1, 0, 0], [0, 1, 0], [0, 2 * view.tilt / film.height, 1]], np.float64)
    aim = np.array(
        [
            [cosine, -sine, view.x * texture.width - 0.5],
            [sine, cosine, view.y * texture.height - 0.5],
            [0, 0, 1],
        ],
        np.float64,
    )
    whole: Matrix = aim @ lean @ centre
    return whole
