"""Choosing who makes the music for a scene, and what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import ServiceError
from core.scenes import Mood, Scene, Verse
from core.tracks import clean_text

MOST_PROMPT = 2000
"""Characters of a prompt: every service that we know takes so many."""
_MOST_LYRICS = 1200
_SHORTEST_REST = 60.0
_LONGEST_REST = 3600.0
_SLACK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The music that is wanted. `photo` is a JPEG for those who make music of pictures.

    `sung` asks for the scene's lyrics to be sung by those who can. The same `seed` gives the
    same music where that can be promised.
    """

    scene: Scene
    seconds: float
    seed: int
    sung: bool = True
    photo: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms somebody makes music. `title` is the name that people know.

    `least` and `most` are the seconds that a piece may last, `cents` the price of a minute.
    `patience` is how many seconds a piece may take, `pause` how long to wait between questions.
    """

    title: str
    least: float
    most: float
    cents: float
    patience: float
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A sound file as its maker left it. `tempo` and `beats` (seconds) are there when known."""

    path: Path
    tempo: float | None = None
    beats: tuple[float, ...] = ()


class RestError(ServiceError):
    """A service that will not work again before so many `seconds` have passed."""

    def __init__(self, sentence: str, *, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class DeclinedError(ServiceError):
    """A service that is well and will not make this one thing."""


class Health:
    """Who failed lately, and until when they are left in peace.

    A first failure costs a minute, each further one in a row twice as much, up to an hour. Times
    are seconds of one steady clock.
    """

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def well(self, title: str, *, now: float) -> bool:
        """Whether to ask them at all."""
        return now >= self._until.get(title, now)

    def succeeded(self, title: str) -> None:
        self._failures.pop(title, None)
        self._until.pop(title, None)

    def failed(self, title: str, error: ServiceError, *, now: float) -> None:
        """Take a failure into account: what was declined for itself says nothing of health."""
        if isinstance(error, DeclinedError):
            return
        count = self._failures.get(title, 0)
        rest = _SHORTEST_REST * 2**count
        if isinstance(error, RestError):
            rest = max(rest, error.seconds)
        self._failures[title] = min(count + 1, 10)
        self._until[title] = now + min(rest, _LONGEST_REST)


def pass_over(terms: Terms, seconds: float, *, most_cents: float) -> str:
    """Why somebody is not asked for a piece of that length: a sentence, empty when they are.

    `most_cents` is what a piece may cost; 0 is no limit.
    """
    if not terms.least <= seconds <= terms.most:
        return f"{terms.title} makes music of {terms.least:g} to {terms.most:g} seconds only."
    price = terms.cents * seconds / 60
    if most_cents and price > most_cents:
        return f"{terms.title} would cost {price:.0f} cents, of which {most_cents:g} are allowed."
    return ""


def explain_choice(sentences: Sequence[str], title: str) -> str:
    """What a person is told when others would have come first; empty when none would."""
    return " ".join([*sentences, f"{title} made the music instead."]) if sentences else ""


def require_length(title: str, seconds: float, *, wanted: float) -> None:
    """Raise `ServiceError` when a take ends too early to carry what it is for."""
    if seconds < wanted - _SLACK_SECONDS:
        raise ServiceError(f"{title} gave {seconds:.0f} of {wanted:.0f} seconds of music.")


def write_prompt(wish: Wish, *, words: bool) -> str:
    """What a generator is told, at most `MOST_PROMPT` characters; `words` adds the lyrics."""
    scene = wish.scene
    parts = [clean_text(scene.direction, most=1000), f"Mood: {name_mood(scene.mood)}."]
    if scene.tempo is not None:
        parts.append(f"About {scene.tempo:.0f} BPM.")
    parts.append(f"Length: {wish.seconds:.0f} seconds, with a clear beginning and ending.")
    prompt = " ".join(part for part in parts if part)
    lyrics = write_lyrics(scene.lyrics) if words else ""
    if not lyrics:
        return f"{prompt[: MOST_PROMPT - 20]} Instrumental."
    return f"{prompt[: MOST_PROMPT - _MOST_LYRICS - 20]}\nLyrics:\n{lyrics}"


def write_lyrics(verses: Sequence[Verse]) -> str:
    """Lyrics with their sections in brackets, cut off after a whole section."""
    written = ""
    for verse in verses:
        lines = "\n".join([f"[{verse.section}]", *verse.lines])
        if len(written) + len(lines) + 2 > _MOST_LYRICS:
            break
        written += f"\n\n{lines}" if written else lines
    return written


def name_mood(mood: Mood) -> str:
    """A mood in two words, by the quadrant it lies in (Russell 1980) and how far out."""
    if max(abs(mood.valence), abs(mood.arousal)) < 0.15:
        return "balanced, neutral"
    pleasant = "happy" if mood.arousal > 0 else "peaceful"
    unpleasant = "tense" if mood.arousal > 0 else "melancholic"
    awake = "energetic" if mood.arousal > 0.5 else "lively" if mood.arousal > 0 else ""
    calm = "very calm" if mood.arousal < -0.5 else "calm"
    feeling = pleasant if mood.valence >= 0 else unpleasant
    return f"{feeling}, {awake or calm}"
