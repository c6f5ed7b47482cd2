"""The colours of a film, from the mood of what it shows."""

from core.film.terms import Grade, Style
from core.scenes import Mood

_TEAL, _AMBER = (-0.020, 0.004, 0.030), (0.030, 0.012, -0.022)
_BLUE, _ROSE = (-0.016, -0.004, 0.030), (0.028, 0.002, 0.010)


def choose_grade(mood: Mood, style: Style, *, luma: float = 0.5) -> Grade:
    """Warm and clear for what is pleasant, cool and faded for what is sad, hard for what is tense.

    Of the mood, valence moves warmth and tint, arousal saturation and contrast, as viewers match
    colours to feelings (Valdez and Mehrabian 1994: saturated is awake, bright is pleasant).
    `luma` is how bright the photos are on average: dark ones are lifted a little.
    """
    pleasant, awake = _bound(mood.valence), _bound(mood.arousal)
    sad = max(0.0, -pleasant) * max(0.0, 1 - max(0.0, awake) * 1.4)
    shadows, lights = (_TEAL, _AMBER) if awake >= -0.2 or pleasant < 0 else (_BLUE, _ROSE)
    strength = {Style.CALM: 0.8, Style.FILM: 1.25, Style.PULSE: 0.9, Style.POLAROID: 0.7}[style]
    faded = {Style.CALM: 0.012, Style.FILM: 0.028, Style.PULSE: 0.0, Style.POLAROID: 0.035}[style]
    return Grade(
        exposure=round(0.10 * pleasant + 0.35 * (_bound((0.40 - luma) * 2.2)), 3),
        contrast=round(0.10 + 0.12 * awake - 0.10 * sad - (0.06 if faded > 0.03 else 0), 3),
        saturation=round(0.02 + 0.14 * awake + 0.05 * pleasant - 0.16 * sad, 3),
        warmth=round(0.30 * pleasant - 0.10 * sad, 3),
        lift=round(faded + 0.020 * sad, 3),
        shadows=_scaled(shadows, strength),
        lights=_scaled(lights, strength * (0.6 + 0.4 * pleasant)),
        vignette={Style.CALM: 0.20, Style.FILM: 0.30, Style.PULSE: 0.26, Style.POLAROID: 0.22}[
            style
        ],
        grain={Style.CALM: 1.2, Style.FILM: 1.8, Style.PULSE: 1.2, Style.POLAROID: 1.4}[style],
    )


def _bound(value: float) -> float:
    return min(1.0, max(-1.0, value))


def _scaled(tint: tuple[float, float, float], by: float) -> tuple[float, float, float]:
    red, green, blue = (round(part * by, 4) for part in tint)
    return red, green, blue
