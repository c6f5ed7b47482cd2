"""Moods: by name, by valence and arousal, or by words; and what they ask of the music."""

import re
from dataclasses import dataclass, replace

from core.errors import UserError
from core.music.words import FEELINGS, NEGATIONS, STRONGER, WEAKER
from core.tracks import clean_text

Weights = tuple[tuple[str, int], ...]

_NUMBER = r"([-+−]?\d+(?:[.,]\d+)?)"
_PAIR = re.compile(
    rf"(?:valence\s*[:=]?\s*)?{_NUMBER}(?:\s*[,;/]\s*|\s+)(?:and\s+)?(?:arousal\s*[:=]?\s*)?{_NUMBER}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class Mood:
    """A feeling. `valence` (unpleasant to pleasant) and `arousal` (calm to awake): -100 to 100.

    `own_modes` and `own_styles` stand in for what those two numbers would say.
    """

    name: str
    valence: int
    arousal: int
    own_modes: Weights = ()
    own_styles: Weights = ()

    @property
    def modes(self) -> Weights:
        """Modes that fit, with weights: the darker, the more flats (Hevner 1936 and since)."""
        if self.own_modes:
            return self.own_modes
        if self.valence >= 50:
            return (("major", 8), ("mixolydian", 1), ("lydian", 1))
        if self.valence >= 15:
            return (("major", 5), ("mixolydian", 3), ("lydian", 2))
        if self.valence > -15:
            return (("dorian", 4), ("mixolydian", 2), ("minor", 2))
        if self.arousal > 40:
            return (("minor", 6), ("phrygian", 3))
        return (("minor", 7), ("dorian", 2))

    @property
    def styles(self) -> Weights:
        """Styles that fit, with weights."""
        if self.own_styles:
            return self.own_styles
        if self.valence >= 0 and self.arousal >= 15:
            return (("pop", 4), ("electronic", 3), ("folk", 2), ("rock", 1))
        if self.valence >= 0:
            return (("lo-fi", 3), ("jazz", 3), ("folk", 2), ("ambient", 2))
        if self.arousal >= 15:
            return (("rock", 3), ("orchestral", 3), ("electronic", 2))
        return (("orchestral", 3), ("folk", 2), ("lo-fi", 2), ("ambient", 1))

    @property
    def tempo(self) -> tuple[int, int]:
        """The slowest and the fastest that fits, in quarter notes a minute."""
        centre = 100 + (self.arousal * 48 + self.valence * 8) // 100
        return max(50, centre - 8), min(200, centre + 8)

    @property
    def busyness(self) -> int:
        """How many notes the melody has, 0 (few) to 3 (many)."""
        return min(3, max(0, (self.arousal + 100) // 50))

    @property
    def lift(self) -> int:
        """Semitones by which the melody lies over its instrument's usual place, or under it."""
        return (self.valence * 3 + self.arousal) // 100

    @property
    def loudness(self) -> int:
        """The usual velocity, 1 to 127."""
        return 78 + self.arousal * 22 // 100

    @property
    def brightness(self) -> int:
        """How bright it sounds, 0 to 100."""
        return min(100, max(0, 50 + (self.valence * 20 + self.arousal * 30) // 100))

    @property
    def length(self) -> int:
        """How much of their time notes sound, in percent: calm is tied, awake is detached."""
        return 92 - (self.arousal + 100) * 14 // 200


def _mood(
    name: str, valence: int, arousal: int, *, modes: Weights = (), styles: Weights = ()
) -> Mood:
    return Mood(name, valence, arousal, modes, styles)


MOODS = {
    mood.name: mood
    for mood in (
        _mood("happy", 80, 55, modes=(("major", 8), ("mixolydian", 1), ("lydian", 1))),
        _mood("sad", -75, -60, modes=(("minor", 1),)),
        _mood(
            "angry",
            -65,
            90,
            modes=(("phrygian", 2), ("minor", 3)),
            styles=(("rock", 5), ("electronic", 2), ("orchestral", 1)),
        ),
        _mood(
            "relaxed",
            60,
            -60,
            styles=(("lo-fi", 4), ("jazz", 3), ("folk", 2), ("ambient", 2)),
        ),
        _mood(
            "dreamy",
            35,
            -35,
            modes=(("lydian", 3), ("major", 3)),
            styles=(("ambient", 4), ("lo-fi", 2), ("electronic", 2), ("orchestral", 1)),
        ),
        _mood(
            "tense",
            -55,
            50,
            modes=(("phrygian", 2), ("minor", 3)),
            styles=(("orchestral", 4), ("electronic", 3), ("rock", 1)),
        ),
        _mood(
            "heroic",
            55,
            65,
            modes=(("major", 4), ("mixolydian", 2), ("dorian", 1)),
            styles=(("orchestral", 7), ("rock", 2), ("electronic", 1)),
        ),
        _mood(
            "melancholic",
            -45,
            -30,
            modes=(("minor", 3), ("dorian", 2)),
            styles=(("folk", 3), ("orchestral", 2), ("lo-fi", 3), ("jazz", 1)),
        ),
        _mood("romantic", 60, -15, styles=(("jazz", 3), ("orchestral", 3), ("folk", 2))),
        _mood("playful", 60, 70, styles=(("folk", 3), ("pop", 3), ("electronic", 1))),
        _mood(
            "mysterious",
            -25,
            -20,
            modes=(("phrygian", 1), ("dorian", 3), ("minor", 2)),
            styles=(("ambient", 3), ("orchestral", 3), ("electronic", 1)),
        ),
        _mood(
            "nostalgic",
            10,
            -30,
            modes=(("major", 2), ("mixolydian", 1), ("dorian", 2)),
            styles=(("lo-fi", 3), ("folk", 3), ("pop", 1)),
        ),
        _mood("hopeful", 50, 30, styles=(("pop", 3), ("folk", 2), ("orchestral", 3))),
        _mood("energetic", 60, 90, styles=(("electronic", 4), ("rock", 3), ("pop", 3))),
    )
}


def read_mood(text: str) -> Mood:
    """The mood that a text names, in whichever way. Raises `UserError`."""
    plain = clean_text(text, most=80)
    word = plain.casefold()
    if word in MOODS:
        return MOODS[word]
    pair = _PAIR.fullmatch(plain)
    if pair is not None:
        return _from_numbers(pair[1], pair[2])
    return _from_words(plain)


def _from_numbers(valence: str, arousal: str) -> Mood:
    numbers = [float(text.replace("−", "-").replace(",", ".")) for text in (valence, arousal)]
    if any(not -1 <= number <= 1 for number in numbers):
        raise UserError(
            "“mood” takes valence and arousal from -1 to 1, such as 0.6,-0.4, "
            f"not {valence} and {arousal}."
        )
    name = f"valence {numbers[0]:g}, arousal {numbers[1]:g}"
    return Mood(name, round(numbers[0] * 100), round(numbers[1] * 100))


def _from_words(text: str) -> Mood:
    valence = arousal = weight = 0
    named: Mood | None = None
    turn, force = 1, 2
    for word in _WORD.findall(text.casefold()):
        if word in NEGATIONS:
            turn = -1
        elif word in STRONGER:
            force = 3
        elif word in WEAKER:
            force = 1
        elif word in FEELINGS:
            place = FEELINGS[word]
            valence += turn * force * place[0]
            # What is not happy is no less than calm: the opposite, but not as far.
            arousal += force * (place[1] if turn > 0 else -place[1] // 2)
            weight += 2
            if turn > 0:
                named = named or MOODS.get(word)
            turn, force = 1, 2
    if not weight:
        raise UserError(
            f"“mood” names no feeling that I know in “{text[:40]}”. Take one of "
            f"{', '.join(MOODS)}, other words for a feeling, or valence and arousal, "
            "such as 0.6,-0.4."
        )
    mood = Mood(text, _bound(valence // weight), _bound(arousal // weight))
    if named is not None and nearest(mood) == named:
        return replace(mood, own_modes=named.own_modes, own_styles=named.own_styles)
    return mood


def _bound(number: int) -> int:
    return max(-100, min(100, number))


def nearest(mood: Mood) -> Mood:
    """The named mood that is closest."""
    return min(
        MOODS.values(),
        key=lambda other: (other.valence - mood.valence) ** 2 + (other.arousal - mood.arousal) ** 2,
    )
