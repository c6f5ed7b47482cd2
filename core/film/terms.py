"""What a film is made of: shots, views of a photo, words, lights; all of it plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from core.jobs import Json

RATE = 30
"""Frames a second."""
LONG_SIDE = 1920
SHORT_SIDE = 1080


class Style(StrEnum):
    """How a film looks and moves."""

    CALM = "calm"
    FILM = "film"
    PULSE = "pulse"
    POLAROID = "polaroid"


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a picture."""

    width: int
    height: int

    @property
    def shape(self) -> float:
        """Width by height."""
        return self.width / self.height


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a picture that draws the eye: 0 to 1 from its left and its top."""

    x: float
    y: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was seen of one photo: its size, what matters in it (most of all first), and its mean
    brightness from 0 to 1."""

    size: Size
    points: tuple[Point, ...]
    luma: float = 0.5

    def as_json(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        points = tuple(Point(**point) for point in facts["points"])
        return cls(size=Size(**facts["size"]), points=points, luma=float(facts["luma"]))


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees of a photo.

    `x` and `y` are the middle of it, in parts of the photo. At `zoom` 1 it is as large as the
    film's shape allows. `angle` is in degrees, clockwise. `tilt` leans the picture back, so that
    its bottom is nearer by that part than its middle, and its top farther.
    """

    x: float
    y: float
    zoom: float
    angle: float = 0.0
    tilt: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One photo from frame `start` up to `end`, dissolving over its first `fade` frames.

    The camera goes from `begin` to `finish`. During its first `glide` frames it comes from where
    the shot before it ended.
    """

    photo: int
    start: int
    end: int
    begin: View
    finish: View
    fade: int = 0
    glide: int = 0


@dataclass(frozen=True, slots=True)
class Kick:
    """A short zoom on a beat: `frame` need not be whole, `strength` is a part of the zoom."""

    frame: float
    strength: float


@dataclass(frozen=True, slots=True)
class Leak:
    """Light that falls into the camera between two frames: from where (0 to 1, also beyond the
    edges) to where it wanders, how warm it is (0 red to 1 yellow), and how strong (0 to 1)."""

    start: int
    end: int
    x: float
    y: float
    to_x: float
    to_y: float
    warmth: float
    strength: float


@dataclass(frozen=True, slots=True)
class Caption:
    """Words between two frames; with `fade` frames they come and go. A title is set large."""

    text: str
    start: int
    end: int
    fade: int
    title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A print that lies on a table from frame `lands` on. `x` and `y` are its middle, `width` and
    `height` its size, all in parts of the table; `angle` is in degrees, clockwise. `label` is
    written below its picture."""

    x: float
    y: float
    width: float
    height: float
    angle: float
    lands: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The colours of a film. All of it is 0 for a photo that stays as it is.

    `exposure` is in stops; `contrast`, `saturation` and `warmth` are parts, -1 to 1; `lift` raises
    black, as faded prints have it. `shadows` and `lights` are red, green and blue that are added
    to the darkest and to the brightest parts. `vignette` darkens the corners by that part,
    `grain` is the deviation of noise in steps of 256.
    """

    exposure: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    warmth: float = 0.0
    lift: float = 0.0
    shadows: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lights: tuple[float, float, float] = (0.0, 0.0, 0.0)
    vignette: float = 0.0
    grain: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The whole film. `fade_in` and `fade_out` are frames from and to black.

    With `cards`, one for each photo, the shots are views of the table on which they lie.
    """

    size: Size
    style: Style
    frames: int
    seed: int
    shots: tuple[Shot, ...]
    grade: Grade
    fade_in: int
    fade_out: int
    kicks: tuple[Kick, ...] = ()
    leaks: tuple[Leak, ...] = ()
    captions: tuple[Caption, ...] = ()
    cards: tuple[Card, ...] = ()
    palette: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return self.frames / RATE

    def as_json(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """What `as_json` made, whole again."""
        grade = facts["grade"]
        tints = {name: tuple(grade[name]) for name in ("shadows", "lights")}
        whole = {
            "size": Size(**facts["size"]),
            "style": Style(facts["style"]),
            "shots": tuple(_shot(shot) for shot in facts["shots"]),
            "grade": Grade(**grade | tints),
            "kicks": tuple(Kick(**kick) for kick in facts["kicks"]),
            "leaks": tuple(Leak(**leak) for leak in facts["leaks"]),
            "captions": tuple(Caption(**caption) for caption in facts["captions"]),
            "cards": tuple(Card(**card) for card in facts["cards"]),
            "palette": tuple(facts["palette"]),
        }
        return cls(**dict(facts) | whole)


def _shot(facts: Mapping[str, Any]) -> Shot:
    views = {name: View(**facts[name]) for name in ("begin", "finish")}
    return Shot(**dict(facts) | views)
