"""How colours and light feel, for when nobody can say what a picture shows.

Pleasure P = .69 B + .22 S, arousal A = -.31 B + .60 S and dominance D = -.76 B + .32 S of a
colour with brightness B and saturation S, both 0 to 1, are Valdez and Mehrabian's ("Effects of
color on emotions", Journal of Experimental Psychology 1994). They are taken pixel by pixel.
"""

import colorsys
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.scenes import Mood, Scene

Pixels = npt.NDArray[np.uint8]

_MIDDLE = (0.5, 0.35)
"""Brightness and saturation of an unremarkable photo: where it feels like nothing much."""
_SPREAD = 0.28
"""How far the means of photos lie from that: at this distance a feeling is strong."""
_DARK = 0.5
"""Below this brightness the eye sees less colour than the ratio of the channels says."""
_PALETTE = 5
_LEAST_DISTANCE = 60.0
_NIGHT, _DAWN, _DAY, _DUSK = (22, 5), (5, 8), (8, 17), (17, 22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is measured of pictures. All are 0 to 1 but `pleasure`, `arousal` and `dominance`.

    `contrast` is the spread of brightness, `detail` how much of the picture is edges, `warmth`
    the share of warm minus cool colours, -1 to 1. `hour` is when it was taken, None if unknown.
    """

    pleasure: float
    arousal: float
    dominance: float
    brightness: float
    saturation: float
    contrast: float
    detail: float
    warmth: float
    palette: tuple[str, ...]
    hour: int | None


def measure_look(pictures: Sequence[Pixels], *, hour: int | None) -> Look:
    """Measure pictures of shape (height, width, 3), RGB, at least 8 pixels a side each."""
    brightness, saturation, warm, contrasts, details, colours = [], [], [], [], [], []
    for picture in pictures:
        rgb = picture.astype(np.float32) / 255
        highest, lowest = rgb.max(axis=2), rgb.min(axis=2)
        spread = highest - lowest
        brightness.append(highest.mean())
        saturation.append((spread / np.maximum(highest, _DARK)).mean())
        warm.append((rgb[..., 0] - rgb[..., 2]).mean() / max(float(spread.mean()), 1e-3))
        luma = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
        contrasts.append(min(1.0, float(luma.std()) / 0.35))
        steps = np.abs(np.diff(luma, axis=0))[:, :-1] + np.abs(np.diff(luma, axis=1))[:-1]
        details.append(min(1.0, float((steps > 0.12).mean()) / 0.35))
        colours.append(picture.reshape(-1, 3))
    bright, vivid = float(np.mean(brightness)), float(np.mean(saturation))
    return Look(
        pleasure=0.69 * bright + 0.22 * vivid,
        arousal=-0.31 * bright + 0.60 * vivid,
        dominance=-0.76 * bright + 0.32 * vivid,
        brightness=bright,
        saturation=vivid,
        contrast=float(np.mean(contrasts)),
        detail=float(np.mean(details)),
        warmth=float(np.clip(np.mean(warm), -1, 1)),
        palette=choose_palette(np.concatenate(colours)),
        hour=hour,
    )


def choose_palette(pixels: Pixels) -> tuple[str, ...]:
    """Up to five colours of pixels of shape (count, 3): frequent, vivid, and unlike each other."""
    cells = (pixels >> 4).astype(np.int32) @ np.array([256, 16, 1])
    counts = np.bincount(cells, minlength=4096)
    filled = np.flatnonzero(counts)
    sums = np.stack(
        [np.bincount(cells, weights=pixels[:, channel], minlength=4096) for channel in range(3)]
    )
    means = (sums[:, filled] / counts[filled]).T
    vivid = (means.max(axis=1) - means.min(axis=1)) / 255
    order = np.argsort(-np.sqrt(counts[filled]) * (0.25 + vivid), kind="stable")
    chosen: list[npt.NDArray[Any]] = []
    for index in order:
        colour = means[index]
        if all(np.linalg.norm(colour - other) >= _LEAST_DISTANCE for other in chosen):
            chosen.append(colour)
        if len(chosen) == _PALETTE:
            break
    return tuple("#" + "".join(f"{round(value):02x}" for value in colour) for colour in chosen)


def feel(look: Look) -> Mood:
    """The mood of colours, light and texture: centred on what is usual in photos, -1 to 1."""
    bright, vivid = _MIDDLE
    valence = (look.pleasure - 0.69 * bright - 0.22 * vivid) / (0.69 * _SPREAD)
    arousal = (look.arousal + 0.31 * bright - 0.60 * vivid) / (0.60 * _SPREAD)
    # Texture and contrast wake, dark hours calm: both less than the colours themselves.
    arousal += 0.5 * (look.detail - 0.35) + 0.3 * (look.contrast - 0.6)
    valence += 0.2 * look.warmth
    if look.hour is not None and _within(look.hour, _NIGHT):
        arousal -= 0.2
    return Mood(round(math.tanh(valence), 3), round(math.tanh(arousal), 3))


def imagine(look: Look) -> Scene:
    """A scene of colours alone. It says that it is colours that feel so, and nothing of what the
    picture shows."""
    mood = feel(look)
    colours = list(dict.fromkeys(name_colour(colour) for colour in look.palette))[:2]
    feeling, light = _name_feeling(mood), _name_light(look)
    moment = _name_hour(look.hour)
    taken = f", taken {moment[1]}" if moment else ""
    return Scene(
        title=_entitle(mood, colours[0], moment[0] if moment else ""),
        mood=mood,
        words=f"Colours feel {feeling}: mostly {' and '.join(colours)}, {light}{taken}.",
        palette=look.palette,
        captions=tuple(
            filter(None, (" and ".join(colours).capitalize(), light.capitalize(),
                          moment[1].capitalize() if moment else ""))
        ),
        lyrics=(),
        direction=_direct(look, mood),
        tempo=round(96 + 36 * mood.arousal + 6 * mood.valence),
        by="colours",
    )  # fmt: skip


def name_colour(colour: str) -> str:
    """A colour such as `#3060a0` in words such as `deep blue`."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < 0.18:
        return "black"
    if saturation < 0.14:
        return "white" if value > 0.85 else "pale grey" if value > 0.6 else "grey"
    names = ((0.04, "red"), (0.11, "orange"), (0.18, "yellow"), (0.45, "green"), (0.53, "teal"),
             (0.70, "blue"), (0.79, "violet"), (0.94, "pink"), (1.01, "red"))  # fmt: skip
    name = next(word for most, word in names if hue < most)
    if name == "orange" and value < 0.6:
        return "brown"
    shade = "deep " if value < 0.45 else "pale " if saturation < 0.35 else ""
    return shade + name


def _name_feeling(mood: Mood) -> str:
    pleasant = "pleasant" if mood.valence > 0.15 else "sombre" if mood.valence < -0.15 else ""
    awake = "lively" if mood.arousal > 0.15 else "calm" if mood.arousal < -0.15 else ""
    return " and ".join(filter(None, (awake, pleasant))) or "balanced"


def _name_light(look: Look) -> str:
    light = "dim" if look.brightness < 0.3 else "bright" if look.brightness > 0.7 else "soft"
    strong = " light with deep shadows" if look.contrast > 0.75 else " light"
    return light + strong


def _name_hour(hour: int | None) -> tuple[str, str] | None:
    """A word for a title and one for a sentence."""
    if hour is None:
        return None
    if _within(hour, _DAWN):
        return "Morning", "early in the morning"
    if _within(hour, _DAY):
        return "Day", "by day"
    if _within(hour, _DUSK):
        return "Evening", "in the evening"
    return "Night", "at night"


def _within(hour: int, span: tuple[int, int]) -> bool:
    first, last = span
    return first <= hour < last if first < last else hour >= first or hour < last


_NOUNS = {(True, True): "Parade", (True, False): "Drift", (False, True): "Storm",
          (False, False): "Hush"}  # fmt: skip


def _entitle(mood: Mood, colour: str, moment: str) -> str:
    noun = moment or _NOUNS[mood.valence >= 0, mood.arousal >= 0]
    return f"{colour.title()} {noun}"


def _direct(look: Look, mood: Mood) -> str:
    """What musicians should play, from the mood, and from dominance how heavy it is."""
    styles = {
        (True, True): "bright pop with guitar, bass and drums, major key",
        (True, False): "warm lo-fi with electric piano, soft bass and brushed drums, major key",
        (False, True): "driving electronic music with low strings and drums, minor key",
        (False, False): "sparse ambient music with piano and cello, minor key",
    }
    style = styles[mood.valence >= 0, mood.arousal >= 0]
    bold = look.dominance > -0.76 * _MIDDLE[0] + 0.32 * _MIDDLE[1]
    weight = "Full, heavy low end." if bold else "Light and airy, little low end."
    texture = "Busy figures." if look.detail > 0.5 else "Long notes and space."
    return f"{style[0].upper()}{style[1:]}. {weight} {texture}"
