"""What pictures show and how they feel, and the music that goes with them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from core.jobs import Json


@dataclass(frozen=True, slots=True)
class Mood:
    """How a picture feels, -1 to 1: `valence` is how pleasant it is, `arousal` how awake."""

    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Verse:
    """Lines that are sung or shown together. `section` is such as `verse` or `chorus`."""

    section: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What pictures show, for the music and the film that are made of them.

    `words` is one sentence about them. `palette` are colours such as `#a0b1c2`, the most striking
    first. `captions` are short lines to be shown, `lyrics` the words of a song (empty when nobody
    wrote any). `direction` tells a musician what to play, `tempo` in quarter notes a minute.
    `by` is who looked: `claude`, or `colours` for nothing but colour and light.
    """

    title: str
    mood: Mood
    words: str
    palette: tuple[str, ...]
    captions: tuple[str, ...]
    lyrics: tuple[Verse, ...]
    direction: str
    tempo: float | None
    by: str

    def as_json(self) -> dict[str, Json]:
        """The scene as a job's step remembers it."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The scene that `as_json` gave."""
        return cls(
            title=str(facts["title"]),
            mood=Mood(float(facts["mood"]["valence"]), float(facts["mood"]["arousal"])),
            words=str(facts["words"]),
            palette=tuple(facts["palette"]),
            captions=tuple(facts["captions"]),
            lyrics=tuple(
                Verse(str(verse["section"]), tuple(verse["lines"])) for verse in facts["lyrics"]
            ),
            direction=str(facts["direction"]),
            tempo=None if facts["tempo"] is None else float(facts["tempo"]),
            by=str(facts["by"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundtrack:
    """Music on the disk. `beats` are seconds from its start; empty when they are not known.

    `provider` made it; `note` says what a person should know of that, such as who failed before.
    """

    path: Path
    seconds: float
    tempo: float | None
    beats: tuple[float, ...]
    provider: str
    note: str = ""

    def as_json(self) -> dict[str, Json]:
        """The soundtrack as a job's step remembers it."""
        return {**asdict(self), "path": str(self.path)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The soundtrack that `as_json` gave."""
        return cls(
            path=Path(str(facts["path"])),
            seconds=float(facts["seconds"]),
            tempo=None if facts["tempo"] is None else float(facts["tempo"]),
            beats=tuple(float(beat) for beat in facts["beats"]),
            provider=str(facts["provider"]),
            note=str(facts["note"]),
        )
